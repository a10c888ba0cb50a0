#include "core/fairness/impact.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/base/error.h"
#include "core/fairness/calibration.h"

namespace gaplab::fairness {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();

/// The metrics that have intervals by the bootstrap, in one place for the images and for their resamples.
struct Metric {
    Estimate Impact::*estimate;
    Interval range;
};
constexpr std::array<Metric, 7> metrics = {{{&Impact::balancedAccuracy, {0, 1}},
                                            {&Impact::classSpread, {0, 1}},
                                            {&Impact::demographicParity, {0, 1}},
                                            {&Impact::equalizedOdds, {0, 1}},
                                            {&Impact::amplification, {-1, 1}},
                                            {&Impact::cev, {0, infinite}},
                                            {&Impact::sde, {0, infinite}}}};
using Values = std::array<double, metrics.size()>;  // NaN: not enough data

std::vector<double> recallsOf(const Tally& tally, const Scope& scope) {
    std::vector<double> recalls;
    for (const int c : scope.classes)
        if (const std::optional<double> recall = tally.recall(c).value()) recalls.push_back(*recall);
    return recalls;
}

Values valuesOf(const Tally& network, const Tally* reference, const Scope& scope) {
    const Summary recalls = summarise(recallsOf(network, scope));
    const auto spread = reference ? errorSpread(errorChanges(network, *reference, scope)) : std::nullopt;
    return {recalls.mean,
            recalls.sd,
            demographicParityDifference(network, scope).value_or(nothing),
            equalizedOddsDifference(network, scope).value_or(nothing),
            biasAmplification(network, scope).value_or(nothing),
            spread ? spread->cev : nothing,
            spread ? spread->sde : nothing};
}

std::optional<double> known(double value) {
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

void estimateByBootstrap(Impact& impact, const Answers& network, const Answers* reference, const Groups& groups,
                         const ImpactOptions& options) {
    const int classes = impact.tally.classes();
    std::array<std::vector<double>, metrics.size()> draws;
    ImageBootstrap(network, reference, groups, classes)
        .run(options.draws, options.seed, [&](const Tally& one, const Tally& other) {
            const Values values = valuesOf(one, reference ? &other : nullptr, impact.scope);
            for (size_t i = 0; i < metrics.size(); ++i)
                draws[i].push_back(values[i]);
        });
    const Tally before = reference ? tallyOf(*reference, classes, groups) : Tally(classes, groups.count());
    const Values values = valuesOf(impact.tally, reference ? &before : nullptr, impact.scope);
    for (size_t i = 0; i < metrics.size(); ++i)
        impact.*metrics[i].estimate = biasCorrected(known(values[i]), std::move(draws[i]), options.level, metrics[i].range);
    if (reference) impact.errorChanges = errorChanges(impact.tally, before, impact.scope);
}

PartImpact partOf(const Share& right, const ImpactOptions& options) {
    return {.right = right, .enough = right.n >= options.leastImages, .interval = wilsonInterval(right, options.level)};
}

std::vector<double> valuesOf(const std::vector<Share>& shares) {
    std::vector<double> values;
    for (const Share& share : shares)
        values.push_back(*share.value());
    return values;
}

Estimate lowestOf(const std::vector<Share>& shares, size_t lowest, double level) {
    if (shares.empty()) return {};
    return {.value = meanOfLowest(valuesOf(shares), lowest), .interval = intervalOfLowest(shares, lowest, level)};
}

Worst worstOf(const std::vector<Share>& shares, const std::vector<int>& parts, double level) {
    if (shares.empty()) return {};
    const std::vector<double> values = valuesOf(shares);
    return {lowestOf(shares, 1, level), parts[static_cast<size_t>(std::ranges::min_element(values) - values.begin())]};
}

void findWorst(Impact& impact, double level) {
    std::vector<Share> classes, groups;
    for (const int c : impact.scope.classes)
        classes.push_back(impact.tally.recall(c));
    for (const int g : impact.scope.groups)
        groups.push_back(impact.tally.accuracyOfGroup(g));
    impact.worstClass = worstOf(classes, impact.scope.classes, level);
    impact.worstGroup = worstOf(groups, impact.scope.groups, level);
    impact.worstClasses = lowestOf(classes, (classes.size() + 19) / 20, level);
}

void checkOptions(const ImpactOptions& options) {
    if (!(options.level > 0 && options.level < 1)) throw inputError("The level of an interval lies between 0 and 1.");
    if (options.draws < 100) throw inputError("An interval by resampling needs at least 100 resamples.");
}

}  // namespace

Impact impactOf(const Answers& network, const Answers* reference, int classes, const Groups& groups,
                const ImpactOptions& options) {
    check(network, classes);
    check(groups, network.images());
    checkOptions(options);
    if (reference) {
        check(*reference, classes);
        checkSameImages(network, *reference);
    }
    Impact impact{.tally = tallyOf(network, classes, groups)};
    impact.scope = scopeOf(impact.tally, options.leastImages, options.trainingCounts);
    impact.all = partOf(impact.tally.accuracy(), options);
    impact.all.calibration = calibrationError(network);
    const auto calibration = calibrationErrors(network, classes, options.leastImages);
    for (int c = 0; c < classes; ++c) {
        impact.classes.push_back(partOf(impact.tally.recall(c), options));
        if (!calibration.empty()) impact.classes.back().calibration = calibration[static_cast<size_t>(c)];
    }
    for (int g = 0; g < groups.count(); ++g)
        impact.groups.push_back(partOf(impact.tally.accuracyOfGroup(g), options));
    findWorst(impact, options.level);
    estimateByBootstrap(impact, network, reference, groups, options);
    return impact;
}

Estimate overSeeds(const std::vector<Estimate>& seeds, double level) {
    std::vector<double> values;
    for (const Estimate& seed : seeds)
        if (seed.value) values.push_back(*seed.value);
    if (values.empty()) return {};
    return {.value = summarise(values).mean, .interval = meanInterval(values, level)};
}

}  // namespace gaplab::fairness
