#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/knowledge/stages.h"

namespace gaplab {

/// Tokens [B, N, D] and vectors [B, C] as a map [B, C, H, W]: a class token before a square number of patches is left out.
/// Throws Error (Input) where the patches are no square.
at::Tensor asMap(const at::Tensor& features);

/// Where two features are compared: both as vectors, or both as maps of the size of the smaller one.
struct Meeting {
    StagePair pair;
    bool vectors = false;
    int64_t fromChannels = 1, toChannels = 1;
    int64_t height = 1, width = 1;
};

/// One a pair. Throws Error (Input) for a vector against a map, told of "stages[i]".
std::vector<Meeting> meetingsOf(const LossPlan& plan, const std::vector<StagePair>& pairs);
/// [B, C] or [B, C, height, width], with the channels it has.
at::Tensor brought(const at::Tensor& features, const Meeting& meeting);
/// "stage 2 [64, 8, 8] -> stage 2 [65, 192]: tokens as a map, pooled to 8 x 8, LAYER"; `layer` may be empty.
std::string describe(const LossPlan& plan, const Meeting& meeting, const std::string& layer);

/// Length 1 along the last axis; a vector of length 0 stays as it is, with a finite gradient.
at::Tensor unit(const at::Tensor& vectors);

/// "compared": whether maps are taken behind the ReLU at the end of their stage.
Parameter comparedParameter();

/// A sum over pairs of stages.
class StagewiseLoss : public Loss {
public:
    at::Tensor operator()(const Outputs* from, const Outputs& to, const Batch& batch) const final;
    bool needsFeatures() const final { return true; }
    Model* adapters() final { return model_.network ? &model_ : nullptr; }
    std::vector<std::string> describe() const final { return lines_; }

protected:
    StagewiseLoss(const LossPlan& plan, UsualStages usual);
    /// What pair number `index` costs; `from` is detached, both are brought together but for their channels.
    virtual at::Tensor compare(size_t index, const at::Tensor& from, const at::Tensor& to) const = 0;
    /// As `compare` sees them.
    std::pair<at::Tensor, at::Tensor> meet(size_t index, const Outputs& from, const Outputs& to) const;
    /// Tells of a pair that a layer stands behind the own features.
    void tell(const LossPlan& plan, size_t index, const std::string& layer);
    Pass pass() const { return {.state = model_.state, .training = true}; }

    std::vector<Meeting> meetings_;
    Model model_;  ///< without a network: nothing is trained

private:
    bool activations_ = false;
    std::vector<std::string> lines_;
};

}  // namespace gaplab
