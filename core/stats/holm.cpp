#include "core/stats/holm.h"

#include <algorithm>
#include <numeric>

namespace gaplab {

std::vector<double> holmShares(const std::vector<double>& pValues, double alpha) {
    std::vector<size_t> order(pValues.size());  // smallest p value first
    std::iota(order.begin(), order.end(), size_t{0});
    std::ranges::stable_sort(order, {}, [&](size_t i) { return pValues[i]; });
    std::vector<double> shares(pValues.size());
    double share = alpha;
    bool rejecting = true;
    for (size_t rank = 0; rank < order.size(); ++rank) {
        // after the first that is not rejected none is, so its share stays
        if (rejecting) share = alpha / static_cast<double>(order.size() - rank);
        shares[order[rank]] = share;
        rejecting = rejecting && pValues[order[rank]] < share;
    }
    return shares;
}

}  // namespace gaplab
