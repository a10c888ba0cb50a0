#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>

#include "core/base/names.h"
#include "core/stats/holm.h"
#include "core/stats/stats.h"
#include "core/stats/student_t.h"

namespace gaplab {
namespace {

using Sample = std::vector<std::pair<uint64_t, double>>;
using BySeed = std::map<uint64_t, double>;

/// One value a seed (the mean, where a seed was run more than once); values that are not finite are counted and left out.
BySeed bySeed(const Sample& sample, int64_t& leftOut) {
    std::map<uint64_t, std::vector<double>> groups;
    for (const auto& [seed, value] : sample) {
        if (std::isfinite(value))
            groups[seed].push_back(value);
        else
            ++leftOut;
    }
    BySeed values;
    for (const auto& [seed, group] : groups)
        values[seed] = summarise(group).mean;
    return values;
}

std::vector<double> valuesOf(const BySeed& sample) {
    std::vector<double> values;
    for (const auto& [seed, value] : sample)
        values.push_back(value);
    return values;
}

/// What a comparison is decided from: an estimate with its standard error.
struct Estimate {
    double difference = 0, error = 0, freedom = 0;
    int64_t n = 0;
    bool paired = false, testable = false;
    std::optional<SignFlip> signs = {};
    std::vector<std::string> notes = {};
};

Estimate pairedEstimate(const std::vector<double>& pairs) {
    const Summary summary = summarise(pairs);
    Estimate estimate{.difference = summary.mean, .n = summary.n, .paired = true, .testable = summary.n >= 2};
    if (estimate.testable) {
        estimate.error = summary.sd / std::sqrt(static_cast<double>(summary.n));
        estimate.freedom = static_cast<double>(summary.n - 1);
        estimate.signs = signFlip(pairs);
    }
    return estimate;
}

/// Welch's test: B. L. Welch, Biometrika 34 (1947), 28-35; degrees of freedom after Satterthwaite.
Estimate welchEstimate(const Summary& a, const Summary& b) {
    Estimate estimate{.difference = b.mean - a.mean, .n = std::min(a.n, b.n), .testable = std::min(a.n, b.n) >= 2};
    if (!estimate.testable) return estimate;
    const auto countA = static_cast<double>(a.n), countB = static_cast<double>(b.n);
    const double partA = a.sd * a.sd / countA, partB = b.sd * b.sd / countB;
    estimate.error = std::sqrt(partA + partB);
    const double spread = partA * partA / (countA - 1) + partB * partB / (countB - 1);
    // the squares of a very small spread vanish: then take the fewest degrees of freedom the formula can give
    estimate.freedom = spread > 0 ? (partA + partB) * (partA + partB) / spread : std::min(countA, countB) - 1;
    return estimate;
}

Estimate estimate(const Sample& a, const Sample& b) {
    int64_t leftOut = 0;
    const BySeed left = bySeed(a, leftOut), right = bySeed(b, leftOut);
    std::vector<double> pairs;
    for (const auto& [seed, value] : left)
        if (const auto found = right.find(seed); found != right.end()) pairs.push_back(found->second - value);
    const bool single = left.size() == 1 && right.size() == 1 && pairs.size() == 1;
    Estimate result;
    if (pairs.size() >= 2 || single) {
        result = pairedEstimate(pairs);
        if (single) result.notes.emplace_back("for this seed only");
        const size_t unpaired = left.size() + right.size() - 2 * pairs.size();
        if (unpaired > 0) result.notes.push_back(std::to_string(unpaired) + " without a partner left out");
    } else {
        result = welchEstimate(summarise(valuesOf(left)), summarise(valuesOf(right)));
        result.notes.emplace_back(result.n == 0  ? "no values to compare"
                                  : result.n < 2 ? "for one seed only, without a spread"
                                                 : "seeds differ: not paired");
    }
    if (leftOut > 0) result.notes.push_back(std::to_string(leftOut) + " not a finite number, left out");
    return result;
}

Verdict judge(const Interval& interval, double margin) {
    if (interval.low > 0) return Verdict::Better;
    if (interval.high < 0) return Verdict::Worse;
    if (interval.low > -margin && interval.high < margin) return Verdict::Equal;
    return Verdict::CannotTell;
}

Comparison decide(const Estimate& estimate, double level, double margin) {
    Comparison comparison{.difference = estimate.difference, .level = level, .n = estimate.n, .paired = estimate.paired};
    comparison.belowMargin = std::abs(estimate.difference) < margin;
    comparison.note = join(estimate.notes, "; ");
    if (!estimate.testable) return comparison;
    comparison.interval = studentInterval(estimate.difference, estimate.error, estimate.freedom, level);
    comparison.pValue = studentPValue(estimate.difference, estimate.error, estimate.freedom);
    comparison.signFlip = estimate.signs;
    // without any spread among the seeds nothing can be said of what would be found
    if (estimate.error > 0) comparison.detectable = detectableDifference(estimate.error, estimate.freedom, level);
    comparison.verdict = judge(*comparison.interval, margin);
    return comparison;
}

}  // namespace

std::string toText(Verdict verdict) {
    switch (verdict) {
        case Verdict::Better: return "better";
        case Verdict::Worse: return "worse";
        case Verdict::Equal: return "equal";
        case Verdict::CannotTell: return "cannot tell";
    }
    throw std::logic_error("a verdict without a name");
}

Comparison compare(const Sample& a, const Sample& b, double level, double margin) {
    return decide(estimate(a, b), level, margin);
}

double levelOfLook(double level, int64_t looks) {
    if (looks < 1) throw std::invalid_argument("there is at least one look");
    return 1 - (1 - level) / static_cast<double>(looks);
}

std::vector<Comparison> compareAll(const Sample& baseline, const std::vector<Sample>& others, double levelOfAll, double margin,
                                   int64_t looks) {
    const double level = levelOfLook(levelOfAll, looks);
    std::vector<Estimate> estimates;
    estimates.reserve(others.size());
    for (const Sample& other : others)
        estimates.push_back(estimate(baseline, other));
    std::vector<double> pValues;  // of those that can be tested
    for (const Estimate& each : estimates)
        if (each.testable) pValues.push_back(studentPValue(each.difference, each.error, each.freedom));
    const std::vector<double> shares = holmShares(pValues, 1 - level);
    std::vector<Comparison> comparisons;
    comparisons.reserve(others.size());
    auto share = shares.begin();
    for (const Estimate& each : estimates)
        comparisons.push_back(decide(each, each.testable ? 1 - *share++ : level, margin));
    for (Comparison& comparison : comparisons)
        comparison.looks = looks;
    return comparisons;
}

}  // namespace gaplab
