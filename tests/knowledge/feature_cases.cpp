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
    return {
        // The fusion joins the images of a batch by its batch norm, but a batch twice over has the same statistics; one
        // image's pooled vector has none.
        {.loss = "reviewkd", .plan = planOf({{"width", 2}}), .zeroWhenEqual = false, .fewestImages = 2},
        {.loss = "at", .plan = planOf({{"variant", "official"}}), .row = "official"},
        {.loss = "at", .plan = planOf({{"variant", "paper"}}), .row = "paper"},
        {.loss = "fitnet", .plan = planOf(Json::object())},
        {.loss = "ofa", .plan = planOf({{"tokens", "mean"}}), .zeroWhenEqual = false, .ignoresClassOrder = false},
        // Its discriminator has learned nothing yet.
        {.loss = "adversarial",
         .plan = planOf(Json::object()),
         .zeroWhenEqual = false,
         .ignoresShiftFrom = false,
         .ignoresShiftTo = false},
    };
}

}  // namespace gaplab
