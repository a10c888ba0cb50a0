#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>

#include "core/base/error.h"
#include "core/knowledge/adapters.h"
#include "core/knowledge/loss.h"

// Networks' outputs of known shapes, and what a test does with a loss that looks at them.

namespace gaplab {

inline at::Tensor some(at::IntArrayRef shape, double shift = 0) {
    return (at::arange(c10::multiply_integers(shape), at::kDouble) * 0.7 + shift).sin().reshape(shape);
}

/// A stem, three stages of maps and a pooled vector of a source, or of a network with other channels.
inline Outputs maps(int64_t channels, double shift, int64_t images = 3, int64_t classes = 4) {
    return {.logits = some({images, classes}, shift),
            .stages = {some({images, channels, 8, 8}, shift), some({images, channels, 8, 8}, shift + 1),
                       some({images, 2 * channels, 4, 4}, shift + 2), some({images, 2 * channels, 2, 2}, shift + 3)},
            .pooled = some({images, 2 * channels}, shift + 4)};
}

/// As a vision transformer: a class token before 4 x 4 patches, no stem.
inline Outputs tokens(int64_t features, double shift, int64_t images = 3) {
    Outputs outputs{.logits = some({images, 4}, shift), .stages = {}, .pooled = some({images, features}, shift + 4)};
    for (int stage = 0; stage < 4; ++stage)
        outputs.stages.push_back(some({images, 17, features}, shift + stage));
    return outputs;
}

inline FeatureShapes shapesOf(const Outputs& outputs) {
    FeatureShapes shapes;
    for (const at::Tensor& stage : outputs.stages)
        shapes.push_back(stage.sizes().slice(1).vec());
    shapes.push_back(outputs.pooled.sizes().slice(1).vec());
    return shapes;
}

inline LossPlan planFor(const Outputs& from, const Outputs& to, Json parameters = Json::object()) {
    return {.parameters = std::move(parameters),
            .classes = to.logits.size(1),
            .images = 50,
            .fromShapes = shapesOf(from),
            .toShapes = shapesOf(to),
            .fromClasses = from.logits.size(1),
            .seed = 7};
}

inline Batch batchOf(int64_t images, int64_t classes = 4) {
    Batch batch{.images = {}, .labels = at::arange(images, at::kLong).remainder(classes), .softLabels = {}};
    batch.indices = at::arange(images, at::kLong) * 3;
    return batch;
}

inline std::unique_ptr<Loss> inDouble(const std::string& name, const LossPlan& plan) {
    auto loss = makeLoss(name, plan);
    if (Model* adapters = loss->adapters()) adapters->state = adapters->state.to(at::kDouble);
    return loss;
}

inline double valueOf(const Loss& loss, const Outputs& from, const Outputs& to, const Batch& batch) {
    return loss(&from, to, batch).item<double>();
}

inline at::Tensor named(Loss& loss, const std::string& name) {
    const Model& model = *loss.adapters();
    for (size_t i = 0; i < model.state.parameters.size(); ++i)
        if (model.network->parameters()[i].name == name) return model.state.parameters[i];
    for (size_t i = 0; i < model.state.buffers.size(); ++i)
        if (model.network->buffers()[i].name == name) return model.state.buffers[i];
    throw std::logic_error("no tensor " + name);
}

inline void fill(Loss& loss, const std::string& name, double value) {
    const at::NoGradGuard noGradient;
    named(loss, name).fill_(value);
}

inline double at4(const at::Tensor& map, int64_t b, int64_t c, int64_t h, int64_t w) {
    return map.index({b, c, h, w}).item<double>();
}

/// Everything a gradient can flow into.
inline std::vector<at::Tensor*> partsOf(Outputs& outputs) {
    std::vector<at::Tensor*> parts = {&outputs.logits, &outputs.pooled};
    for (at::Tensor& stage : outputs.stages)
        parts.push_back(&stage);
    return parts;
}

inline Outputs detachedCopy(const Outputs& outputs) {
    Outputs copy = outputs;
    for (at::Tensor* part : partsOf(copy))
        *part = part->detach().clone();
    return copy;
}

/// Largest difference between autograd and central differences over a sample of entries of every part of `to`.
inline double gradientError(const Loss& loss, const Outputs& from, const Outputs& to, const Batch& batch) {
    Outputs leaves = detachedCopy(to);
    for (at::Tensor* part : partsOf(leaves))
        part->set_requires_grad(true);
    torch::autograd::backward({loss(&from, leaves, batch)}, {});
    constexpr double h = 1e-6;
    double worst = 0;
    const std::vector<at::Tensor*> parts = partsOf(leaves);
    for (size_t p = 0; p < parts.size(); ++p) {
        const at::Tensor gradient = parts[p]->grad();
        for (int64_t i = 0; i < parts[p]->numel(); i += std::max<int64_t>(1, parts[p]->numel() / 40)) {
            Outputs up = detachedCopy(to), down = detachedCopy(to);
            partsOf(up)[p]->view({-1})[i] += h;
            partsOf(down)[p]->view({-1})[i] -= h;
            const double numeric = (valueOf(loss, from, up, batch) - valueOf(loss, from, down, batch)) / (2 * h);
            const double analytic = gradient.defined() ? gradient.reshape({-1})[i].item<double>() : 0.0;
            worst = std::max(worst, std::abs(numeric - analytic));
        }
    }
    return worst;
}

/// The loss and all its gradients are finite, and it is not negative.
inline bool isTame(Loss& loss, const Outputs& from, const Outputs& to, const Batch& batch) {
    Outputs leaves = detachedCopy(to);
    for (at::Tensor* part : partsOf(leaves))
        part->set_requires_grad(true);
    const at::Tensor value = loss(&from, leaves, batch);
    if (!std::isfinite(value.item<double>()) || value.scalar_type() == at::kBFloat16) return false;
    if (value.requires_grad()) torch::autograd::backward({value}, {});
    for (const at::Tensor* part : partsOf(leaves))
        if (part->grad().defined() && !part->grad().isfinite().all().item<bool>()) return false;
    if (Model* adapters = loss.adapters())
        for (const at::Tensor& parameter : adapters->state.parameters)
            if (parameter.grad().defined() && !parameter.grad().isfinite().all().item<bool>()) return false;
    loss.learn(&from, detachedCopy(to), batch);
    return std::isfinite(loss(&from, to, batch).item<double>());
}

inline Outputs filledWith(const Outputs& like, double value) {
    Outputs outputs = detachedCopy(like);
    for (at::Tensor* part : partsOf(outputs))
        part->fill_(value);
    return outputs;
}

inline Outputs cast(const Outputs& outputs, at::ScalarType features, at::ScalarType logits) {
    Outputs changed = outputs;
    for (at::Tensor* part : partsOf(changed))
        *part = part->to(part == &changed.logits ? logits : features);
    return changed;
}

inline Outputs ordered(const Outputs& outputs, const at::Tensor& order) {
    Outputs changed = outputs;
    for (at::Tensor* part : partsOf(changed))
        *part = part->index_select(0, order);
    return changed;
}

using Rows = std::vector<std::vector<double>>;

/// A row an image.
inline Rows rowsOf(const at::Tensor& features) {
    const at::Tensor flat = features.flatten(1).to(at::kDouble).contiguous();
    Rows rows;
    for (int64_t b = 0; b < flat.size(0); ++b)
        rows.emplace_back(flat[b].const_data_ptr<double>(), flat[b].const_data_ptr<double>() + flat.size(1));
    return rows;
}

inline double dot(const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0;
    for (size_t i = 0; i < a.size(); ++i)
        sum += a[i] * b[i];
    return sum;
}

inline void scaleToOne(std::vector<double>& row) {
    const double length = std::sqrt(dot(row, row));
    for (double& value : row)
        value /= length;
}

inline std::vector<std::string> featureLosses() {
    Catalogue catalogue;
    addLosses(catalogue);
    std::vector<std::string> names;
    for (const Member& member : catalogue.members(Registry::Loss))
        if (member.facts.value("features", false)) names.push_back(member.name);
    return names;
}

inline Problem problemOf(const std::string& name, const LossPlan& plan) {
    try {
        makeLoss(name, plan);
    } catch (const Error& error) {
        return error.problems().empty() ? Problem{"", error.what(), ""} : error.problems().front();
    }
    return {"none", "it was made", ""};
}

inline bool says(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace gaplab
