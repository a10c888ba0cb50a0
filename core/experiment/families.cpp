#include "core/experiment/families.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/names.h"
#include "core/experiment/normal.h"

namespace gaplab {

const char* const unlikeRecordPair = "VGG13 to MobileNetV2 on CIFAR-100";

Json plainNetwork(const Json& network) {
    Json plain = network;
    for (const char* key : {"weights", "kind", "seed", "training", "head", "freeze", "rates", "classes", "anchors", "until"})
        plain.erase(key);
    return plain;
}

std::string familyOf(const std::string& architecture, const Catalogue& catalogue) {
    const Member* member = catalogue.find(Registry::Architecture, architecture);
    return member ? member->facts.value("family", "") : std::string();
}

bool areAlike(const std::string& a, const std::string& b) {
    constexpr const char* residual = "ResNet";
    return a.empty() || b.empty() || a == b || (a.ends_with(residual) && b.ends_with(residual));
}

std::string architectureOf(const Json& document, const std::string& role, const Catalogue& catalogue) {
    const auto named = [](const Json& network) {
        const auto found = network.find("architecture");
        return found != network.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    if (role == "student") return named(objectAt(document, "student"));
    const Json& teacher = objectAt(objectAt(document, "teachers"), role);
    const auto kind = teacher.find("kind");
    const Member* member =
        kind != teacher.end() && kind->is_string() ? catalogue.find(Registry::TeacherKind, kind->get<std::string>()) : nullptr;
    const bool grown = member && !member->facts.value("apart", true);
    return named(grown ? objectAt(document, "student") : teacher);
}

std::vector<std::pair<std::string, double>> unlikeRecord(const Catalogue& catalogue) {
    std::vector<std::pair<std::string, double>> record;
    for (const Member& loss : catalogue.members(Registry::Loss))
        if (loss.facts.contains("unlike")) record.emplace_back(loss.name, loss.facts.at("unlike").get<double>());
    std::ranges::stable_sort(record, std::ranges::greater(), &std::pair<std::string, double>::second);
    return record;
}

std::string unlikeRecordText(const Catalogue& catalogue) {
    std::vector<std::string> parts;
    for (const auto& [name, points] : unlikeRecord(catalogue))
        parts.push_back(fmt::format("{} {:+.1f}", name, points));
    return join(parts);
}

}  // namespace gaplab
