#include "core/run/bias/words.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/names.h"

namespace gaplab::bias {

using fairness::Doubt;
using fairness::Moved;
using fairness::Propagation;

std::string percentText(std::optional<double> share) {
    return share ? fmt::format("{:.1f} %", 100 * *share) : "not enough data";
}

std::string pointsText(double difference, bool sign) {
    const std::string text = sign ? fmt::format("{:+.1f}", 100 * difference) : fmt::format("{:.1f}", 100 * difference);
    return text == "-0.0" || text == "+0.0" ? "0.0" : text;
}

std::string intervalText(const std::optional<Interval>& interval, double factor, int digits) {
    if (!interval) return {};
    return fmt::format("[{:.{}f}, {:.{}f}]", factor * interval->low, digits, factor * interval->high, digits);
}

std::string countText(int64_t count) {
    std::string text = std::to_string(count);
    for (auto at = std::ssize(text) - 3; at > 0; at -= 3)
        text.insert(static_cast<size_t>(at), ",");
    return text;
}

std::string countText(int64_t count, const std::string& one, const std::string& many) {
    return countText(count) + " " + (count == 1 ? one : many);
}

std::string toText(BiasPropagation::Over over) {
    switch (over) {
        case BiasPropagation::Over::Classes: return "classes";
        case BiasPropagation::Over::Cells: return "classes in groups";
        case BiasPropagation::Over::Groups: return "groups";
    }
    return {};
}

std::string toText(Propagation verdict) {
    switch (verdict) {
        case Propagation::PassesOn: return "passed on";
        case Propagation::DoesNot: return "did not pass on";
        case Propagation::CannotTell: return "cannot tell";
    }
    return {};
}

std::string toText(Moved moved) {
    switch (moved) {
        case Moved::Up: return "up";
        case Moved::Down: return "down";
        case Moved::NotBeyondNoise: return "not beyond noise";
        case Moved::NotEnoughData: return "not enough data";
    }
    return {};
}

namespace {

std::string doubtOf(const BiasPropagation& told) {
    const auto& result = told.result;
    switch (result.doubt) {
        case Doubt::TooFewParts:
            return fmt::format("of the {} only {} have images enough, and a slope needs {}", toText(told.over),
                               result.slope.units, fairness::leastUnits);
        case Doubt::TeacherIsEven:
            return fmt::format("the teacher's accuracies do not differ between {} beyond the noise of so few images",
                               toText(told.over));
        case Doubt::IntervalIsWide:
            return fmt::format(
                "the interval {} of the slope holds 0 as well as slopes that matter: more seeds or images are "
                "needed",
                intervalText(result.slope.interval, 1, 2));
        case Doubt::None: break;
    }
    return {};
}

/// "Over 100 classes: .."
std::string scopeOf(const BiasPropagation& told) {
    return fmt::format("Over {} {}", told.result.points.size(), toText(told.over));
}

}  // namespace

std::string verdictOf(const BiasPropagation& told) {
    const auto& result = told.result;
    if (result.verdict == Propagation::CannotTell)
        return fmt::format("{} it cannot be told whether bias was passed on: {}.", scopeOf(told), doubtOf(told));
    const std::string slope = fmt::format("{:.2f} {}", result.slope.value.value_or(0), intervalText(result.slope.interval, 1, 2));
    if (result.verdict == Propagation::PassesOn)
        return fmt::format(
            "{} bias was passed on: a point that the teacher lies below its mean goes with {} points that the "
            "student lost, or gained less, against the student alone.",
            scopeOf(told), slope);
    return fmt::format(
        "{} bias was not passed on: the slope of the student's shift on the teacher's weakness is {}, below any "
        "that matters.",
        scopeOf(told), slope);
}

namespace {

std::string accuracySentence(const BiasReport& report) {
    std::string text = fmt::format("The student gets {} of {} right", percentText(report.student.accuracy.value),
                                   countText(report.images, report.split + " image", report.split + " images"));
    if (report.teacher)
        text += fmt::format(", its teacher {} {}", report.teacher->role, percentText(report.teacher->accuracy.value));
    if (report.baseline) text += fmt::format(", the student alone {}", percentText(report.baseline->accuracy.value));
    return text + ".";
}

std::string movementSentence(const BiasReport& report) {
    if (report.pairs.empty()) return {};
    const auto count = [&](Moved moved) {
        return std::ranges::count(report.classes, moved, [](const BiasPart& part) { return part.movement.moved; });
    };
    const auto few = count(Moved::NotEnoughData);
    std::string text = fmt::format(" Against the student alone {} up and {} down beyond noise",
                                   countText(count(Moved::Up), "class went", "classes went"), count(Moved::Down));
    if (few > 0) text += fmt::format("; {} too few images to tell", countText(few, "class has", "classes have"));
    return text + ".";
}

std::string worstSentence(const BiasReport& report) {
    const int worst = report.student.worstClassIndex;
    if (worst < 0) return " No class has images enough to be judged.";
    const BiasPart& part = report.classes[static_cast<size_t>(worst)];
    std::string text = fmt::format(" Its worst class is {} with {}", part.name, percentText(part.student.value));
    if (report.teacher) text += fmt::format(" (teacher {})", percentText(part.teacher.value));
    return text + ".";
}

std::string groupSentence(const BiasReport& report) {
    const int worst = report.student.worstGroupIndex;
    if (worst < 0) return {};
    const BiasPart& part = report.groups[static_cast<size_t>(worst)];
    std::string text = fmt::format(" Its worst group is {} with {}", part.name, percentText(part.student.value));
    if (const auto odds = report.student.equalizedOdds.value) {
        text += fmt::format("; equalized odds difference {} points", pointsText(*odds));
        if (const auto chance = report.student.byChance.equalizedOdds)
            text += fmt::format(", where chance alone gives {}", pointsText(*chance));
    }
    return text + ".";
}

std::string whyNoVerdict(const BiasReport& report) {
    if (!report.teacher) return report.noTeacher;
    if (!report.baseline) return report.noBaseline;
    return "Student and baseline share no seed.";
}

std::string verdictSentences(const BiasReport& report) {
    if (report.propagation.empty()) return fmt::format(" Whether bias was passed on cannot be told. {}", whyNoVerdict(report));
    std::string text;
    for (const BiasPropagation& told : report.propagation)
        text += " " + told.verdict;
    return text;
}

std::string imagesLimit(const BiasReport& report) {
    std::string text = fmt::format("Of the {} of {}, at the epoch with the best validation accuracy of each run.",
                                   countText(report.images, report.split + " image", report.split + " images"),
                                   report.dataName.empty() ? "the data set" : report.dataName);
    text += report.split == "test" ? " Validation images chose that epoch; test images chose nothing."
                                   : " These very images chose that epoch, so accuracies are somewhat too good.";
    return text + " Other images may tell something else.";
}

std::string seedsLimit(const BiasReport& report) {
    const auto seeds = report.student.seeds.size();
    if (seeds == 1)
        return "One seed: intervals are over images and true of these very networks, not of the method. Further seeds would tell "
               "how much training by itself varies.";
    return fmt::format("{} seeds: intervals of the student are over seeds, on these very images{}.", seeds,
                       seeds < 5 ? "; so few seeds leave them wide" : "");
}

/// Of several seeds only one has a partner.
std::string pairLimit(const BiasReport& report) {
    return fmt::format("Movement, propagation and transfer are of seed {} alone: true of these very networks, not of the method.",
                       report.pairs.front());
}

std::string teacherLimit(const BiasReport& report) {
    if (report.teacher->runs.size() > 1) return "Each seed has a teacher of its own: its weakness is that of their mean.";
    return "The teacher is one network, the same for all seeds: its intervals are over images.";
}

std::string notMeasured(const BiasReport& report) {
    std::vector<std::string> missing;
    if (!report.teacher)
        missing.emplace_back("transfer and propagation (no teacher)");
    else if (report.pairs.empty())
        missing.emplace_back("movement, transfer and propagation (no baseline of the same seeds)");
    if (report.groupNames.empty())
        missing.emplace_back("groups (no labels)");
    else if (!report.student.amplification.enough())
        missing.emplace_back("bias amplification (training counts are not known)");
    if (!report.student.calibration.enough()) missing.emplace_back("calibration (no confidences)");
    missing.emplace_back("harm that an error does, and anything beyond these classes and groups");
    return "Not measured: " + join(missing, "; ") + ".";
}

int64_t tooFew(const std::vector<BiasPart>& parts, int64_t least) {
    return std::ranges::count_if(parts, [least](const BiasPart& part) { return part.images < least; });
}

void addLimits(BiasReport& report, const Material& material, const BiasQuestion& question) {
    auto& limits = report.limits;
    limits.push_back(imagesLimit(report));
    limits.push_back(seedsLimit(report));
    if (report.split == "test" && report.document.value("/data/groups/from"_json_pointer, "") == "skewed")
        limits.emplace_back(
            "The test set holds each image twice, in colour and in grey: intervals over images, which take them for different "
            "ones, are too narrow, by up to a factor of 1.4.");
    if (report.baseline && material.isBaselineFound)
        limits.emplace_back(
            "Nobody named the student alone: it is the newest trial in the store with the same student, images and "
            "training, and without a teacher.");
    if (report.pairs.size() == 1 && report.student.seeds.size() > 1) limits.push_back(pairLimit(report));
    if (report.teacher) limits.push_back(teacherLimit(report));
    limits.push_back(notMeasured(report));
    if (const auto few = tooFew(report.classes, question.leastImages) + tooFew(report.groups, question.leastImages); few > 0)
        limits.push_back(fmt::format("{} fewer than {} of these images and are not judged: \"not enough data\".",
                                     countText(few, "class or group has", "classes or groups have"), question.leastImages));
    if (const auto unknown = std::ranges::count(material.groups.ofImage, -1); unknown > 0)
        limits.push_back(
            fmt::format("The group of {} is not known; they count for classes alone.", countText(unknown, "image", "images")));
    if (!report.propagation.empty()) {
        limits.emplace_back(
            "A slope is an association, not a cause: a class that is hard for all networks leaves more to be "
            "gained, which lowers it.");
        if (report.propagation.size() > 1)
            limits.push_back(
                fmt::format("Propagation is asked in {} ways, so each interval is at {:.4g} %: all together err as "
                            "seldom as one at {:.4g} %.",
                            report.propagation.size(), 100 * report.propagation.front().level, 100 * report.level));
    }
    if (!report.pairs.empty())
        limits.push_back(
            fmt::format("Classes that moved are told at {:.4g} % over all classes together (Holm). A class that is not "
                        "named may have moved by less than these images can show.",
                        100 * report.level));
    limits.push_back(
        fmt::format("Confidences are stored in steps of 1/255, and calibration of a single seed has no interval. Intervals at "
                    "{:.4g} %; those by resampling from {} draws.",
                    100 * report.level, countText(report.draws)));
}

}  // namespace

void addWords(BiasReport& report, const Material& material, const BiasQuestion& question) {
    report.verdictText = toText(report.verdict);
    report.summary = accuracySentence(report) + verdictSentences(report) + movementSentence(report) + worstSentence(report) +
                     groupSentence(report);
    addLimits(report, material, question);
}

void warnOfSharedTraining(BiasReport& report, const Catalogue& catalogue) {
    if (report.propagation.empty()) return;
    const std::string& role = report.teacher->role;
    const Json teachers = report.document.value("teachers", Json::object());
    const Json teacher = teachers.is_object() ? teachers.value(role, Json()) : Json();
    const Member* kind = catalogue.find(Registry::TeacherKind, teacher.is_object() ? teacher.value("kind", "static") : "static");
    if (!kind || !kind->facts.is_object() || !kind->facts.value("trained", false)) return;
    report.warnings.push_back(
        fmt::format("{} is trained together with the student: classes in which both are weak by chance raise the "
                    "slope even where nothing is passed on",
                    role));
}

}  // namespace gaplab::bias
