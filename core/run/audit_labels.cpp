#include <algorithm>

#include <fmt/format.h>

#include "core/run/audit_parts.h"
#include "core/run/inspect.h"

namespace gaplab {
namespace {

constexpr size_t mostDoubts = 200;
constexpr size_t leastAnswers = 10;  // right ones of a class, by which the usual confidence in it is told

/// The median confidence of the right answers of each class; nothing below `leastAnswers` of them.
std::vector<std::optional<double>> usualConfidence(const AuditedImages& images, const PredictionRecord& answers) {
    std::vector<std::vector<double>> right(images.dataset().classes.size());
    for (size_t i = 0; i < answers.classes.size(); ++i) {
        const auto label = static_cast<size_t>(images.labelOf(images.begin(DataPart::Validation) + static_cast<int64_t>(i)));
        if (answers.classes[i] == label) right[label].push_back(answers.confidences[i] / 255.0);
    }
    std::vector<std::optional<double>> usual(right.size());
    for (size_t c = 0; c < right.size(); ++c) {
        if (right[c].size() < leastAnswers) continue;
        const auto place = right[c].begin() + static_cast<ptrdiff_t>(right[c].size() / 2);
        std::ranges::nth_element(right[c], place);
        usual[c] = *place;
    }
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

/// The description without what has no say in which images they are; nothing where it is faulty (an import, an older version).
std::optional<DataSpec> imagesOf(const Json& data) {
    const Json document = auditedDocument(data);
    if (!validate(document, catalogue()).empty()) return {};
    DataSpec spec = parseExperiment(document, catalogue()).data;
    spec.augment.clear();
    return spec;
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
        if (answer == images.labelOf(place)) {
            ++report.right;
            continue;
        }
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
    const std::optional<DataSpec> wanted = imagesOf(data);
    if (!wanted) return {};
    const std::vector<RunRow> runs = store.runs();
    for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
        if (run->state != RunState::Finished || !run->document.is_object()) continue;
        if (imagesOf(run->document.value("data", Json::object())) != wanted) continue;
        try {
            return answersOfRun(store, std::to_string(run->id));
        } catch (const Error&) {
            // without answers: an older run may serve
        }
    }
    return {};
}

}  // namespace gaplab
