#pragma once

#include <string>

#include "core/nn/layers/viewed.h"

namespace gaplab {

/// Layer normalisation (Ba et al. 2016) over the last axis, over all copies of the features together: "NAME.weight", "NAME.bias".
/// After a widening the halves of a split copy count half each in mean and variance, so that they may become unlike without
/// changing what the others count.
class LayerNorm {
public:
    LayerNorm(Network& network, const std::string& name, int64_t features, double epsilon = 1e-6);
    /// tokens: [.., C]
    at::Tensor operator()(const at::Tensor& tokens, const Pass& pass) const;

private:
    Viewed scale_;
    Viewed shift_;
    double epsilon_;
    std::vector<double> copyWeights_;  ///< empty: all copies count the same
};

}  // namespace gaplab
