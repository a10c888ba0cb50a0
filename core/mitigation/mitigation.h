#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <torch/types.h>

#include "core/base/catalogue.h"
#include "core/data/dataset.h"
#include "core/experiment/experiment.h"
#include "core/knowledge/loss.h"

namespace gaplab {

/// The images that are trained on, as far as mitigations look at them. On the processor.
struct TrainingImages {
    at::Tensor labels;  ///< int64 [N], in the order of Dataset::trainIndices
    at::Tensor groups;  ///< int64 [N], -1: not known; undefined where there are none
    std::vector<std::string> classes, groupNames;
};
TrainingImages trainingImagesOf(const Dataset& dataset);

/// A term of the loss of a network that is trained.
struct TermSite {
    std::string from = "labels";  ///< or the teacher
    bool frozen = true;           ///< a teacher that is not trained here
    size_t network = 0;           ///< among those that are trained; the student is 0
};

/// Something against bias, for the time of a training. Each member of the registry overrides what it is about.
class Mitigation {
public:
    virtual ~Mitigation() = default;

    /// How likely each training image is drawn, float64 [N] on the processor; undefined: all alike.
    virtual at::Tensor drawWeights() const { return {}; }
    /// What is added to the logits [K] of the teacher in a term, and of the network that learns; undefined: nothing.
    virtual at::Tensor shiftOfSource(const TermSite&) const { return {}; }
    virtual at::Tensor shiftOfLearner(const TermSite&) const { return {}; }
    /// What is added to a trained network's logits [K] where its answers are taken; undefined: nothing.
    virtual at::Tensor shiftOfAnswers() const { return {}; }
    /// Factors on what each image costs in a term, [B]; undefined: 1.
    virtual at::Tensor imageWeights(const TermSite&, const Batch&) const { return {}; }
    /// Whether a term belongs to what `combine` takes in place of the mean over images.
    virtual bool combines(const TermSite&) const { return false; }
    /// What a network's images cost, [B], as one number; learns from it.
    virtual at::Tensor combine(size_t network, const at::Tensor& costs, const Batch& batch) {
        (void)network, (void)batch;
        return costs.mean();
    }
    /// What a teacher says about the validation images, logits [N, K] and labels [N], after each evaluation of all of them.
    virtual void hear(const std::string& teacher, const at::Tensor& logits, const at::Tensor& labels) {
        (void)teacher, (void)logits, (void)labels;
    }
    /// What it has learned, which belongs to the checkpoint and is copied back in place; undefined: nothing.
    virtual at::Tensor state() const { return {}; }
    /// Series for the student's log; may wait for the device.
    virtual std::vector<std::pair<std::string, double>> report() const { return {}; }
};

struct MitigationPlan {
    Json parameters = Json::object();  ///< as in MitigationSpec
    TrainingImages images = {};
    std::vector<std::string> networks = {"student"};  ///< that are trained
    std::string teacher = {};                         ///< the first that teaches the student; empty: none does
    at::Device device = at::kCPU;
};

/// Builds one by registry name. Throws Error (Input) with the field ("of", "classes[0]") where it does not fit the images.
std::unique_ptr<Mitigation> makeMitigation(const std::string& kind, const MitigationPlan& plan);

/// All of an experiment, in the document's order. Throws Error (Input), with fields like "mitigations[0].of".
std::vector<std::unique_ptr<Mitigation>> makeMitigations(const Experiment& experiment, const TrainingImages& images,
                                                         at::Device device);

/// So many training rows by systematic sampling (each is drawn its expected number of times, rounded down or up), in random
/// order. `weights` float64 [N], none below 0, not all 0. The same seed gives the same rows. int64 [count].
at::Tensor drawRows(const at::Tensor& weights, int64_t count, uint64_t seed);

/// Describes every mitigation.
void addMitigations(Catalogue& catalogue);

}  // namespace gaplab
