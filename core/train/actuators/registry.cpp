#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/train/actuators/actuator.h"

namespace gaplab {

namespace {

Parameter live(Parameter parameter) {
    parameter.live = true;
    return parameter;
}

}  // namespace

const std::vector<Parameter>& commonParameters() {
    static const std::vector<Parameter> common = {
        live(realParameter("smoothing", 0.5, 0, 0.99, "Share of the old value in the moving average of the measured gap")),
        realParameter("start", 1, 0, 100'000, "The controller begins after so many epochs", "epochs")};
    return common;
}

std::vector<Parameter> wideningParameters(int after) {
    const auto count = [](const char* name, int value, int lowest, int highest, const char* help) {
        return live(integerParameter(name, value, lowest, highest, help));
    };
    return {count("widen_after", after, after > 0 ? 1 : 0, 1'000'000,
                  "A dynamic teacher gets another copy after so many acts in a row with the gap below its target and nothing "
                  "left to turn; 0: never"),
            count("widen_to", 4, 2, 8, "Not beyond so many times the student's width"),
            count("widen_pause", 8, 1, 1'000'000, "Acts between two widenings")};
}

std::vector<Parameter> actuatorParameters(const ActuatorDefaults& defaults, bool logarithmic) {
    const std::string unit = logarithmic ? "octaves" : "of its range";
    const auto sourced = [&](Parameter parameter) {
        parameter.source = defaults.source;
        return parameter;
    };
    std::vector<Parameter> parameters = {
        sourced(live(realParameter("kp", defaults.kp, 0, 100, "Proportional gain: turn for each point of error", unit))),
        sourced(live(realParameter("ki", defaults.ki, 0, 100, "Integral gain: turn for each point of error and epoch", unit))),
        sourced(realParameter("value", defaults.value, defaults.minimum, defaults.maximum, "Where the actuator stands at first")),
        live(realParameter("minimum", defaults.minimum, defaults.minimum, defaults.maximum, "Lowest value it may take")),
        live(realParameter("maximum", defaults.maximum, defaults.minimum, defaults.maximum, "Highest value it may take")),
        live(realParameter("rate_limit", defaults.limit, 1e-6, 100, "Greatest turn in one act", unit)),
        live(realParameter("hold_below", 0.1, 0, 1,
                           "The integral part rests while the learning rate is below this share of its peak")),
        live(realParameter(
            "release_below", 0, 0, 1,
            "Below this share of the peak learning rate the actuator goes back to where it does nothing; 0: never")),
        live(booleanParameter(
            "follow_rate", false,
            "The gains grow as the learning rate fades, by one over its share of its peak, five times at most: for actuators "
            "that work through the steps of the training")),
        booleanParameter("tune", false, "First a relay test that measures direction and starting gains")};
    parameters.insert(parameters.end(), commonParameters().begin(), commonParameters().end());
    std::ranges::copy(wideningParameters(0), std::back_inserter(parameters));
    return parameters;
}

const std::vector<Actuator>& actuators() {
    static const std::vector<Actuator> all = {studentBalance(), teacherRate(),   teacherUpdate(),
                                              dynamicWeight(),  staticWeight(),  temperatureActuator(),
                                              teacherBlend(),   routeActuator(), wideningActuator()};
    return all;
}

const Actuator& actuatorNamed(const std::string& name) {
    const auto found = std::ranges::find(actuators(), name, [](const Actuator& actuator) { return actuator.member.name; });
    if (found == actuators().end()) throw inputError(fmt::format("There is no actuator \"{}\"", name));
    return *found;
}

ControlLaw lawOf(const Actuator& actuator, const Json& parameters) {
    return {.kp = parameters.at("kp"),
            .ki = parameters.at("ki"),
            .direction = actuator.direction,
            .logarithmic = actuator.logarithmic,
            .start = parameters.at("value"),
            .minimum = parameters.at("minimum"),
            .maximum = parameters.at("maximum"),
            .limit = parameters.at("rate_limit"),
            .authority = actuator.authority};
}

void addActuators(Catalogue& catalogue) {
    for (const Actuator& actuator : actuators()) {
        Member member = actuator.member;
        member.facts["logarithmic"] = actuator.lever && actuator.logarithmic;
        catalogue.add(Registry::Actuator, member);
    }
}

}  // namespace gaplab
