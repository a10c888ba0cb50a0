#include "core/run/audit.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/data/data_card.h"
#include "core/data/image_statistics.h"
#include "core/fairness/representation.h"
#include "core/run/audit_parts.h"
#include "core/run/inspect.h"

namespace gaplab {
namespace {

DataSpec specOf(const Json& data) {
    const Json document = auditedDocument(data);
    std::vector<Problem> problems = validate(document, catalogue());
    if (!problems.empty()) throw Error(Fault::Input, "The data cannot be loaded as they are described.", {}, std::move(problems));
    return parseExperiment(document, catalogue()).data;
}

PartCounts countsOf(const AuditedImages& images, DataPart part) {
    PartCounts counts{.images = images.end(part) - images.begin(part)};
    counts.classes.resize(images.dataset().classes.size());
    counts.groups.resize(images.dataset().groups.size());
    for (int64_t place = images.begin(part); place < images.end(part); ++place) {
        ++counts.classes[static_cast<size_t>(images.labelOf(place))];
        if (counts.groups.empty()) continue;
        if (const int group = images.groupOf(place); group >= 0)
            ++counts.groups[static_cast<size_t>(group)];
        else
            ++counts.ofUnknownGroup;
    }
    return counts;
}

void lookAtGroups(DataAudit& audit, const Dataset& dataset) {
    audit.classShare = fairness::representationOf(audit.parts[0].classes);
    if (audit.groups.empty()) return;
    audit.table = imagesOfGroups(dataset);
    fairness::Audit statistics = fairness::audit(audit.table);
    audit.association = std::move(statistics.association);
    audit.groupShare = std::move(statistics.groups);
}

/// Of the training images, by group; without groups over all of them as one.
void lookAtPictures(DataAudit& audit, const AuditedImages& images, const AuditOptions& options) {
    ImageRows training = images.rows();
    training.images.resize(static_cast<size_t>(images.end(DataPart::Training)));
    fairness::Groups groups{.ofImage = std::vector<int>(training.images.size()), .names = audit.groups};
    if (groups.names.empty())
        groups.names = {"all"};
    else
        for (size_t i = 0; i < groups.ofImage.size(); ++i)
            groups.ofImage[i] = images.groupOf(static_cast<int64_t>(i));
    for (const ImageStatistic& statistic : imageStatistics())
        audit.statisticNames.push_back(statistic.name);
    audit.statistics = fairness::groupMeans(statisticsOf(training, options.threads, options.stop), groups);
}

/// A card that cannot be read is a finding: the images are looked at all the same.
void lookAtCard(DataAudit& audit, const DataSpec& spec) {
    audit.card.file = cardPlace(spec).string();
    try {
        const std::optional<DataCard> card = readCard(spec);
        if (!card) return;
        audit.card.exists = true;
        for (const auto& [key, value] : card->content.items())
            if (const auto text = card->statement(key)) audit.card.stated.emplace_back(key, *text);
        for (const CardField& field : card->missing())
            audit.card.missing.push_back(field.key);
    } catch (const Error& error) {
        audit.findings.push_back({"card", std::string("The data card cannot be read: ") + error.what() + ".",
                                  error.hint() + " It was left as it is."});
    }
}

}  // namespace

Json auditedDocument(const Json& data) {
    return {{"schema", 1}, {"data", data}, {"student", {{"architecture", "resnet8"}}}};
}

std::string toText(DataPart part) {
    constexpr const char* names[] = {"training", "validation", "test"};
    return names[static_cast<size_t>(part)];
}

AuditedImages::AuditedImages(std::shared_ptr<const Dataset> dataset) : dataset_(std::move(dataset)) {
    rows_ = {.channels = dataset_->channels(), .height = dataset_->height(), .width = dataset_->width()};
    for (const int64_t row : dataset_->trainIndices)
        add(dataset_->train, row);
    begin_[1] = rows_.size();
    for (const int64_t row : dataset_->validationIndices)
        add(dataset_->train, row);
    begin_[2] = rows_.size();
    for (int64_t row = 0; row < dataset_->test.size(); ++row)
        add(dataset_->test, row);
    begin_[3] = rows_.size();
}

void AuditedImages::add(const ImageSet& set, int64_t row) {
    rows_.images.push_back(set.images.const_data_ptr<uint8_t>() + row * set.images.stride(0));
    rowOf_.push_back(row);
    labels_.push_back(static_cast<int>(set.labels.const_data_ptr<int64_t>()[row]));
    const bool known = !dataset_->groups.empty() && set.groups.defined();
    groups_.push_back(known ? static_cast<int>(set.groups.const_data_ptr<int64_t>()[row]) : -1);
}

DataPart AuditedImages::partOf(int64_t place) const {
    return place < begin_[1] ? DataPart::Training : place < begin_[2] ? DataPart::Validation : DataPart::Test;
}

AuditedImage AuditedImages::describe(int64_t place) const {
    AuditedImage image{.part = partOf(place),
                       .row = rowOf_[static_cast<size_t>(place)],
                       .file = {},
                       .klass = labelOf(place),
                       .group = groupOf(place)};
    const std::vector<std::string>& files = image.part == DataPart::Test ? dataset_->testFiles : dataset_->trainFiles;
    if (!files.empty()) image.file = files[static_cast<size_t>(image.row)];
    return image;
}

DataAudit auditData(const Json& data, const AuditOptions& options) {
    const DataSpec spec = specOf(data);
    const auto tell = [&](const char* what) {
        if (options.progress) options.progress(what, 0);
        if (options.stop.stop_requested()) throw Error(Fault::Stopped, "The audit was stopped.");
    };
    DataAudit audit{.source = spec.source};
    lookAtCard(audit, spec);
    const AuditedImages images(
        loadDataset(spec, {.threads = options.threads, .progress = options.progress, .stop = options.stop}));
    const Dataset& dataset = images.dataset();
    audit.fingerprint = dataset.fingerprint;
    audit.classes = dataset.classes;
    audit.groups = dataset.groups;
    audit.skippedFiles = dataset.skippedFiles;
    for (const DataPart part : {DataPart::Training, DataPart::Validation, DataPart::Test})
        audit.parts[static_cast<size_t>(part)] = countsOf(images, part);
    tell("Counting classes and groups");
    lookAtGroups(audit, dataset);
    tell("Measuring the images");
    lookAtPictures(audit, images, options);
    tell("Looking for near duplicates");
    audit.duplicates = findDuplicates(images, spec.groups.is_object() && spec.groups.value("from", "") == "skewed", options);
    if (options.answers) audit.labels = findLabelDoubts(images, *options.answers);
    concludeAudit(audit);
    return audit;
}

std::string writeDataCard(const Json& data) {
    return writeCardTemplate(specOf(data)).string();
}

}  // namespace gaplab
