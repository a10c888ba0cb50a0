#include "core/fairness/movement.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/stats/holm.h"
#include "core/stats/student_t.h"

namespace gaplab::fairness {
namespace {

/// Images of a part that one of a pair gets right.
struct Pair {
    int64_t onlyBaseline = 0, onlyStudent = 0;
};

std::vector<Pair> countPairs(const std::vector<int>& partOfImage, int parts, const Answers& baseline, const Answers& student) {
    std::vector<Pair> pairs(static_cast<size_t>(parts));
    for (size_t i = 0; i < student.images(); ++i) {
        if (partOfImage[i] < 0) continue;
        Pair& pair = pairs[static_cast<size_t>(partOfImage[i])];
        pair.onlyBaseline += baseline.isRight(i) && !student.isRight(i);
        pair.onlyStudent += student.isRight(i) && !baseline.isRight(i);
    }
    return pairs;
}

std::vector<int64_t> imagesOfParts(const std::vector<int>& partOfImage, int parts) {
    std::vector<int64_t> images(static_cast<size_t>(parts));
    for (const int part : partOfImage)
        if (part >= 0) ++images[static_cast<size_t>(part)];
    return images;
}

/// Differences are whole images: what lies between them is not seen. Without its variance two or three seeds that agree by chance
/// leave no noise at all, and among many classes some always do.
constexpr double rounding = 1.0 / 12;  // images squared

/// What every seed saw of one part.
using Seeds = std::vector<Pair>;

/// The part's movement at a level; its interval, p value and difference do not depend on Holm but for that level.
ClassMovement movementOf(const Seeds& seeds, int64_t images, double level) {
    ClassMovement movement{.images = images, .level = level};
    if (images == 0) return movement;
    if (seeds.size() == 1) {
        const PairedAnswers answers = mcnemar(seeds[0].onlyBaseline, seeds[0].onlyStudent, images, level);
        movement.difference = answers.difference;
        movement.interval = answers.interval;
        movement.pValue = answers.pValue;
        return movement;
    }
    std::vector<double> differences;  // in images
    for (const Pair& seed : seeds)
        differences.push_back(static_cast<double>(seed.onlyStudent - seed.onlyBaseline));
    const Summary summary = summarise(differences);
    const double n = static_cast<double>(images), freedom = static_cast<double>(summary.n - 1);
    const double error = std::sqrt((summary.sd * summary.sd + rounding) / static_cast<double>(summary.n)) / n;
    movement.difference = summary.mean / n;
    movement.interval = studentInterval(movement.difference, error, freedom, level);
    movement.pValue = studentPValue(movement.difference, error, freedom);
    return movement;
}

}  // namespace

void checkPairs(const std::vector<Answers>& baselines, const std::vector<Answers>& students, int classes) {
    if (students.empty() || students.size() != baselines.size())
        throw inputError(fmt::format("There are {} students and {} baselines; each student needs the baseline of its seed.",
                                     students.size(), baselines.size()));
    for (const auto* networks : {&baselines, &students})
        for (const Answers& each : *networks) {
            check(each, classes);
            checkSameImages(students.front(), each);
        }
}

void checkTeachers(const std::vector<Answers>& teachers, const std::vector<Answers>& students, int classes) {
    if (teachers.size() != 1 && teachers.size() != students.size())
        throw inputError(fmt::format("There are {} teachers for {} students; there is one for all, or one for each.",
                                     teachers.size(), students.size()));
    for (const Answers& teacher : teachers) {
        check(teacher, classes);
        checkSameImages(teacher, students.front());
    }
}

std::vector<ClassMovement> classMovements(const std::vector<Answers>& baselines, const std::vector<Answers>& students,
                                          int classes, int64_t leastImages, double level) {
    checkPairs(baselines, students, classes);
    return partMovements(students.front().labels, classes, baselines, students, classes, leastImages, level);
}

std::vector<ClassMovement> partMovements(const std::vector<int>& partOfImage, int parts, const std::vector<Answers>& baselines,
                                         const std::vector<Answers>& students, int classes, int64_t leastImages, double level) {
    checkPairs(baselines, students, classes);
    if (partOfImage.size() != students.front().images() ||
        std::ranges::any_of(partOfImage, [parts](int part) { return part < -1 || part >= parts; }))
        throw inputError("Each image needs the class or group it is of, or -1.");
    std::vector<Seeds> seedsOfPart(static_cast<size_t>(parts));
    for (size_t s = 0; s < students.size(); ++s) {
        const std::vector<Pair> pairs = countPairs(partOfImage, parts, baselines[s], students[s]);
        for (size_t p = 0; p < pairs.size(); ++p)
            seedsOfPart[p].push_back(pairs[p]);
    }
    const std::vector<int64_t> images = imagesOfParts(partOfImage, parts);
    std::vector<ClassMovement> movements;
    std::vector<size_t> tested;
    std::vector<double> pValues;
    for (size_t p = 0; p < seedsOfPart.size(); ++p) {
        movements.push_back(movementOf(seedsOfPart[p], images[p], level));
        if (images[p] == 0 || images[p] < leastImages) continue;
        tested.push_back(p);
        pValues.push_back(movements.back().pValue);
    }
    const std::vector<double> shares = holmShares(pValues, 1 - level);
    for (size_t i = 0; i < tested.size(); ++i) {
        ClassMovement& movement = movements[tested[i]];
        movement = movementOf(seedsOfPart[tested[i]], movement.images, 1 - shares[i]);
        movement.moved = movement.pValue >= shares[i] ? Moved::NotBeyondNoise : movement.difference > 0 ? Moved::Up : Moved::Down;
    }
    return movements;
}

}  // namespace gaplab::fairness
