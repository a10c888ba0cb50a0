#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/nn/network.h"

namespace gaplab {

/// One member of the registry: its description and its maker.
struct Architecture {
    Member member;
    /// Throws Error (Input) for an image that the architecture cannot take.
    std::function<std::unique_ptr<Network>(const NetworkPlan&)> build;
};

/// The families, each in a file of its own.
std::vector<Architecture> cifarResNets();
std::vector<Architecture> planeNets();
std::vector<Architecture> wideResNets();
std::vector<Architecture> vggNets();
std::vector<Architecture> resNets();
std::vector<Architecture> mobileNetsV1();
std::vector<Architecture> mobileNetsV2();
std::vector<Architecture> shuffleNetsV2();
std::vector<Architecture> deits();
std::vector<Architecture> rvts();

/// One architecture a variant: its description and its maker, which gets the variant.
template <class Variants, class Describe, class Build>
std::vector<Architecture> familyOf(const Variants& variants, Describe describe, Build build) {
    std::vector<Architecture> family;
    for (const auto& variant : variants)
        family.push_back({describe(variant), [variant, build](const NetworkPlan& plan) { return build(variant, plan); }});
    return family;
}

/// The fact "reference" of the table that the distillation benchmarks on CIFAR-100 go by.
Json cifar100Reference(double accuracy, int table = 1);

/// Throws Error (Input) if height or width is below `smallest` pixels.
void requireSize(const std::string& architecture, const InputShape& input, int64_t smallest);

/// The parameter "width": factor on the channels of every layer.
Parameter widthParameter(double defaultValue = 1.0);
/// Channels times the plan's "width", rounded, at least 1.
int64_t scaledWidth(const NetworkPlan& plan, int64_t channels);
/// The parameter "stem": auto, cifar or imagenet.
Parameter stemParameter();
/// Auto is the CIFAR stem for images at most 64 pixels wide.
bool hasImageNetStem(const NetworkPlan& plan);

}  // namespace gaplab
