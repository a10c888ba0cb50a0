#pragma once

#include <cstdint>
#include <vector>

#include "core/fairness/answers.h"
#include "core/fairness/shares.h"

namespace gaplab::fairness {

/// Counts of the images class by group; images of unknown group stand in one column more, behind the groups.
class Table {
public:
    Table(int rows, int groups) : columns_(groups + 1), counts_(static_cast<size_t>(rows) * static_cast<size_t>(groups + 1)) {}

    int64_t& at(int row, int group) { return counts_[index(row, group)]; }
    int64_t at(int row, int group) const { return counts_[index(row, group)]; }
    int rows() const { return static_cast<int>(counts_.size()) / columns_; }
    int groups() const { return columns_ - 1; }
    /// Over all images, those of unknown group too.
    int64_t ofRow(int row) const;
    int64_t ofGroup(int group) const;
    int64_t total() const;
    void clear() { counts_.assign(counts_.size(), 0); }

private:
    size_t index(int row, int group) const {
        return static_cast<size_t>(row) * static_cast<size_t>(columns_) + static_cast<size_t>(group < 0 ? columns_ - 1 : group);
    }

    int columns_;
    std::vector<int64_t> counts_;
};

/// All that the metrics of one network need to know of its answers, but for confidences.
struct Tally {
    Table labelled;   ///< images of a class
    Table predicted;  ///< images that the network takes for that class
    Table right;      ///< both

    Tally(int classes, int groups) : labelled(classes, groups), predicted(classes, groups), right(classes, groups) {}
    void add(int label, int prediction, int group, int64_t count = 1) {
        labelled.at(label, group) += count;
        predicted.at(prediction, group) += count;
        if (label == prediction) right.at(label, group) += count;
    }
    void clear();
    int classes() const { return labelled.rows(); }
    int groups() const { return labelled.groups(); }
    Share recall(int klass) const { return {right.ofRow(klass), labelled.ofRow(klass)}; }
    Share accuracyOfGroup(int group) const { return {right.ofGroup(group), labelled.ofGroup(group)}; }
    Share accuracy() const { return {right.total(), labelled.total()}; }
};
Tally tallyOf(const Answers& answers, int classes, const Groups& groups);

/// confusion[label][prediction]: images.
std::vector<std::vector<int64_t>> confusionMatrix(const Answers& answers, int classes);

}  // namespace gaplab::fairness
