#include "ui/setup/gap_shape.h"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace gaplab::ui {
namespace {

constexpr double largestGap = 100;  // points
constexpr double rounding = 1e-9;

double snapped(double value) {
    return std::round(value / valueStep) / std::round(1 / valueStep);  // 0.3, not 0.30000000000000004
}

Json epochNumber(double epoch) {
    return epoch == std::floor(epoch) ? Json(static_cast<int64_t>(epoch)) : Json(epoch);
}

bool isList(const Json& list) {
    return list.is_array() && !list.empty() && std::ranges::all_of(list, [](const Json& point) {
               return point.is_array() && point.size() == 2 && point[0].is_number() && point[1].is_number();
           });
}

bool ascends(const Json& list) {
    for (size_t i = 1; i < list.size(); ++i)
        if (list[i][0] <= list[i - 1][0]) return false;
    return true;
}

}  // namespace

std::optional<GapShape> GapShape::read(const Json& target, const Json& band) {
    const bool shaped = target.is_object() && target.contains("points") &&
                        (target.value("shape", Json()) == "cosine" || target.value("shape", Json()) == "steps");
    const Json* list = shaped ? &target["points"] : &target;
    if (!band.is_number() || !(target.is_number() || (isList(*list) && ascends(*list)))) return {};
    GapShape shape;
    shape.target_ = target;
    shape.band_ = band;
    shape.readPoints();
    return shape;
}

void GapShape::readPoints() {
    curve_ = curveFromJson(target_);
}

Json& GapShape::list() {
    return target_.is_object() ? target_["points"] : target_;
}

void GapShape::movePoint(size_t point, double epoch, double value, const Grid& grid) {
    const auto& points = curve_.points;
    if (value != points[point].second)
        (isConstant() ? target_ : list()[point][1]) = snapped(std::clamp(value, -largestGap, largestGap));
    if (isConstant()) return readPoints();
    const double first = point == 0 ? 0 : (std::floor(points[point - 1].first / grid.beat + rounding) + 1) * grid.beat;
    const double last = point + 1 == points.size() ? std::max(grid.epochs, points.back().first)
                                                   : (std::ceil(points[point + 1].first / grid.beat - rounding) - 1) * grid.beat;
    if (first <= last && epoch != points[point].first)
        list()[point][0] = epochNumber(std::clamp(std::round(epoch / grid.beat) * grid.beat, first, last));
    readPoints();
}

void GapShape::setBand(double band) {
    band_ = std::clamp(snapped(band), valueStep, largestGap);
}

std::optional<size_t> GapShape::addPoint(double epoch, const Grid& grid) {
    epoch = std::clamp(std::round(epoch / grid.beat) * grid.beat, 0.0, grid.epochs);
    if (isConstant() && epoch == 0) return {};
    if (isConstant()) target_ = Json::array({Json::array({0, target_})});
    const auto place = std::ranges::lower_bound(curve_.points, epoch, {}, &std::pair<double, double>::first);
    if (place != curve_.points.end() && place->first == epoch) return {};
    const auto index = std::ranges::count_if(list(), [epoch](const Json& point) { return point[0] < epoch; });
    list().insert(list().begin() + index, Json::array({epochNumber(epoch), snapped(curve_.at(epoch))}));
    readPoints();
    return static_cast<size_t>(index);
}

bool GapShape::removePoint(size_t point) {
    if (pointCount() < 2 || point >= pointCount()) return false;
    list().erase(point);
    readPoints();
    return true;
}

Json memberAt(const Json& document, const std::vector<std::string>& path) {
    const Json* node = &document;
    for (const std::string& key : path) {
        if (!node->is_object() || !node->contains(key)) return {};
        node = &(*node)[key];
    }
    return *node;
}

std::string textAt(const Json& document, const std::vector<std::string>& path, const std::string& otherwise) {
    const Json value = memberAt(document, path);
    return value.is_string() ? value.get<std::string>() : otherwise;
}

Beat beatOf(const Json& experiment) {
    const Json every = memberAt(experiment, {"gap", "every"});
    if (every.is_number() && every > 0) return {every.get<double>(), 0};
    if (every == "epoch") return {1.0, 0};
    if (!every.is_string()) return GapTarget().every;
    double count = 0;
    std::string unit;
    std::istringstream text(every.get<std::string>());
    text >> count >> unit;
    if (count > 0 && unit.starts_with("epoch")) return {count, 0};
    if (count >= 1 && unit.starts_with("step")) return {0, std::llround(count)};
    return GapTarget().every;
}

GapShape::Grid gridOf(const Json& experiment) {
    GapShape::Grid grid;
    const Json epochs = memberAt(experiment, {"training", "epochs"});
    grid.epochs = epochs.is_number() && epochs > 0 ? epochs.get<double>() : static_cast<double>(Training().epochs);
    if (const Beat beat = beatOf(experiment); beat.steps == 0) grid.beat = beat.epochs;
    return grid;
}

}  // namespace gaplab::ui
