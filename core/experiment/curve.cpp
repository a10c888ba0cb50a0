#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "core/experiment/normal.h"

namespace gaplab {
namespace {

const Parameter& curveEpoch() {
    static const Parameter declared = realParameter("epoch", 0.0, 0.0, 100'000.0, "Epoch of a point");
    return declared;
}

const Parameter& curveShape() {
    static const Parameter declared = [] {
        Parameter shape = choiceParameter("shape", "", {"cosine", "steps"}, "How the points are joined");
        shape.defaultValue = nullptr;
        shape.required = true;
        return shape;
    }();
    return declared;
}

/// [epoch, value] of a list, or nothing and a problem.
std::optional<Json> readPoint(const Json& point, const std::string& path, const Parameter& range, Review& review) {
    if (!point.is_array() || point.size() != 2) {
        review.add(path, fmt::format("{} is not a point of a curve", shown(point)), "[epoch, value]");
        return {};
    }
    const auto epoch = checkedValue(curveEpoch(), point[0], indexed(path, 0), review);
    const auto value = checkedValue(range, point[1], indexed(path, 1), review);
    if (!epoch || !value) return {};
    return Json::array({*epoch, *value});
}

/// Points at the ends that repeat their neighbour's value change nothing: outside its points a curve is constant.
Json trimmed(Json points) {
    while (points.size() > 1 && points[0][1] == points[1][1])
        points.erase(0);
    while (points.size() > 1 && points[points.size() - 1][1] == points[points.size() - 2][1])
        points.erase(points.size() - 1);
    return points.size() == 1 ? Json(points[0][1]) : points;
}

std::optional<Json> readShapedCurve(const Json& value, const std::string& path, const Parameter& range, Review& review) {
    ObjectReader reader(value, path, review);
    reader.readField(curveShape());
    const Json* points = reader.find("points");
    if (!points || !points->is_array()) {
        review.add(reader.pathOf("points"), "A shape needs the points between which it runs", "[[epoch, value], ..]");
        return {};
    }
    auto read = readCurve(*points, reader.pathOf("points"), range, review);
    const Json shape = reader.finish();
    if (!read || !shape.contains("shape")) return {};
    if (read->is_number()) return read;  // a single level has no shape
    return Json{{"shape", shape.at("shape")}, {"points", std::move(*read)}};
}

}  // namespace

Curve curveFromJson(const Json& form) {
    if (form.is_number()) return Curve::constant(form.get<double>());
    if (form.is_array()) return {form.get<std::vector<std::pair<double, double>>>()};
    return {form.at("points").get<std::vector<std::pair<double, double>>>(),
            form.at("shape") == "steps" ? Curve::Between::Steps : Curve::Between::Cosine};
}

double Curve::at(double epoch) const {
    if (points.empty()) return 0.0;
    if (epoch <= points.front().first) return points.front().second;
    if (epoch >= points.back().first) return points.back().second;
    const auto right = std::ranges::upper_bound(points, epoch, {}, &std::pair<double, double>::first);
    const auto left = std::prev(right);
    if (between == Between::Steps) return left->second;
    double way = (epoch - left->first) / (right->first - left->first);
    if (between == Between::Cosine) way = 0.5 - 0.5 * std::cos(std::numbers::pi * way);
    return left->second + (right->second - left->second) * way;
}

std::optional<Json> readCurve(const Json& value, const std::string& path, const Parameter& range, Review& review) {
    const std::string allowed = allowedValues(range) +
                                ", [[epoch, value], ..] in ascending order of epochs, or {\"shape\": \"cosine\" or \"steps\", "
                                "\"points\": [[epoch, value], ..]}";
    if (value.is_number()) return checkedValue(range, value, path, review);
    if (value.is_object()) return readShapedCurve(value, path, range, review);
    if (!value.is_array() || value.empty()) {
        review.add(path, fmt::format("{} is neither a number nor a curve", shown(value)), allowed);
        return {};
    }
    Json points = Json::array();
    for (size_t i = 0; i < value.size(); ++i)
        if (auto point = readPoint(value[i], indexed(path, i), range, review)) points.push_back(std::move(*point));
    if (points.size() != value.size()) return {};
    for (size_t i = 1; i < points.size(); ++i)
        if (points[i][0] <= points[i - 1][0]) {
            review.add(indexed(path, i),
                       fmt::format("Epoch {} does not come after epoch {}", shown(value[i][0]), shown(value[i - 1][0])), allowed);
            return {};
        }
    return trimmed(std::move(points));
}

}  // namespace gaplab
