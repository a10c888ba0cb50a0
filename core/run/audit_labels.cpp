#include <algorithm>

#include <fmt/format.h>

#include "core/run/audit_parts.h"
#include "core/run/inspect.h"

namespace gaplab {
namespace {

constexpr size_t mostDoubts = 200;
constexpr int64_t leastAnswers = 10;  // images of a class by which the network's usual confidence in it is told

/// A class's mean confidence where the network is right; nothing below `leastAnswers` images.
std::vector<std::optional<double>> usualConfidence(const AuditedImages& images, const PredictionRecord& answers) {
    const size_t classes = images.dataset().classes.size();
    std::vector<double> sum(classes);
    std::vector<int64_t> count(classes);
    for (size_t i = 0; i < answers.classes.size(); ++i) {
        const auto label = static_cast<size_t>(images.labelOf(images.begin(DataPart::Validation) + static_cast<int64_t>(i)));
        if (answers.classes[i] != label) continue;
        sum[label] += answers.confidences[i] / 255.0;
        ++count[label];
    }
    std::vector<std::optional<double>> usual(classes);
    for (size_t c = 0; c < classes; ++c)
        if (count[c] >= leastAnswers) usual[c] = sum[c] / static_cast<double>(count[c]);
    return usual;
}

void requireSameImages(const AuditedImages& images, const RunAnswers& answers) {
    const int64_t begin = images.begin(DataPart::Validation), count = images.end(DataPart::Validation) - begin;
    bool same = answers.dataFingerprint == images.dataset().fingerprint && std::ssize(answers.labels.classes) == count &&
                std::ssize(answers.answers.classes) == count;
    for (int64_t i = 0; same && i < count; ++i)
        same = answers.labels.classes[static_cast<size_t>(i)] == images.labelOf(begin + i);
    if (!same)
        throw inputError(fmt::format("Run {} did not answer to these validation images", answers.run),
                         "Its data, data.validation and data.split_seed must be those that are audited.");
}

}  // namespace

LabelReport findLabelDoubts(const AuditedImages& images, const RunAnswers& answers) {
    requireSameImages(images, answers);
    const PredictionRecord& said = answers.answers;
    const std::vector<std::optional<double>> usual = usualConfidence(images, said);
    LabelReport report{.role = answers.role, .run = answers.run, .images = std::ssize(said.classes), .shown = {}};
    for (size_t i = 0; i < said.classes.size(); ++i) {
        const int64_t place = images.begin(DataPart::Validation) + static_cast<int64_t>(i);
        const int answer = said.classes[i];
        const double confidence = said.confidences[i] / 255.0;
        if (answer == images.labelOf(place)) continue;
        const std::optional<double>& threshold = usual.at(static_cast<size_t>(answer));
        if (threshold && confidence >= *threshold) report.shown.push_back({images.describe(place), answer, confidence});
    }
    report.doubts = std::ssize(report.shown);
    std::ranges::stable_sort(report.shown, std::greater(), &LabelDoubt::confidence);
    if (report.shown.size() > mostDoubts) report.shown.resize(mostDoubts);
    return report;
}

RunAnswers answersOfRun(const Store& store, const std::string& run, const std::string& role) {
    const RunRow row = store.run(run);
    const auto labels = store.predictions(row.id, "labels", "validation");
    const auto answers = labels ? store.predictions(row.id, role, "validation", labels->epoch) : std::nullopt;
    if (!answers)
        throw inputError(fmt::format("Run {} has stored no answers of \"{}\" to its validation images", row.id, role),
                         "They are stored by each evaluation; choose a run that has been evaluated.");
    return {row.id, role, row.dataFingerprint, *labels, *answers};
}

std::optional<RunAnswers> newestAnswers(const Store& store, const Json& data) {
    std::vector<RunRow> runs = store.runs();
    const auto dataOf = [](const Json& given) {
        const Json document = {{"schema", 1}, {"data", given}, {"student", {{"architecture", "resnet8"}}}};
        return parseExperiment(document, catalogue()).data;
    };
    const DataSpec wanted = dataOf(data);
    for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
        if (run->state != RunState::Finished) continue;
        try {
            DataSpec own = dataOf(run->document.value("data", Json::object()));
            own.augment = wanted.augment;  // how images are changed in training has no say in which they are
            if (own == wanted) return answersOfRun(store, std::to_string(run->id));
        } catch (const Error&) {
            // imported, of an older version, or without answers: another run may serve
        }
    }
    return {};
}

}  // namespace gaplab
