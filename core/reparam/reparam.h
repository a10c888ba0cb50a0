#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/nn/network.h"

namespace gaplab {

inline constexpr int greatestRatio = 8;

/// How the scales of the branches start. Auto: one-hot if the student starts from weights, else the published ones.
enum class Scales { Published, OneHot };

struct ExpandOptions {
    int ratio = 2;     ///< r, 1 to 8: how many times wider the dynamic teacher is
    int branches = 6;  ///< M, 1 to 6; 1: plain kernels
    Scales scales = Scales::Published;
    /// Convolutions that get branches: every eligible one whose name starts with one of these; empty: every eligible one.
    std::vector<std::string> layers;
    /// Deviation of what is added to each copy of each value, to make the copies differ. Needed for r >= 3 only, where the
    /// student's gradient alone leaves the copies 1 to r - 1 equal for ever.
    double noise = 0;
    /// Noise as strong as the tensor itself on what the teacher alone has: the student is still extracted exactly, but the
    /// teacher does not start as the same function.
    bool privateNoise = false;
    uint64_t seed = 0;  ///< of fresh branches and of the noise
};

/// One convolution and whether it gets branches.
struct BranchedLayer {
    std::string name;
    bool branched = false;
    std::string reason;  ///< why not
};

/// The student's statistics that the teacher's of that name ("bn1.teacher_running_mean") start as; empty: it names no such ones.
std::string studentStatistics(const std::string& name);

/// The structure of a network and its dynamic teacher in one. `branched`, if given, receives every convolution. Throws Error
/// (Input) for a ratio or a number of branches outside the above, and for a name in `layers` that no eligible convolution has.
std::unique_ptr<Network> buildElastic(NetworkPlan plan, const ExpandOptions& options,
                                      std::vector<BranchedLayer>* branched = nullptr);

/// Inverse reparameterization (Guo et al. 2024): the elastic network whose two views compute the function of `plain` - exactly
/// without noise and with one-hot scales or a single branch; with published scales the student becomes another network of the
/// same architecture, and both views still agree. Batch-norm statistics of both views start as those of `plain`.
Model expand(const Model& plain, const ExpandOptions& options);
/// As above into a structure that is there already.
State expandInto(const Network& elastic, const Model& plain, const ExpandOptions& options);

/// Whether a network holds more than the plain student: copies or branches.
bool isElastic(const Network& network);

/// Channel-branch reparameterization: the student alone, as a plain network of its architecture. extract(expand(n)) equals n.
Model extract(const Model& elastic);
/// The student alone: extracted of an elastic network, of a plain one what it is, with shared values.
Model studentAlone(const Model& model);

/// The student for use elsewhere: extracted and, with `fold`, with batch norm folded into the convolution before it wherever one
/// stands right behind.
Model deploy(const Model& elastic, bool fold);

}  // namespace gaplab
