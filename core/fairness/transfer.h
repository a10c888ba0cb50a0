#pragma once

#include <vector>

#include "core/fairness/answers.h"
#include "core/fairness/resampling.h"

namespace gaplab::fairness {

/// What a student took from its teacher beyond what its baseline, trained without one, has in common with the teacher anyway.
/// Shares of images, student minus baseline, -1 to 1. (After A. Mason-Williams et al., 2025: wrong knowledge passes more readily
/// than right.)
struct Transfer {
    int64_t teacherRight = 0, teacherWrong = 0;  ///< images; of the first of several teachers
    Estimate right = {};                         ///< of the images that the teacher gets right: right too
    Estimate wrong = {};                         ///< of those it gets wrong: the same wrong answer (error overlap)
};

/// `teachers`: one that is the same for all seeds, or one a seed. One pair: intervals after Agresti and Min over images. Several:
/// Student's t over seeds. Nothing where the teacher has fewer than `leastImages` of a kind. Throws Error (Input) as checkPairs
/// does.
Transfer transferOf(const std::vector<Answers>& teachers, const std::vector<Answers>& baselines,
                    const std::vector<Answers>& students, int classes, int64_t leastImages = 10, double level = 0.95);
inline Transfer transferOf(const Answers& teacher, const std::vector<Answers>& baselines, const std::vector<Answers>& students,
                           int classes, int64_t leastImages = 10, double level = 0.95) {
    return transferOf(std::vector{teacher}, baselines, students, classes, leastImages, level);
}

}  // namespace gaplab::fairness
