#include "core/fairness/representation.h"

#include <numeric>

namespace gaplab::fairness {

std::vector<Representation> representationOf(const std::vector<int64_t>& images, double level, double leastShare) {
    const int64_t total = std::accumulate(images.begin(), images.end(), int64_t{0});
    const auto parts = static_cast<double>(images.size());
    std::vector<Representation> result;
    for (const int64_t count : images) {
        Representation each{.share = {count, total}, .interval = wilsonInterval({count, total}, 1 - (1 - level) / parts)};
        each.under = each.interval && each.interval->high < leastShare / parts;
        result.push_back(each);
    }
    return result;
}

}  // namespace gaplab::fairness
