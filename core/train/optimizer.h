#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <torch/types.h>

#include "core/base/json.h"

namespace gaplab {

/// Updates leaf parameters from their gradients. State tensors are kept in the order of the parameters, in float32 (or the
/// parameters' own type).
class Optimizer {
public:
    virtual ~Optimizer() = default;
    /// One update with the gradients as they stand. Parameters without a gradient are left alone.
    virtual void step(double learningRate) = 0;
    /// The state tensors of one parameter.
    virtual std::vector<at::Tensor> stateOf(size_t parameter) const = 0;
    /// What each of those is made of, in the same order.
    enum class Follows { Gradient, SquaredGradient, Nothing };
    virtual std::vector<Follows> follows() const = 0;
    /// Takes the state of an optimizer of the same kind and number of parameters, after `change` has brought it to the shape of
    /// these parameters.
    void takeOver(const Optimizer& before,
                  const std::function<at::Tensor(size_t parameter, const at::Tensor& values, Follows follows)>& change);
    /// Named state tensors; a checkpoint writes them and copies them back in place.
    virtual std::vector<std::pair<std::string, at::Tensor>> state() const = 0;

protected:
    virtual size_t parameterCount() const = 0;
};

/// `options` is the document's training.optimizer with its defaults filled in ("kind", "lr", ..). `decays`: which parameters the
/// weight decay is for; empty: all. `rates`: factor on the learning rate of each; empty: 1.
std::unique_ptr<Optimizer> makeOptimizer(const Json& options, const std::vector<at::Tensor>& parameters,
                                         const std::vector<bool>& decays = {}, const std::vector<double>& rates = {});

/// Scales all gradients so that their global L2 norm is at most `maximum`. Does not wait for the device.
void clipGradients(const std::vector<at::Tensor>& parameters, double maximum);

}  // namespace gaplab
