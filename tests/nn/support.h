#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/nn/network.h"

namespace gaplab {

/// The Error (Input) that `action` throws; fails the test where it throws none.
template <class Action>
Error inputErrorOf(Action action) {
    try {
        action();
    } catch (const Error& error) {
        if (error.fault() == Fault::Input) return error;
        throw std::logic_error(std::string("not the input's fault: ") + error.what());
    }
    throw std::logic_error("no gaplab::Error was thrown");
}

inline bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// Names of the architectures that can be built.
inline std::vector<std::string> buildableNames() {
    Catalogue catalogue;
    addArchitectures(catalogue);
    return catalogue.names(Registry::Architecture, true);
}

/// Parameters that make an architecture small enough to be tested in many ways.
inline Json smallParameters(const std::string& name) {
    if (name == "deit") return {{"patch", 4}, {"dim", 24}, {"depth", 4}, {"heads", 3}};
    if (name.starts_with("plane")) return Json::object();
    return {{"width", 0.125}};
}

/// Values that depend on the shape only.
inline at::Tensor someImages(at::IntArrayRef shape, at::ScalarType type = at::kFloat) {
    int64_t count = 1;
    for (const int64_t size : shape)
        count *= size;
    return (at::arange(count, at::kDouble) * 0.7).sin().mul(1.5).reshape(shape).to(type);
}

inline bool bitwiseEqual(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b) {
    if (a.size() != b.size()) return false;
    for (size_t i = 0; i < a.size(); ++i)
        if (!a[i].equal(b[i])) return false;
    return true;
}

/// The worst disagreement between the gradients of `loss` and central differences, relative to the largest gradient of the tensor
/// (at least 1). Leaves are float64 and require gradients; of each, `samples` evenly spaced elements are tried.
inline double gradientError(const std::function<at::Tensor()>& loss, const std::vector<at::Tensor>& leaves, int64_t samples) {
    constexpr double step = 1e-6;
    for (const at::Tensor& leaf : leaves)
        leaf.mutable_grad() = at::Tensor();
    loss().backward();
    const at::NoGradGuard noGradient;
    double worst = 0;
    for (const at::Tensor& leaf : leaves) {
        const at::Tensor gradient = leaf.grad().contiguous().flatten();
        const double scale = std::max(1.0, gradient.abs().max().item<double>());
        const int64_t stride = std::max<int64_t>(1, leaf.numel() / samples);
        for (int64_t i = 0; i < leaf.numel(); i += stride) {
            const at::Tensor shift =
                at::zeros({leaf.numel()}, leaf.options()).index_fill_(0, at::tensor({i}), step).view(leaf.sizes());
            leaf.add_(shift);
            const double above = loss().item<double>();
            leaf.sub_(shift, 2);
            const double below = loss().item<double>();
            leaf.add_(shift);
            worst = std::max(worst, std::abs((above - below) / (2 * step) - gradient[i].item<double>()) / scale);
        }
    }
    return worst;
}

}  // namespace gaplab
