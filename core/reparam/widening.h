#pragma once

#include <cstdint>
#include <memory>

#include "core/nn/network.h"

namespace gaplab {

/// The structure with its dynamic teacher so many times as wide as the student; what stored values are divided by stays as it is.
std::unique_ptr<Network> withExpansion(const Network& network, int expansion);

/// Values of the right shapes that mean nothing yet: to be read into. Parameters require gradients where those of `like`, of the
/// same network in another width, do.
State emptyState(const Network& network, const State& like);

/// Makes a dynamic teacher one copy wider without changing its function or anything of the student. One of the copies that are
/// the teacher's alone is split into two: its rows are duplicated, and each weight that reads it is divided between the two by a
/// share drawn from [0.25, 0.75], so that they do not stay alike. A teacher that is the student itself gets a copy that nothing
/// reads yet.
class Widening {
public:
    /// `seed` chooses the shares.
    Widening(const Network& before, uint64_t seed);

    const std::shared_ptr<const Network>& network() const { return after_; }

    /// Parameters and buffers; of a moving average too.
    State widened(const State& state) const;
    /// What belongs to one parameter and follows it linearly, like a velocity: by the same rule and shares.
    at::Tensor widened(size_t parameter, const at::Tensor& values) const;
    /// What does not depend on how large a weight is, like a mean squared gradient: rows and columns are duplicated.
    at::Tensor duplicated(size_t parameter, const at::Tensor& values) const;

private:
    enum class Columns { Divided, Halved, Duplicated };
    at::Tensor applied(const TensorSlot& after, const at::Tensor& values, Columns columns) const;

    const Network& before_;
    std::shared_ptr<const Network> after_;
    uint64_t seed_;
    int split_;  ///< the copy that is split
};

}  // namespace gaplab
