#include "core/run/bias/alone.h"

namespace gaplab::bias {
namespace {

/// What has to be the same.
Json conditions(const Json& document) {
    Json kept = Json::object();
    for (const char* key : {"data", "student", "training"})
        kept[key] = document.value(key, Json::object());
    if (kept["data"].is_object()) kept["data"].erase("path");
    if (kept["training"].is_object())
        for (const char* key : {"device", "threads"})
            kept["training"].erase(key);
    return kept;
}

bool isPlain(const Json& document) {
    return document.is_object() && document.value("teachers", Json::object()).empty() &&
           document.value("mitigations", Json::array()).empty();
}

}  // namespace

std::string trialAlone(const Store& store, const RunRow& run) {
    if (!run.document.is_object()) return {};
    const Json wanted = conditions(run.document);
    std::string found;
    for (const RunRow& other : store.runs())
        if (other.state == RunState::Finished && other.trial != run.trial && other.dataFingerprint == run.dataFingerprint &&
            isPlain(other.document) && conditions(other.document) == wanted)
            found = other.trial;
    return found;
}

}  // namespace gaplab::bias
