#include "core/train/steps/sequential.h"

#include <algorithm>
#include <map>
#include <optional>
#include <ranges>

#include <ATen/ops/lerp.h>
#include <torch/csrc/autograd/autograd.h>

#include "core/train/steps/switokd.h"

namespace gaplab {
namespace {

using Known = std::map<const Role*, Outputs>;

/// Some term compares this network's features.
bool needsTaps(const Role& role, const std::vector<Term>& terms) {
    return std::ranges::any_of(
        terms, [&](const Term& term) { return term.loss->needsFeatures() && (term.from == &role || term.to == &role); });
}

Outputs outputsOf(const Role& role, const std::vector<Term>& terms, const at::Tensor& images) {
    Outputs outputs = role.forward(images, role.trained, needsTaps(role, terms));
    outputs.logits = outputs.logits.to(at::promote_types(outputs.logits.scalar_type(), at::kFloat));
    return outputs;
}

Outputs detached(Outputs outputs) {
    outputs.logits = outputs.logits.detach();
    for (at::Tensor& stage : outputs.stages)
        stage = stage.detach();
    if (outputs.pooled.defined()) outputs.pooled = outputs.pooled.detach();
    return outputs;
}

bool isComputed(const std::vector<Term>& terms, size_t index, const StepSettings& settings) {
    return terms[index].isActive(settings.epoch) && (settings.leftOut.empty() || !settings.leftOut[index]);
}

/// Outputs of every frozen teacher that a term needs; teachers that are only watched are not run unless they have to be.
Known frozenOutputs(const std::vector<Term>& terms, const at::Tensor& images, const Role* watched, const StepSettings& settings) {
    const at::NoGradGuard noGradient;
    Known known;
    const auto run = [&](const Role* role) {
        if (role && !role->trained && !known.contains(role)) known.emplace(role, outputsOf(*role, terms, images));
    };
    for (size_t i = 0; i < terms.size(); ++i)
        if (isComputed(terms, i, settings)) run(terms[i].from);
    run(watched);
    return known;
}

bool listensToStudent(const std::vector<Role>& roles, const std::vector<Term>& terms) {
    return std::ranges::any_of(terms, [&](const Term& term) { return term.from == &roles.front(); }) ||
           std::ranges::any_of(roles, [](const Role& role) { return role.kind == "switokd"; });
}

}  // namespace

StepOutputs sequentialStep(const std::vector<Role>& roles, const std::vector<Term>& terms, const Batch& batch,
                           const StepSettings& settings, const Mitigations& mitigations) {
    const Levers& levers = settings.levers;
    const Role& student = roles.front();
    Known known = frozenOutputs(terms, batch.images, settings.runTeacher ? levers.teacher : nullptr, settings);
    std::optional<Outputs> early;  // of the student, with its graph
    if (listensToStudent(roles, terms)) {
        early = outputsOf(student, terms, batch.images);
        known.emplace(&student, detached(*early));
    }
    StepOutputs step;
    step.terms.resize(terms.size());
    std::vector<NetworkOutcome> lastFirst;
    auto place = static_cast<size_t>(std::ranges::count_if(roles, &Role::trained));
    for (const Role& role : roles | std::views::reverse) {
        if (!role.trained) continue;
        const bool isStudent = &role == &student, learns = &role != levers.teacher || settings.teacherLearns;
        const c10::AutoGradMode gradients(learns);
        const Outputs outputs = isStudent && early ? std::move(*early) : outputsOf(role, terms, batch.images);
        if (isStudent && levers.teacher && known.contains(levers.teacher)) {
            Outputs& teacher = known.at(levers.teacher);
            if (levers.blend > 0) teacher.logits = at::lerp(teacher.logits, outputs.logits.detach(), levers.blend);
            step.said = teacher.logits;
        }
        Cost cost(mitigations, batch, --place);
        for (size_t i = 0; i < terms.size(); ++i) {
            const Term& term = terms[i];
            if (term.to != &role) continue;
            if (!isComputed(terms, i, settings)) {
                step.terms[i] = at::zeros({}, outputs.logits.options().requires_grad(false));
                continue;
            }
            const bool turned = isStudent && term.from && term.from == levers.teacher;
            if (turned) term.loss->setTemperature(levers.temperature);
            step.terms[i] = cost.add(term, term.from ? &known.at(term.from) : nullptr, outputs,
                                     term.weight.at(settings.epoch) * (turned ? levers.teachingWeight : 1.0));
        }
        const at::Tensor loss = cost.total();
        if (role.kind == "switokd")
            step.waits[&role] = teacherWaits(outputs.logits.detach(), known.at(&student).logits, batch.labels);
        if (role.kind == "feedback")
            step.pending[&role] = {outputs.logits, loss};
        else if (learns)
            torch::autograd::backward({isStudent && levers.studentBalance != 1 ? loss * levers.studentBalance : loss}, {});
        lastFirst.push_back({outputs.logits.detach(), loss.detach()});
        const Outputs& said = known.emplace(&role, detached(outputs)).first->second;
        for (size_t i = 0; i < terms.size(); ++i)
            if (terms[i].to == &role && isComputed(terms, i, settings))
                terms[i].loss->learn(terms[i].from ? &known.at(terms[i].from) : nullptr, said, batch);
    }
    step.networks.assign(lastFirst.rbegin(), lastFirst.rend());
    return step;
}

}  // namespace gaplab
