// What losses.py talks to. One JSON on a line of standard input, one on a line of standard output; tensors are {"shape",
// "values"}. First it tells all losses and what their parameters choose from: {LOSS: {PARAMETER: {"default", "choices": [..]}}}.
// Then, for each case
//   {"loss", "parameters": {..}, "smoothing", "stages": [..], "images", "seed", "state": {NAME: TENSOR},
//    "teacher", "student": {"logits", "stages": [..], "pooled"}, "batch": {"labels", "soft_labels", "indices", "groups",
//    "epoch"}},
// it answers what GapLab makes of it in float64:
//   {"value", "gradient": {"logits", "stages", "pooled"}   by the student's outputs
//    "state", "slopes": {NAME: TENSOR}                     what the loss keeps beside the network, and the gradient by what is
//    trained "learned": {NAME: TENSOR}}                            what it keeps after it has learned by itself from the same
//    batch
// Parameters that are trained are moved off their fresh values at random; "state" sets buffers.

#include <iostream>

#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>

#include "core/knowledge/loss.h"

using namespace gaplab;

namespace {

constexpr double offFresh = 0.3;  // deviation of what is added to parameters
constexpr int64_t longAgo = 3;    // times that the loss has learned before it is asked

at::Tensor tensorOf(const Json& json) {
    return at::tensor(json.at("values").get<std::vector<double>>(), at::kDouble)
        .reshape(json.at("shape").get<std::vector<int64_t>>());
}

Json toJson(const at::Tensor& tensor) {
    const at::Tensor plain = tensor.detach().to(at::kDouble).contiguous();
    return {{"shape", plain.sizes().vec()},
            {"values", std::vector<double>(plain.data_ptr<double>(), plain.data_ptr<double>() + plain.numel())}};
}

/// 0 where nothing flows.
Json gradientOf(const at::Tensor& leaf) {
    return toJson(leaf.grad().defined() ? leaf.grad() : at::zeros_like(leaf));
}

Outputs outputsOf(const Json& json) {
    Outputs outputs{.logits = tensorOf(json.at("logits")), .stages = {}, .pooled = tensorOf(json.at("pooled"))};
    for (const Json& stage : json.at("stages"))
        outputs.stages.push_back(tensorOf(stage));
    return outputs;
}

std::vector<std::vector<int64_t>> shapesOf(const Outputs& outputs) {
    std::vector<std::vector<int64_t>> shapes;
    for (const at::Tensor& stage : outputs.stages)
        shapes.push_back(stage.sizes().slice(1).vec());
    shapes.push_back(outputs.pooled.sizes().slice(1).vec());
    return shapes;
}

Batch batchOf(const Json& json) {
    const auto integers = [&](const char* name) {
        return json.contains(name) ? tensorOf(json.at(name)).to(at::kLong) : at::Tensor();
    };
    return {.images = {},
            .labels = integers("labels"),
            .softLabels = json.contains("soft_labels") ? tensorOf(json.at("soft_labels")) : at::Tensor(),
            .indices = integers("indices"),
            .epoch = json.value("epoch", 0.0),
            .groups = integers("groups")};
}

/// As a document that leaves out what is as declared.
Json parametersOf(const Catalogue& catalogue, const Json& asked) {
    Json parameters = Json::object();
    for (const Parameter& parameter : catalogue.find(Registry::Loss, asked.at("loss"))->parameters)
        parameters[parameter.name] = parameter.defaultValue;
    parameters.update(asked.at("parameters"));
    return parameters;
}

Json stateOf(const Model& model) {
    Json state = Json::object();
    for (size_t i = 0; i < model.state.parameters.size(); ++i)
        state[model.network->parameters()[i].name] = toJson(model.state.parameters[i]);
    for (size_t i = 0; i < model.state.buffers.size(); ++i)
        state[model.network->buffers()[i].name] = toJson(model.state.buffers[i]);
    return state;
}

void prepare(Model& model, const Json& asked) {
    const at::NoGradGuard noGradient;
    at::manual_seed(asked.value("seed", uint64_t{0}));
    for (at::Tensor& parameter : model.state.parameters)
        parameter.add_(at::randn(parameter.sizes(), parameter.options().requires_grad(false)), offFresh);
    const Json given = asked.value("state", Json::object());
    for (size_t i = 0; i < model.state.buffers.size(); ++i)
        if (const std::string& name = model.network->buffers()[i].name; given.contains(name))
            model.state.buffers[i].copy_(tensorOf(given.at(name)));
}

Json answer(const Catalogue& catalogue, const Json& asked) {
    const Outputs teacher = outputsOf(asked.at("teacher")), student = outputsOf(asked.at("student"));
    const Batch batch = batchOf(asked.at("batch"));
    const auto loss = makeLoss(asked.at("loss"), {.parameters = parametersOf(catalogue, asked),
                                                  .labelSmoothing = asked.value("smoothing", 0.0),
                                                  .classes = student.logits.size(1),
                                                  .images = asked.value("images", int64_t{0}),
                                                  .stages = asked.value("stages", Json::array()),
                                                  .fromShapes = shapesOf(teacher),
                                                  .toShapes = shapesOf(student),
                                                  .fromClasses = teacher.logits.size(1),
                                                  .seed = asked.value("seed", uint64_t{0})});
    Model* adapters = loss->adapters();
    Json row = {{"state", Json::object()}, {"slopes", Json::object()}, {"learned", Json::object()}};
    if (adapters) {
        adapters->state = adapters->state.to(at::kDouble);
        for (int64_t i = 0; i < longAgo; ++i)
            loss->learn(&teacher, student, batch);
        prepare(*adapters, asked);
        row["state"] = stateOf(*adapters);
    }

    std::vector<at::Tensor> leaves = student.stages;
    leaves.insert(leaves.end(), {student.logits, student.pooled});
    for (at::Tensor& leaf : leaves)
        leaf.set_requires_grad(true);
    const at::Tensor value = (*loss)(&teacher, student, batch);
    torch::autograd::backward({value}, {});
    row["value"] = value.item<double>();
    row["gradient"] = {{"logits", gradientOf(student.logits)}, {"stages", Json::array()}, {"pooled", gradientOf(student.pooled)}};
    for (const at::Tensor& stage : student.stages)
        row["gradient"]["stages"].push_back(gradientOf(stage));
    if (!adapters) return row;

    for (size_t i = 0; i < adapters->state.parameters.size(); ++i)
        row["slopes"][adapters->network->parameters()[i].name] = gradientOf(adapters->state.parameters[i]);
    for (at::Tensor& leaf : leaves)
        leaf.set_requires_grad(false);
    loss->learn(&teacher, student, batch);
    row["learned"] = stateOf(*adapters);
    return row;
}

Json choicesOf(const Catalogue& catalogue) {
    Json losses = Json::object();
    for (const Member& member : catalogue.members(Registry::Loss)) {
        losses[member.name] = Json::object();
        for (const Parameter& parameter : member.parameters)
            if (parameter.type == ParameterType::Choice)
                losses[member.name][parameter.name] = {{"default", parameter.defaultValue}, {"choices", parameter.choices}};
    }
    return losses;
}

}  // namespace

int main() {
    Catalogue catalogue;
    addLosses(catalogue);
    std::cout << choicesOf(catalogue).dump() << "\n";
    for (std::string line; std::getline(std::cin, line);)
        std::cout << answer(catalogue, Json::parse(line)).dump() << "\n";
}
