#include "core/measure/tally.h"

namespace gaplab {

Tally::Tally(at::Device device) : sums_(at::zeros({3}, at::TensorOptions(device).dtype(at::kDouble))) {}

void Tally::update(const at::Tensor& logits, const at::Tensor& labels, const at::Tensor& losses) {
    const at::NoGradGuard noGradient;
    const at::Tensor loss = losses.defined() ? losses : at::cross_entropy_loss(logits, labels, {}, at::Reduction::None);
    const at::Tensor correct = logits.argmax(1).eq(labels).sum();
    sums_.add_(at::stack({correct.to(at::kDouble), loss.to(at::kDouble).sum(), at::full({}, labels.size(0), sums_.options())}));
}

void Tally::reset() {
    sums_.zero_();
}

Tally::Values Tally::read() const {
    const at::Tensor host = sums_.cpu();
    const double* sums = host.const_data_ptr<double>();
    return {static_cast<int64_t>(sums[2]), sums[0] / sums[2], sums[1] / sums[2]};
}

void Tally::restore(const at::Tensor& sums) {
    sums_.copy_(sums);
}

}  // namespace gaplab
