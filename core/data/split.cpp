#include "core/data/split.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/random.h"

namespace gaplab {
namespace {

std::vector<Rows> rowsByClass(const Rows& rows, std::span<const int64_t> labels, size_t classes) {
    std::vector<Rows> byClass(classes);
    for (const int64_t row : rows)
        byClass[static_cast<size_t>(labels[static_cast<size_t>(row)])].push_back(row);
    return byClass;
}

/// `rows` in the order of a seeded permutation.
Rows shuffled(const Rows& rows, uint64_t seed) {
    Rows order;
    order.reserve(rows.size());
    for (const int64_t i : permutation(std::ssize(rows), seed))
        order.push_back(rows[static_cast<size_t>(i)]);
    return order;
}

}  // namespace

std::vector<int64_t> stratifiedCounts(const std::vector<int64_t>& available, int64_t total) {
    const int64_t all = std::accumulate(available.begin(), available.end(), int64_t{0});
    if (total >= all) return available;
    std::vector<int64_t> counts, remainders, order(available.size());
    for (const int64_t count : available) {
        counts.push_back(count * total / all);
        remainders.push_back(count * total % all);
    }
    std::iota(order.begin(), order.end(), int64_t{0});
    std::ranges::stable_sort(order, std::greater(), [&](int64_t i) { return remainders[static_cast<size_t>(i)]; });
    int64_t missing = total - std::accumulate(counts.begin(), counts.end(), int64_t{0});
    for (const int64_t i : order)
        if (missing-- > 0) ++counts[static_cast<size_t>(i)];
    return counts;
}

Rows selectRows(std::span<const int64_t> labels, size_t classes, const Selection& selection) {
    Rows all(labels.size());
    std::iota(all.begin(), all.end(), int64_t{0});
    std::vector<Rows> byClass = rowsByClass(all, labels, classes);
    std::vector<int64_t> counts;
    for (const Rows& rows : byClass) {
        const int64_t count = std::ssize(rows);
        counts.push_back(selection.perClass > 0 ? std::min(count, selection.perClass) : count);
    }
    if (selection.limit > 0) counts = stratifiedCounts(counts, selection.limit);
    Rows kept;
    for (size_t c = 0; c < classes; ++c) {
        const Rows order = shuffled(byClass[c], deriveSeed(selection.seed, "limit", c));
        kept.insert(kept.end(), order.begin(), order.begin() + counts[c]);
    }
    std::ranges::sort(kept);
    return kept;
}

Split holdBack(const Rows& rows, std::span<const int64_t> labels, const std::vector<std::string>& classes, double fraction,
               uint64_t seed, const std::string& what) {
    Split split;
    const std::vector<Rows> byClass = rowsByClass(rows, labels, classes.size());
    for (size_t c = 0; c < classes.size(); ++c) {
        const int64_t count = std::ssize(byClass[c]);
        const auto held = static_cast<int64_t>(std::llround(fraction * static_cast<double>(count)));
        if (held < 1 || held >= count)
            throw inputError(fmt::format("Class \"{}\" has {} image{} to train on; a share of {:g} for {} leaves {} and {}",
                                         classes[c], count, count == 1 ? "" : "s", fraction, what, count - held, held),
                             "Every class needs at least one image on either side: give more images or choose another share.");
        const Rows order = shuffled(byClass[c], deriveSeed(seed, what, c));
        split.held.insert(split.held.end(), order.begin(), order.begin() + held);
        split.kept.insert(split.kept.end(), order.begin() + held, order.end());
    }
    std::ranges::sort(split.kept);
    std::ranges::sort(split.held);
    return split;
}

}  // namespace gaplab
