#include "core/nn/architecture.h"

namespace gaplab {

std::vector<Member> plannedArchitectures() {
    const std::vector<std::pair<const char*, std::vector<const char*>>> families = {
        {"Wide ResNet", {"wrn_16_1", "wrn_16_2", "wrn_40_1", "wrn_40_2"}},
        {"VGG with batch norm", {"vgg8", "vgg11", "vgg13", "vgg16", "vgg19"}},
        {"ResNet", {"resnet18", "resnet34", "resnet50", "resnet101", "resnet152"}},
        {"MobileNet", {"mobilenet_v1", "mobilenet_v2"}},
        {"ShuffleNet", {"shufflenet_v2"}},
        {"DeiT", {"deit_tiny", "deit_small", "deit"}},
        {"RVT", {"rvt_tiny", "rvt_small"}}};
    std::vector<Member> members;
    for (const auto& [family, names] : families) {
        for (const char* name : names) {
            Member member{.name = name, .help = std::string(family) + ", not in this version."};
            member.available = false;
            member.facts = {{"family", family}};
            members.push_back(std::move(member));
        }
    }
    return members;
}

}  // namespace gaplab
