#include "core/train/departure.h"

#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_sub.h>
#include <torch/types.h>

#include "core/nn/features.h"

namespace gaplab {

Departure::Departure(const Role& student, double pull, bool newHead) : pull_(pull), newHead_(newHead) {
    if (pull_ > 0) start_ = student.state.clone().parameters;
    for (at::Tensor& tensor : start_)
        tensor = tensor.detach();
}

void Departure::pull(const Role& student) const {
    if (pull_ == 0) return;
    const at::NoGradGuard noGradient;
    const std::string classifier = classifierOf(*student.network);
    std::vector<at::Tensor> gradients, now, before;
    for (size_t i = 0; i < start_.size(); ++i) {
        const at::Tensor& parameter = student.state.parameters[i];
        if (!parameter.grad().defined() || belongsTo(student.network->parameters()[i].name, classifier)) continue;
        gradients.push_back(parameter.grad());
        now.push_back(parameter.detach());
        before.push_back(start_[i]);
    }
    if (!gradients.empty()) at::_foreach_add_(gradients, at::_foreach_sub(now, before), pull_);
}

std::vector<std::pair<std::string, double>> Departure::drift(const Role& student) const {
    const at::NoGradGuard noGradient;
    const Model alone = studentAlone({student.network, student.state});
    const std::string classifier = classifierOf(*alone.network);
    std::vector<std::string> parts;
    std::vector<at::Tensor> moved, length;
    for (size_t i = 0; i < alone.state.parameters.size(); ++i) {
        const std::string& name = alone.network->parameters()[i].name;
        if (newHead_ && belongsTo(name, classifier)) continue;
        const at::Tensor before = student.start->parameters[i].detach().to(at::kDouble);
        const at::Tensor gone = (alone.state.parameters[i].detach().to(at::kDouble) - before).square().sum();
        if (const std::string part = partOf(name); parts.empty() || parts.back() != part) {
            parts.push_back(part);
            moved.push_back(gone);
            length.push_back(before.square().sum());
        } else {
            moved.back() = moved.back() + gone;
            length.back() = length.back() + before.square().sum();
        }
    }
    const at::Tensor shares = (at::stack(moved) / at::stack(length).clamp_min(1e-30)).sqrt().cpu();
    std::vector<std::pair<std::string, double>> drift;
    for (size_t i = 0; i < parts.size(); ++i)
        drift.emplace_back(parts[i], shares.const_data_ptr<double>()[i]);
    return drift;
}

}  // namespace gaplab
