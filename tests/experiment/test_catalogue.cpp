#include "tests/experiment/test_catalogue.h"

#include <algorithm>
#include <limits>

namespace gaplab::test {
namespace {

constexpr double unlimited = std::numeric_limits<double>::infinity();

Parameter pathParameter(bool required) {
    Parameter path{.name = "path", .type = ParameterType::Path, .help = "Where the images are"};
    path.required = required;
    return path;
}

Parameter rate(double byDefault) {
    Parameter lr = realParameter("lr", byDefault, 0.0, unlimited, "Rate");
    lr.minimumExcluded = true;
    return lr;
}

void addData(Catalogue& all) {
    all.add(Registry::Source,
            {.name = "shapes",
             .parameters = {integerParameter("size", 32, 16, 512, "Side"), integerParameter("classes", 10, 2, 200, "Classes"),
                            integerParameter("train", 6000, 20, 10'000'000, "Images"),
                            integerParameter("test", 2000, 2, 10'000'000, "Images"),
                            realParameter("difficulty", 0.5, 0.0, 1.0, "Difficulty")}});
    all.add(Registry::Source, {.name = "folder",
                               .parameters = {pathParameter(true), integerParameter("size", 0, 0, 2048, "Side"),
                                              realParameter("test_fraction", 0.2, 0.01, 0.9, "Share")}});
    all.add(Registry::Source, {.name = "cifar10", .parameters = {pathParameter(false)}});
    all.add(Registry::Augmentation, {.name = "crop", .parameters = {integerParameter("padding", 4, 0, 256, "Padding")}});
    all.add(Registry::Augmentation, {.name = "flip", .parameters = {realParameter("probability", 0.5, 0.0, 1.0, "Share")}});
}

void addNetworks(Catalogue& all) {
    const Parameter width = realParameter("width", 1.0, 0.0625, 8.0, "Factor");
    for (const char* name : {"resnet8", "resnet20", "resnet56"})
        all.add(Registry::Architecture, {.name = name, .parameters = {width}});
    all.add(Registry::Architecture,
            {.name = "plane4", .parameters = {choiceParameter("layout", "auto", {"auto", "c10"}, "Layout")}});
    all.add(Registry::Architecture, {.name = "vgg8", .available = false});
    Parameter temperature = realParameter("temperature", 4.0, 0.0, 100.0, "Softens");
    temperature.minimumExcluded = true;
    all.add(Registry::Loss, {.name = "ce"});
    all.add(Registry::Loss, {.name = "kd", .parameters = {temperature}});
    all.add(Registry::TeacherKind, {.name = "static"});
    all.add(Registry::Measure, {.name = "accuracy"});
}

void addTraining(Catalogue& all) {
    const Parameter warmup = realParameter("warmup", 0.0, 0.0, 1000.0, "Epochs");
    all.add(Registry::Optimizer, {.name = "sgd",
                                  .parameters = {rate(0.1), realParameter("momentum", 0.9, 0.0, 0.9999, "Momentum"),
                                                 realParameter("weight_decay", 5e-4, 0.0, 1.0, "Decay"),
                                                 booleanParameter("nesterov", false, "Nesterov")}});
    all.add(Registry::Optimizer,
            {.name = "adamw", .parameters = {rate(1e-3), realParameter("weight_decay", 0.05, 0.0, 10.0, "Decay")}});
    all.add(Registry::Schedule, {.name = "constant", .parameters = {warmup}});
    all.add(Registry::Schedule, {.name = "step", .parameters = {realParameter("gamma", 0.1, 1e-6, 1.0, "Factor"), warmup}});
    all.add(Registry::Schedule, {.name = "cosine", .parameters = {realParameter("minimum", 0.0, 0.0, unlimited, "End"), warmup}});
    all.add(Registry::Schedule, {.name = "one_cycle", .parameters = {warmup}});
}

}  // namespace

const Catalogue& catalogue() {
    static const Catalogue all = [] {
        Catalogue members;
        addData(members);
        addNetworks(members);
        addTraining(members);
        return members;
    }();
    return all;
}

Json smallest() {
    return Json::parse(R"({"data": {"source": "shapes"}, "student": {"architecture": "resnet8"}})");
}

Json distillation() {
    return Json::parse(R"({
        "schema": 1, "name": "small",
        "data": {"source": "shapes", "augment": ["crop", "flip"]},
        "student": {"architecture": "resnet8"},
        "teachers": {"static": {"kind": "static", "architecture": "resnet20", "weights": "train"}},
        "knowledge": [{"from": "static", "to": "student", "loss": "kd"}],
        "gap": {"target": 3, "band": 1.5},
        "training": {"epochs": 12},
        "seeds": [0, 1]
    })");
}

Json everything() {
    return Json::parse(R"({
        "schema": 1, "name": "all", "notes": "of it",
        "stages": {
            "alone": {"data": {"source": "folder", "path": "/images"}, "student": {"architecture": "resnet8", "width": 2},
                      "training": {"epochs": 9, "keep_epochs": [3]}, "seeds": [4, 5]},
            "assistant": {"data": {"source": "folder", "path": "/images"}, "student": {"architecture": "resnet20"}}
        },
        "data": {"source": "folder", "path": "/images", "size": 24, "test_fraction": 0.3, "classes": ["cat", "dog"], "per_class": 50, "limit": 90,
                 "validation": 0.2, "split_seed": 3, "augment": [{"kind": "crop", "padding": 2}, "flip"], "on_error": "skip"},
        "student": {"architecture": "resnet8", "width": 2, "weights": {"stage": "alone", "epoch": 3}},
        "teachers": {
            "assistant": {"architecture": "resnet20", "weights": {"stage": "assistant", "epoch": "last"}},
            "file": {"architecture": "plane4", "layout": "c10", "weights": {"file": "/w.safetensors"}},
            "run": {"architecture": "resnet20", "weights": {"run": 7, "epoch": 2}},
            "static": {"architecture": "resnet56", "seed": "same", "training": {"epochs": 40, "optimizer": {"lr": 0.05}, "clip": 0}}
        },
        "knowledge": [{"from": "static", "to": "student", "loss": "kd", "temperature": 2, "weight": [[0, 0], [5, 1]]},
                      {"from": "labels", "to": "student", "loss": "ce", "weight": 0.5}],
        "gap": {"between": ["assistant", "student"], "target": [[0, 0], [5, 3]], "band": 1.5},
        "baseline": {"stage": "alone"},
        "evaluation": {"every": "200 steps"},
        "training": {"epochs": 20, "batch": 64, "clip": 5, "ema": 0.99, "label_smoothing": 0.1, "keep_epochs": [5, 20], "precision": "float32",
                     "device": "cpu", "threads": 2, "optimizer": {"kind": "sgd", "lr": 0.2, "momentum": 0.8, "nesterov": true},
                     "schedule": {"kind": "step", "milestones": [8, 12], "gamma": 0.2, "warmup": 1}},
        "seeds": [3, 1]
    })");
}

Json with(const QString& assignment) {
    Json document = distillation();
    setValue(document, assignment.toStdString());
    return document;
}

std::vector<Problem> check(const Json& document) {
    return validate(document, catalogue());
}

const Problem* problemAt(const std::vector<Problem>& problems, const std::string& path) {
    const auto found = std::ranges::find(problems, path, &Problem::path);
    return found == problems.end() ? nullptr : &*found;
}

std::string listed(const std::vector<Problem>& problems) {
    std::string text;
    for (const Problem& problem : problems)
        text += problem.path + ": " + problem.message + "\n";
    return text;
}

}  // namespace gaplab::test
