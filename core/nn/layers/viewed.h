#pragma once

#include <string>

#include "core/nn/network.h"

namespace gaplab {

/// Where a layer stands in a network that is widened: the image and the classes are not copied.
enum class Position { First, Hidden, Last };

/// Kernels whose input channels are summed over: [out, in, ..]; stored divided by the copies of the output.
Layout denseLayout(const Network& network, Position position);
/// Their biases, [out].
Layout biasLayout(const Network& network, Position position);
/// What every copy has on its own: norms, scales, tokens, grouped kernels and their biases; copied along `axis`.
Layout copiedLayout(const Network& network, size_t axis = 0);

/// A tensor of the state as its layer reads it: the whole for the teacher, the student's part for the student.
class Viewed {
public:
    Viewed() = default;
    static Viewed parameter(Network& network, std::string name, std::vector<int64_t> studentShape, ParameterRole role,
                            Initial initial, Layout layout);
    static Viewed buffer(Network& network, std::string name, std::vector<int64_t> studentShape, Initial initial, Layout layout);

    at::Tensor of(const Pass& pass) const;
    /// All of it, as it is stored.
    const at::Tensor& stored(const State& state) const { return isBuffer_ ? state.buffers[index_] : state.parameters[index_]; }
    const Layout& layout() const { return layout_; }

private:
    bool isBuffer_ = false;
    size_t index_ = 0;
    Layout layout_;
};

/// Of kernels [out, in / groups, k, k]: normal with the deviation of He et al. 2015 for ReLU, by fan out.
Initial heNormal(int64_t out, int64_t kernel, int64_t groups);
/// Uniform within 1 / sqrt(fan in), as linear layers and their biases usually start.
Initial uniformByFanIn(int64_t fanIn);

}  // namespace gaplab
