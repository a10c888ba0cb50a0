#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/json.h"

namespace gaplab {

/// What one run of an experiment computes, without its stages.
struct Compute {
    double perImage = 0;  ///< multiply-accumulates of a training step an image, all networks and passes together
    double share = 1;     ///< of the images that are not held out for validation: those that are trained on
    int64_t epochs = 1;

    double perEpoch() const { return perImage * share; }  ///< an image that is not held out for validation
    double total() const { return perEpoch() * static_cast<double>(epochs); }
};

/// Of a valid document: three times the MACs of a forward pass for a network that is trained, once for one that is not, or of
/// which only the classifier is; making kernels out of branches counts once a step.
Compute computeOf(const Json& document, int64_t channels, int64_t height, int64_t width, int64_t classes);

/// A simpler way to learn the same task, which what the document does has to beat.
struct Baseline {
    std::string name;  ///< "fine-tuning", "linear probe", "fixed source teacher", "from scratch"
    std::string help;  ///< a sentence
    Json document;     ///< with as many epochs as come nearest to the document's compute
    Compute compute;
};

/// Of a valid document whose student starts from weights. Throws Error (Input) where it does not.
std::vector<Baseline> transferBaselines(const Json& document, int64_t channels, int64_t height, int64_t width, int64_t classes);
/// The same check without the images.
void requireSource(const Json& document);

}  // namespace gaplab
