#include "tests/knowledge/cases.h"

namespace gaplab {
namespace {

/// A stem, two stages and the pooled vector.
std::vector<std::vector<int64_t>> shapes(int64_t channels) {
    return {{channels, 4, 4}, {channels, 4, 4}, {2 * channels, 2, 2}, {2 * channels}};
}

LossPlan planOf(Json parameters) {
    return {.parameters = std::move(parameters), .classes = 3, .images = 50, .fromShapes = shapes(3), .toShapes = shapes(2)};
}

LossPlan cotuningPlan(const char* estimate) {
    LossPlan plan = planOf({{"estimate", estimate}});
    plan.fromClasses = 3;
    return plan;
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
        {.loss = "ofa",
         .plan = planOf({{"tokens", "class"}}),
         .row = "class token",
         .zeroWhenEqual = false,
         .ignoresClassOrder = false},
        {.loss = "ofd", .plan = planOf(Json::object()), .zeroWhenEqual = false},
        {.loss = "vid", .plan = planOf(Json::object()), .zeroWhenEqual = false},
        // Between images: those of a batch twice over meet themselves.
        {.loss = "sp", .plan = planOf(Json::object()), .perImage = false},
        {.loss = "rkd", .plan = planOf(Json::object())},  // means over pairs and triples: a batch twice over has the same
        {.loss = "pkt", .plan = planOf({{"variant", "official"}}), .row = "official", .perImage = false},
        {.loss = "pkt", .plan = planOf({{"variant", "paper"}}), .row = "paper", .perImage = false},
        {.loss = "crd", .plan = planOf({{"memory", 16}, {"width", 4}}), .zeroWhenEqual = false},
        // The usual width is measured in the batch, without a gradient: tst_relations.
        {.loss = "mfd", .plan = planOf({{"kernel_width", 1.5}}), .zeroWhenEqual = false},
        {.loss = "mfd",
         .plan = {.parameters = {{"kernel_width", 1.5}}, .classes = 3, .fromShapes = shapes(2), .toShapes = shapes(2)},
         .row = "of equal widths"},
        // Nothing is remembered yet: the relation is that of the batch, and classes of the source have a classifier of their own.
        {.loss = "cotuning", .plan = cotuningPlan("direct"), .zeroWhenEqual = false, .ignoresClassOrder = false},
        {.loss = "cotuning",
         .plan = cotuningPlan("reverse"),
         .row = "reverse",
         .zeroWhenEqual = false,
         .ignoresClassOrder = false},
        // Its discriminator has learned nothing yet.
        {.loss = "adversarial",
         .plan = planOf({{"sees", "logits"}}),
         .zeroWhenEqual = false,
         .ignoresShiftFrom = false,
         .ignoresShiftTo = false},
        {.loss = "adversarial", .plan = planOf({{"sees", "pooled"}}), .row = "pooled", .zeroWhenEqual = false},
    };
}

}  // namespace gaplab
