#include "core/train/partial_update.h"

namespace gaplab {
namespace {

at::Tensor blockOf(at::Tensor values, const std::vector<int64_t>& shape) {
    for (size_t axis = 0; axis < shape.size(); ++axis)
        values = values.narrow(static_cast<int64_t>(axis), 0, shape[axis]);
    return values;
}

}  // namespace

PartialUpdate::PartialUpdate(const Role& teacher, size_t first, const Optimizer& optimizer) {
    for (size_t i = 0; i < teacher.state.parameters.size(); ++i) {
        const at::Tensor live = teacher.state.parameters[i].detach();
        const TensorSlot& slot = teacher.network->parameters()[i];
        if (!teacher.apart && slot.shape == slot.studentShape) continue;  // all of it is the student's
        const std::vector<int64_t> shared = teacher.apart ? std::vector<int64_t>() : slot.studentShape;
        tensors_.push_back({live, live.clone(), shared, false});
        for (const at::Tensor& state : optimizer.stateOf(first + i))
            if (state.sizes() == live.sizes() || teacher.apart) tensors_.push_back({state, state.clone(), shared, true});
    }
}

void PartialUpdate::finish(double share, const at::Tensor& waits) const {
    const at::NoGradGuard noGradient;
    for (const Tensors& tensors : tensors_) {
        if (tensors.isState && share > 0 && !waits.defined()) continue;  // it has taken its step
        at::Tensor kept = tensors.isState && share > 0 ? tensors.live.clone() : at::lerp(tensors.before, tensors.live, share);
        if (waits.defined()) kept = at::where(waits.to(at::kBool), tensors.before, kept);
        if (!tensors.shared.empty()) blockOf(kept, tensors.shared).copy_(blockOf(tensors.live, tensors.shared));
        tensors.live.copy_(kept);
    }
}

}  // namespace gaplab
