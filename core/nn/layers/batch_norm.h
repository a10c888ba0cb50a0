#pragma once

#include <optional>
#include <string>

#include "core/nn/layers/conv2d.h"

namespace gaplab {

/// Batch normalisation (Ioffe and Szegedy 2015), momentum 0.1, eps 1e-5: "NAME.weight", "NAME.bias" and one set of running
/// statistics a view that differs: "NAME.running_mean" is the student's, "NAME.teacher_running_mean" the dynamic teacher's.
class BatchNorm {
public:
    BatchNorm(Network& network, const std::string& name, int64_t channels);

    /// features: [B, C, H, W]. In training the batch's statistics are used and the running ones of pass.state move.
    at::Tensor operator()(const at::Tensor& features, const Pass& pass) const;

private:
    struct Statistics {
        size_t mean;
        size_t variance;
    };
    static Statistics addStatistics(Network& network, const std::string& prefix, int64_t channels, const Layout& layout);

    Viewed scale_;
    Viewed shift_;
    Statistics student_;
    Statistics teacher_;
};

/// A convolution and the batch norm behind it, or, in a folded network, one convolution with a bias.
class ConvNorm {
public:
    ConvNorm(Network& network, const std::string& convName, const std::string& normName, const Conv2dOptions& options);
    at::Tensor operator()(const at::Tensor& images, const Pass& pass) const;

private:
    Conv2d conv_;
    std::optional<BatchNorm> norm_;
};

inline constexpr double batchNormMomentum = 0.1;
inline constexpr double batchNormEpsilon = 1e-5;

}  // namespace gaplab
