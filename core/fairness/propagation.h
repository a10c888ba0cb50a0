#pragma once

#include <optional>
#include <vector>

#include "core/fairness/answers.h"
#include "core/fairness/slope.h"
#include "core/fairness/transfer.h"

namespace gaplab::fairness {

enum class Propagation { PassesOn, DoesNot, CannotTell };

/// Why it cannot be told.
enum class Doubt {
    None,
    TooFewParts,     ///< classes or groups with images enough
    TeacherIsEven,   ///< the teacher's accuracies do not differ beyond the noise of so few images
    IntervalIsWide,  ///< it holds 0 as well as slopes that matter
};

struct PropagationOptions {
    int64_t leastImages = 10;  ///< a class or group with fewer is left out
    double level = 0.95;
    double smallestSlope = 0.1;  ///< the smallest that matters: a tenth of the teacher's weakness
    int draws = 2000;            ///< resamples of images
    uint64_t seed = 0;
};

/// The regression of the student's shift against its baseline on the teacher's weakness, a point a class (or group).
struct PropagationResult {
    Propagation verdict = Propagation::CannotTell;
    Doubt doubt = Doubt::None;
    Slope slope = {};  ///< > 0: where the teacher is weak the student lost, or gained less
    std::optional<Interval> imagesInterval =
        {};  ///< of the slope, over images alone: true of these very networks, not of the method
    int seeds = 0;
    struct Point {
        int part = 0;         ///< class or group
        double weakness = 0;  ///< accuracy of the teacher minus its mean over the parts: negative where it is weak
        double shift = 0;     ///< accuracy of the student minus that of the baseline, mean over seeds
    };
    std::vector<Point> points = {};
};

/// `partOfImage`: the class or group of each image, -1: none. `teachers`: one that is the same for all seeds, or one a seed,
/// whose answers to an image are averaged. Baselines and students come in pairs of the same seed, whose
/// answers to an image are averaged. It passes on where the interval over parts lies above 0, does not where it ends below
/// `smallestSlope`, and else cannot be told. Association, not cause: a class that is hard for all networks leaves more to be
/// gained, which lowers the slope. Throws Error (Input) as checkPairs does.
PropagationResult propagationOver(const std::vector<int>& partOfImage, const std::vector<Answers>& teachers,
                                  const std::vector<Answers>& baselines, const std::vector<Answers>& students, int classes,
                                  const PropagationOptions& options = {});
inline PropagationResult propagationOver(const std::vector<int>& partOfImage, const Answers& teacher,
                                         const std::vector<Answers>& baselines, const std::vector<Answers>& students, int classes,
                                         const PropagationOptions& options = {}) {
    return propagationOver(partOfImage, std::vector{teacher}, baselines, students, classes, options);
}

}  // namespace gaplab::fairness
