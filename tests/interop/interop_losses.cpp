// What losses.py talks to: cases as JSON on standard input, {"losses": [names], "answers": [..]} on standard output: every loss
// of logits, and what GapLab makes of the cases, in the same order.
//   {"loss", "parameters": {..}, "teacher": [[..], ..], "student": [[..], ..], "labels": [..]}
//   -> {"value", "gradient": [[..], ..]}   float64, the gradient by the student's logits

#include <iostream>

#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>

#include "core/knowledge/loss.h"

using namespace gaplab;

namespace {

using Rows = std::vector<std::vector<double>>;

at::Tensor tensorOf(const Rows& rows) {
    std::vector<at::Tensor> tensors;
    for (const std::vector<double>& row : rows)
        tensors.push_back(at::tensor(row, at::kDouble));
    return at::stack(tensors);
}

Json toJson(const at::Tensor& matrix) {
    Json rows = Json::array();
    for (int64_t i = 0; i < matrix.size(0); ++i) {
        const at::Tensor row = matrix[i].contiguous();
        rows.push_back(std::vector<double>(row.data_ptr<double>(), row.data_ptr<double>() + row.numel()));
    }
    return rows;
}

Json answer(const Json& asked) {
    const Outputs teacher{.logits = tensorOf(asked.at("teacher")), .stages = {}, .pooled = {}};
    const Outputs student{.logits = tensorOf(asked.at("student")).set_requires_grad(true), .stages = {}, .pooled = {}};
    const auto loss = makeLoss(asked.at("loss"), {.parameters = asked.at("parameters"), .classes = student.logits.size(1)});
    if (Model* adapters = loss->adapters()) adapters->state = adapters->state.to(at::kDouble);
    const Batch batch{{}, at::tensor(asked.at("labels").get<std::vector<int64_t>>(), at::kLong), {}};
    const at::Tensor value = (*loss)(&teacher, student, batch);
    torch::autograd::backward({value}, {});
    return {{"value", value.item<double>()}, {"gradient", toJson(student.logits.grad())}};
}

std::vector<std::string> lossesOfLogits() {
    Catalogue catalogue;
    addLosses(catalogue);
    std::vector<std::string> names;
    for (const Member& member : catalogue.members(Registry::Loss))
        if (member.facts.at("knowledge") == "logits") names.push_back(member.name);
    return names;
}

}  // namespace

int main() {
    Json answers = Json::array();
    for (const Json& asked : Json::parse(std::cin))
        answers.push_back(answer(asked));
    std::cout << Json{{"losses", lossesOfLogits()}, {"answers", answers}}.dump() << std::endl;
}
