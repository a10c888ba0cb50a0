// What statistics_scipy.py talks to: cases as JSON on standard input, what GapLab makes of them on standard output, in the same
// order.
//   {"baseline": [[seed, value], ..], "others": [[[seed, value], ..], ..], "level", "margin", "looks"}   compareAll
//   {"only_first", "only_second", "images", "level"}                                                     mcnemar
//   {"values": [..], "level"}                                                                            meanInterval

#include <iostream>

#include "core/base/json.h"
#include "core/stats/stats.h"

using namespace gaplab;

namespace {

using Sample = std::vector<std::pair<uint64_t, double>>;

Json toJson(const Interval& interval) {
    return {interval.low, interval.high};
}

Json toJson(const Comparison& comparison) {
    return {{"difference", comparison.difference},
            {"interval", toJson(comparison.interval.value())},
            {"level", comparison.level},
            {"paired", comparison.paired},
            {"p", comparison.pValue.value()},
            {"sign_flip", comparison.signFlip ? Json(comparison.signFlip->pValue) : Json()},
            {"detectable", comparison.detectable.value()},
            {"verdict", toText(comparison.verdict)}};
}

Json answer(const Json& asked) {
    const double level = asked.at("level");
    if (asked.contains("values")) return toJson(meanInterval(asked.at("values"), level).value());
    if (asked.contains("images")) {
        const PairedAnswers answers = mcnemar(asked.at("only_first"), asked.at("only_second"), asked.at("images"), level);
        return {{"p", answers.pValue}, {"interval", toJson(answers.interval)}};
    }
    Json rows = Json::array();
    for (const Comparison& comparison :
         compareAll(asked.at("baseline").get<Sample>(), asked.at("others").get<std::vector<Sample>>(), level, asked.at("margin"),
                    asked.at("looks")))
        rows.push_back(toJson(comparison));
    return rows;
}

}  // namespace

int main() {
    Json answers = Json::array();
    for (const Json& asked : Json::parse(std::cin))
        answers.push_back(answer(asked));
    std::cout << answers.dump() << std::endl;
}
