#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "core/base/random.h"
#include "core/stats/stats.h"

namespace gaplab {
namespace {

constexpr size_t mostCounted = 20;  // pairs: half a million patterns of signs
constexpr int64_t draws = 100'000;

/// Every sum with either sign before each difference but the first: the others are these, mirrored.
std::vector<double> signedSums(const std::vector<double>& differences) {
    std::vector<double> sums = {differences.front()};
    for (size_t i = 1; i < differences.size(); ++i) {
        const size_t count = sums.size();
        for (size_t k = 0; k < count; ++k) {
            sums.push_back(sums[k] - differences[i]);
            sums[k] += differences[i];
        }
    }
    return sums;
}

double drawnSum(const std::vector<double>& differences, Random& random) {
    double sum = 0;
    uint64_t signs = 0;
    for (size_t i = 0; i < differences.size(); ++i) {
        if (i % 64 == 0) signs = random.next();
        sum += (signs >> (i % 64)) & 1 ? differences[i] : -differences[i];
    }
    return sum;
}

}  // namespace

SignFlip signFlip(const std::vector<double>& differences) {
    if (differences.empty()) throw std::invalid_argument("signs are flipped of at least one difference");
    double seen = 0, size = 0;
    for (const double difference : differences) {
        seen += difference;
        size += std::abs(difference);
    }
    const double atLeast = std::abs(seen) - 1e-12 * size;  // sums that differ by rounding only are equal
    const auto asFar = [&](double sum) { return std::abs(sum) >= atLeast; };
    if (differences.size() <= mostCounted) {
        const std::vector<double> sums = signedSums(differences);
        return {static_cast<double>(std::ranges::count_if(sums, asFar)) / static_cast<double>(sums.size()), 0};
    }
    Random random(deriveSeed(0, "sign flip"));
    int64_t count = 1;  // the signs that were seen are one pattern too
    for (int64_t i = 0; i < draws; ++i)
        count += asFar(drawnSum(differences, random));
    const double share = static_cast<double>(count) / static_cast<double>(draws + 1);
    return {share, std::sqrt(share * (1 - share) / static_cast<double>(draws))};
}

}  // namespace gaplab
