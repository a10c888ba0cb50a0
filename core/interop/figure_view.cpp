#include "core/interop/figure_view.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/base/files.h"
#include "core/store/store.h"

namespace gaplab {
namespace {

Json toJson(const FigureAxis& axis) {
    return {{"title", axis.title}, {"range", {axis.low, axis.high}}, {"fitted", axis.fitted}};
}

Json toJson(const FigureRun& run) {
    Json series = Json::object();
    for (const auto& [name, held] : run.series)
        series[name] = {{"points", held.points}, {"sha256", held.sha256}};
    return {{"uuid", run.uuid}, {"name", run.name}, {"seed", run.seed}, {"hidden", run.hidden}, {"series", series}};
}

void require(bool holds, const std::string& what) {
    if (!holds) throw inputError("The view in the figure is damaged: " + what, "Export the figure again.");
}

bool isUuid(const std::string& text) {
    constexpr size_t length = 36;
    return text.size() == length && std::ranges::all_of(text, [](char letter) {
               return letter == '-' || (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f');
           });
}

double numberOf(const Json& json, double low, double high, const char* what) {
    const double number = json.get<double>();
    require(number >= low && number <= high, fmt::format("{} is {}", what, number));
    return number;
}

FigureAxis axisOf(const Json& json) {
    constexpr double farthest = 1e15, finest = 1e-12;  // beyond them an axis has no ticks
    FigureAxis axis{json.at("title").get<std::string>(), numberOf(json.at("range").at(0), -farthest, farthest, "an axis"),
                    numberOf(json.at("range").at(1), -farthest, farthest, "an axis"), json.at("fitted").get<bool>()};
    const double span = axis.high - axis.low;
    require(span > finest * std::max(std::abs(axis.low), std::abs(axis.high)), "an axis shows nothing");
    return axis;
}

FigureRun runOf(const Json& json) {
    FigureRun run{.uuid = json.at("uuid").get<std::string>(), .name = json.at("name").get<std::string>()};
    require(isUuid(run.uuid), "a run has no uuid");
    require(json.at("seed").is_number_unsigned(), "a seed is no whole number");
    run.seed = json.at("seed").get<uint64_t>();
    run.hidden = json.at("hidden").get<bool>();
    for (const auto& [name, held] : json.at("series").items()) {
        require(held.at("points").is_number_unsigned(), "a series has no number of points");
        run.series[name] = {held.at("points").get<int64_t>(), held.at("sha256").get<std::string>()};
    }
    return run;
}

FigureCheck check(const Store& store, const FigureRun& run) {
    FigureCheck found;
    try {
        found.id = store.run(run.uuid).id;
    } catch (const Error& error) {
        if (error.fault() != Fault::Input) throw;
        return found;
    }
    found.match = FigureMatch::Equal;
    for (const auto& [name, held] : run.series) {
        std::vector<Point> points = store.points(found.id, name);
        const bool longer = std::ssize(points) > held.points;
        if (longer) points.resize(static_cast<size_t>(std::max<int64_t>(0, held.points)));
        const bool same = heldOf(points) == held;
        if (same && !longer) continue;
        found.series.push_back(name);
        found.match = std::max(found.match, same ? FigureMatch::Grown : FigureMatch::Changed);
    }
    return found;
}

}  // namespace

Json toJson(const FigureView& view) {
    Json runs = Json::array(), panels = Json::array();
    for (const FigureRun& run : view.runs)
        runs.push_back(toJson(run));
    for (const FigureAxis& panel : view.panels)
        panels.push_back(toJson(panel));
    return {{"page", view.page},          {"app", view.app},      {"runs", runs},     {"choices", view.choices},
            {"title", view.title},        {"x", toJson(view.x)},  {"panels", panels}, {"size_mm", {view.width, view.height}},
            {"font_pt", view.fontPoints}, {"legend", view.legend}};
}

FigureView figureViewFromJson(const Json& json) {
    constexpr double smallestSide = 10, largestSide = 2000, smallestFont = 1, largestFont = 100;
    try {
        FigureView view{.page = json.at("page").get<std::string>(), .app = json.at("app").get<std::string>()};
        for (const Json& run : json.at("runs"))
            view.runs.push_back(runOf(run));
        view.choices = json.at("choices").get<std::map<std::string, std::string>>();
        view.title = json.at("title").get<std::string>();
        view.x = axisOf(json.at("x"));
        for (const Json& panel : json.at("panels"))
            view.panels.push_back(axisOf(panel));
        view.width = numberOf(json.at("size_mm").at(0), smallestSide, largestSide, "the width");
        view.height = numberOf(json.at("size_mm").at(1), smallestSide, largestSide, "the height");
        view.fontPoints = numberOf(json.at("font_pt"), smallestFont, largestFont, "the size of letters");
        view.legend = json.at("legend").get<bool>();
        return view;
    } catch (const Json::exception& exception) {
        throw inputError(fmt::format("The view in the figure is damaged ({})", exception.what()), "Export the figure again.");
    }
}

FigureRun::Held heldOf(const std::vector<Point>& points) {
    struct Pair {
        int64_t step;
        double value;
    };
    Sha256 hash;
    std::array<Pair, 256> block;  // a call a value would cost more than the hash
    size_t filled = 0;
    for (const Point& point : points) {
        block[filled++] = {point.step, std::isnan(point.value) ? std::numeric_limits<double>::quiet_NaN() : point.value};
        if (filled < block.size()) continue;
        hash.update(block.data(), sizeof block);
        filled = 0;
    }
    hash.update(block.data(), filled * sizeof(Pair));
    return {std::ssize(points), hash.finish()};
}

std::string toText(FigureMatch match) {
    switch (match) {
        case FigureMatch::Equal: return "equal";
        case FigureMatch::Grown: return "grown";
        case FigureMatch::Changed: return "changed";
        case FigureMatch::Missing: break;
    }
    return "missing";
}

std::vector<FigureCheck> checkFigure(const Store& store, const FigureView& view) {
    std::vector<FigureCheck> checks;
    for (const FigureRun& run : view.runs)
        checks.push_back(check(store, run));
    return checks;
}

}  // namespace gaplab
