#pragma once

#include <optional>
#include <vector>

#include "core/fairness/answers.h"
#include "core/stats/stats.h"

namespace gaplab::fairness {

enum class Moved { Up, Down, NotBeyondNoise, NotEnoughData };

/// How the share of right answers to a class (its recall) or a group differs between a student and its baseline.
struct ClassMovement {
    Moved moved = Moved::NotEnoughData;
    int64_t images = 0;                     ///< of the class or group
    double difference = 0;                  ///< of the student minus that of the baseline, mean over seeds; of no images: 0
    std::optional<Interval> interval = {};  ///< of the difference, at its level after Holm
    double level = 0.95;
    double pValue = 1;
};

/// Of every class. One pair: McNemar's exact test on the class's images, true of these two networks. Several pairs of the same
/// seed: the paired t test over seeds, with the noise of whole images, true of the method. Moved where the p value lies below the
/// share of errors that Holm leaves the class among all classes with at least `leastImages`: where nothing moved, at most 1 -
/// level of all comparisons name any class. Throws Error (Input) for no pairs, unequal numbers, or answers to other images.
std::vector<ClassMovement> classMovements(const std::vector<Answers>& baselines, const std::vector<Answers>& students,
                                          int classes, int64_t leastImages = 10, double level = 0.95);

/// The same of any parts: `partOfImage` is 0 to parts - 1 for each image, -1: none.
std::vector<ClassMovement> partMovements(const std::vector<int>& partOfImage, int parts, const std::vector<Answers>& baselines,
                                         const std::vector<Answers>& students, int classes, int64_t leastImages = 10,
                                         double level = 0.95);

/// Throws Error (Input) unless there is at least one pair and all answer to the same images.
void checkPairs(const std::vector<Answers>& baselines, const std::vector<Answers>& students, int classes);
/// Throws Error (Input) unless there is one teacher for all students or one for each, and all answer to the students' images.
void checkTeachers(const std::vector<Answers>& teachers, const std::vector<Answers>& students, int classes);

}  // namespace gaplab::fairness
