#include "core/fairness/transfer.h"

#include <algorithm>

#include "core/fairness/impact.h"
#include "core/fairness/movement.h"

namespace gaplab::fairness {
namespace {

/// Images on which only one of a pair gives the teacher's answer.
struct Overlap {
    int64_t onlyBaseline = 0, onlyStudent = 0, images = 0;

    void add(bool baseline, bool student) {
        onlyBaseline += baseline && !student;
        onlyStudent += student && !baseline;
        ++images;
    }
};

Overlap overlapOf(const Answers& teacher, const Answers& baseline, const Answers& student, bool whereRight) {
    Overlap overlap;
    for (size_t i = 0; i < teacher.images(); ++i)
        if (teacher.isRight(i) == whereRight)
            overlap.add(baseline.predictions[i] == teacher.predictions[i], student.predictions[i] == teacher.predictions[i]);
    return overlap;
}

Estimate estimateOf(const std::vector<Overlap>& seeds, int64_t leastImages, double level) {
    const auto tooFew = [&](const Overlap& seed) { return seed.images == 0 || seed.images < leastImages; };
    if (std::ranges::any_of(seeds, tooFew)) return {};
    std::vector<Estimate> estimates;
    for (const Overlap& seed : seeds) {
        const PairedAnswers answers = mcnemar(seed.onlyBaseline, seed.onlyStudent, seed.images, level);
        estimates.push_back({.value = answers.difference, .interval = answers.interval});
    }
    return estimates.size() == 1 ? estimates.front() : overSeeds(estimates, level);
}

}  // namespace

Transfer transferOf(const std::vector<Answers>& teachers, const std::vector<Answers>& baselines,
                    const std::vector<Answers>& students, int classes, int64_t leastImages, double level) {
    checkPairs(baselines, students, classes);
    checkTeachers(teachers, students, classes);
    std::vector<Overlap> right, wrong;
    for (size_t s = 0; s < students.size(); ++s) {
        const Answers& teacher = teachers[teachers.size() == 1 ? 0 : s];
        right.push_back(overlapOf(teacher, baselines[s], students[s], true));
        wrong.push_back(overlapOf(teacher, baselines[s], students[s], false));
    }
    return {.teacherRight = right.front().images,
            .teacherWrong = wrong.front().images,
            .right = estimateOf(right, leastImages, level),
            .wrong = estimateOf(wrong, leastImages, level)};
}

}  // namespace gaplab::fairness
