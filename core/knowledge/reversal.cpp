#include "core/knowledge/reversal.h"

#include <torch/csrc/autograd/custom_function.h>

namespace gaplab {
namespace {

using torch::autograd::variable_list;

struct Reversal : torch::autograd::Function<Reversal> {
    static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& values, double strength) {
        context->saved_data["strength"] = strength;
        return values.view_as(values);
    }

    static variable_list backward(torch::autograd::AutogradContext* context, const variable_list& gradients) {
        return {-context->saved_data["strength"].toDouble() * gradients.front(), at::Tensor()};
    }
};

}  // namespace

at::Tensor reverseGradient(const at::Tensor& values, double strength) {
    return Reversal::apply(values, strength);
}

}  // namespace gaplab
