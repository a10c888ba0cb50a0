#pragma once

#include <string>

#include "tests/train/training_place.h"

namespace gaplab {

/// Small runs with what GapLab is for: alone, under a static teacher, with a dynamic one.
inline Json trainingDocument(const std::string& kind, const std::string& device, const std::string& precision = "float32") {
    Json document = Json::parse(R"({
      "schema": 1, "name": "tiny",
      "data": {"source": "shapes", "size": 16, "classes": 4, "train": 160, "test": 40, "validation": 0.25, "augment": ["crop", "flip"]},
      "student": {"architecture": "resnet8", "width": 0.5},
      "training": {"epochs": 2, "batch": 32, "optimizer": {"kind": "sgd", "lr": 0.02}, "clip": 5, "threads": 2},
      "seeds": [3]})");
    const auto patch = [&](const char* text) { document.merge_patch(Json::parse(text)); };
    if (kind == "kd")
        patch(R"({"teachers": {"static": {"architecture": "resnet14", "width": 0.5, "weights": "train"}},
                  "knowledge": [{"from": "static", "to": "student", "loss": "kd"}]})");
    if (kind == "gpd")
        patch(R"({"teachers": {"dynamic": {"kind": "gpd", "expansion": 2, "branches": 6}}, "training": {"ema": 0.9},
                  "knowledge": [{"from": "dynamic", "to": "student", "loss": "smoothed_ce", "weight": 3.0}]})");
    if (kind == "adamw") patch(R"({"training": {"optimizer": {"kind": "adamw", "lr": 0.002}}})");
    document["training"]["device"] = device;
    document["training"]["precision"] = precision;
    return document;
}

}  // namespace gaplab
