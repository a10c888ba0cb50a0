#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/nn/layers/copies.h"
#include "core/nn/network.h"

namespace gaplab {

/// How much wider the dynamic teacher is, and what that means for the three kinds of layer: the image and the classes are not
/// copied.
struct Expansion {
    int ratio = 1;
    Copies first() const { return {1, ratio}; }
    Copies hidden() const { return {ratio, ratio}; }
    Copies last() const { return {ratio, 1}; }
};

/// What an architecture is built for.
struct NetworkPlan {
    InputShape input;
    int64_t classes = 10;
    Json parameters = Json::object();  ///< every declared parameter, defaults filled in
    Expansion expansion = {};
};

/// One member of the registry: its description and its maker.
struct Architecture {
    Member member;
    /// Throws Error (Input) for an image that the architecture cannot take.
    std::function<std::unique_ptr<Network>(const NetworkPlan&)> build;
};

/// The families, each in a file of its own.
std::vector<Architecture> cifarResNets();
std::vector<Architecture> planeNets();
/// Names of the vocabulary that cannot be built in this version.
std::vector<Member> plannedArchitectures();

/// Throws Error (Input) if height or width is below `smallest` pixels.
void requireSize(const std::string& architecture, const InputShape& input, int64_t smallest);

}  // namespace gaplab
