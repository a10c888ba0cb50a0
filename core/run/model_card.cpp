#include "core/run/model_card.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/base/files.h"
#include "core/base/names.h"
#include "core/base/text.h"
#include "core/experiment/experiment.h"
#include "core/fairness/calibration.h"
#include "core/fairness/impact.h"
#include "core/run/bias/stored_answers.h"
#include "core/run/bias/words.h"
#include "core/run/trials.h"

namespace gaplab {
namespace {

using namespace bias;

/// What a card for data may state, with how it is called here.
constexpr std::array<std::pair<const char*, const char*>, 6> dataFields = {{{"origin", "Origin"},
                                                                            {"licence", "Licence"},
                                                                            {"consent", "Consent"},
                                                                            {"sensitive_attributes", "Sensitive attributes"},
                                                                            {"intended_use", "Intended use"},
                                                                            {"known_limits", "Known limits"}}};
constexpr size_t mostNames = 100;

/// Names and texts of others stay text: one line, nothing that Markdown or HTML takes for more.
std::string plain(const std::string& text) {
    std::string safe;
    for (const char c : text) {
        if (std::string_view("\\`*_{}[]|#").find(c) != std::string_view::npos) safe += '\\';
        if (c == '<')
            safe += "&lt;";
        else
            safe += c == '\n' || c == '\r' ? ' ' : c;
    }
    return safe;
}

std::string point(const std::string& name, const std::string& text) {
    return fmt::format("- {}: {}\n", name, text);
}

std::string textOf(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_number_float()) return fmt::format("{:.4g}", value.get<double>());
    if (!value.is_array()) return value.is_null() ? "" : value.dump();
    std::vector<std::string> texts;
    for (const Json& each : value)
        texts.push_back(textOf(each));
    return join(texts);
}

std::string namesText(const std::vector<std::string>& names) {
    std::vector<std::string> shown(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), mostNames)));
    for (std::string& name : shown)
        name = plain(name);
    return join(shown) + (names.size() > mostNames ? fmt::format(", and {} more", names.size() - mostNames) : "");
}

std::string countIn(const Json& object, const char* key) {
    const Json value = object.is_object() ? object.value(key, Json()) : Json();
    return value.is_number_integer() ? countText(value.get<int64_t>()) : "not known";
}

std::string networkSection(const RunRow& run, const DeployOptions& options) {
    const Json student = run.networks.is_object() ? run.networks.value("student", Json::object()) : Json::object();
    const auto classes = classNamesOf(run);
    std::string section = "## Network\n\n";
    section += point("Architecture", plain(textOf(student.value("architecture", Json("not known")))));
    section += point("Parameters", countIn(student, "parameters"));
    section += point("Multiply-accumulates an image", countIn(student, "macs"));
    section += point("Input (channels, height, width)",
                     run.dataFacts.contains("shape") ? textOf(run.dataFacts.at("shape")) : "not known");
    section += point("Normalisation", run.dataFacts.contains("mean") && run.dataFacts.contains("deviation")
                                          ? fmt::format("mean {}, deviation {}, a channel, of values from 0 to 1",
                                                        textOf(run.dataFacts.at("mean")), textOf(run.dataFacts.at("deviation")))
                                          : "not known");
    section += point("Weights",
                     fmt::format("epoch {}{}{}", options.epoch == "best" ? "with the best validation accuracy" : options.epoch,
                                 options.average ? ", moving average" : "", options.fold ? ", batch norm folded" : ""));
    return section + point(fmt::format("Classes ({})", classes.size()), namesText(classes)) + "\n";
}

std::string teachersText(const Json& document) {
    std::vector<std::string> teachers;
    const Json named = document.value("teachers", Json::object());
    for (const auto& [name, teacher] : named.items())
        if (teacher.is_object())
            teachers.push_back(
                fmt::format("{} ({}{})", plain(name), plain(textOf(teacher.value("kind", Json("?")))),
                            teacher.contains("architecture") ? ", " + plain(textOf(teacher.at("architecture"))) : ""));
    return teachers.empty() ? "none" : join(teachers);
}

std::string termsText(const Json& document) {
    std::vector<std::string> terms;
    for (const Json& term : document.value("knowledge", Json::array()))
        if (term.is_object())
            terms.push_back(fmt::format("{} from {} to {}", plain(textOf(term.value("loss", Json("?")))),
                                        plain(textOf(term.value("from", Json("?")))),
                                        plain(textOf(term.value("to", Json("?"))))));
    return terms.empty() ? "labels alone" : join(terms);
}

