// What fairness.py talks to: cases as JSON on standard input, what GapLab makes of them on standard output, in the same order.
//   {"labels": [..], "predictions": [..], "groups": [..], "classes": n, "group_count": n}     one image, one group is enough data
//   {"table": [[..], ..]}                                                                     associationOf

#include <iostream>

#include "core/base/json.h"
#include "core/fairness/association.h"
#include "core/fairness/impact.h"

using namespace gaplab;
using namespace gaplab::fairness;

namespace {

Json orNull(const std::optional<double>& value) {
    return value ? Json(*value) : Json();
}

Json impactAnswer(const Json& asked) {
    const Answers answers{.labels = asked.at("labels"), .predictions = asked.at("predictions")};
    Groups groups{.ofImage = asked.at("groups")};
    groups.names.resize(asked.at("group_count").get<size_t>(), "a group");
    const int classes = asked.at("classes");
    const Impact impact = impactOf(answers, nullptr, classes, groups, {.leastImages = 1, .draws = 100});
    Json recalls = Json::array();
    for (const PartImpact& each : impact.classes)
        recalls.push_back(orNull(each.right.value()));
    Json ofGroups = Json::array();
    for (const PartImpact& each : impact.groups)
        ofGroups.push_back(orNull(each.right.value()));
    return {{"confusion", confusionMatrix(answers, classes)},
            {"recalls", recalls},
            {"groups", ofGroups},
            {"accuracy", orNull(impact.all.right.value())},
            {"balanced_accuracy", orNull(impact.balancedAccuracy.value)},
            {"demographic_parity", orNull(impact.demographicParity.value)},
            {"equalized_odds", orNull(impact.equalizedOdds.value)}};
}

Json associationAnswer(const Json& asked) {
    const Association result = associationOf(asked.at("table"), {.draws = 100});
    Json residuals = Json::array(), pValues = Json::array();
    for (const auto& row : result.cells) {
        for (const CellAssociation& cell : row) {
            residuals.push_back(cell.residual);
            pValues.push_back(cell.pValue);
        }
    }
    return {{"chi_square", result.chiSquare},
            {"p", result.permuted ? Json() : Json(result.pValue)},
            {"v", result.cramersV.value()},
            {"residuals", residuals},
            {"cells", pValues}};
}

}  // namespace

int main() {
    Json answers = Json::array();
    for (const Json& asked : Json::parse(std::cin))
        answers.push_back(asked.contains("table") ? associationAnswer(asked) : impactAnswer(asked));
    std::cout << answers.dump() << std::endl;
}
