#include "core/nn/layers/attention.h"

#include <ATen/ops/scaled_dot_product_attention.h>

#include "core/nn/layers/stateless.h"

namespace gaplab {

Attention::Attention(Network& network, const std::string& name, int64_t features, int64_t heads)
    : heads_(heads),
      headWidth_(features / heads),
      copies_(network.expansion()),
      joint_(network, name + ".qkv", {.in = features, .out = 3 * features, .transformer = true}),
      projection_(network, name + ".proj", {.in = features, .out = features, .transformer = true}) {}

at::Tensor Attention::operator()(const at::Tensor& tokens, const Pass& pass) const {
    const int64_t images = tokens.size(0), count = tokens.size(1), copies = pass.view == View::Teacher ? copies_ : 1;
    const int64_t heads = copies * heads_;
    // [B, N, copies, 3, h, d] -> [3, B, copies, h, N, d]: all q of all copies together, then k, then v.
    const at::Tensor joint =
        joint_(tokens, pass).view({images, count, copies, 3, heads_, headWidth_}).permute({3, 0, 2, 4, 1, 5});
    const auto part = [&](int64_t which) { return joint[which].reshape({images, heads, count, headWidth_}); };
    at::Tensor mixed;
    if (tokens.is_meta())
        mixed = at::empty({images, heads, count, headWidth_}, tokens.options());
    else
        mixed = at::scaled_dot_product_attention(part(0), part(1), part(2));
    countMacs(pass, mixed, 2 * count);
    countKept(pass, mixed);
    return projection_(mixed.transpose(1, 2).reshape({images, count, heads * headWidth_}), pass);
}

}  // namespace gaplab
