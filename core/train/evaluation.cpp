#include "core/train/evaluation.h"

#include <algorithm>

namespace gaplab {

Evaluated evaluate(const EvaluatedNetwork& evaluated, const BatchMaker& batches, const ImageSet& set, const at::Tensor& rows,
                   int64_t batchSize) {
    const auto& [network, state, view, shift] = evaluated;
    const at::NoGradGuard noGradient;
    StepCache merged;
    Tally tally(state.parameters.front().device());
    std::vector<at::Tensor> all;
    for (int64_t begin = 0; begin < rows.size(0); begin += batchSize) {
        const at::Tensor batch = rows.slice(0, begin, std::min(begin + batchSize, rows.size(0)));
        const Outputs outputs =
            network.forward(batches.evaluationImages(set, batch), Pass{.state = state, .view = view, .cache = &merged});
        all.push_back(outputs.logits.to(at::kFloat));
        if (shift.defined()) all.back() = all.back() + shift;
        tally.update(all.back(), batches.labels(set, batch));
    }
    if (all.empty()) return {};
    return {tally.read(), at::cat(all)};
}

}  // namespace gaplab
