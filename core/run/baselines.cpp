#include "core/run/baselines.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/nn/features.h"
#include "core/run/inspect.h"
#include "core/run/preparation.h"

namespace gaplab {
namespace {

constexpr double passes = 3;  // a pass forward, one backward by the features and one by the values

/// All parts but the classifier.
std::vector<std::string> bodyOf(const Network& network) {
    std::vector<std::string> parts = partsOf(network);
    std::erase(parts, classifierOf(network));
    return parts;
}

bool isFrozenBody(const Network& network, const std::vector<std::string>& frozen) {
    const std::string classifier = classifierOf(network);
    return std::ranges::all_of(network.parameters(), [&](const TensorSlot& slot) {
        return belongsTo(slot.name, classifier) ||
               std::ranges::any_of(frozen, [&](const std::string& layer) { return belongsTo(slot.name, layer); });
    });
}

/// The document with its own data, student and training, and nothing that teaches.
Json taughtByLabels(const Json& document, const std::string& name) {
    Json plain = document;
    for (const char* key : {"teachers", "gap", "baseline"})
        plain.erase(key);
    Json terms = Json::array();
    for (const Json& term : document.value("knowledge", Json::array()))
        if (term.value("from", "") == "labels" && term.value("to", "") == "student") terms.push_back(term);
    plain.erase("knowledge");
    if (!terms.empty()) plain["knowledge"] = std::move(terms);
    plain["data"].erase("feedback");
    plain["student"].erase("freeze");
    if (plain.contains("training")) plain["training"].erase("l2_sp");
    plain["name"] =
        document.value("name", "").empty() ? name : fmt::format("{} · {}", document.at("name").get<std::string>(), name);
    return plain;
}

Json withFixedTeacher(Json document, const Json& student, const NetworkSpec& spec) {
    document["teachers"]["source"] = {
        {"kind", "shadow"}, {"architecture", student.at("architecture")}, {"weights", student.at("weights")}};
    for (const auto& [parameter, value] : spec.parameters.items())
        document["teachers"]["source"][parameter] = value;
    Json terms = document.value("knowledge", Json::array());
    terms.push_back({{"from", "source"}, {"to", "student"}, {"loss", "kd"}, {"temperature", 4.0}});
    document["knowledge"] = std::move(terms);
    return document;
}

}  // namespace

Compute computeOf(const Json& document, int64_t channels, int64_t height, int64_t width, int64_t classes) {
    const Experiment experiment = parseExperiment(document, catalogue());
    const auto profiles = profileRoles(experiment, {channels, height, width}, classes);
    const auto macs = [&](const std::string& role) { return profiles.at(role).at("macs").get<double>(); };
    const auto network =
        buildNetwork(experiment.student.architecture, experiment.student.parameters, {channels, height, width}, classes);
    Compute compute{.share = 1 - experiment.data.feedback, .epochs = experiment.training.epochs};
    compute.perImage = macs("student") * (isFrozenBody(*network, experiment.student.freeze) ? 1 : passes);
    for (const Teacher& teacher : experiment.teachers) {
        if (!profiles.contains(teacher.name)) continue;
        compute.perImage += macs(teacher.name) * (teacher.trained && !teacher.headOnly ? passes : 1);
        compute.perImage +=
            passes * profiles.at(teacher.name).value("merge_macs", 0.0) / static_cast<double>(experiment.training.batch);
        if (teacher.kind == "feedback") compute.perImage += 2 * macs("student");  // its loss before and after the step
    }
    return compute;
}

void requireSource(const Json& document) {
    if (document.value("student", Json::object()).contains("weights") && !document.at("student").at("weights").is_null()) return;
    throw Error(
        Fault::Input, "These baselines are for a student that comes from another task", {},
        {{"student.weights", "The student starts from no weights", "{\"file\": path}, {\"run\": id} or {\"stage\": name}"}});
}

std::vector<Baseline> transferBaselines(const Json& document, int64_t channels, int64_t height, int64_t width, int64_t classes) {
    requireSource(document);
    const Experiment experiment = parseExperiment(document, catalogue());
    const auto network =
        buildNetwork(experiment.student.architecture, experiment.student.parameters, {channels, height, width}, classes);
    const double budget = computeOf(document, channels, height, width, classes).total();
    std::vector<Baseline> baselines;
    const auto add = [&](const std::string& name, const std::string& help, Json form) {
        Compute compute = computeOf(form, channels, height, width, classes);
        compute.epochs = std::max<int64_t>(1, std::llround(budget / compute.perEpoch()));
        form["training"]["epochs"] = compute.epochs;
        baselines.push_back({name, help, std::move(form), compute});
    };
    const auto named = [&](const char* name) { return taughtByLabels(document, name); };
    add("fine-tuning", "All layers go on from the source's weights, taught by the labels alone", named("fine-tuning"));
    Json probe = named("linear probe");
    probe["student"]["freeze"] = bodyOf(*network);
    add("linear probe", "Only a new classifier is trained on the source's features", std::move(probe));
    add("fixed source teacher",
        "As fine-tuning, and the source network, whose weights stay, teaches by a new classifier of its own",
        withFixedTeacher(named("fixed source teacher"), document.at("student"), experiment.student));
    Json scratch = named("from scratch");
    for (const char* key : {"weights", "head", "rates"})
        scratch["student"].erase(key);
    if (scratch.contains("evaluation")) scratch["evaluation"].erase("also");  // it knows no other classes
    if (scratch.contains("stages")) scratch.erase("stages");
    add("from scratch", "No source at all", std::move(scratch));
    return baselines;
}

}  // namespace gaplab
