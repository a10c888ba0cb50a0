#include "core/run/bias/material.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/names.h"
#include "core/run/bias/alone.h"
#include "core/run/bias/stored_answers.h"
#include "core/run/trials.h"

namespace gaplab::bias {
namespace {

using Runs = std::vector<RunRow>;

std::string architectureOf(const RunRow& run, const std::string& role) {
    const Json network = run.networks.is_object() ? run.networks.value(role, Json()) : Json();
    return network.is_object() ? network.value("architecture", "") : "";
}

std::string whyUnfinished(const Runs& runs) {
    if (runs.size() > 1) return "No run of the trial has finished: this is of the best evaluation so far";
    return fmt::format("Run {} is {}, not finished: this is of its best evaluation so far", runs.front().id,
                       toText(runs.front().state));
}

/// The runs of a trial that are looked at, one a seed: those that have finished, or else the latest.
Runs runsOf(const Store& store, const std::string& trial, std::vector<std::string>& warnings) {
    const Runs all = runsThatCount(store, trial);
    std::vector<std::string> remarks;
    std::map<uint64_t, const RunRow*> bySeed = finishedBySeed(all, remarks);
    if (bySeed.empty()) {
        for (const RunRow& run : all)
            bySeed.insert_or_assign(run.seed, &run);
        remarks = {whyUnfinished(all)};
    }
    std::ranges::move(remarks, std::back_inserter(warnings));
    Runs chosen;
    for (const auto& [seed, run] : bySeed)
        chosen.push_back(*run);
    return chosen;
}

bool hasAnswers(const Store& store, const RunRow& run, const std::string& split) {
    return storedAnswers(store, run, "labels", split) && storedAnswers(store, run, "student", split);
}

/// The one asked for, or else the validation images.
std::string splitOf(const Store& store, const Runs& runs, const std::string& wanted, std::vector<std::string>& warnings) {
    if (wanted != "test" && wanted != "validation")
        throw inputError(fmt::format("There is no split \"{}\".", wanted), "The splits are test and validation.");
    const auto told = [&](const std::string& split) {
        return std::ranges::any_of(runs, [&](const RunRow& run) { return hasAnswers(store, run, split); });
    };
    if (told(wanted)) return wanted;
    if (wanted == "test" && told("validation")) {
        warnings.emplace_back(
            "There are no stored answers to test images: this is of the validation images, which chose the "
            "epoch, so that all figures are somewhat too good");
        return "validation";
    }
    const std::string which = runs.size() == 1 ? fmt::format("Run {} has", runs.front().id) : "The runs of this trial have";
    throw inputError(fmt::format("{} no stored answers of a student to {} images.", which, wanted),
                     "Answers are stored from the first evaluation on. Runs that another program made have none.");
}

/// What the student of each run answered; runs that tell nothing, or of other images, are left out with a warning.
Speaker studentsOf(const Store& store, const Runs& runs, const std::string& split, const std::vector<int>& labels, int classes,
                   std::vector<std::string>& warnings) {
    Speaker speaker{.role = "student"};
    for (const RunRow& run : runs) {
        auto answers =
            storedLabels(store, run, split) == labels ? answersOf(store, run, "student", split, labels, classes) : std::nullopt;
        if (!answers) {
            warnings.push_back(fmt::format("Run {} (seed {}) has no stored answers to these images: left out", run.id, run.seed));
            continue;
        }
        speaker.runs.push_back(run.id);
        speaker.seeds.push_back(run.seed);
        speaker.answers.push_back(std::move(*answers));
        speaker.label = run.trialLabel;
        speaker.architecture = architectureOf(run, "student");
    }
    return speaker;
}

bool areEqual(const std::vector<fairness::Answers>& answers) {
    return std::ranges::all_of(answers, [&](const auto& each) { return each.predictions == answers.front().predictions; });
}

void addTeacher(Material& material, const Store& store, const Runs& runs, const std::string& wanted) {
    const std::vector<std::string> known = biasTeachers(store, material.run);
    if (!wanted.empty() && std::ranges::find(known, wanted) == known.end())
        throw inputError(fmt::format("Run {} has no stored answers of a teacher \"{}\".", material.run.id, wanted),
                         known.empty() ? "It knows answers of no teacher." : "It knows those of " + join(known) + ".");
    if (known.empty()) {
        material.noTeacher = gapTeacher(material.run).empty()
                                 ? "The student was trained without a teacher, so there is nobody whose bias it could have taken."
                                 : "The answers of the teacher are not stored, so what the student took from it cannot be told.";
        return;
    }
    Speaker teacher{.role = wanted.empty() ? known.front() : wanted};
    teacher.architecture = architectureOf(material.run, teacher.role);
    teacher.label = teacher.architecture.empty() ? teacher.role : teacher.architecture;
    const std::vector<int>& labels = material.student.answers.front().labels;
    for (const RunRow& run : runs) {
        if (std::ranges::find(material.student.runs, run.id) == material.student.runs.end()) continue;
        auto answers = answersOf(store, run, teacher.role, material.split, labels, material.classes());
        if (!answers) continue;
        teacher.runs.push_back(run.id);
        teacher.seeds.push_back(run.seed);
        teacher.answers.push_back(std::move(*answers));
    }
    const bool isComplete = teacher.runs.size() == material.student.runs.size();
    if (!isComplete)
        material.warnings.push_back(fmt::format("Only {} of {} runs know answers of {}: the first of them stands for all",
                                                teacher.runs.size(), material.student.runs.size(), teacher.role));
    if (!isComplete || areEqual(teacher.answers)) {
        teacher.runs.resize(1);
        teacher.seeds.resize(1);
        teacher.answers.resize(1);
    }
    material.teacher = std::move(teacher);
}

/// The trial that is meant, or that the documents name; empty: none.
std::string namedBaseline(const Store& store, const Runs& runs, const std::string& wanted) {
    if (!wanted.empty()) return trialNamed(store, wanted);
    for (const RunRow& run : runs)
        if (const auto named = run.from.find("baseline"); named != run.from.end()) return store.run(named->second).trial;
    return {};
}

std::string whyNotComparable(const Material& material, const Runs& baselines) {
    const RunRow& other = baselines.front();
    if (classNamesOf(other) != material.classNames) return "it knows other classes";
    if (other.dataFingerprint != material.run.dataFingerprint) return "its images are others";
    if (material.split == "validation" && other.splitSeed != material.run.splitSeed)
        return "its validation images are others (data.split_seed differs)";
    return {};
}

void addBaseline(Material& material, const Store& store, const Runs& runs, const std::string& wanted) {
    std::string trial = namedBaseline(store, runs, wanted);
    if (trial.empty()) {
        trial = trialAlone(store, runs.back());
        material.isBaselineFound = !trial.empty();
    }
    if (trial.empty()) {
        material.noBaseline =
            "No baseline is known: what the student would do without a teacher, so movement, propagation and "
            "transfer cannot be told. Train the same student alone with the same seeds, and name that run as "
            "the baseline.";
        return;
    }
    if (trial == material.run.trial) {
        material.noBaseline = "The baseline is the trial itself, which says nothing. Name a run of the same student alone.";
        return;
    }
    std::vector<std::string> remarks;
    const Runs others = runsOf(store, trial, remarks);
    const auto refuse = [&](const std::string& why) {
        material.noBaseline = fmt::format("The baseline (run {}) cannot be compared with: {}.", others.front().id, why);
    };
    if (const std::string why = whyNotComparable(material, others); !why.empty()) return refuse(why);
    Speaker speaker =
        studentsOf(store, others, material.split, material.student.answers.front().labels, material.classes(), remarks);
    if (speaker.runs.empty()) return refuse(fmt::format("it has no stored answers to these {} images", material.split));
    for (const std::string& remark : remarks)
        material.warnings.push_back("Baseline: " + remark);
    material.baseline = std::move(speaker);
}

std::string seedsText(const std::vector<uint64_t>& seeds) {
    return fmt::format("{}", fmt::join(seeds, ", "));
}

/// Student and baseline of the same seed began alike and saw the same order of images.
void addPairs(Material& material) {
    if (!material.baseline) return;
    const auto& seeds = material.baseline->seeds;
    for (size_t s = 0; s < material.student.seeds.size(); ++s)
        if (const auto same = std::ranges::find(seeds, material.student.seeds[s]); same != seeds.end())
            material.pairs.push_back({s, static_cast<size_t>(same - seeds.begin())});
    if (material.pairs.size() == material.student.seeds.size() && material.pairs.size() == seeds.size()) return;
    material.warnings.push_back(fmt::format(
        "The student has seeds {}, the baseline {}: {}", seedsText(material.student.seeds), seedsText(seeds),
        material.pairs.empty() ? "they share none, so movement, propagation and transfer cannot be told"
                               : fmt::format("movement, propagation and transfer are of the {} they share",
                                             material.pairs.size() == 1 ? "one" : std::to_string(material.pairs.size()))));
}

void addGroups(Material& material, const Store& store, const Runs& runs) {
    for (const RunRow& run : runs) {
        if (std::ranges::find(material.student.runs, run.id) == material.student.runs.end()) continue;
        material.groups = storedGroups(store, run, material.split, material.images());
        if (material.groups.count() == 0) continue;
        material.trainingCounts = trainingCountsOf(run);
        return;
    }
    material.noGroups =
        "Groups of the images are not known, so nothing can be said of them. Give them with data.groups (from "
        "folders, a table, colour or brightness) and train again.";
}

}  // namespace

Material gather(const Store& store, const BiasQuestion& question) {
    Material material;
    const std::string trial = trialNamed(store, question.run);
    const Runs runs = runsOf(store, trial, material.warnings);
    material.split = splitOf(store, runs, question.split, material.warnings);
    const RunRow& first = *std::ranges::find_if(runs, [&](const RunRow& run) { return hasAnswers(store, run, material.split); });
    material.classNames = classNamesOf(first);
    if (material.classNames.empty())
        throw inputError(fmt::format("Run {} does not know the names of its classes.", first.id),
                         "It was made by another program: its images cannot be told apart by class.");
    const std::vector<int> labels = storedLabels(store, first, material.split);
    const bool fits = std::ranges::all_of(labels, [&](int label) { return label < material.classes(); });
    if (fits) material.student = studentsOf(store, runs, material.split, labels, material.classes(), material.warnings);
    if (material.student.runs.empty())
        throw inputError(fmt::format("The stored answers of run {} are of other classes than it names.", first.id));
    const int64_t newest = std::ranges::max(material.student.runs);
    material.run = *std::ranges::find(runs, newest, &RunRow::id);
    material.trainingOfClass = trainingOfClasses(material.run);
    addTeacher(material, store, runs, question.teacher);
    addBaseline(material, store, runs, question.baseline);
    addPairs(material);
    addGroups(material, store, runs);
    return material;
}

}  // namespace gaplab::bias

namespace gaplab {

std::vector<std::string> biasTeachers(const Store& store, const RunRow& run) {
    std::vector<std::string> known;
    const Json teachers = run.document.is_object() ? run.document.value("teachers", Json::object()) : Json::object();
    const auto isKnown = [&](const std::string& role) {
        return bias::storedAnswers(store, run, role, "validation") || bias::storedAnswers(store, run, role, "test");
    };
    const std::string usual = gapTeacher(run);
    if (!usual.empty() && isKnown(usual)) known.push_back(usual);
    for (const auto& [name, teacher] : teachers.items())
        if (name != usual && isKnown(name)) known.push_back(name);
    return known;
}

}  // namespace gaplab
