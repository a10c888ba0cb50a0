#pragma once

#include <torch/types.h>

namespace gaplab {

/// Top-1 accuracy and mean cross-entropy, accumulated on the device: nothing is copied to the host until it is read.
class Tally {
public:
    explicit Tally(at::Device device);

    /// logits [B, K], labels int64 [B]; losses [B]: what to average as the loss, cross-entropy where it is undefined.
    void update(const at::Tensor& logits, const at::Tensor& labels, const at::Tensor& losses = {});
    void reset();

    struct Values {
        int64_t count = 0;
        double accuracy = 0;  ///< fraction
        double loss = 0;      ///< nats
    };
    /// Waits for the device.
    Values read() const;

    /// float64 [3]: correct, sum of losses, count. For a checkpoint in the middle of a logging interval.
    const at::Tensor& sums() const { return sums_; }
    void restore(const at::Tensor& sums);

private:
    at::Tensor sums_;
};

}  // namespace gaplab
