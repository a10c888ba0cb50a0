#include <algorithm>

#include <fmt/format.h>

#include "core/base/names.h"
#include "core/nn/tensor_file.h"
#include "core/run/audit_parts.h"
#include "core/run/inspect.h"
#include "core/run/preparation.h"
#include "core/run/transfer_parts.h"
#include "core/train/environment.h"
#include "core/train/source_weights.h"

namespace gaplab {
namespace {

void takeFacts(TransferSource& source, const Json& facts) {
    source.classes = facts.value("classes", std::vector<std::string>());
    if (const auto shape = facts.value("shape", std::vector<int64_t>()); shape.size() == 3)
        source.shape = {shape[0], shape[1], shape[2]};
}

void takeDataset(TransferSource& source, std::shared_ptr<const Dataset> dataset) {
    source.classes = dataset->classes;
    source.shape = {dataset->channels(), dataset->height(), dataset->width()};
    source.dataset = std::move(dataset);
}

/// The images that a run was trained on; a note says why they are left out where they are not there any more.
void loadDataOfRun(TransferSource& source, const RunRow& run, const DatasetGetter& load) {
    const auto leaveOut = [&](const std::string& why) {
        source.notes.push_back(fmt::format("The source's images are left out: {}.", why));
    };
    if (!run.document.is_object() || !run.document.contains("data")) return leaveOut("the run does not say which they are");
    try {
        const Json document = auditedDocument(run.document.at("data"));
        if (!validate(document, catalogue()).empty()) return leaveOut("their description cannot be understood any more");
        auto dataset = load(parseExperiment(document, catalogue()).data);
        if (dataset->fingerprint != run.dataFingerprint) return leaveOut("they have changed since the run");
        takeDataset(source, std::move(dataset));
    } catch (const Error& error) {
        if (error.fault() == Fault::Stopped) throw;
        leaveOut(error.what());
    }
}

TransferSource sourceOfRun(const Store& store, const Weights& weights, const DatasetGetter& load) {
    const RunRow run = store.run(weights.run);
    TransferSource source{.what = fmt::format("run {} ({})", run.id, run.name),
                          .weights = weightsOfRun(store, run.id, weights.epoch),
                          .classes = {},
                          .dataset = {},
                          .notes = {}};
    takeFacts(source, run.dataFacts);
    loadDataOfRun(source, run, load);
    return source;
}

[[noreturn]] void refuseUntrained(const std::string& stage, const Experiment& made, uint64_t seed) {
    throw inputError(fmt::format("The source has to be trained first: stage \"{}\", {} on {}, {} epochs, seed {}", stage,
                                 made.student.architecture, made.data.source, made.training.epochs, seed),
                     "Starting the experiment trains its stages first; a stage trained as an experiment of its own counts as "
                     "well, if nothing of "
                     "it differs.");
}

TransferSource sourceOfStage(const Json& document, const Weights& weights, const std::filesystem::path& file,
                             const DatasetGetter& load) {
    const std::vector<PlannedRun> plan = planRuns(document, catalogue());
    const auto own = std::ranges::find(plan, std::string(), &PlannedRun::stage);
    const PlannedRun& stage = plan[own->needs.at("student")];
    const Experiment made = parseExperiment(stage.document, catalogue());
    if (!std::filesystem::exists(file)) refuseUntrained(weights.stage, made, stage.seed);
    const Store store(file, Store::Mode::Read);
    TransferSource source;
    takeDataset(source, load(made.data));
    const Json environment = toJson(resolveEnvironment(made.training));
    const auto run = store.findReusable(trialIdentity(stage.document, catalogue(), source.dataset->fingerprint), stage.seed,
                                        environment.at("precision"), environment.at("device"));
    if (!run) refuseUntrained(weights.stage, made, stage.seed);
    source.what = fmt::format("stage \"{}\" (run {})", weights.stage, *run);
    source.weights = weightsOfRun(store, *run, weights.epoch);
    return source;
}

/// The size, in the file, of the axis by which two plans of one architecture differ; nothing where the file does not tell.
std::optional<int64_t> sizeInFile(const TensorFile& file, const NetworkPlan& one, const NetworkPlan& other) {
    const auto first = buildNetwork(one), second = buildNetwork(other);
    for (size_t i = 0; i < first->parameters().size(); ++i) {
        const TensorSlot &a = first->parameters()[i], &b = second->parameters()[i];
        for (size_t axis = 0; axis < a.shape.size(); ++axis) {
            if (a.shape[axis] == b.shape[axis]) continue;
            for (const std::string& name : {"student/" + a.name, a.name})  // of a run, or plain
                if (const auto found = file.tensors.find(name);
                    found != file.tensors.end() && found->second.dim() == std::ssize(a.shape))
                    return found->second.size(static_cast<int64_t>(axis));
        }
    }
    return {};
}

}  // namespace

TransferSource findTransferSource(const Json& document, const Experiment& experiment, const std::filesystem::path& store,
                                  const DatasetGetter& load) {
    const Weights& weights = experiment.student.weights;
    switch (weights.kind) {
        case Weights::Kind::File:
            return {
                .what = "file " + weights.file,
                .weights = weights.file,
                .classes = {},
                .dataset = {},
                .notes = {"A file of weights does not say what it was trained on: its classes are numbers here, and there are "
                          "no source images to compare with."}};
        case Weights::Kind::Run: return sourceOfRun(Store(store, Store::Mode::Read), weights, load);
        case Weights::Kind::Stage: return sourceOfStage(document, weights, store, load);
        case Weights::Kind::None:
        case Weights::Kind::Train: break;
    }
    throw inputError("The student starts from fresh weights: there is no source task",
                     "Let student.weights name a file, a stored run or a stage.");
}

Model sourceModel(const Experiment& experiment, TransferSource& source, const InputShape& target) {
    NetworkPlan plan{.architecture = experiment.student.architecture,
                     .input = source.shape.height > 0 ? source.shape : target,
                     .classes = std::max<int64_t>(2, std::ssize(source.classes)),
                     .parameters = experiment.student.parameters};
    const TensorFile file = loadTensors(source.weights);
    NetworkPlan other = plan;
    ++other.classes;
    plan.classes = sizeInFile(file, plan, other).value_or(plan.classes);
    other = plan;
    other.input.channels = plan.input.channels == 3 ? 1 : 3;
    plan.input.channels = sizeInFile(file, plan, other).value_or(plan.input.channels);
    if (plan.classes < 1 || plan.input.channels < 1 || plan.input.channels > 1024)
        throw inputError(fmt::format("{} holds no weights of {}", source.weights.string(), plan.architecture));
    Model model{buildNetwork(plan), {}};
    model.state = initialState(*model.network, 0);
    for (const std::string& note : takeSourceWeights(source.weights, *model.network, model.state))
        source.notes.push_back(note + ".");
    return model;
}

}  // namespace gaplab
