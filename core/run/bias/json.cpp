#include <cmath>

#include "core/run/bias/words.h"

namespace gaplab {
namespace {

using bias::toText;

Json numberOrNull(std::optional<double> value) {
    return value && std::isfinite(*value) ? Json(*value) : Json();
}

template <typename Value>
Json orNull(const std::optional<Value>& value) {
    return value ? Json(*value) : Json();
}

Json jsonOf(const std::optional<Interval>& interval, Json object) {
    object["low"] = interval ? numberOrNull(interval->low) : Json();
    object["high"] = interval ? numberOrNull(interval->high) : Json();
    return object;
}

Json jsonOf(const BiasFigure& figure) {
    if (!figure.value) return {};
    Json json = jsonOf(figure.interval, {{"value", numberOrNull(figure.value)}});
    json["over"] = figure.overSeeds ? "seeds" : "images";
    return json;
}

Json jsonOf(const fairness::Estimate& estimate) {
    return estimate.value ? jsonOf(estimate.interval, {{"value", numberOrNull(estimate.value)}}) : Json();
}

std::string nameAt(const std::vector<std::string>& names, int place) {
    return place < 0 ? std::string() : names[static_cast<size_t>(place)];
}

Json jsonOf(const BiasReport& report, const BiasNetwork& network) {
    Json json = {{"role", network.role},
                 {"label", network.label},
                 {"architecture", network.architecture},
                 {"runs", network.runs},
                 {"seeds", network.seeds},
                 {"worst_class_name", nameAt(report.classNames, network.worstClassIndex)},
                 {"worst_group_name", nameAt(report.groupNames, network.worstGroupIndex)},
                 {"confusion", network.confusion},
                 {"by_chance",
                  {{"demographic_parity", numberOrNull(network.byChance.demographicParity)},
                   {"demographic_parity_p", numberOrNull(network.byChance.demographicParityPValue)},
                   {"equalized_odds", numberOrNull(network.byChance.equalizedOdds)},
                   {"equalized_odds_p", numberOrNull(network.byChance.equalizedOddsPValue)}}}};
    for (const BiasMetric& metric : biasMetrics())
        json[metric.key] = jsonOf(network.*metric.figure);
    return json;
}

Json networkOrNull(const BiasReport& report, const std::optional<BiasNetwork>& network) {
    return network ? jsonOf(report, *network) : Json();
}

Json jsonOf(const fairness::ClassMovement& movement) {
    Json json = jsonOf(movement.interval, {{"moved", toText(movement.moved)}});
    const bool isKnown = movement.images > 0;
    json["difference"] = isKnown ? Json(movement.difference) : Json();
    json["level"] = movement.level;
    json["p"] = isKnown ? Json(movement.pValue) : Json();
    return json;
}

Json jsonOf(const BiasPart& part) {
    return {{"name", part.name},
            {"images", part.images},
            {"training_images", orNull(part.trainingImages)},
            {"student", jsonOf(part.student)},
            {"teacher", jsonOf(part.teacher)},
            {"baseline", jsonOf(part.baseline)},
            {"student_calibration", jsonOf(part.studentCalibration)},
            {"teacher_calibration", jsonOf(part.teacherCalibration)},
            {"baseline_calibration", jsonOf(part.baselineCalibration)},
            {"movement", jsonOf(part.movement)}};
}

Json jsonOf(const BiasReport& report, const BiasCell& cell) {
    return {{"class", nameAt(report.classNames, cell.klass)},
            {"group", nameAt(report.groupNames, cell.group)},
            {"images", cell.images},
            {"training_images", orNull(cell.trainingImages)},
            {"student", numberOrNull(cell.student)},
            {"teacher", numberOrNull(cell.teacher)},
            {"baseline", numberOrNull(cell.baseline)}};
}

Json jsonOf(const BiasPropagation& told) {
    Json points = Json::array();
    for (size_t i = 0; i < told.result.points.size(); ++i) {
        const auto& point = told.result.points[i];
        points.push_back({{"name", told.names[i]}, {"part", point.part}, {"weakness", point.weakness}, {"shift", point.shift}});
    }
    const fairness::Slope& slope = told.result.slope;
    const auto end = [](const std::optional<Interval>& interval, double Interval::*which) {
        return interval ? numberOrNull((*interval).*which) : Json();
    };
    return {{"over", toText(told.over)},
            {"verdict", toText(told.result.verdict)},
            {"text", told.verdict},
            {"level", told.level},
            {"seeds", told.result.seeds},
            {"slope", numberOrNull(slope.value)},
            {"low", end(slope.interval, &Interval::low)},
            {"high", end(slope.interval, &Interval::high)},
            {"images_low", end(told.result.imagesInterval, &Interval::low)},
            {"images_high", end(told.result.imagesInterval, &Interval::high)},
            {"plain_slope", numberOrNull(slope.plain)},
            {"r", numberOrNull(slope.r)},
            {"p", numberOrNull(slope.pValue)},
            {"reliability", numberOrNull(slope.reliability)},
            {"points", points}};
}

Json jsonOf(const std::optional<fairness::Transfer>& transfer) {
    if (!transfer) return {};
    return {{"teacher_right_images", transfer->teacherRight},
            {"teacher_wrong_images", transfer->teacherWrong},
            {"right", jsonOf(transfer->right)},
            {"wrong", jsonOf(transfer->wrong)}};
}

Json jsonOf(const BiasReport& report, const BiasExemplars& exemplars) {
    Json shown = Json::array();
    for (const BiasExemplar& each : exemplars.shown)
        shown.push_back({{"image", each.image},
                         {"label", nameAt(report.classNames, each.label)},
                         {"teacher", nameAt(report.classNames, each.teacher)},
                         {"student", nameAt(report.classNames, each.student)},
                         {"baseline", nameAt(report.classNames, each.baseline)},
                         {"group", each.group < 0 ? Json() : Json(nameAt(report.groupNames, each.group))},
                         {"teacher_confidence", each.teacherConfidence},
                         {"seeds", each.seeds}});
    return {{"images", exemplars.images}, {"shown", shown}};
}

Json jsonOf(const BiasMitigation& mitigation) {
    return {{"kind", mitigation.kind},        {"title", mitigation.title},   {"why", mitigation.why},
            {"path", mitigation.path},        {"change", mitigation.change}, {"document", mitigation.document},
            {"is_sweep", mitigation.isSweep}, {"sweep", mitigation.sweep}};
}

template <typename Each, typename Make>
Json listOf(const std::vector<Each>& all, Make make) {
    Json list = Json::array();
    for (const Each& each : all)
        list.push_back(make(each));
    return list;
}

}  // namespace

Json toJson(const BiasReport& report) {
    const auto plain = [](const auto& each) { return jsonOf(each); };
    return {{"run", report.run},
            {"name", report.name},
            {"trial", report.trial},
            {"data", report.dataName},
            {"document", report.document},
            {"split", report.split},
            {"images", report.images},
            {"classes", report.classNames},
            {"groups", report.groupNames},
            {"level", report.level},
            {"least_images", report.leastImages},
            {"draws", report.draws},
            {"pairs", report.pairs},
            {"missing", {{"teacher", report.noTeacher}, {"baseline", report.noBaseline}, {"groups", report.noGroups}}},
            {"student", jsonOf(report, report.student)},
            {"teacher", networkOrNull(report, report.teacher)},
            {"baseline", networkOrNull(report, report.baseline)},
            {"verdict", report.verdictText},
            {"summary", report.summary},
            {"by_class", listOf(report.classes, plain)},
            {"by_group", listOf(report.groups, plain)},
            {"cells", listOf(report.cells, [&](const BiasCell& cell) { return jsonOf(report, cell); })},
            {"propagation", listOf(report.propagation, plain)},
            {"transfer", jsonOf(report.transfer)},
            {"exemplars", {{"lost", jsonOf(report, report.lost)}, {"taken_over", jsonOf(report, report.takenOver)}}},
            {"limits", report.limits},
            {"warnings", report.warnings},
            {"mitigations", listOf(report.mitigations, plain)}};
}

}  // namespace gaplab
