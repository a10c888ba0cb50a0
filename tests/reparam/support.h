#pragma once

#include "core/reparam/reparam.h"
#include "tests/nn/support.h"

namespace gaplab {

/// A small network of an architecture for 32 x 32 images and five classes, in float64, whose values are nothing special: norms
/// and statistics too.
inline Model smallModel(const std::string& architecture, uint64_t seed = 1) {
    Model model{buildNetwork(architecture, smallParameters(architecture), {3, 32, 32}, 5), {}};
    model.state = initialState(*model.network, seed).to(at::kDouble);
    const at::NoGradGuard noGradient;
    for (size_t i = 0; i < model.state.parameters.size(); ++i) {
        const ParameterRole role = model.network->parameters()[i].role;
        if (role != ParameterRole::NormScale && role != ParameterRole::NormShift && role != ParameterRole::Bias) continue;
        model.state.parameters[i].add_(0.2 * someImages(model.state.parameters[i].sizes(), at::kDouble));
    }
    for (at::Tensor& buffer : model.state.buffers)
        buffer.add_(0.2 * someImages(buffer.sizes(), at::kDouble).abs());
    return model;
}

inline at::Tensor logitsOf(const Model& model, const at::Tensor& images, View view = View::Student, bool training = false) {
    State state = model.state;
    for (at::Tensor& buffer : state.buffers)
        buffer = buffer.clone();  // what a training pass does to the statistics is not wanted here
    return model.network->forward(images, {.state = state, .view = view, .training = training}).logits;
}

inline double largestDifference(const at::Tensor& a, const at::Tensor& b) {
    return (a - b).abs().max().item<double>();
}

inline size_t indexOf(const std::vector<TensorSlot>& slots, const std::string& name) {
    for (size_t i = 0; i < slots.size(); ++i)
        if (slots[i].name == name) return i;
    throw std::logic_error("no tensor " + name);
}

/// The block (a, b) of a stored kernel [copies C_o, copies C_i, ..].
inline at::Tensor blockOf(const at::Tensor& stored, const Layout& layout, int64_t a, int64_t b) {
    const int64_t rows = stored.size(0) / layout.copies[0], columns = stored.size(1) / layout.copies[1];
    return stored.narrow(0, a * rows, rows).narrow(1, b * columns, columns);
}

constexpr double exact = 1e-10;  ///< absolute, on logits of order 1 to 30, float64

/// The tolerance for greater values, such as deep networks give whose statistics have not settled.
inline double exactFor(const at::Tensor& expected, double tolerance = exact) {
    return tolerance * std::max(1.0, expected.abs().max().item<double>() / 30);
}

}  // namespace gaplab
