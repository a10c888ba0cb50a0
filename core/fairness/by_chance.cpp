#include "core/fairness/by_chance.h"

#include <utility>

#include "core/base/random.h"
#include "core/fairness/disparity.h"

namespace gaplab::fairness {
namespace {

/// Shuffles the known groups among the images of each class.
void shuffleWithinClasses(std::vector<int>& groupOf, const std::vector<std::vector<size_t>>& imagesOfClass, Random& random) {
    for (const auto& images : imagesOfClass)
        for (size_t left = images.size(); left > 1; --left)
            std::swap(groupOf[images[left - 1]], groupOf[images[static_cast<size_t>(random.below(static_cast<int64_t>(left)))]]);
}

struct Counted {
    double sum = 0;
    int asLarge = 0, drawn = 0;

    void add(std::optional<double> drawnValue, std::optional<double> seen) {
        if (!drawnValue || !seen) return;
        sum += *drawnValue;
        asLarge += *drawnValue >= *seen - 1e-12;  // equal but for rounding
        ++drawn;
    }
    std::optional<double> mean() const { return drawn == 0 ? std::nullopt : std::optional(sum / drawn); }
    /// B. Phipson and G. K. Smyth (2010): what was seen is one of the shuffles.
    std::optional<double> pValue() const { return drawn == 0 ? std::nullopt : std::optional((asLarge + 1.0) / (drawn + 1.0)); }
};

}  // namespace

ByChance disparityByChance(const Answers& network, int classes, const Groups& groups, int64_t leastImages, uint64_t seed,
                           int shuffles) {
    check(network, classes);
    check(groups, network.images());
    const Tally seen = tallyOf(network, classes, groups);
    const Scope scope = scopeOf(seen, leastImages);
    if (scope.groups.size() < 2) return {};
    std::vector<std::vector<size_t>> imagesOfClass(static_cast<size_t>(classes));
    for (size_t i = 0; i < network.images(); ++i)
        if (groups.ofImage[i] >= 0) imagesOfClass[static_cast<size_t>(network.labels[i])].push_back(i);
    const auto parity = demographicParityDifference(seen, scope), odds = equalizedOddsDifference(seen, scope);
    Counted parities, oddses;
    Groups shuffled = groups;
    Random random(deriveSeed(seed, "groups shuffled within classes"));
    for (int i = 0; i < shuffles; ++i) {
        shuffleWithinClasses(shuffled.ofImage, imagesOfClass, random);
        const Tally tally = tallyOf(network, classes, shuffled);
        parities.add(demographicParityDifference(tally, scope), parity);
        oddses.add(equalizedOddsDifference(tally, scope), odds);
    }
    return {parities.mean(), oddses.mean(), parities.pValue(), oddses.pValue()};
}

}  // namespace gaplab::fairness
