#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace gaplab {

/// The seed of an independent stream: same arguments, same stream, on every machine. Streams are keyed by purpose and
/// position ("augment", step), so no generator state has to be stored for an exact resume.
uint64_t deriveSeed(uint64_t seed, std::string_view purpose, uint64_t index = 0);

/// Small portable generator (SplitMix64); the standard library's distributions differ between implementations.
class Random {
public:
    explicit Random(uint64_t seed) : state_(seed) {}

    uint64_t next();
    /// Uniform in [0, 1).
    double uniform();
    double uniform(double low, double high) { return low + (high - low) * uniform(); }
    /// Uniform in 0 .. count-1; count > 0.
    int64_t below(int64_t count);
    /// Standard normal.
    double normal();
    bool chance(double probability) { return uniform() < probability; }

private:
    uint64_t state_;
};

/// A permutation of 0 .. count-1.
std::vector<int64_t> permutation(int64_t count, uint64_t seed);

}  // namespace gaplab
