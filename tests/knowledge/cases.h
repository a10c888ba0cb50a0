#pragma once

#include <string>
#include <vector>

#include "core/knowledge/loss.h"

namespace gaplab {

/// A row of the suite that runs over the whole registry (tst_invariants): a loss, how it is built, and what holds of it. Each
/// flag is tested both ways: where it is false, the value must change. Every loss has a row, and every choice of its "variant".
struct LossCase {
    std::string loss;                ///< registry name
    LossPlan plan = {.classes = 4};  ///< for losses that need features with the shapes; the outputs are drawn by these
    std::string row = {};            ///< tells the rows of one loss apart

    bool readsSource = true;        ///< false: a loss with the labels
    bool zeroWhenEqual = true;      ///< the same outputs on both sides cost nothing
    bool perImage = true;           ///< a batch with every image twice costs the same
    bool ignoresShiftFrom = true;   ///< of all of a source's logits of an image by the same value
    bool ignoresShiftTo = true;     ///< of the trained network's
    bool ignoresClassOrder = true;  ///< false: what it learns knows the classes by their places
    bool temperatureLaw = false;    ///< logits times T at temperature T cost T² times what they cost at 1
    bool twoClasses = true;         ///< false: refused for two classes, with a reason
    int64_t fewestImages = 1;       ///< 2: refused for a batch of one
    double tolerance = 1e-9;        ///< relative, absolute below 1: how exactly the laws hold in float64
    bool standardise = false;       ///< the row has the parameter "standardise" set

    std::string name() const { return row.empty() ? loss : loss + ", " + row; }
};

/// Rows of losses that look at labels and logits.
std::vector<LossCase> logitCases();
/// Rows of losses that look at features, between images or at a discriminator.
std::vector<LossCase> featureCases();

}  // namespace gaplab
