#include "core/run/bias/findings.h"

#include <algorithm>
#include <future>

#include "core/run/bias/words.h"

namespace gaplab::bias {
namespace {

using fairness::Answers;
using fairness::Propagation;

/// The answers of all pairs, with the teacher of each or the one of all.
struct Paired {
    std::vector<Answers> teachers, baselines, students;
};

Paired pairedAnswers(const Material& material) {
    Paired paired;
    for (const Pair& pair : material.pairs) {
        paired.students.push_back(material.student.answers[pair.student]);
        paired.baselines.push_back(material.baseline->answers[pair.baseline]);
    }
    if (!material.teacher) return paired;
    if (material.teacher->answers.size() == 1)
        paired.teachers = material.teacher->answers;
    else
        for (const Pair& pair : material.pairs)
            paired.teachers.push_back(material.teacher->answers[pair.student]);
    return paired;
}

void addMovement(BiasReport& report, const Material& material, const Paired& paired, const BiasQuestion& question) {
    const auto take = [](std::vector<BiasPart>& parts, const std::vector<fairness::ClassMovement>& movements) {
        for (size_t i = 0; i < parts.size(); ++i)
            parts[i].movement = movements[i];
    };
    take(report.classes,
         fairness::classMovements(paired.baselines, paired.students, material.classes(), question.leastImages, question.level));
    if (material.groups.count() > 0)
        take(report.groups, fairness::partMovements(material.groups.ofImage, material.groups.count(), paired.baselines,
                                                    paired.students, material.classes(), question.leastImages, question.level));
}

/// Class and group of each image as one number; -1 where the group is not known.
std::vector<int> cellOfImages(const Material& material) {
    std::vector<int> cells;
    const std::vector<int>& labels = material.student.answers.front().labels;
    for (size_t i = 0; i < labels.size(); ++i) {
        const int group = material.groups.ofImage[i];
        cells.push_back(group < 0 ? -1 : labels[i] * material.groups.count() + group);
    }
    return cells;
}

std::string nameOf(const Material& material, BiasPropagation::Over over, int part) {
    const auto& groups = material.groups.names;
    if (over == BiasPropagation::Over::Classes) return material.classNames[static_cast<size_t>(part)];
    if (over == BiasPropagation::Over::Groups) return groups[static_cast<size_t>(part)];
    const auto place = static_cast<size_t>(part);
    return material.classNames[place / groups.size()] + ", " + groups[place % groups.size()];
}

std::vector<BiasPropagation::Over> questionsOf(const Material& material) {
    std::vector<BiasPropagation::Over> asked = {BiasPropagation::Over::Classes};
    if (material.groups.count() > 1) asked.push_back(BiasPropagation::Over::Cells);
    if (material.groups.count() >= fairness::leastUnits) asked.push_back(BiasPropagation::Over::Groups);
    return asked;
}

/// Every question at a level at which all of them together err as seldom as one.
void addPropagation(BiasReport& report, const Material& material, const Paired& paired, const BiasQuestion& question) {
    const std::vector<BiasPropagation::Over> asked = questionsOf(material);
    const double level = levelOfLook(question.level, std::ssize(asked));
    std::vector<std::future<fairness::PropagationResult>> answers;
    for (const auto over : asked)
        answers.push_back(std::async(std::launch::async, [&, over] {
            const auto parts = over == BiasPropagation::Over::Classes  ? material.student.answers.front().labels
                               : over == BiasPropagation::Over::Groups ? material.groups.ofImage
                                                                       : cellOfImages(material);
            return fairness::propagationOver(
                parts, paired.teachers, paired.baselines, paired.students, material.classes(),
                {.leastImages = question.leastImages, .level = level, .draws = question.draws, .seed = question.seed});
        }));
    for (size_t i = 0; i < asked.size(); ++i) {
        BiasPropagation told{.over = asked[i], .level = level, .result = answers[i].get()};
        for (const auto& point : told.result.points)
            told.names.push_back(nameOf(material, asked[i], point.part));
        told.verdict = verdictOf(told);
        report.propagation.push_back(std::move(told));
    }
    const auto is = [&](Propagation verdict) {
        return [verdict](const BiasPropagation& each) { return each.result.verdict == verdict; };
    };
    if (std::ranges::any_of(report.propagation, is(Propagation::PassesOn)))
        report.verdict = Propagation::PassesOn;
    else if (std::ranges::all_of(report.propagation, is(Propagation::DoesNot)))
        report.verdict = Propagation::DoesNot;
}

using Holds = bool (*)(size_t image, const Answers& teacher, const Answers& baseline, const Answers& student);

bool isLost(size_t image, const Answers& teacher, const Answers& baseline, const Answers& student) {
    return teacher.isRight(image) && baseline.isRight(image) && !student.isRight(image);
}

bool isTakenOver(size_t image, const Answers& teacher, const Answers& baseline, const Answers& student) {
    const int said = teacher.predictions[image];
    return !teacher.isRight(image) && student.predictions[image] == said && baseline.predictions[image] != said;
}

BiasExemplars exemplarsOf(const Material& material, const Paired& paired, size_t most, Holds holds) {
    std::vector<BiasExemplar> found;
    for (size_t i = 0; i < material.images(); ++i) {
        BiasExemplar exemplar{.image = static_cast<int64_t>(i)};
        for (size_t s = 0; s < paired.students.size(); ++s) {
            const Answers& teacher = paired.teachers[paired.teachers.size() == 1 ? 0 : s];
            if (!holds(i, teacher, paired.baselines[s], paired.students[s]) || exemplar.seeds++ > 0) continue;
            exemplar.label = teacher.labels[i];
            exemplar.teacher = teacher.predictions[i];
            exemplar.student = paired.students[s].predictions[i];
            exemplar.baseline = paired.baselines[s].predictions[i];
            if (!teacher.confidences.empty()) exemplar.teacherConfidence = teacher.confidences[i];
            if (material.groups.count() > 0) exemplar.group = material.groups.ofImage[i];
        }
        if (exemplar.seeds > 0) found.push_back(exemplar);
    }
    const auto images = static_cast<int64_t>(found.size());
    std::ranges::stable_sort(found, [](const BiasExemplar& one, const BiasExemplar& other) {
        return std::pair(one.seeds, one.teacherConfidence) > std::pair(other.seeds, other.teacherConfidence);
    });
    found.resize(std::min(found.size(), most));
    return {images, std::move(found)};
}

}  // namespace

void addFindings(BiasReport& report, const Material& material, const BiasQuestion& question) {
    for (const Pair& pair : material.pairs)
        report.pairs.push_back(material.student.seeds[pair.student]);
    if (material.pairs.empty()) return;
    const Paired paired = pairedAnswers(material);
    addMovement(report, material, paired, question);
    if (paired.teachers.empty()) return;
    addPropagation(report, material, paired, question);
    report.transfer = fairness::transferOf(paired.teachers, paired.baselines, paired.students, material.classes(),
                                           question.leastImages, question.level);
    report.lost = exemplarsOf(material, paired, question.exemplars, isLost);
    report.takenOver = exemplarsOf(material, paired, question.exemplars, isTakenOver);
}

}  // namespace gaplab::bias
