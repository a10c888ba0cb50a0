#include "core/base/random.h"

#include <cmath>
#include <numbers>
#include <numeric>

namespace gaplab {
namespace {

uint64_t mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

constexpr uint64_t golden = 0x9e3779b97f4a7c15ULL;

}  // namespace

uint64_t deriveSeed(uint64_t seed, std::string_view purpose, uint64_t index) {
    uint64_t hash = mix(seed + golden);
    for (const char c : purpose)
        hash = mix(hash ^ (static_cast<uint64_t>(static_cast<unsigned char>(c)) + golden));
    return mix(hash ^ mix(index + golden));
}

uint64_t Random::next() {
    return mix(state_ += golden);
}

double Random::uniform() {
    return static_cast<double>(next() >> 11) * 0x1.0p-53;
}

int64_t Random::below(int64_t count) {
    return static_cast<int64_t>(uniform() * static_cast<double>(count));
}

double Random::normal() {
    const double u = 1.0 - uniform();  // never 0
    return std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * uniform());
}

std::vector<int64_t> permutation(int64_t count, uint64_t seed) {
    std::vector<int64_t> order(static_cast<size_t>(count));
    std::iota(order.begin(), order.end(), int64_t{0});
    Random random(seed);
    for (int64_t i = count - 1; i > 0; --i)
        std::swap(order[static_cast<size_t>(i)], order[static_cast<size_t>(random.below(i + 1))]);
    return order;
}

}  // namespace gaplab
