#include <algorithm>

#include "core/base/random.h"
#include "core/mitigation/cells.h"
#include "core/mitigation/members.h"

namespace gaplab {
namespace {

class Resample final : public Mitigation {
public:
    explicit Resample(const MitigationPlan& plan) {
        const Cells cells = cellsOf(plan.parameters.at("of"), plan.images);
        const at::Tensor factors = inversePower(cells, plan.parameters.at("power"));
        const at::Tensor place = cells.of(plan.images.labels, plan.images.groups);
        // images of unknown group are drawn as often as they are
        weights_ = at::where(place.lt(0), at::ones({}, at::kDouble), factors.index_select(0, place.clamp_min(0)));
    }

    at::Tensor drawWeights() const override { return weights_; }

private:
    at::Tensor weights_;
};

}  // namespace

at::Tensor drawRows(const at::Tensor& weights, int64_t count, uint64_t seed) {
    const std::vector<int64_t> order = permutation(weights.size(0), deriveSeed(seed, "draw"));
    const double* values = weights.const_data_ptr<double>();
    const double step = weights.sum().item<double>() / static_cast<double>(count);
    double next = Random(deriveSeed(seed, "offset")).uniform() * step, sum = 0;
    std::vector<int64_t> drawn;
    drawn.reserve(static_cast<size_t>(count));
    for (const int64_t row : order) {
        sum += values[row];
        for (; next < sum && std::ssize(drawn) < count; next += step)
            drawn.push_back(row);
    }
    for (size_t i = order.size(); i-- > 0 && std::ssize(drawn) < count;)  // what rounding has left over
        if (values[order[i]] > 0) drawn.push_back(order[i]);
    return at::tensor(drawn, at::kLong).index_select(0, at::tensor(permutation(count, deriveSeed(seed, "shuffle")), at::kLong));
}

MitigationEntry resampleMitigation() {
    Parameter power = realParameter("power", 1.0, 0.0, 2.0,
                                    "Each image is drawn in proportion to n^-power, n images being in its part: 1 balances all "
                                    "parts, 0 leaves them as they are");
    power.source = "1: class-balanced sampling; 0.5: square root (Mahajan et al., ECCV 2018)";
    return {{.name = "resample",
             .help = "Images of rare classes or groups are drawn more often. An epoch stays as long as it is",
             .source = "standard; square root: Mahajan et al., ECCV 2018",
             .parameters = {cellsParameter("class_and_group", "What is balanced"), power}},
            [](const MitigationPlan& plan) -> std::unique_ptr<Mitigation> { return std::make_unique<Resample>(plan); }};
}

}  // namespace gaplab
