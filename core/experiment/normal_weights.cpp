#include <fmt/format.h>

#include "core/experiment/normal.h"

namespace gaplab {
namespace {

constexpr const char* allowedWeights =
    "null, \"train\", {\"file\": path}, {\"run\": id, \"epoch\": ..} or {\"stage\": name, \"epoch\": ..}";
constexpr const char* allowedEpochs = "\"best\", \"last\" or the number of an epoch in training.keep_epochs";

const Parameter& epochNumber() {
    static const Parameter declared = integerParameter("epoch", 1, 1, 100'000, "Kept epoch");
    return declared;
}

/// A text that is not empty, collected as it is.
void readText(ObjectReader& reader, const std::string& key, const std::string& what) {
    const Json* value = reader.find(key);
    if (!value) return;
    if (value->is_string() && *value != "")
        reader.normal[key] = *value;
    else
        reader.review().add(reader.pathOf(key), fmt::format("{} is not {}", shown(*value), what), what);
}

/// An id (a number or its text) or a uuid; collected as text.
void readRun(ObjectReader& reader) {
    const Json* value = reader.find("run");
    if (!value) return;
    static const Parameter id = integerParameter("run", 1, 1, 9007199254740991, "Id of a stored run");
    if (!value->is_number()) return readText(reader, "run", "the id or uuid of a stored run");
    if (const auto checked = checkedValue(id, *value, reader.pathOf("run"), reader.review()))
        reader.normal["run"] = std::to_string(checked->get<int64_t>());
}

void readEpoch(ObjectReader& reader) {
    const Json* value = reader.find("epoch");
    if (!value || *value == "best") return;
    const Json epoch = unified(epochNumber(), *value);
    if (epoch == "last" || (epoch.is_number_integer() && !checkValue(epochNumber(), epoch)))
        reader.normal["epoch"] = epoch;
    else
        reader.review().add(reader.pathOf("epoch"), fmt::format("{} is not an epoch that is kept", shown(*value)), allowedEpochs);
}

/// Exactly one of the given keys is there.
bool hasOneSource(const Json& value, const std::vector<std::string>& sources, const std::string& path, const std::string& allowed,
                  Review& review) {
    size_t given = 0;
    for (const std::string& source : sources)
        given += value.contains(source) ? 1 : 0;
    if (given > 1)
        review.add(path, fmt::format("{} names more than one source", value.dump(-1, ' ', true, Json::error_handler_t::replace)),
                   allowed);
    return given == 1;
}

}  // namespace

std::optional<Json> readWeights(const Json& value, const std::string& path, Review& review) {
    if (value.is_null() || value == "train") return value;
    if (!value.is_object()) {
        review.add(path, fmt::format("{} does not say where the weights come from", shown(value)), allowedWeights);
        return {};
    }
    ObjectReader reader(value, path, review);
    readText(reader, "file", "the path of a file");
    readRun(reader);
    readText(reader, "stage", "the name of a stage");
    if (!value.contains("file")) readEpoch(reader);
    static const Parameter partial = booleanParameter("partial", false, "Take over what fits and leave the rest as it is drawn");
    reader.readField(partial);
    const size_t before = review.problems.size();
    const bool one = hasOneSource(value, {"file", "run", "stage"}, path, allowedWeights, review);
    Json form = reader.finish();
    if (!one && before == review.problems.size()) review.add(path, "The weights have no source", allowedWeights);
    return one && (form.contains("file") || form.contains("run") || form.contains("stage")) ? std::optional(form) : std::nullopt;
}

Json readBaseline(const Json& value, const std::string& path, Review& review) {
    constexpr const char* allowed = "null, {\"run\": id} or {\"stage\": name}";
    if (value.is_null()) return nullptr;
    if (!value.is_object()) {
        review.add(path, fmt::format("{} is not a baseline", shown(value)), allowed);
        return nullptr;
    }
    ObjectReader reader(value, path, review);
    readRun(reader);
    readText(reader, "stage", "the name of a stage");
    const size_t before = review.problems.size();
    const bool one = hasOneSource(value, {"run", "stage"}, path, allowed, review);
    Json form = reader.finish();
    if (!one && before == review.problems.size()) review.add(path, "The baseline has no source", allowed);
    return form.empty() ? Json() : form;
}

}  // namespace gaplab
