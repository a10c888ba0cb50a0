#include "core/fairness/movement.h"

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/stats/holm.h"

namespace gaplab::fairness {
namespace {

/// Images of a class that one of a pair gets right.
struct Pair {
    int64_t onlyBaseline = 0, onlyStudent = 0;
};

std::vector<Pair> countPairs(const Answers& baseline, const Answers& student, int classes) {
    std::vector<Pair> pairs(static_cast<size_t>(classes));
    for (size_t i = 0; i < student.images(); ++i) {
        Pair& pair = pairs[static_cast<size_t>(student.labels[i])];
        pair.onlyBaseline += baseline.isRight(i) && !student.isRight(i);
        pair.onlyStudent += student.isRight(i) && !baseline.isRight(i);
    }
    return pairs;
}

std::vector<int64_t> imagesOfClasses(const Answers& answers, int classes) {
    std::vector<int64_t> images(static_cast<size_t>(classes));
    for (const int label : answers.labels)
        ++images[static_cast<size_t>(label)];
    return images;
}

/// What every seed saw of one class.
using Seeds = std::vector<Pair>;

/// The class's movement at a level; its interval, p value and difference do not depend on Holm but for that level.
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
    std::vector<std::pair<uint64_t, double>> none, differences;
    for (const Pair& seed : seeds) {
        differences.emplace_back(none.size(),
                                 static_cast<double>(seed.onlyStudent - seed.onlyBaseline) / static_cast<double>(images));
        none.emplace_back(none.size(), 0.0);
    }
    const Comparison comparison = compare(none, differences, level, 0);
    movement.difference = comparison.difference;
    movement.interval = comparison.interval;
    movement.pValue = comparison.pValue.value_or(1);
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

std::vector<ClassMovement> classMovements(const std::vector<Answers>& baselines, const std::vector<Answers>& students,
                                          int classes, int64_t leastImages, double level) {
    checkPairs(baselines, students, classes);
    std::vector<Seeds> seedsOfClass(static_cast<size_t>(classes));
    for (size_t s = 0; s < students.size(); ++s) {
        const std::vector<Pair> pairs = countPairs(baselines[s], students[s], classes);
        for (size_t c = 0; c < pairs.size(); ++c)
            seedsOfClass[c].push_back(pairs[c]);
    }
    const std::vector<int64_t> images = imagesOfClasses(students.front(), classes);
    std::vector<ClassMovement> movements;
    std::vector<size_t> tested;
    std::vector<double> pValues;
    for (size_t c = 0; c < seedsOfClass.size(); ++c) {
        movements.push_back(movementOf(seedsOfClass[c], images[c], level));
        if (images[c] == 0 || images[c] < leastImages) continue;
        tested.push_back(c);
        pValues.push_back(movements.back().pValue);
    }
    const std::vector<double> shares = holmShares(pValues, 1 - level);
    for (size_t i = 0; i < tested.size(); ++i) {
        ClassMovement& movement = movements[tested[i]];
        movement = movementOf(seedsOfClass[tested[i]], movement.images, 1 - shares[i]);
        movement.moved = movement.pValue >= shares[i] ? Moved::NotBeyondNoise : movement.difference > 0 ? Moved::Up : Moved::Down;
    }
    return movements;
}

}  // namespace gaplab::fairness
