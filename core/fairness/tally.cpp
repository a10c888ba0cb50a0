#include "core/fairness/tally.h"

#include <numeric>

namespace gaplab::fairness {

int64_t Table::ofRow(int row) const {
    const auto first = counts_.begin() + static_cast<std::ptrdiff_t>(index(row, 0));
    return std::accumulate(first, first + columns_, int64_t{0});
}

int64_t Table::ofGroup(int group) const {
    int64_t sum = 0;
    for (int row = 0; row < rows(); ++row)
        sum += at(row, group);
    return sum;
}

int64_t Table::total() const {
    return std::accumulate(counts_.begin(), counts_.end(), int64_t{0});
}

void Tally::clear() {
    labelled.clear();
    predicted.clear();
    right.clear();
}

Tally tallyOf(const Answers& answers, int classes, const Groups& groups) {
    Tally tally(classes, groups.count());
    for (size_t i = 0; i < answers.images(); ++i)
        tally.add(answers.labels[i], answers.predictions[i], groups.ofImage.empty() ? -1 : groups.ofImage[i]);
    return tally;
}

std::vector<std::vector<int64_t>> confusionMatrix(const Answers& answers, int classes) {
    const auto count = static_cast<size_t>(classes);
    std::vector<std::vector<int64_t>> matrix(count, std::vector<int64_t>(count));
    for (size_t i = 0; i < answers.images(); ++i)
        ++matrix[static_cast<size_t>(answers.labels[i])][static_cast<size_t>(answers.predictions[i])];
    return matrix;
}

}  // namespace gaplab::fairness
