#include "core/nn/student_part.h"

#include <ATen/core/LegacyTypeDispatch.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/saved_variable.h>

namespace gaplab {
namespace {

using torch::autograd::SavedVariable;
using torch::autograd::variable_list;

at::Tensor valueOf(const at::Tensor& stored, const Layout& layout) {
    const at::Tensor part = studentBlock(stored, layout);
    return layout.divisor == 1 ? part : part * layout.divisor;
}

class StudentPartBackward final : public torch::autograd::Node {
public:
    StudentPartBackward(const at::Tensor& stored, const Layout& layout) : stored_(stored, false), layout_(layout) {
        set_next_edges(torch::autograd::collect_next_edges(stored));
    }

    variable_list apply(variable_list&& gradients) override {
        const at::Tensor& gradient = gradients.front();
        if (!gradient.defined()) return {at::Tensor()};
        const GradientPlace place = gradientPlace(stored_.unpack(shared_from_this()), false);
        at::Tensor block = studentBlock(place.tensor, layout_);
        if (place.adds)
            block.add_(gradient, layout_.divisor);
        else
            block.copy_(layout_.divisor == 1 ? gradient : gradient * layout_.divisor);
        return {place.fresh ? place.tensor : at::Tensor()};
    }

    void release_variables() override { stored_.reset_data(); }
    std::string name() const override { return "StudentPartBackward"; }

private:
    SavedVariable stored_;
    Layout layout_;
};

bool isCopied(const Layout& layout) {
    return layout.copies != Layout().copies;
}

}  // namespace

at::Tensor studentBlock(const at::Tensor& stored, const Layout& layout) {
    at::Tensor part = stored;
    for (size_t axis = 0; axis < layout.copies.size(); ++axis) {
        const int copies = layout.copies[axis];
        const auto dimension = static_cast<int64_t>(axis);
        if (copies > 1) part = part.narrow(dimension, 0, part.size(dimension) / copies);
    }
    return part;
}

GradientPlace gradientPlace(const at::Tensor& stored, bool whole) {
    const bool inPlace = stored.is_leaf() && stored.grad().defined() && !at::GradMode::is_enabled();
    if (inPlace) return {.tensor = stored.mutable_grad(), .adds = true};
    const at::Tensor values = stored.detach();
    return {.tensor = whole ? at::empty_like(values) : at::zeros_like(values), .fresh = true};
}

at::Tensor studentPart(const at::Tensor& stored, const Layout& layout) {
    if (!isCopied(layout) || !at::GradMode::is_enabled() || !stored.requires_grad()) return valueOf(stored, layout);
    at::Tensor part = [&] {
        const at::AutoDispatchBelowADInplaceOrView belowAutograd;
        return valueOf(stored, layout);
    }();
    const auto node = std::make_shared<StudentPartBackward>(stored, layout);
    torch::autograd::create_gradient_edge(part, node);
    return part;
}

}  // namespace gaplab
