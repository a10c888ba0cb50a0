// What weights.py talks to.
//   logits ARCHITECTURE SIZE CLASSES WEIGHTS IMAGES OUT   evaluates weights of another program on its images
//   student ARCHITECTURE SIZE CLASSES IMAGES OUT LOGITS   trains a student with a dynamic teacher for 20 real steps, deploys it
//   and
//                                                         writes it with its own logits

#include <fstream>
#include <iostream>

#include "core/base/error.h"
#include "core/nn/tensor_file.h"
#include "core/reparam/reparam.h"
#include "core/train/optimizer.h"
#include "core/train/steps/sequential.h"

using namespace gaplab;

namespace {

at::Tensor imagesOf(const std::string& path) {
    return loadTensors(path).tensors.at("images");
}

void writeLogits(const std::string& path, const at::Tensor& logits) {
    TensorFile file;
    file.tensors["logits"] = logits;
    saveTensors(path, file);
}

NetworkPlan planOf(char** words) {
    const int64_t size = std::stoll(words[1]);
    NetworkPlan plan{.architecture = words[0], .input = {3, size, size}, .classes = std::stoll(words[2])};
    // Other programs build the networks for ImageNet whatever the size of the image; vision transformers cut patches of 16.
    plan.parameters = {{"stem", "imagenet"}};
    return plan;
}

void evaluateForeign(char** words) {
    const at::NoGradGuard noGradient;
    const auto network = buildNetwork(planOf(words));
    State state = initialState(*network, 0);
    takeState(loadTensors(words[3]), "", *network, state, words[3]);
    writeLogits(words[5], network->forward(imagesOf(words[4]), Pass{.state = state}).logits);
}

void trainAndDeploy(char** words) {
    Model model;
    model.network = buildElastic(planOf(words), {.ratio = 2, .branches = 6});
    model.state = initialState(*model.network, 1);
    const at::Tensor images = imagesOf(words[3]);
    const at::Tensor labels = at::arange(images.size(0), at::kLong) % model.network->plan().classes;
    std::vector<Role> roles = {
        {.name = "student", .network = model.network, .state = model.state, .view = View::Student, .trained = true},
        {.name = "dynamic",
         .kind = "gpd",
         .network = model.network,
         .state = model.state,
         .view = View::Teacher,
         .trained = true,
         .apart = false}};
    std::vector<Term> terms;
    terms.push_back({"ce:labels", nullptr, &roles[0], makeLoss("ce"), Curve::constant(1)});
    terms.push_back({"ce:labels", nullptr, &roles[1], makeLoss("ce"), Curve::constant(1)});
    terms.push_back({"smoothed_ce:dynamic", &roles[1], &roles[0], makeLoss("smoothed_ce"), Curve::constant(3)});
    const auto optimizer =
        makeOptimizer({{"kind", "sgd"}, {"momentum", 0.9}, {"weight_decay", 1e-4}, {"nesterov", false}}, model.state.parameters);
    for (int step = 0; step < 20; ++step) {
        for (const at::Tensor& parameter : model.state.parameters)
            parameter.mutable_grad() = at::Tensor();
        sequentialStep(roles, terms, {images, labels, {}}, {});
        clipGradients(model.state.parameters, 5);
        optimizer->step(0.01);
    }
    const at::NoGradGuard noGradient;
    const Model student = deploy(model, false);
    TensorFile file;
    putState(file, "", *student.network, student.state);
    saveTensors(words[4], file);
    writeLogits(words[5], roles[0].network->forward(images, Pass{.state = model.state}).logits);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const std::string verb = argc > 1 ? argv[1] : "";
        if (verb == "logits" && argc == 8) return evaluateForeign(argv + 2), 0;
        if (verb == "student" && argc == 8) return trainAndDeploy(argv + 2), 0;
        std::cerr << "logits or student\n";
    } catch (const Error& error) {
        std::cerr << error.describe() << "\n";
    }
    return 1;
}
