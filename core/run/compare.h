#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/experiment/experiment.h"
#include "core/gap/dynamics.h"
#include "core/stats/stats.h"
#include "core/store/store.h"

namespace gaplab {

/// A number of one run with where it comes from. Fractions for accuracies.
struct RunFigures {
    int64_t run = 0;
    uint64_t seed = 0;
    std::optional<double> bestValidation, bestEpoch, testAtBest, last, testAtLast;  ///< of the student
    /// The gap that the target is about, else that of accuracy, at the last and at the student's best evaluation.
    std::optional<double> gapLast, gapBest;
    std::optional<double> inBand;  ///< share of evaluations with the gap inside the target band
    GapDynamics gap;               ///< of the gap that the target is about, else of gap/validation/accuracy
    /// (student - alone) / (teacher - alone), accuracies at the last evaluation; nothing unless the run names a baseline that the
    /// teacher is ahead of.
    std::optional<double> recovered;
    /// How often the student is right where the teacher is, and how often it repeats the teacher's class where that is wrong,
    /// beyond what the student alone does: on validation images at the best evaluation of each. Nothing without a baseline.
    std::optional<double> positiveTransfer, negativeTransfer;
    double seconds = 0;
};

/// As the run's document has it; nothing where that has no target for the accuracy gap.
std::optional<GapTarget> gapTarget(const RunRow& run);

RunFigures runFigures(const Store& store, const RunRow& run);

/// The finished runs of one trial (repeats over seeds), summarised; other states are counted but not averaged.
struct TrialFigures {
    std::string trial, label;
    Json document;  ///< of one of its runs: what further repeats are trained by
    std::vector<uint64_t> seeds;
    std::vector<RunFigures> runs;
    Summary bestValidation, testAtBest, last, testAtLast, gapLast;  ///< over runs; fractions
    std::optional<Comparison>
        delta;  ///< testAtBest against the baseline trial, paired by seed where possible; absent for the baseline
    /// Answers on the test images against the baseline trial, where both have one run only; says something of these two alone.
    std::optional<PairedAnswers> answers;
    std::vector<std::string> warnings;  ///< "mixes precisions", "1 run is not finished", ...
};

struct TrialComparison {
    std::vector<TrialFigures> trials;        ///< in the order asked for; the first is the baseline
    std::vector<Difference> differences;     ///< of the trials' documents, values in trial order
    std::vector<std::string> notComparable;  ///< why the trials must not be compared: "test set differs", "split seed differs"
};

/// Groups runs into trials and compares each with the first. `names` are run ids, run uuids or trial hashes (prefixes of at least
/// 6 digits). Throws Error (Input) for a name that is not in the store. `level` is the confidence level of the intervals,
/// `margin` the practical margin as a fraction (0.003 = 0.3 points). `looks`: how often at most the trials are compared while
/// seeds are added; each time the level is levelOfLook.
TrialComparison compareTrials(const Store& store, const std::vector<std::string>& names, double level = 0.95,
                              double margin = 0.003, int64_t looks = 1);

/// {"trials": [...], "differences": [...]} as the command line prints it.
Json toJson(const TrialComparison& comparison);

}  // namespace gaplab
