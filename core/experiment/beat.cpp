#include <charconv>

#include <fmt/format.h>

#include "core/experiment/normal.h"

namespace gaplab {
namespace {

const Parameter& steps() {
    static const Parameter declared = integerParameter("every", 1, 1, 1'000'000'000, "Steps between two times");
    return declared;
}

/// "N steps", "N epochs", "epoch": the number and its unit; nothing if it is not that.
std::optional<std::pair<Json, std::string>> parseBeat(const Json& value) {
    if (value.is_number()) return std::pair(value, std::string("epochs"));
    if (!value.is_string()) return {};
    const std::string text = value.get<std::string>();
    if (text == "epoch") return std::pair(Json(1), std::string("epochs"));
    const size_t space = text.find(' ');
    const Json count = Json::parse(text.substr(0, space), nullptr, false);
    const size_t behind = space == std::string::npos ? space : text.find_first_not_of(' ', space);
    std::string unit = behind == std::string::npos ? "" : text.substr(behind);
    if (unit == "step" || unit == "epoch") unit += "s";
    if (!count.is_number() || (unit != "steps" && unit != "epochs")) return {};
    return std::pair(count, unit);
}

}  // namespace

std::optional<Json> readBeat(const Json& value, const std::string& path, const Parameter& epochs, Review& review) {
    const auto parsed = parseBeat(value);
    if (!parsed) {
        review.add(path, fmt::format("{} is not a beat", shown(value)),
                   "\"epoch\", a number of epochs, or a text like \"200 steps\"");
        return {};
    }
    const bool inSteps = parsed->second == "steps";
    const auto count = checkedValue(inSteps ? steps() : epochs, parsed->first, path, review);
    if (!count) return {};
    return inSteps ? Json(fmt::format("{} steps", count->get<int64_t>())) : *count;
}

Beat beatFromJson(const Json& form) {
    if (form.is_number()) return {form.get<double>(), 0};
    Beat beat;
    const std::string text = form.get<std::string>();  // "N steps"
    std::from_chars(text.data(), text.data() + text.size(), beat.steps);
    return beat;
}

}  // namespace gaplab
