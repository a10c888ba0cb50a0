#include <cmath>

#include "core/run/transfer.h"

namespace gaplab {
namespace {

Json numberOf(std::optional<double> value) {
    return value && std::isfinite(*value) ? Json(*value) : Json();
}

Json jsonOf(const TransferTask& task) {
    Json json = {{"what", task.what}, {"classes", task.classes}};
    if (task.images == 0) return json;
    json.update({{"fingerprint", task.fingerprint},
                 {"images", task.images},
                 {"looked_at", task.looked},
                 {"shape", {task.channels, task.height, task.width}}});
    return json;
}

}  // namespace

Json TransferReport::toJson() const {
    Json numbers = Json::object(), classes = Json::array(), statistics = Json::object();
    for (const TransferEstimate& each : estimates)
        numbers[each.key] = {
            {"name", each.name}, {"source", numberOf(each.source)}, {"fresh", numberOf(each.fresh)}, {"range", each.range},
            {"says", each.says}, {"says_not", each.saysNot}};
    for (const NearestClasses& each : nearest) {
        Json near = Json::array();
        for (const auto& [name, share] : each.nearest)
            near.push_back({{"class", name}, {"probability", share}});
        classes.push_back({{"class", each.klass}, {"images", each.images}, {"nearest", near}});
    }
    for (const DomainStatistic& each : domain)
        statistics[each.name] = {{"source", each.source}, {"target", each.target}, {"difference", numberOf(each.difference)}};
    return {{"source", jsonOf(source)}, {"target", jsonOf(target)},     {"architecture", architecture},
            {"features", features},     {"estimates", numbers},         {"nearest_classes", classes},
            {"domain", statistics},     {"frechet", numberOf(frechet)}, {"frechet_of_halves", numberOf(frechetOfHalves)},
            {"notes", notes},           {"conclusion", conclusion},     {"limits", limits}};
}

}  // namespace gaplab
