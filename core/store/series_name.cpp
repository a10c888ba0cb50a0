#include "core/store/series_name.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/base/error.h"

namespace gaplab {
namespace {

using namespace std::string_view_literals;

/// "accuracy" itself, or with more behind it: "accuracy_at_best", "accuracy:top5".
bool isKindOf(std::string_view measure, std::string_view kind) {
    if (!measure.starts_with(kind)) return false;
    return measure.size() == kind.size() || measure[kind.size()] == '_' || measure[kind.size()] == ':';
}

bool isKindOfAny(std::string_view measure, const auto& kinds) {
    return std::ranges::any_of(kinds, [&](std::string_view kind) { return isKindOf(measure, kind); });
}

std::string directionOf(const SeriesName& name) {
    // a gap is neither good nor bad by itself: it has a target
    if (isKindOf(name.role, "gap") || name.role == "controller" || name.role == "system") return "";
    if (isKindOf(name.measure, "accuracy")) return "up";
    constexpr std::array kinds{"loss"sv, "error"sv, "ece"sv, "nll"sv};
    return isKindOfAny(name.measure, kinds) || name.measure.ends_with("_loss") ? "down" : "";
}

}  // namespace

SeriesName parseSeriesName(const std::string& name) {
    const size_t first = name.find('/'), second = first == std::string::npos ? first : name.find('/', first + 1);
    const bool threeParts = second != std::string::npos && name.find('/', second + 1) == std::string::npos;
    if (!threeParts || first == 0 || second == first + 1 || second + 1 == name.size())
        throw inputError("\"" + name + "\" is not the name of a series",
                         "Series are named role/split/measure, for example student/validation/accuracy.");
    SeriesName parts{name.substr(0, first), name.substr(first + 1, second - first - 1), name.substr(second + 1), "", ""};
    constexpr std::array fractions{"accuracy"sv, "error"sv, "ece"sv};
    if (isKindOfAny(parts.measure, fractions) || parts.measure.ends_with("_accuracy")) parts.unit = "fraction";
    parts.direction = directionOf(parts);
    return parts;
}

}  // namespace gaplab