std::string mitigationsText(const Json& document) {
    std::vector<std::string> kinds;
    for (const Json& each : document.value("mitigations", Json::array()))
        if (each.is_object()) kinds.push_back(plain(textOf(each.value("kind", Json("?")))));
    return kinds.empty() ? "none" : join(kinds);
}

std::string trainingSection(const RunRow& run) {
    const Json training = run.document.value("training", Json::object());
    const auto environment = [&](const char* key) {
        return run.environment.is_object() && run.environment.contains(key) ? plain(textOf(run.environment.at(key)))
                                                                            : "not known";
    };
    return "## Training\n\n" + point("Teachers", teachersText(run.document)) +
           point("What the student learns from", termsText(run.document)) + point("Against bias", mitigationsText(run.document)) +
           point("Epochs", training.contains("epochs") ? textOf(training.at("epochs")) : "as the program has it by default") +
           point("Seed", std::to_string(run.seed)) + point("State of the run", toText(run.state)) +
           point("Precision and device", environment("precision") + ", " + environment("device")) +
           point("Run", fmt::format("{} (trial {})", run.uuid, run.trial.substr(0, 12))) + "\n";
}

std::string groupCounts(const RunRow& run) {
    const auto counts = trainingCountsOf(run);
    const auto groups = groupNamesOf(run);
    if (counts.empty() || groups.empty()) return {};
    std::vector<std::string> texts;
    for (size_t g = 0; g < groups.size(); ++g) {
        double sum = 0;
        for (const auto& row : counts)
            sum += row[g];
        texts.push_back(fmt::format("{} {}", plain(groups[g]), countText(static_cast<int64_t>(sum))));
    }
    return point("Training images of each group", join(texts));
}

std::string dataSection(const RunRow& run) {
    const std::optional<Json> card = dataCardOf(run);
    std::string section =
        "## Data\n\n" + point("Name", run.dataName.empty() ? "not known" : plain(run.dataName)) +
        point("Images", fmt::format("{} for training, {} for validation, {} for testing", countIn(run.dataFacts, "train"),
                                    countIn(run.dataFacts, "validation"), countIn(run.dataFacts, "test"))) +
        groupCounts(run) + point("Fingerprint", run.dataFingerprint.empty() ? "not known" : run.dataFingerprint);
    if (!card) section += "\nThere is no data card: origin, licence, consent and known limits of the images are not stated.\n";
    for (const auto& [key, name] : dataFields)
        if (card) {
            const Json value = card->value(key, Json());
            const std::string text = value.is_array() && value.empty() ? "none" : textOf(value);
            section += point(name, text.empty() ? "not stated in the data card" : plain(text));
        }
    return section + "\n";
}

/// Of the weights that are deployed; nothing: they were not tested.
std::optional<double> testedEpoch(const RunRow& run, const DeployOptions& options) {
    const SeriesSummary* last = run.find("student/test/accuracy_at_last");
    if (options.epoch == "best") return bestEpochOf(run);
    return options.epoch == "last" && last ? std::optional(last->last.epoch) : std::nullopt;
}

struct Tested {
    fairness::Answers answers;
    fairness::Groups groups;
};

std::optional<Tested> testedAnswers(const Store& store, const RunRow& run, const DeployOptions& options) {
    const std::optional<double> epoch = testedEpoch(run, options);
    if (!epoch) return {};
    const auto labels = store.predictions(run.id, "labels", "test", epoch);
    if (!labels || labels->classes.empty()) return {};
    const auto classes = static_cast<int>(classNamesOf(run).size());
    const std::vector<int> right(labels->classes.begin(), labels->classes.end());
    if (std::ranges::any_of(right, [classes](int label) { return label >= classes; })) return {};
    auto answers = answersAt(store, run, options.average ? "student_ema" : "student", "test", right, classes, epoch);
    if (!answers) return {};
    return Tested{std::move(*answers), storedGroups(store, run, "test", right.size())};
}

std::string shareText(const fairness::PartImpact& part) {
    if (!part.enough) return "not enough data";
    return percentText(part.right.value()) + " " + intervalText(part.interval);
}

