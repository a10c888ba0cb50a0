#include "core/train/examiner.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include "core/train/not_a_number.h"

namespace gaplab {
namespace {

/// Whether a moving average is kept for a role: it is of the student's values, which its dynamic teacher shares.
bool isAveraged(const Role& role, const std::vector<Role>& roles) {
    return role.trained && (!role.apart || &role == &roles.front());
}

std::vector<uint16_t> classesIn(const at::Tensor& classes) {
    const at::Tensor host = classes.to(at::kInt).cpu().contiguous();
    const int32_t* values = host.const_data_ptr<int32_t>();
    return {values, values + host.numel()};
}

Answers answersOf(const std::string& role, const std::string& split, const at::Tensor& logits) {
    const auto [probabilities, classes] = logits.softmax(1).max(1);
    const at::Tensor host = (255 * probabilities).round().to(at::kByte).cpu().contiguous();
    const uint8_t* confidences = host.const_data_ptr<uint8_t>();
    return {role, split, classesIn(classes), {confidences, confidences + host.numel()}};
}

Answers labelsAsAnswers(const std::string& split, const at::Tensor& labels) {
    return {"labels", split, classesIn(labels), std::vector<uint8_t>(static_cast<size_t>(labels.numel()), 255)};
}

Answers groupsAsAnswers(const std::string& split, const at::Tensor& groups, int64_t count) {
    const at::Tensor places = at::where(groups.lt(0), at::full_like(groups, count), groups);
    return {"groups", split, classesIn(places), std::vector<uint8_t>(static_cast<size_t>(groups.numel()), 255)};
}

}  // namespace

Examiner::Examiner(const Experiment& experiment, const Dataset& dataset, const BatchMaker& batches,
                   const std::vector<Role>& roles, const Mitigations& mitigations, TrainingObserver& observer)
    : experiment_(experiment),
      dataset_(dataset),
      batches_(batches),
      roles_(roles),
      mitigations_(mitigations),
      observer_(observer),
      measures_(measuresNamed(experiment.evaluation.measures)) {}

void Examiner::point(const std::string& series, double value) const {
    observer_.point(series, setting_.step, setting_.epoch, value);
}

Evaluated Examiner::measured(const Role& role, const State& state, const ImageSet& set, const at::Tensor& rows) const {
    at::Tensor shift;
    if (role.trained)
        for (const auto& mitigation : mitigations_)
            if (const at::Tensor added = mitigation->shiftOfAnswers(); added.defined()) shift = added;
    return evaluate({*role.network, state, role.view, shift}, batches_, set, rows, experiment_.training.batch);
}

Examiner::Heard Examiner::hear(const std::string& split, const at::Tensor& rows, const State* average) {
    Heard heard;
    for (const Role& role : roles_) {
        if (role.foreign) continue;
        if (role.trained) {
            heard[role.name] = measured(role, role.state, dataset_.train, rows);
            if (average && isAveraged(role, roles_)) heard[role.name + "_ema"] = measured(role, *average, dataset_.train, rows);
            continue;
        }
        Evaluated& kept = frozen_[role.name + "/" + split];
        if (!kept.logits.defined()) kept = measured(role, role.state, dataset_.train, rows);
        heard[role.name] = kept;
    }
    return heard;
}

Examiner::Result Examiner::examine(const std::string& split, const at::Tensor& rows, const Setting& setting) {
    setting_ = setting;
    const at::Tensor labels = batches_.labels(dataset_.train, rows);
    const Heard heard = hear(split, rows, setting.average);
    const at::Tensor groups = batches_.groups(dataset_.train, rows);
    std::map<std::string, NamedValues> own;
    for (const auto& [name, said] : heard) {
        if (!std::isfinite(said.values.loss))
            failOfNan("validation loss of " + name, roles_.front(), setting.step, setting.epoch);
        own[name] = recordNetwork(name + "/" + split + "/", said, labels, groups);
    }
    const Evaluated& student = heard.at("student");
    Result result{.studentAccuracy = student.values.accuracy};
    if (setting.answers) {
        result.answers.push_back(labelsAsAnswers(split, labels));
        if (groups.defined()) result.answers.push_back(groupsAsAnswers(split, groups, std::ssize(dataset_.groups)));
        for (const auto& [name, said] : heard)
            result.answers.push_back(answersOf(name, split, said.logits));
    }
    result.labels = labels;
    for (const auto& [name, said] : heard)
        result.logits[name] = said.logits;
    for (size_t i = 1; i < roles_.size(); ++i) {
        const Role& teacher = roles_[i];
        const std::string pair = &teacher == setting.mainTeacher ? "gap" : "gap:" + teacher.name + "-student";
        const std::string series = pair + "/" + split + "/";
        if (teacher.foreign) {
            recordStages(series, teacher, rows);
            continue;
        }
        recordPair(series, teacher, heard, own, {labels, groups});
        recordStages(series, teacher, rows);
        if (setting.average && heard.contains(teacher.name + "_ema"))
            point(fmt::format("gap:{0}_ema-student_ema/{1}/accuracy", teacher.name, split),
                  heard.at(teacher.name + "_ema").values.accuracy - heard.at("student_ema").values.accuracy);
    }
    if (!setting.mainTeacher) return result;
    at::Tensor said = heard.at(setting.mainTeacher->name).logits;
    if (setting.blend > 0) said = at::lerp(said, student.logits, setting.blend);  // what the student hears is the mixture
    const auto right = [&](const at::Tensor& logits) {
        return logits.argmax(1).eq(labels).to(at::kDouble).mean().item<double>();
    };
    result.gap = right(said) - student.values.accuracy;
    if (setting.blend > 0) point("gap/" + split + "/accuracy_blended", result.gap);
    if (experiment_.gap && experiment_.gap->measure == "worst_group")
        if (const auto gap = gapOfWorstGroup({.teacher = said,
                                              .student = student.logits,
                                              .labels = labels,
                                              .groups = groups,
                                              .groupCount = std::ssize(dataset_.groups)}))
            result.gap = *gap;
    return result;
}

NamedValues Examiner::recordNetwork(const std::string& series, const Evaluated& heard, const at::Tensor& labels,
                                    const at::Tensor& groups) const {
    NamedValues own;
    for (const MeasureEntry* measure : measures_) {
        if (measure->ofNetwork) std::ranges::copy(measure->ofNetwork(heard.logits, labels), std::back_inserter(own));
        if (measure->ofGroups && groups.defined())
            for (const auto& [name, value] : measure->ofGroups({heard.logits, labels, groups, std::ssize(dataset_.groups)}))
                point(series + name, value);
    }
    point(series + "accuracy", heard.values.accuracy);
    point(series + "loss", heard.values.loss);
    for (const auto& [name, value] : own)
        point(series + name, value);
    return own;
}

double Examiner::temperatureFrom(const Role& teacher) const {
    for (const Knowledge& term : experiment_.knowledge)
        if (term.from == teacher.name && term.to == "student" && term.parameters.contains("temperature"))
            return term.parameters.at("temperature");
    return 1;
}

void Examiner::recordPair(const std::string& series, const Role& teacher, const Heard& heard,
                          const std::map<std::string, NamedValues>& own, const Truth& truth) const {
    const Evaluated &said = heard.at(teacher.name), &student = heard.at("student");
    point(series + "accuracy", said.values.accuracy - student.values.accuracy);
    const PairLogits logits{.teacher = said.logits,
                            .student = student.logits,
                            .labels = truth.labels,
                            .temperature = temperatureFrom(teacher),
                            .groups = truth.groups,
                            .groupCount = std::ssize(dataset_.groups)};
    for (const MeasureEntry* measure : measures_)
        if (measure->ofPair)
            for (const auto& [name, value] : measure->ofPair(logits))
                point(series + name, value);
    const NamedValues &ofTeacher = own.at(teacher.name), &ofStudent = own.at("student");
    for (size_t k = 0; k < std::min(ofTeacher.size(), ofStudent.size()); ++k)
        point(series + ofStudent[k].first, ofStudent[k].second - ofTeacher[k].second);
}

void Examiner::recordStages(const std::string& series, const Role& teacher, const at::Tensor& rows) const {
    const at::NoGradGuard noGradient;
    const Role& student = roles_.front();
    for (const MeasureEntry* measure : measures_) {
        if (!measure->ofStages) continue;
        const auto sums = measure->ofStages();
        for (int64_t begin = 0; begin + 4 <= std::min(rows.size(0), stageImages); begin += stageBatch) {
            const at::Tensor batch = rows.slice(0, begin, std::min(begin + stageBatch, std::min(rows.size(0), stageImages)));
            const at::Tensor images = batches_.evaluationImages(dataset_.train, batch);
            sums->add(teacher.forward(images, false, true).stages, student.forward(images, false, true).stages);
        }
        for (const auto& [name, value] : sums->read())
            point(series + name, value);
    }
}

std::vector<Answers> Examiner::test(const std::string& suffix, const std::vector<Role>& roles, const Setting& setting) {
    setting_ = setting;
    const at::Tensor rows = at::arange(dataset_.test.size(), at::kLong), groups = batches_.groups(dataset_.test, rows);
    std::vector<Answers> answers = {labelsAsAnswers("test", batches_.labels(dataset_.test, rows))};
    if (groups.defined()) answers.push_back(groupsAsAnswers("test", groups, std::ssize(dataset_.groups)));
    const auto record = [&](const std::string& name, const Evaluated& heard) {
        point(name + "/test/accuracy_" + suffix, heard.values.accuracy);
        answers.push_back(answersOf(name, "test", heard.logits));
    };
    for (const Role& role : roles) {
        if (role.foreign) continue;
        if (role.trained) {
            record(role.name, measured(role, role.state, dataset_.test, rows));
            if (setting.average && isAveraged(role, roles))
                record(role.name + "_ema", measured(role, *setting.average, dataset_.test, rows));
            continue;
        }
        Evaluated& kept = frozenTest_[role.name];
        if (!kept.logits.defined()) kept = measured(role, role.state, dataset_.test, rows);
        record(role.name, kept);
    }
    return answers;
}

void Examiner::time(const at::Tensor& rows, const State* average) const {
    for (const Role& role : roles_) {
        if (!role.trained) continue;
        measured(role, role.state, dataset_.train, rows);
        if (average && isAveraged(role, roles_)) measured(role, *average, dataset_.train, rows);
    }
}

void Examiner::forget(const Role& role) {
    std::erase_if(frozen_, [&](const auto& kept) { return kept.first.starts_with(role.name + "/"); });
}

}  // namespace gaplab
