// What losses.py talks to: cases as JSON on standard input, {"losses": [names], "answers": [..]} on standard output: every loss
// of logits, and what GapLab makes of the cases, in the same order.
//   {"loss", "parameters": {..}, "teacher": [[..], ..], "student": [[..], ..], "labels": [..]}
//   -> {"value", "gradient": [[..], ..]}   float64, the gradient by the student's logits
// With "shapes": [teacher's, student's], each [channels] or [channels, height, width], the rows are an image's features instead:
// pooled vectors, or one stage behind the stem.

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

/// Rows as features of that shape, with a stem and logits that nothing looks at.
Outputs featuresOf(const at::Tensor& rows, const std::vector<int64_t>& shape) {
    const int64_t images = rows.size(0);
    std::vector<int64_t> sizes = shape;
    sizes.insert(sizes.begin(), images);
    Outputs outputs{.logits = at::zeros({images, 3}, at::kDouble)};
    outputs.stages = {at::zeros({images, 1, 1, 1}, at::kDouble), at::zeros({images, 1, 1, 1}, at::kDouble)};
    outputs.pooled = at::zeros({images, 1}, at::kDouble);
    (shape.size() == 1 ? outputs.pooled : outputs.stages[1]) = rows.reshape(sizes);
    return outputs;
}

Json answerOfFeatures(const Json& asked) {
    const auto shapes = asked.at("shapes").get<std::vector<std::vector<int64_t>>>();
    const at::Tensor own = tensorOf(asked.at("student")).set_requires_grad(true);
    const Outputs teacher = featuresOf(tensorOf(asked.at("teacher")), shapes[0]), student = featuresOf(own, shapes[1]);
    const auto shown = [](const std::vector<int64_t>& shape) -> std::vector<std::vector<int64_t>> {
        if (shape.size() == 1) return {{1, 1, 1}, {1, 1, 1}, shape};
        return {{1, 1, 1}, shape, {1}};
    };
    const auto loss = makeLoss(asked.at("loss"), {.parameters = asked.at("parameters"),
                                                  .classes = 3,
                                                  .stages = {shapes[0].size() == 1 ? Json("pooled") : Json(1)},
                                                  .fromShapes = shown(shapes[0]),
                                                  .toShapes = shown(shapes[1])});
    const at::Tensor value = (*loss)(&teacher, student, {{}, at::zeros({own.size(0)}, at::kLong), {}});
    torch::autograd::backward({value}, {});
    return {{"value", value.item<double>()}, {"gradient", toJson(own.grad())}};
}

Json answer(const Json& asked) {
    if (asked.contains("shapes")) return answerOfFeatures(asked);
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