std::string estimateText(const fairness::Estimate& estimate) {
    if (!estimate.value) return "not enough data";
    return percentText(estimate.value) + " " + intervalText(estimate.interval);
}

std::string gapText(const fairness::Estimate& estimate) {
    return estimate.value ? pointsText(*estimate.value) + " points " + intervalText(estimate.interval) : "not enough data";
}

std::string groupTable(const fairness::Impact& impact, const std::vector<std::string>& names) {
    std::string table = "\n| Group | Test images | Right (95 % interval) |\n| --- | ---: | ---: |\n";
    for (size_t g = 0; g < names.size(); ++g)
        table +=
            fmt::format("| {} | {} | {} |\n", plain(names[g]), countText(impact.groups[g].right.n), shareText(impact.groups[g]));
    return table + "\n" + point("Equalized odds difference", gapText(impact.equalizedOdds)) +
           point("Demographic parity difference", gapText(impact.demographicParity));
}

std::string resultsSection(const Store& store, const RunRow& run, const DeployOptions& options) {
    const std::optional<Tested> tested = testedAnswers(store, run, options);
    if (!tested) return "## Results\n\nThese weights were not tested on test images, so nothing can be said of them here.\n\n";
    const auto classes = classNamesOf(run);
    const fairness::Impact impact =
        fairness::impactOf(tested->answers, nullptr, static_cast<int>(classes.size()), tested->groups);
    std::string section = "## Results\n\n" + point("Test images", countText(impact.all.right.n)) +
                          point("Accuracy (95 % interval)", shareText(impact.all)) +
                          point("Balanced accuracy", estimateText(impact.balancedAccuracy));
    if (impact.worstClass.part >= 0)
        section += point("Worst class", fmt::format("{}, {}", plain(classes[static_cast<size_t>(impact.worstClass.part)]),
                                                    estimateText(impact.worstClass.accuracy)));
    section += point("Worst 5 % of classes", estimateText(impact.worstClasses));
    if (impact.all.calibration) section += point("Calibration error", pointsText(*impact.all.calibration) + " points");
    return section +
           (tested->groups.count() == 0 ? "- Groups: not known, so not measured\n" : groupTable(impact, tested->groups.names)) +
           "\n";
}

std::string reportSection(const RunRow& run, const BiasReport* report) {
    if (!report || report->trial != run.trial) return {};
    return "## Bias report\n\n" + plain(report->summary) + "\n\n";
}

std::string limitsSection(const BiasReport* report) {
    std::string section = "## Limits\n\n";
    if (!report)
        return section +
               "- One network of one seed: intervals are over test images alone.\n"
               "- Validation images chose the epoch; test images chose nothing.\n"
               "- Other images than these may give other results. What an error does to people was not looked at.\n"
               "- Whether the teacher passed bias on was not looked at here: a bias report tells.\n";
    for (const std::string& limit : report->limits)
        section += "- " + plain(limit) + "\n";
    return section;
}

}  // namespace

std::optional<Json> dataCardOf(const RunRow& run) {
    namespace fs = std::filesystem;
    const Json data = run.document.is_object() ? run.document.value("data", Json()) : Json();
    const Json path = data.is_object() ? data.value("path", Json()) : Json();
    if (!path.is_string() || path.get<std::string>().empty()) return {};
    const fs::path place(path.get<std::string>());
    std::error_code ignored;
    const fs::path folder = fs::is_directory(place, ignored) ? place : place.parent_path();
    try {
        const fs::path card = folder / "data-card.json";
        if (!fs::is_regular_file(card, ignored)) return {};
        const Json read = parseJson(readUtf8(card.string()), card.string());
        return read.is_object() ? std::optional(read) : std::nullopt;
    } catch (const Error&) {
        return {};  // somebody else's file: the card says that nothing is stated
    }
}

std::string modelCard(const Store& store, const RunRow& run, const DeployOptions& options, const BiasReport* report) {
    const std::string name = run.name.empty() ? fmt::format("run {}", run.id) : run.name;
    return fmt::format("# Model card: {}\n\nWritten by GapLab {} from the stored run.\n\n", plain(name), GAPLAB_VERSION) +
           networkSection(run, options) + trainingSection(run) + dataSection(run) + resultsSection(store, run, options) +
           reportSection(run, report) + limitsSection(report);
}

}  // namespace gaplab
