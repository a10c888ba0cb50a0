#include "core/fairness/group_means.h"

#include <cmath>

#include "core/stats/holm.h"
#include "core/stats/student_t.h"

namespace gaplab::fairness {
namespace {

/// B. L. Welch, Biometrika 34 (1947).
double welchPValue(const Summary& a, const Summary& b) {
    const double ofA = a.sd * a.sd / static_cast<double>(a.n), ofB = b.sd * b.sd / static_cast<double>(b.n), sum = ofA + ofB;
    if (!(sum > 0)) return studentPValue(a.mean - b.mean, 0, 1);
    const double freedom = sum * sum / (ofA * ofA / static_cast<double>(a.n - 1) + ofB * ofB / static_cast<double>(b.n - 1));
    return studentPValue(a.mean - b.mean, std::sqrt(sum), freedom);
}

double effectOf(const Summary& a, const Summary& b) {
    const double freeA = static_cast<double>(a.n - 1), freeB = static_cast<double>(b.n - 1);
    const double pooled = std::sqrt((freeA * a.sd * a.sd + freeB * b.sd * b.sd) / (freeA + freeB));
    if (a.mean == b.mean) return 0;
    return (a.mean - b.mean) / pooled;  // infinite where nothing varies but the group
}

GroupMean meanOf(const std::vector<double>& own, const std::vector<double>& others, const GroupMeanOptions& options) {
    GroupMean result{.summary = summarise(own), .interval = meanInterval(own, options.level)};
    const Summary rest = summarise(others);
    result.enough = result.summary.n >= options.leastImages && rest.n >= options.leastImages && options.leastImages > 1;
    if (!result.enough) return result;
    result.difference = result.summary.mean - rest.mean;
    result.effect = effectOf(result.summary, rest);
    result.pValue = welchPValue(result.summary, rest);
    return result;
}

}  // namespace

std::vector<std::vector<GroupMean>> groupMeans(const std::vector<std::vector<double>>& values, const Groups& groups,
                                               const GroupMeanOptions& options) {
    std::vector<std::vector<GroupMean>> means;
    std::vector<double> pValues;
    for (const std::vector<double>& number : values) {
        check(groups, number.size());
        std::vector<GroupMean>& row = means.emplace_back();
        for (int group = 0; group < groups.count(); ++group) {
            std::vector<double> own, others;
            for (size_t image = 0; image < number.size(); ++image)
                if (groups.ofImage[image] >= 0) (groups.ofImage[image] == group ? own : others).push_back(number[image]);
            row.push_back(meanOf(own, others, options));
            if (row.back().enough) pValues.push_back(row.back().pValue);
        }
    }
    const std::vector<double> shares = holmShares(pValues, 1 - options.level);
    auto share = shares.begin();
    for (auto& row : means)
        for (GroupMean& mean : row)
            if (mean.enough) mean.stands = mean.pValue < *share++ && std::abs(mean.effect) >= options.smallestEffect;
    return means;
}

}  // namespace gaplab::fairness
