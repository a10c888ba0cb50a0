#pragma once

#include "core/run/compare.h"

namespace gaplab {

/// How far a comparison may be extended until it is decided.
struct SeedPlan {
    int64_t cap = 10;   ///< seeds a trial at most
    int64_t looks = 3;  ///< how often at most the verdicts are looked at; each look is at levelOfLook

    /// Throws Error (Input) with everything that is wrong with it.
    void requireSensible() const;
    /// Seeds that every trial has at the look (1 .. looks): evenly spaced up to the cap, at least two.
    int64_t seedsAtLook(int64_t look) const;
};

/// Runs that a trial lacks.
struct MissingSeeds {
    std::string trial;
    Json document;
    std::vector<uint64_t> seeds;  ///< ascending
};

struct SeedStep {
    int64_t seeds = 0;               ///< that all trials have in common
    bool isLook = false;             ///< they are enough for one of the plan's looks: this comparison is one
    bool decided = false;            ///< it is a look and every trial has a verdict
    std::vector<MissingSeeds> next;  ///< to be trained before the next look; empty: decided, or at the cap
};

/// What to do after a comparison with the plan's looks: all trials get the same seeds, first those that some of them have, then
/// the smallest that none has. Called again after the training of what it names, it takes at most the plan's number of looks.
/// Throws Error (Input) where no further seed can decide: a single trial, trials on other data, runs without test accuracy.
SeedStep nextSeeds(const TrialComparison& comparison, const SeedPlan& plan);

}  // namespace gaplab
