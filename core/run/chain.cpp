#include "core/run/chain.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "core/experiment/families.h"

namespace gaplab {
namespace {

constexpr const char* accuracySeries = "student/validation/accuracy";

Json dataOf(const Json& form) {
    Json data = form.at("data");
    data.erase("path");  // where the images lie
    return data;
}

int64_t epochsOf(const Json& training) {
    return training.is_object() ? training.value("epochs", Training().epochs) : Training().epochs;
}

/// A teacher that is only watched teaches nothing.
bool isTaught(const Experiment& experiment) {
    return experiment.dynamicTeacher() || std::ranges::any_of(experiment.knowledge, [](const Knowledge& term) {
               return term.to == "student" && term.from != "labels";
           });
}

/// What a trial trains alone on these data, without its accuracy; nothing where it does something else.
std::optional<AloneRecord> recordOf(const Json& document, const Json& data, const Catalogue& catalogue) {
    if (!validate(document, catalogue).empty()) return {};  // of a program with another vocabulary
    const Experiment made = parseExperiment(document, catalogue);
    if (isTaught(made) || made.student.weights.kind != Weights::Kind::None) return {};
    const Json form = canonicalForm(document, catalogue);
    if (dataOf(form) != data) return {};
    return AloneRecord{
        .network = networkOf(form, "student"), .training = document.value("training", Json()), .epochs = made.training.epochs};
}

void requireStatic(const Experiment& experiment, const std::string& name) {
    const Teacher* teacher = experiment.teacher(name);
    if (!teacher) throw inputError(fmt::format("The experiment has no teacher \"{}\"", name));
    if (teacher->trained || !teacher->apart)
        throw inputError(
            fmt::format("{} is trained with the student: assistants stand under a teacher that is trained before", name));
}

std::string stageName(const Json& document, size_t number, size_t count) {
    std::string name = count == 1 ? "assistant" : fmt::format("assistant{}", number + 1);
    const auto taken = [&](const char* part) { return document.value(part, Json::object()).contains(name); };
    while (taken("stages") || taken("teachers"))
        name += "_";
    return name;
}

/// The terms of `knowledge`, with those from `teacher` said by each of `sources` instead.
Json taughtBy(const Json& knowledge, const std::string& teacher, const std::vector<std::string>& sources) {
    Json terms = Json::array();
    for (const Json& term : knowledge) {
        if (term.value("from", "") != teacher) {
            terms.push_back(term);
            continue;
        }
        for (const std::string& source : sources) {
            Json own = term;
            own["from"] = source;
            if (sources.size() > 1) own["drop_group"] = fmt::format("teachers of {}", term.value("to", ""));
            terms.push_back(std::move(own));
        }
    }
    return terms;
}

/// What the student learns from the labels and from `teacher`, and from nobody else.
Json lesson(const Json& document, const std::string& teacher) {
    Json terms = Json::array();
    for (const Json& term : document.value("knowledge", Json::array()))
        if (term.value("to", "") == "student" && (term.value("from", "") == teacher || term.value("from", "") == "labels"))
            terms.push_back(term);
    return terms;
}

Json asTeacher(const Json& network, const std::string& stage) {
    Json teacher = network;
    teacher["kind"] = "static";
    teacher["weights"] = {{"stage", stage}};
    return teacher;
}

}  // namespace

std::vector<AloneRecord> aloneRecords(const std::vector<RunRow>& runs, const Json& document, const Catalogue& catalogue,
                                      int64_t epochs) {
    const Json data = dataOf(canonicalForm(document, catalogue));
    std::map<std::string, std::optional<AloneRecord>> trials;  // looked into once, however many runs they have
    for (const RunRow& run : runs) {
        const SeriesSummary* accuracy = run.find(accuracySeries);
        if (run.state != RunState::Finished || run.deletedAt > 0 || !accuracy || accuracy->count == 0) continue;
        const auto [trial, isNew] = trials.try_emplace(run.trial);
        if (isNew) trial->second = recordOf(run.document, data, catalogue);
        if (AloneRecord* record = trial->second ? &*trial->second : nullptr)
            record->accuracy += (accuracy->best().value - record->accuracy) / ++record->runs;
    }
    std::map<std::string, AloneRecord> best;
    for (auto& [trial, record] : trials) {
        if (!record || (epochs > 0 && record->epochs != epochs)) continue;
        AloneRecord& kept = best[record->network.dump()];
        if (kept.runs == 0 || record->accuracy > kept.accuracy) kept = std::move(*record);
    }
    std::vector<AloneRecord> records;
    for (auto& [network, record] : best)
        records.push_back(std::move(record));
    std::ranges::stable_sort(records, std::ranges::greater(), &AloneRecord::accuracy);
    return records;
}

std::vector<size_t> evenSplit(double top, double bottom, const std::vector<double>& candidates, int count) {
    std::vector<size_t> between;
    for (size_t i = 0; i < candidates.size(); ++i)
        if (candidates[i] < top && candidates[i] > bottom) between.push_back(i);
    std::ranges::stable_sort(between, std::ranges::greater(), [&](size_t i) { return candidates[i]; });
    const size_t n = between.size(), k = std::min<size_t>(n, static_cast<size_t>(std::max(count, 0)));
    if (k == 0) return {};
    const auto value = [&](size_t i) { return candidates[between[i]]; };
    // hop[j][i]: the largest hop of the best way from the top over j + 1 candidates to candidate i.
    std::vector<std::vector<double>> hop(k, std::vector<double>(n, std::numeric_limits<double>::infinity()));
    std::vector<std::vector<size_t>> before(k, std::vector<size_t>(n, 0));
    for (size_t i = 0; i < n; ++i)
        hop[0][i] = top - value(i);
    for (size_t j = 1; j < k; ++j)
        for (size_t i = j; i < n; ++i)
            for (size_t p = j - 1; p < i; ++p)
                if (const double way = std::max(hop[j - 1][p], value(p) - value(i)); way < hop[j][i]) {
                    hop[j][i] = way;
                    before[j][i] = p;
                }
    size_t last = k - 1;
    for (size_t i = k - 1; i < n; ++i)
        if (std::max(hop[k - 1][i], value(i) - bottom) < std::max(hop[k - 1][last], value(last) - bottom)) last = i;
    std::vector<size_t> chosen(k);
    for (size_t j = k; j-- > 0; last = before[j][last])
        chosen[j] = between[last];
    return chosen;
}

ChainPlan planChain(const std::vector<AloneRecord>& records, const Json& document, const std::string& teacher, int count,
                    const Catalogue& catalogue) {
    const Experiment experiment = parseExperiment(document, catalogue);
    requireStatic(experiment, teacher);
    const Json form = canonicalForm(document, catalogue), top = networkOf(form, teacher), bottom = networkOf(form, "student");
    ChainPlan plan;
    for (const AloneRecord& record : records) {
        if (record.network == top) plan.teacher = record;
        if (record.network == bottom) plan.student = record;
        if (record.network != top && record.network != bottom) plan.others.push_back(record);
    }
    if (!plan.teacher || !plan.student) return plan;
    std::vector<double> accuracies;
    for (const AloneRecord& record : plan.others)
        accuracies.push_back(record.accuracy);
    const std::vector<size_t> chosen = evenSplit(plan.teacher->accuracy, plan.student->accuracy, accuracies, count);
    double above = plan.teacher->accuracy;
    for (const size_t place : chosen) {
        plan.largestHop = std::max(plan.largestHop, above - accuracies[place]);
        above = accuracies[place];
        plan.assistants.push_back(plan.others[place]);
    }
    plan.largestHop = std::max(plan.largestHop, above - plan.student->accuracy);
    std::vector<AloneRecord> others;
    for (size_t i = 0; i < plan.others.size(); ++i)
        if (std::ranges::find(chosen, i) == chosen.end()) others.push_back(plan.others[i]);
    plan.others = std::move(others);
    return plan;
}

Json networkOf(const Json& document, const std::string& role) {
    return plainNetwork(role == "student" ? document.at("student") : document.at("teachers").at(role));
}

Json withAssistants(const Json& document, const std::string& teacher, const std::vector<AloneRecord>& networks, ChainKind kind) {
    const Json terms = lesson(document, teacher);
    if (std::ranges::none_of(terms, [&](const Json& term) { return term.value("from", "") == teacher; }))
        throw inputError(fmt::format("The student learns nothing from {}", teacher),
                         "Add a knowledge term from it to the student first.");
    Json chain = document;
    const std::string title = document.value("name", "");
    Json above = {{teacher, document.at("teachers").at(teacher)}};  // teachers of the next one
    std::vector<std::string> sources = {teacher};
    for (size_t i = 0; i < networks.size(); ++i) {
        const std::string name = stageName(document, i, networks.size());
        const Json& network = networks[i].network;
        Json stage = {{"name", fmt::format("{} ({}{})", network.at("architecture").get<std::string>(), name,
                                           title.empty() ? "" : " of " + title)},
                      {"student", network},
                      {"teachers", above},
                      {"knowledge", taughtBy(terms, teacher, sources)}};
        if (document.contains("evaluation")) stage["evaluation"] = document.at("evaluation");
        const Json own = document.value("training", Json::object());
        stage["training"] = networks[i].training.is_object() ? networks[i].training : own;
        if (epochsOf(stage["training"]) < epochsOf(own)) stage["training"]["epochs"] = epochsOf(own);
        chain["stages"][name] = std::move(stage);
        if (kind == ChainKind::Takd) above = Json::object(), sources.clear();
        above[name] = asTeacher(network, name);
        sources.push_back(name);
    }
    chain["knowledge"] = taughtBy(document.value("knowledge", Json::array()), teacher, sources);
    if (kind == ChainKind::Takd) chain["teachers"].erase(teacher);
    chain["teachers"].update(above);
    if (kind == ChainKind::Takd && chain.contains("gap") && chain["gap"].contains("between") &&
        chain["gap"]["between"][0] == teacher)
        chain["gap"]["between"][0] = sources.back();
    return chain;
}

std::vector<Json> probes(const Json& document, const std::vector<Json>& networks, int64_t epochs) {
    std::vector<Json> documents;
    for (const Json& network : networks) {
        Json probe = {{"schema", 1},
                      {"name", fmt::format("{} alone, {} {}", network.at("architecture").get<std::string>(), epochs,
                                           epochs == 1 ? "epoch" : "epochs")},
                      {"data", document.at("data")},
                      {"student", network},
                      {"training", document.value("training", Json::object())},
                      {"seeds", {document.value("seeds", Json::array({0})).at(0)}}};
        probe["training"]["epochs"] = epochs;
        documents.push_back(std::move(probe));
    }
    return documents;
}

}  // namespace gaplab
