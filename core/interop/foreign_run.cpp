#include "core/interop/foreign_run.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include "core/base/files.h"

namespace gaplab {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> partsOf(const std::string& name) {
    std::vector<std::string> parts(1);
    for (const char byte : name)
        if (byte == '/')
            parts.emplace_back();
        else
            parts.back() += byte;
    for (std::string& part : parts)
        if (part.empty()) part = "-";
    return parts;
}

/// "loss" -> "foreign/all/loss", "train/loss" -> "foreign/train/loss", "a/b/c" stays, "a/b/c/d" -> "a/b/c.d".
std::string seriesNameFor(const std::string& name) {
    std::vector<std::string> parts = partsOf(name);
    if (parts.size() == 1) parts.insert(parts.begin(), "all");
    if (parts.size() == 2) parts.insert(parts.begin(), "foreign");
    std::string text = parts[0] + "/" + parts[1] + "/" + parts[2];
    for (size_t i = 3; i < parts.size(); ++i)
        text += "." + parts[i];
    return text;
}

/// Steps that ascend from 0 on, and epochs that are known.
std::vector<Point> tidied(std::vector<Point> points, const std::string& name, std::vector<std::string>& notes) {
    const size_t before = std::erase_if(points, [](const Point& point) { return point.step < 0; });
    if (before > 0) notes.push_back(fmt::format("{} values of {} at negative steps", before, name));
    const bool oneStep =
        points.size() > 1 && std::ranges::all_of(points, [&](const Point& point) { return point.step == points.front().step; });
    if (oneStep) {
        notes.push_back(fmt::format("all {} values of {} are at step {}: they are counted instead", points.size(), name,
                                    points.front().step));
        for (size_t i = 0; i < points.size(); ++i)
            points[i].step = static_cast<int64_t>(i);
    }
    std::ranges::stable_sort(points, {}, &Point::step);
    std::vector<Point> kept;
    for (Point& point : points) {
        if (std::isnan(point.epoch)) point.epoch = static_cast<double>(point.step);
        if (!kept.empty() && kept.back().step == point.step)
            kept.back() = point;
        else
            kept.push_back(point);
    }
    if (kept.size() < points.size())
        notes.push_back(
            fmt::format("{} values of {}: another one of the same step comes after them", points.size() - kept.size(), name));
    return kept;
}

/// Moves the series over under names of ours and returns {our name: the other program's} for those that changed.
Json renameSeries(ForeignRun& foreign, WholeRun& run) {
    Json renamed = Json::object();
    for (auto& [name, points] : foreign.series) {
        std::string ours = seriesNameFor(name);
        for (int i = 2; run.series.contains(ours) || (ours != name && foreign.series.contains(ours)); ++i)
            ours = fmt::format("{}~{}", seriesNameFor(name), i);
        if (ours != name) renamed[ours] = name;
        run.series[ours] = tidied(std::move(points), name, foreign.notUnderstood);
    }
    std::erase_if(run.series, [](const auto& entry) { return entry.second.empty(); });
    return renamed;
}

/// Takes the seed out of the parameters, so that runs which differ in nothing else are repeats of one trial.
uint64_t takeSeed(Json& parameters) {
    const auto found = parameters.find("seed");
    if (found == parameters.end() || !found->is_number_unsigned()) return 0;
    const auto seed = found->get<uint64_t>();
    parameters.erase(found);
    return seed;
}

/// Times of another program may be anything; what no calendar has is not known.
double plausible(double time) {
    constexpr double largest = 1e11;  // the year 5138
    return time > 0 && time < largest ? time : 0;
}

}  // namespace

IncomingRun incoming(ForeignRun foreign) {
    WholeRun run;
    NewRun& facts = run.facts;
    Json origin = std::move(foreign.facts);
    origin["format"] = foreign.format;
    if (const Json renamed = renameSeries(foreign, run); !renamed.empty()) origin["metrics"] = renamed;
    origin["parameters"] = foreign.parameters;
    facts.document = {{"name", foreign.name}, {"foreign", origin}};
    facts.seed = takeSeed(foreign.parameters);
    // Runs of which nothing is known but their points are no repeats of each other.
    facts.trialDocument = {{"foreign", {{"format", foreign.format}, {"parameters", foreign.parameters}}}};
    if (foreign.parameters.empty()) facts.trialDocument["foreign"]["id"] = foreign.id;
    facts.trial = sha256(facts.trialDocument.dump(-1, ' ', false, Json::error_handler_t::replace));
    facts.trialLabel = facts.name = foreign.name;
    facts.kind = "experiment";
    facts.notes = foreign.notes;
    facts.environment = {{"imported_from", foreign.source.string()}};
    facts.dataFacts = Json::object();
    run.foreignRef = foreign.format + ":" + foreign.id;
    run.created = run.started = plausible(foreign.started);
    run.finished = plausible(foreign.finished);
    run.state = foreign.state;
    run.reason = foreign.reason;
    return {std::move(run), foreign.format, foreign.source, std::move(foreign.notUnderstood)};
}

Json plainValue(const std::string& text) {
    const bool mayBeNumber = !text.empty() && (text.front() == '-' || (text.front() >= '0' && text.front() <= '9'));
    Json value = mayBeNumber ? Json::parse(text, nullptr, false) : Json();
    return value.is_number() ? value : Json(text);
}

}  // namespace gaplab
