#include <algorithm>

#include "tests/knowledge/cases.h"

namespace gaplab {
namespace {

LossPlan plan(Json parameters) {
    return {.parameters = std::move(parameters), .classes = 4};
}

/// The same loss over standardised logits, where shifts and scales are lost before it sees them.
LossCase standardised(LossCase plain) {
    plain.plan.parameters["standardise"] = true;
    plain.standardise = true;
    plain.row += plain.row.empty() ? "standardised" : " standardised";
    plain.ignoresShiftFrom = plain.ignoresShiftTo = true;
    plain.temperatureLaw = false;
    plain.tolerance = std::max(plain.tolerance, 1e-6);  // 1e-7 is added to the deviation
    return plain;
}

}  // namespace

std::vector<LossCase> logitCases() {
    std::vector<LossCase> cases = {
        {.loss = "kd", .temperatureLaw = true},
        {.loss = "dkd", .temperatureLaw = true, .twoClasses = false},
        {.loss = "smoothed_ce", .zeroWhenEqual = false},
        {.loss = "mse", .ignoresShiftFrom = false, .ignoresShiftTo = false},
        {.loss = "nkd", .zeroWhenEqual = false, .twoClasses = false},
        // 1e-8 is added to the product of two lengths.
        {.loss = "dist", .plan = plan({{"variant", "official"}}), .row = "official", .temperatureLaw = true, .tolerance = 1e-4},
        {.loss = "dist", .plan = plan({{"variant", "paper"}}), .row = "paper"},
        {.loss = "ctkd", .plan = plan({{"variant", "global"}}), .row = "global"},
        {.loss = "ctkd", .plan = plan({{"variant", "instance"}}), .row = "instance"},
        // The likeness of images and classes is a sum over pairs.
        {.loss = "mlkd", .perImage = false},
        {.loss = "ats", .zeroWhenEqual = false, .ignoresShiftFrom = false},
        {.loss = "dtkd", .ignoresShiftFrom = false, .ignoresShiftTo = false, .temperatureLaw = true},
    };
    std::vector<LossCase> all = {
        {.loss = "ce", .plan = {.labelSmoothing = 0.1, .classes = 4}, .readsSource = false, .zeroWhenEqual = false}};
    for (const LossCase& plain : cases) {
        all.push_back(plain);
        all.push_back(standardised(plain));
    }
    return all;
}

}  // namespace gaplab
