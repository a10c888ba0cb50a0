#pragma once

#include <memory>
#include <string>
#include <vector>

#include <torch/types.h>

#include "core/base/catalogue.h"
#include "core/nn/network.h"

namespace gaplab {

/// What a loss may look at besides the two networks' outputs.
struct Batch {
    at::Tensor images;        ///< float [B, C, H, W], normalised
    at::Tensor labels;        ///< int64 [B]; of mixed images the one with the greater share
    at::Tensor softLabels;    ///< float [B, K], rows sum to 1; undefined where every image has one label
    at::Tensor indices = {};  ///< int64 [B], which image of the data set each one is; undefined where that is not known
    double epoch = 0;         ///< epochs trained so far
    at::Tensor groups = {};   ///< int64 [B], -1: not known; undefined where there are none
};

/// What a loss that learns by itself has to tell since it was asked last.
struct LossReport {
    std::vector<std::pair<std::string, double>> series;  ///< name below the term's, value
    std::string event;                                   ///< kind of an event; empty: none
    std::string text;                                    ///< a whole sentence: what happened and why
};

/// One distillation loss: from a source (a teacher, or the labels) to a trained network. Logits are float32 or float64.
class Loss {
public:
    virtual ~Loss() = default;
    /// The mean over the batch, a scalar. `from` is null where the source is "labels". Gradients flow into `to` and into the
    /// loss's own parameters only.
    virtual at::Tensor operator()(const Outputs* from, const Outputs& to, const Batch& batch) const = 0;
    /// Another temperature than the document's, from now on; 0: the document's. False: the loss has none.
    virtual bool setTemperature(double) { return false; }
    /// Looks at Outputs::stages and Outputs::pooled.
    virtual bool needsFeatures() const { return false; }
    /// What the loss trains beside the network, with its values: adapters between unlike shapes. Null: nothing. They belong to
    /// the checkpoint, not to the network or its average.
    virtual Model* adapters() { return nullptr; }
    /// What the loss learns by itself (a discriminator, a memory), once a training step after the gradients were taken. The
    /// outputs are detached. What it keeps are buffers of `adapters`.
    virtual void learn(const Outputs* from, const Outputs& to, const Batch& batch) { (void)from, (void)to, (void)batch; }
    /// Asked at each log of the training loss; may wait for the device.
    virtual LossReport report() { return {}; }
    /// How it compares what has unlike shapes, a line a pair: "stage 2 [64, 16, 16] -> stage 2 [16, 16, 16]: 1 x 1 convolution
    /// to 64 channels". Empty: there is nothing to adapt.
    virtual std::vector<std::string> describe() const { return {}; }
};

/// A loss that is a mean of what each image costs.
class PerSampleLoss : public Loss {
public:
    /// [B]
    virtual at::Tensor perSample(const Outputs* from, const Outputs& to, const Batch& batch) const = 0;
    at::Tensor operator()(const Outputs* from, const Outputs& to, const Batch& batch) const final {
        return perSample(from, to, batch).mean();
    }
};

/// What a loss is built for.
struct LossPlan {
    Json parameters = Json::object();  ///< every declared parameter
    double labelSmoothing = 0.0;       ///< the document's training.label_smoothing
    int64_t classes = 0;               ///< 0: not known
    int64_t images = 0;                ///< of the data set, the bound of Batch::indices; 0: not known
    Json stages = Json::array();       ///< the document's `stages`; empty: what the loss usually compares
    /// One image's [C, H, W] or [N, D] of Outputs::stages of both networks, then [C] of Outputs::pooled; for losses that need
    /// features.
    std::vector<std::vector<int64_t>> fromShapes = {}, toShapes = {};
    int64_t fromClasses = 0;  ///< that the source's classifier knows; 0: not known
    /// Weight [K, C] and bias [K] of the source's classifier; empty: it has no such one, or no values are there.
    std::vector<at::Tensor> fromClassifier = {};
    uint64_t seed = 0;  ///< of adapters
};

/// Builds a loss by registry name. Throws Error (Input) for an unknown name, or networks that it cannot compare; where a field is
/// at fault, with a problem whose path begins at the term ("stages[0]").
std::unique_ptr<Loss> makeLoss(const std::string& name, const LossPlan& plan = {});
/// Whether the loss of that name looks at features, so that LossPlan needs shapes.
bool lossNeedsFeatures(const std::string& name);

/// Describes every loss.
void addLosses(Catalogue& catalogue);

}  // namespace gaplab
