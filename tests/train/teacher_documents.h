#pragma once

#include "core/base/json.h"

namespace gaplab {

/// A tiny experiment with a dynamic teacher whose gap is held; `patch` is merged into it.
inline Json document(const char* patch = "{}") {
    Json document = Json::parse(R"({
      "schema": 1, "name": "tiny",
      "data": {"source": "shapes", "size": 16, "classes": 4, "train": 200, "test": 40, "validation": 0.2, "augment": ["crop", "flip"]},
      "student": {"architecture": "resnet8", "width": 0.5},
      "teachers": {"dynamic": {"kind": "gpd", "private_init": "noise"}},
      "knowledge": [{"from": "dynamic", "to": "student", "loss": "smoothed_ce", "weight": 3.0}],
      "gap": {"target": 3, "band": 1.5, "controller": {"actuator": "student_balance", "start": 0.5}},
      "training": {"epochs": 4, "batch": 32, "optimizer": {"kind": "sgd", "lr": 0.05}, "clip": 5, "threads": 2},
      "seeds": [3]})");
    document.merge_patch(Json::parse(patch));
    return document;
}

inline constexpr const char* withPeer = R"({
  "teachers": {"dynamic": null, "peer": {"kind": "mutual", "architecture": "resnet14", "width": 0.5}},
  "knowledge": [{"from": "peer", "to": "student", "loss": "kd", "temperature": 1},
                {"from": "student", "to": "peer", "loss": "kd", "temperature": 1}],
  "gap": {"controller": {"actuator": "teacher_rate"}}})";

inline constexpr const char* withSwitch = R"({
  "teachers": {"dynamic": null, "peer": {"kind": "switokd", "architecture": "resnet14", "width": 0.5}},
  "knowledge": [{"from": "peer", "to": "student", "loss": "kd", "temperature": 1},
                {"from": "student", "to": "peer", "loss": "kd", "temperature": 1}],
  "gap": null})";

inline constexpr const char* underStatic = R"({
  "teachers": {"dynamic": null, "static": {"architecture": "resnet14", "width": 0.5, "weights": "train"}},
  "knowledge": [{"from": "static", "to": "student", "loss": "kd", "weight": 1}],
  "gap": {"controller": {"actuator": "teacher_blend"}}})";

inline constexpr const char* withShadow = R"({
  "teachers": {"dynamic": null, "static": {"architecture": "resnet14", "width": 0.5, "weights": "train"},
               "head": {"kind": "shadow", "architecture": "resnet14", "width": 0.5, "weights": "train"}},
  "knowledge": [{"from": "static", "to": "student", "loss": "kd"}, {"from": "head", "to": "student", "loss": "kd"},
                {"from": "student", "to": "head", "loss": "kd"}, {"from": "static", "to": "head", "loss": "mse", "weight": 0.1}],
  "gap": {"between": ["head", "student"], "controller": {"actuator": "teacher_rate"}}})";

}  // namespace gaplab
