#include "core/train/steps/static_teacher.h"

#include <algorithm>
#include <map>

#include <torch/csrc/autograd/autograd.h>

namespace gaplab {
namespace {

/// Outputs of every teacher that a term needs; teachers that are only watched are not run.
std::map<const Role*, Outputs> teacherOutputs(const std::vector<Term>& terms, const at::Tensor& images) {
    const at::NoGradGuard noGradient;
    std::map<const Role*, Outputs> outputs;
    for (const Term& term : terms) {
        if (term.from == nullptr || outputs.contains(term.from)) continue;
        Outputs teacher = term.from->network->forward(images, Pass{.state = term.from->state});
        teacher.logits = teacher.logits.to(at::kFloat);
        outputs.emplace(term.from, std::move(teacher));
    }
    return outputs;
}

}  // namespace

std::vector<Term> makeTerms(const Experiment& experiment, const std::vector<Role>& roles) {
    std::vector<Term> terms;
    for (const Knowledge& knowledge : experiment.knowledge) {
        const auto from = std::ranges::find(roles, knowledge.from, &Role::name);
        terms.push_back({knowledge.loss + ":" + knowledge.from, from == roles.end() ? nullptr : &*from,
                         makeLoss(knowledge.loss, knowledge.parameters, experiment.training.labelSmoothing), knowledge.weight});
    }
    return terms;
}

StepOutputs staticTeacherStep(const std::vector<Role>& roles, const std::vector<Term>& terms, const Batch& batch, double epoch) {
    const std::map<const Role*, Outputs> teachers = teacherOutputs(terms, batch.images);
    const Role& student = roles.front();
    Outputs outputs = student.network->forward(batch.images, Pass{.state = student.state, .training = true});
    outputs.logits = outputs.logits.to(at::kFloat);

    StepOutputs step;
    at::Tensor loss;
    for (const Term& term : terms) {
        const at::Tensor value = (*term.loss)(term.from ? &teachers.at(term.from) : nullptr, outputs, batch);
        step.terms.push_back(value.detach());
        const at::Tensor weighted = value * term.weight.at(epoch);
        loss = loss.defined() ? loss + weighted : weighted;
    }
    torch::autograd::backward({loss}, {});
    step.logits = outputs.logits.detach();
    step.loss = loss.detach();
    return step;
}

}  // namespace gaplab
