#include "tests/knowledge/cases.h"

namespace gaplab {
namespace {

/// A stem, two stages and the pooled vector.
std::vector<std::vector<int64_t>> shapes(int64_t channels) {
    return {{channels, 4, 4}, {channels, 4, 4}, {2 * channels, 2, 2}, {2 * channels}};
}

LossPlan planOf(Json parameters) {
    return {.parameters = std::move(parameters), .classes = 3, .fromShapes = shapes(3), .toShapes = shapes(2)};
}

}  // namespace

std::vector<LossCase> featureCases() {
    // The fusion joins the images of a batch by its batch norm, but a batch twice over has the same statistics; one
    // image's pooled vector has none.
    return {{.loss = "reviewkd", .plan = planOf({{"width", 2}}), .zeroWhenEqual = false, .fewestImages = 2}};
}

}  // namespace gaplab
