#include <algorithm>
#include <charconv>
#include <optional>
#include <variant>

#include <fmt/format.h>

#include "core/base/text.h"
#include "core/experiment/experiment.h"
#include "core/experiment/object_reader.h"

namespace gaplab {
namespace {

using Step = std::variant<std::string, size_t>;

Error cannotFollow(const std::string& path, const std::string& reason) {
    return inputError(fmt::format("The path \"{}\" cannot be followed: {}", path, reason),
                      "Write it like training.epochs=5 or knowledge[0].weight=2.");
}

/// The indices "[0][1]" behind a key.
void readIndices(const std::string& part, size_t at, const std::string& path, std::vector<Step>& steps) {
    while (at < part.size()) {
        const size_t end = part.find(']', at);
        size_t index = 0;
        if (part[at] != '[' || end == std::string::npos)
            throw cannotFollow(path, fmt::format("\"{}\" is not a key or a key with [index]", part));
        const auto [last, error] = std::from_chars(part.data() + at + 1, part.data() + end, index);
        if (error != std::errc() || last != part.data() + end)
            throw cannotFollow(path, fmt::format("\"{}\" is not the number of an element", part.substr(at + 1, end - at - 1)));
        steps.emplace_back(index);
        at = end + 1;
    }
}

std::vector<Step> readPath(const std::string& path) {
    std::vector<Step> steps;
    for (size_t begin = 0; begin <= path.size();) {
        const size_t end = std::min(path.find('.', begin), path.size());
        const std::string part = path.substr(begin, end - begin);
        const std::string key = part.substr(0, part.find('['));
        if (key.empty()) throw cannotFollow(path, "a key is empty");
        steps.emplace_back(key);
        readIndices(part, key.size(), path, steps);
        begin = end + 1;
    }
    return steps;
}

Json& follow(Json& at, const Step& step, const std::string& path) {
    if (const auto* key = std::get_if<std::string>(&step)) {
        if (at.is_null()) at = Json::object();
        if (!at.is_object()) throw cannotFollow(path, fmt::format("\"{}\" is asked of something that is not an object", *key));
        return at[*key];
    }
    const size_t index = std::get<size_t>(step);
    if (!at.is_array()) throw cannotFollow(path, fmt::format("[{}] is asked of something that is not a list", index));
    if (index >= at.size()) throw cannotFollow(path, fmt::format("there is no element [{}], the list has {}", index, at.size()));
    return at[index];
}

/// Null where the document does not have the path.
Json valueAt(const Json& document, const std::string& path) {
    Json copy = document;  // following makes what is missing
    Json* at = &copy;
    for (const Step& step : readPath(path))
        at = &follow(*at, step, path);
    return *at;
}

/// The fields that a run looks at anew in every step.
bool isLive(const std::string& path, const Json& document, const Catalogue& catalogue) {
    if (path.starts_with("gap.") && valueAt(document, "gap").is_null()) return false;  // there is no target to change
    for (const char* plain : {"gap.target", "gap.band", "training.optimizer.lr", "training.clip"})
        if (path == plain) return true;
    if (path.starts_with("knowledge[") && path.ends_with("].weight")) return true;
    constexpr std::string_view controller = "gap.controller.";
    if (!path.starts_with(controller)) return false;
    const Json actuator = valueAt(document, "gap.controller.actuator");
    const Member* member = actuator.is_string() ? catalogue.find(Registry::Actuator, actuator.get<std::string>()) : nullptr;
    return member && std::ranges::any_of(member->parameters, [&](const Parameter& parameter) {
               return parameter.live && parameter.name == path.substr(controller.size());
           });
}

}  // namespace

LiveEdit liveEdit(const Json& document, const std::string& assignment, const Catalogue& catalogue) {
    LiveEdit edit{.document = document, .path = assignment.substr(0, assignment.find('='))};
    setValue(edit.document, assignment);
    if (!isLive(edit.path, document, catalogue))
        throw inputError(
            fmt::format("\"{}\" cannot be changed while a run goes on", edit.path),
            "What can: gap.target, gap.band, gap.controller.kp, .ki, .minimum, .maximum, .rate_limit, .smoothing, "
            ".hold_below, .release_below, .follow_rate, .widen_after, .widen_to, .widen_pause, training.optimizer.lr, "
            "training.clip, knowledge[N].weight.");
    if (const std::vector<Problem> problems = validate(edit.document, catalogue); !problems.empty())
        throw Error(Fault::Input, fmt::format("{} cannot be set", assignment), "", problems);
    edit.before = valueAt(document, edit.path);
    edit.after = valueAt(edit.document, edit.path);
    return edit;
}

Json valueFromText(const std::string& text) {
    if (text.starts_with('[') || text.starts_with('{') || text.starts_with('"'))
        return parseJson(text, fmt::format("the value {}", text));
    if (Json value = Json::parse(text, nullptr, false); !value.is_discarded()) return value;
    return text;
}

std::pair<std::string, std::string> splitAssignment(const std::string& assignment) {
    const size_t equals = assignment.find('=');
    if (equals == std::string::npos)
        throw inputError(fmt::format("\"{}\" is not an assignment", assignment), "Write PATH=VALUE, like training.epochs=5.");
    if (!isUtf8(assignment))
        throw inputError("The assignment is not UTF-8 text", "Rename the file or folder, or write its name in UTF-8.");
    return {assignment.substr(0, equals), assignment.substr(equals + 1)};
}

void setValue(Json& document, const std::string& path, Json value) {
    Json changed = document;  // a path that fails half-way changes nothing
    Json* at = &changed;
    for (const Step& step : readPath(path))
        at = &follow(*at, step, path);
    *at = std::move(value);
    document = std::move(changed);
}

void setValue(Json& document, const std::string& assignment) {
    const auto [path, value] = splitAssignment(assignment);
    setValue(document, path, valueFromText(value));
}

}  // namespace gaplab
