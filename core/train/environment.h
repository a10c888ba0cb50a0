#pragma once

#include <torch/types.h>

#include "core/experiment/experiment.h"
#include "core/train/host_memory.h"

namespace gaplab {

/// What "auto" came to on this machine; stored with the run and kept by resume.
struct Environment {
    at::Device device = at::kCPU;
    bool bfloat16 = false;  ///< forward passes under autocast, float32 masters
    int threads = 1;

    std::string precision() const { return bfloat16 ? "bfloat16" : "float32"; }
    std::string deviceKind() const { return device.is_cuda() ? "cuda" : "cpu"; }
};

/// Throws Error (Input) where a CUDA device is asked for and there is none.
Environment resolveEnvironment(const Training& training);
/// From what was stored with a run. Throws Error (Input) where this machine does not have it.
Environment environmentFromJson(const Json& stored);
/// With host, processor, versions and card beside it.
Json toJson(const Environment& environment);

/// Sets the calling thread's number of intra-op threads, and autocast for as long as it lives; memory of steps is kept as long.
class EnvironmentScope {
public:
    explicit EnvironmentScope(const Environment& environment);
    ~EnvironmentScope();
    EnvironmentScope(const EnvironmentScope&) = delete;
    EnvironmentScope& operator=(const EnvironmentScope&) = delete;

private:
    KeptHostMemory memory_;
    at::DeviceType type_;
    bool autocastBefore_, cacheBefore_;
    int threadsBefore_;
};

}  // namespace gaplab
