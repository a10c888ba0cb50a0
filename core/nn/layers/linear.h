#pragma once

#include <string>

#include "core/nn/layers/viewed.h"

namespace gaplab {

struct LinearOptions {
    int64_t in = 1;   ///< the student's input features
    int64_t out = 1;  ///< the student's output features
    Position position = Position::Hidden;
    bool transformer = false;  ///< starts as those of vision transformers do: cut normal 0.02, bias 0
};

/// Fully connected layer: "NAME.weight" [out, in] and "NAME.bias" [out].
class Linear {
public:
    Linear(Network& network, const std::string& name, const LinearOptions& options);

    /// features: [.., in]; returns [.., out]
    at::Tensor operator()(const at::Tensor& features, const Pass& pass) const;

private:
    Viewed kernel_;
    Viewed bias_;
};

}  // namespace gaplab
