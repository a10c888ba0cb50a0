#pragma once

#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/knowledge/loss.h"

namespace gaplab {

using FeatureShapes = std::vector<std::vector<int64_t>>;

/// Two features that a loss compares: places in LossPlan::fromShapes and toShapes, the last of which is the pooled vector.
struct StagePair {
    size_t from = 0, to = 0;
    bool operator==(const StagePair&) const = default;
};

/// What a loss compares where the document does not say.
enum class UsualStages {
    All,     ///< every stage behind the stem
    Hint,    ///< the second stage behind the stem
    Last,    ///< the last one
    Pooled,  ///< what the classifiers see
};

/// The document's choice, or the usual one; where the networks have unlike numbers of stages, an own stage is paired with the
/// source's at the same relative depth. Throws Error (Input) for a stage that does not exist, told of "stages[i]".
std::vector<StagePair> chosenStages(const LossPlan& plan, UsualStages usual);
/// As above, of a loss that looks at the trained network alone: places in LossPlan::toShapes. A pair is refused.
std::vector<size_t> chosenOwnStages(const LossPlan& plan, UsualStages usual);

/// The features at a place of featureShapes, float32 at least.
at::Tensor featuresAt(const Outputs& outputs, size_t place);
/// float32, or what is wider.
at::Tensor promoted(const at::Tensor& values);

/// "stage 2 [64, 8, 8]", "pooled [64]"
std::string stageName(const FeatureShapes& shapes, size_t place);
/// What is wrong with the entry that chose pair number `index`: of "stages[index]", or of "stages" where nothing was chosen.
Error stageError(const LossPlan& plan, size_t index, const std::string& message, const std::string& allowed);

}  // namespace gaplab
