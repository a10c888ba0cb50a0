#pragma once

#include <map>
#include <memory>
#include <string>

#include "core/train/steps/sequential.h"

namespace gaplab {

/// Steps as sequentialStep makes them. On a GPU their forward and backward passes are recorded once and then started as a whole,
/// a CUDA graph, instead of kernel by kernel, wherever a step does the same work every time; else as ever.
///
/// It is recorded anew when what the host decides changes: weights of terms, levers, the kind of batch. What a recording reads
/// and writes lies in fixed memory: parameters, statistics, gradients and a copy of the batch.
class CapturedStep {
public:
    enum class Wish { Off, On };
    /// GAPLAB_CUDA_GRAPH=1 in the environment means On.
    static Wish fromEnvironment();

    explicit CapturedStep(at::Device device, Wish wish = fromEnvironment());
    ~CapturedStep();
    CapturedStep(const CapturedStep&) = delete;
    CapturedStep& operator=(const CapturedStep&) = delete;

    /// Makes a step; the gradients of `parameters` are this step's alone afterwards.
    StepOutputs run(const std::vector<Role>& roles, const std::vector<Term>& terms, const Batch& batch,
                    const StepSettings& settings, const Mitigations& mitigations, const std::vector<at::Tensor>& parameters);

    /// Values lie elsewhere from now on: a teacher was widened, or other values teach.
    void forget();

    int64_t recordings() const { return recordings_; }
    /// Steps that were started as a whole.
    int64_t replays() const { return replays_; }
    /// Why steps are not recorded, a whole sentence; empty: they are, or nobody wants it.
    const std::string& obstacle() const { return obstacle_; }

private:
    struct Recording;

    bool mayRecord(const std::vector<Role>& roles, const std::vector<Term>& terms, const Batch& batch,
                   const StepSettings& settings, const Mitigations& mitigations);
    StepOutputs record(const std::vector<Role>& roles, const std::vector<Term>& terms, const Batch& batch,
                       const StepSettings& settings, const Mitigations& mitigations, const std::vector<at::Tensor>& parameters);

    at::Device device_;
    Wish wish_;
    std::string obstacle_;
    std::unique_ptr<Recording> recording_;
    std::vector<double> decided_;                  ///< by the host, of the last step
    int64_t alike_ = 0;                            ///< steps in a row for which the host decided the same
    std::map<std::vector<double>, int64_t> seen_;  ///< how often it has decided what lately
    int64_t before_ = 0;                           ///< how often that of the last step, before it
    int64_t recordings_ = 0, replays_ = 0;
};

}  // namespace gaplab
