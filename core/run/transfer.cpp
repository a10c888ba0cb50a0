#include "core/run/transfer.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/random.h"
#include "core/experiment/experiment.h"
#include "core/measure/transferability.h"
#include "core/run/data_cache.h"
#include "core/run/inspect.h"
#include "core/run/transfer_parts.h"
#include "core/train/environment.h"

namespace gaplab {

const char* const frechetMeaning =
    "The squared Fréchet distance is that of the source network's pooled features, not of Inception's: it cannot be compared "
    "with "
    "published FIDs, nor between networks. Fewer images make it greater.";
const char* const domainMeaning =
    "Differences are in standard deviations between source images; that the pictures look alike does not make the tasks alike.";

namespace {

constexpr size_t mostNearest = 3;

Experiment experimentOf(const Json& document) {
    std::vector<Problem> problems = validate(document, catalogue());
    if (!problems.empty())
        throw Error(Fault::Input, "The experiment is not valid: how related its tasks are cannot be told.", {},
                    std::move(problems));
    return parseExperiment(document, catalogue());
}

TransferTask taskOf(const std::string& what, const Dataset& dataset, const TransferImages& looked) {
    return {.what = what,
            .fingerprint = dataset.fingerprint,
            .classes = dataset.classes,
            .images = std::ssize(dataset.trainIndices),
            .looked = looked.size(),
            .channels = dataset.channels(),
            .height = dataset.height(),
            .width = dataset.width()};
}

/// Of as many classes as the source answers with: its names, or numbers where they are not known.
std::vector<std::string> namesOf(std::vector<std::string> known, int64_t classes) {
    if (std::ssize(known) == classes) return known;
    known.clear();
    for (int64_t c = 0; c < classes; ++c)
        known.push_back(fmt::format("class {}", c));
    return known;
}

double entropyOf(const at::Tensor& labels) {
    const at::Tensor counts = labels.bincount().to(at::kDouble);
    const at::Tensor shares = counts.masked_select(counts > 0) / counts.sum();
    return -(shares * shares.log()).sum().item<double>();
}

std::vector<TransferEstimate> estimatesOf(const SeenImages& source, const SeenImages& fresh, const at::Tensor& labels,
                                          int64_t classes, const TransferOptions& options) {
    const auto images = labels.size(0), features = source.features.size(1);
    const std::string most = fmt::format("0 to {}", classes - 1);
    std::vector<TransferEstimate> estimates = {
        {.key = "leep",
         .name = "LEEP",
         .says =
             "How well the source's answers alone, read through the table of which source class goes with which target class, "
             "tell the labels; 0 is perfect, the lower end is knowing nothing.",
         .saysNot = "It compares sources for one target, not targets with each other, and knows only what the old head answers.",
         .range = fmt::format("{:.3f} to 0", -entropyOf(labels))},
        {.key = "logme",
         .name = "LogME",
         .says = "How probable the labels are under a linear model of the features, in nats an image; higher is better.",
         .saysNot = "Its scale is that of these images and classes: it compares networks on one target only.",
         .range = {}},
        {.key = "h_score",
         .name = "H-score",
         .says = "How much of the features' spread lies between the classes instead of within them.",
         .saysNot = images <= features
                        ? "Here there are no more images than features: it says nothing at all, see the shrunk one."
                        : "It grows with the number of features: it does not compare networks of unlike width.",
         .range = most},
        {.key = "shrunk_h_score",
         .name = "H-score, shrunk",
         .says = "The same with a covariance that is shrunk where images are few for the number of features.",
         .saysNot = "Few images pull it towards 0: it does not compare targets of unlike size.",
         .range = most},
        {.key = "label_cka",
         .name = "CKA with the labels",
         .says = "How alike the features and the one-hot labels arrange the images; 1 is the same up to a rotation.",
         .saysNot = "It sees what is large in the features, not what a classifier could find in their small directions.",
         .range = "0 to 1"}};
    const auto value = [&](const std::string& key, const SeenImages& seen) {
        tellTransfer(options, "Estimating");
        if (key == "leep") return leep(seen.probabilities, labels, classes);
        if (key == "logme") return logme(seen.features, labels, classes);
        if (key == "h_score") return hScore(seen.features, labels, classes);
        return key == "shrunk_h_score" ? shrunkHScore(seen.features, labels, classes) : labelCka(seen.features, labels, classes);
    };
    for (TransferEstimate& estimate : estimates) {
        estimate.source = value(estimate.key, source);
        estimate.fresh = value(estimate.key, fresh);
    }
    return estimates;
}

std::vector<NearestClasses> nearestOf(const at::Tensor& relation, const at::Tensor& labels,
                                      const std::vector<std::string>& targets, const std::vector<std::string>& sources) {
    std::vector<NearestClasses> nearest;
    for (size_t c = 0; c < targets.size(); ++c) {
        NearestClasses row{
            .klass = targets[c], .images = (labels == static_cast<int64_t>(c)).sum().item<int64_t>(), .nearest = {}};
        const auto count = static_cast<int64_t>(std::min(mostNearest, sources.size()));
        if (row.images > 0) {
            const auto [values, places] = relation[static_cast<int64_t>(c)].topk(count);
            for (int64_t k = 0; k < count; ++k)
                row.nearest.emplace_back(sources[static_cast<size_t>(places[k].item<int64_t>())], values[k].item<double>());
        }
        nearest.push_back(std::move(row));
    }
    return nearest;
}

std::string concluded(const std::vector<TransferEstimate>& estimates) {
    const auto higher = std::ranges::count_if(estimates, [](const TransferEstimate& each) { return each.source > each.fresh; });
    const auto all = std::ssize(estimates);
    const char* verdict = higher == all ? "the source knows more of the target than fresh weights do"
                          : higher == 0 ? "the source knows no more of the target than fresh weights do"
                                        : "the source knows more of the target than fresh weights do, by the rest it does not";
    return fmt::format("By {} of {} estimates {}.", higher == 0 ? all : higher, all, verdict);
}

/// Halves that both hold of everything: images lie in the order of their source.
std::pair<at::Tensor, at::Tensor> halvesOf(const at::Tensor& features) {
    return {features.slice(0, 0, {}, 2), features.slice(0, 1, {}, 2)};
}

void compareImages(TransferReport& report, const TransferSource& source, const Model& model, const TransferImages& target,
                   const SeenImages& seen, const TransferOptions& options) {
    const TransferImages images(source.dataset, *model.network, "source", report.notes);
    report.source = taskOf(source.what, *source.dataset, images);
    tellTransfer(options, "Measuring the images");
    report.domain = domainGap(images, target, options);
    const SeenImages own = seenBy(model, images, "Running the source network over its own images", options);
    if (own.features.size(0) < 4) return;
    tellTransfer(options, "Comparing the features");
    report.frechet = frechetDistance(own.features, seen.features);
    const auto [one, other] = halvesOf(own.features);
    report.frechetOfHalves = frechetDistance(one, other);
}

}  // namespace

TransferReport estimateTransfer(const Json& document, const TransferOptions& options) {
    const Experiment experiment = experimentOf(document);
    Environment environment = resolveEnvironment(experiment.training);
    environment.bfloat16 = false;
    if (options.threads > 0) environment.threads = options.threads;
    const EnvironmentScope scope(environment);
    DataCache cache;
    const LoadOptions loading{.threads = options.threads, .progress = options.progress, .stop = options.stop};
    const auto load = [&](const DataSpec& spec) { return cache.get(spec, loading); };

    tellTransfer(options, "Looking for the source");
    TransferSource source = findTransferSource(document, experiment, options.store, load);
    const std::shared_ptr<const Dataset> dataset = load(experiment.data);
    Model model = sourceModel(experiment, source, {dataset->channels(), dataset->height(), dataset->width()});
    const Model fresh{model.network, initialState(*model.network, deriveSeed(0, "fresh weights")).to(environment.device)};
    model.state = model.state.to(environment.device);

    TransferReport report{
        .source = {.what = source.what}, .architecture = experiment.student.architecture, .notes = source.notes};
    const TransferImages images(dataset, *model.network, "target", report.notes);
    const auto classes = std::ssize(dataset->classes);
    const at::Tensor labels = images.labels();
    const SeenImages seen = seenBy(model, images, "Running the source network", options);
    const SeenImages freshly = seenBy(fresh, images, "Running fresh weights", options);
    report.target = taskOf(experiment.data.source, *dataset, images);
    report.features = seen.features.size(1);
    report.estimates = estimatesOf(seen, freshly, labels, classes, options);
    report.source.classes = namesOf(source.classes, seen.probabilities.size(1));
    const std::vector<std::string> names = report.source.classes;
    report.nearest = nearestOf(classRelation(seen.probabilities, labels, classes), labels, dataset->classes, names);
    if (source.dataset) compareImages(report, source, model, images, seen, options);
    report.source.classes = names;
    report.conclusion = concluded(report.estimates);
    report.limits = {"None of these numbers knows how long, at which rates or with which layers frozen is trained.",
                     "None has an interval or a p value: they rank sources for this target, in advance and roughly.",
                     "Fresh weights are one draw of the same network: what random features give, not what training from scratch "
                     "comes to."};
    return report;
}

}  // namespace gaplab
