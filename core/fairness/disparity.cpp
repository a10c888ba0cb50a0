#include "core/fairness/disparity.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/error.h"

namespace gaplab::fairness {
namespace {

/// The group with more than every other; -1 where there is none.
int majorityOf(const std::vector<double>& counts) {
    const auto most = std::ranges::max_element(counts);
    if (most == counts.end() || !(*most > 0) || std::ranges::count(counts, *most) > 1) return -1;
    return static_cast<int>(most - counts.begin());
}

/// Images of a row whose group is known.
int64_t known(const Table& table, int row) {
    return table.ofRow(row) - table.at(row, -1);
}

std::vector<int> majorities(const Tally& tally, int64_t least, const std::vector<std::vector<double>>& training) {
    std::vector<int> majority(static_cast<size_t>(tally.classes()), -1);
    if (training.empty()) return majority;
    if (training.size() != majority.size())
        throw inputError(
            fmt::format("The training counts tell of {} classes, the answers of {}.", training.size(), majority.size()));
    for (int c = 0; c < tally.classes(); ++c) {
        const auto& row = training[static_cast<size_t>(c)];
        if (row.size() != static_cast<size_t>(tally.groups()))
            throw inputError(
                fmt::format("The training counts of class {} tell of {} groups, not {}.", c, row.size(), tally.groups()));
        if (known(tally.labelled, c) >= least && known(tally.predicted, c) >= least)
            majority[static_cast<size_t>(c)] = majorityOf(row);
    }
    return majority;
}

/// The distance of the largest from the smallest of the rates that were added.
class Gap {
public:
    void add(int64_t count, int64_t of) {
        if (of == 0) return;  // a group that a resample has lost
        const double rate = static_cast<double>(count) / static_cast<double>(of);
        low_ = std::min(low_, rate);
        high_ = std::max(high_, rate);
        ++rates_;
    }
    bool known() const { return rates_ >= 2; }
    double value() const { return high_ - low_; }

private:
    double low_ = 1, high_ = 0;
    int rates_ = 0;
};

class Mean {
public:
    void add(double value) { sum_ += value, ++count_; }
    std::optional<double> value() const { return count_ == 0 ? std::nullopt : std::optional(sum_ / count_); }

private:
    double sum_ = 0;
    int count_ = 0;
};

std::vector<int64_t> imagesOfGroups(const Tally& tally) {
    std::vector<int64_t> images;
    for (int g = 0; g < tally.groups(); ++g)
        images.push_back(tally.labelled.ofGroup(g));
    return images;
}

}  // namespace

Scope scopeOf(const Tally& tally, int64_t leastImages, const std::vector<std::vector<double>>& trainingCounts) {
    if (leastImages < 1) throw inputError("A class or group is judged from at least one image.");
    Scope scope;
    const std::vector<int64_t> images = imagesOfGroups(tally);
    for (int g = 0; g < tally.groups(); ++g)
        if (images[static_cast<size_t>(g)] >= leastImages) scope.groups.push_back(g);
    for (int c = 0; c < tally.classes(); ++c) {
        if (tally.labelled.ofRow(c) >= leastImages) scope.classes.push_back(c);
        auto& groups = scope.groupsOfClass.emplace_back();
        for (const int g : scope.groups)
            if (const int64_t of = tally.labelled.at(c, g);
                of >= leastImages && images[static_cast<size_t>(g)] - of >= leastImages)
                groups.push_back(g);
    }
    scope.majority = majorities(tally, leastImages, trainingCounts);
    return scope;
}

std::optional<double> demographicParityDifference(const Tally& tally, const Scope& scope) {
    const std::vector<int64_t> images = imagesOfGroups(tally);
    Mean mean;
    for (int c = 0; c < tally.classes(); ++c) {
        Gap gap;
        for (const int g : scope.groups)
            gap.add(tally.predicted.at(c, g), images[static_cast<size_t>(g)]);
        if (gap.known()) mean.add(gap.value());
    }
    return mean.value();
}

std::optional<double> equalizedOddsDifference(const Tally& tally, const Scope& scope) {
    const std::vector<int64_t> images = imagesOfGroups(tally);
    Mean mean;
    for (int c = 0; c < tally.classes(); ++c) {
        Gap truePositives, falsePositives;
        for (const int g : scope.groupsOfClass[static_cast<size_t>(c)]) {
            const int64_t labelled = tally.labelled.at(c, g), right = tally.right.at(c, g);
            truePositives.add(right, labelled);
            falsePositives.add(tally.predicted.at(c, g) - right, images[static_cast<size_t>(g)] - labelled);
        }
        if (truePositives.known() && falsePositives.known()) mean.add(std::max(truePositives.value(), falsePositives.value()));
    }
    return mean.value();
}

std::optional<double> biasAmplification(const Tally& tally, const Scope& scope) {
    Mean mean;
    for (int c = 0; c < tally.classes(); ++c) {
        const int group = scope.majority[static_cast<size_t>(c)];
        const Share labelled{group < 0 ? 0 : tally.labelled.at(c, group), known(tally.labelled, c)};
        const Share predicted{group < 0 ? 0 : tally.predicted.at(c, group), known(tally.predicted, c)};
        if (group >= 0 && labelled.n > 0 && predicted.n > 0) mean.add(*predicted.value() - *labelled.value());
    }
    return mean.value();
}

}  // namespace gaplab::fairness
