#include <cmath>

#include "core/store/records.h"

namespace gaplab {
namespace {

Json orNull(const std::string& text) {
    return text.empty() ? Json() : Json(text);
}
Json timeOrNull(double seconds) {
    return seconds > 0 ? Json(seconds) : Json();
}

/// Whole epochs as integers (26, not 26.0); what is not finite as null, which is all that JSON has.
Json plainNumber(double value) {
    if (!std::isfinite(value)) return {};
    if (value == std::floor(value) && std::abs(value) < 1e15) return static_cast<int64_t>(value);
    return value;
}

Json toJson(const SeriesSummary& series) {
    const auto value = [](double number) { return std::isfinite(number) ? Json(number) : Json(); };
    return {{"count", series.count},
            {"last", value(series.last.value)},
            {"best", value(series.best().value)},
            {"best_epoch", plainNumber(series.best().epoch)}};
}

}  // namespace

Json toJson(const RunRow& run) {
    Json series = Json::object();
    for (const SeriesSummary& summary : run.series)
        series[summary.name] = toJson(summary);
    return {{"id", run.id},
            {"uuid", run.uuid},
            {"name", run.name},
            {"kind", run.kind},
            {"trial", run.trial},
            {"trial_label", run.trialLabel},
            {"seed", run.seed},
            {"state", toText(run.state)},
            {"reason", orNull(run.reason)},
            {"notes", orNull(run.notes)},
            {"created", timeOrNull(run.created)},
            {"started", timeOrNull(run.started)},
            {"finished", timeOrNull(run.finished)},
            {"deleted", timeOrNull(run.deletedAt)},
            {"from", run.from},
            {"foreign", orNull(run.foreignRef)},
            {"tags", run.tags},
            {"networks", run.networks.is_null() ? Json::object() : run.networks},
            {"environment", run.environment},
            {"series", series}};
}

}  // namespace gaplab
