#include "core/run/deploy.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/files.h"
#include "core/mitigation/mitigation.h"
#include "core/nn/tensor_file.h"
#include "core/reparam/reparam.h"
#include "core/run/inspect.h"
#include "core/run/model_card.h"
#include "core/run/preparation.h"

namespace gaplab {
namespace {

NetworkPlan planOf(const RunRow& row, const Experiment& experiment) {
    const Json& shape = row.dataFacts.at("shape");
    return {.architecture = experiment.student.architecture,
            .input = {shape.at(0), shape.at(1), shape.at(2)},
            .classes = static_cast<int64_t>(row.dataFacts.at("classes").size()),
            .parameters = experiment.student.parameters};
}

/// Every checkpoint holds the student in the plain tensors of its architecture.
Model storedStudent(const Store& store, const RunRow& row, const Experiment& experiment, const DeployOptions& options) {
    const std::filesystem::path path = weightsOfRun(store, row.id, options.epoch);
    const TensorFile file = loadTensors(path);
    const std::string prefix = options.average ? "student_ema/" : "student/";
    if (options.average && std::ranges::none_of(file.tensors, [&](const auto& entry) { return entry.first.starts_with(prefix); }))
        throw inputError(fmt::format("Run {} kept no moving average", row.id), "training.ema was 0: deploy without the average.");
    Model student{buildNetwork(planOf(row, experiment)), {}};
    student.state = initialState(*student.network, 0);
    takeState(file, prefix, *student.network, student.state, path.string());
    return student;
}

/// What was added to the logits where the run's answers were taken becomes part of the classifier, the layer that comes last.
void adjustAnswers(Model& student, const RunRow& row, const Experiment& experiment) {
    for (const MitigationSpec& spec : experiment.mitigations) {
        if (spec.kind != "logit_adjustment" || spec.parameters.value("in", "") != "answers") continue;
        const std::vector<int64_t> counts = row.dataFacts.at("class_counts");
        const auto classes = std::ssize(counts);
        const TrainingImages images{.labels = at::arange(classes).repeat_interleave(at::tensor(counts, at::kLong)),
                                    .classes = row.dataFacts.at("classes")};
        const at::Tensor shift = makeMitigation(spec.kind, {.parameters = spec.parameters, .images = images})->shiftOfAnswers();
        const auto& parameters = student.network->parameters();
        const auto bias = std::ranges::find_if(parameters.rbegin(), parameters.rend(),
                                               [](const auto& parameter) { return parameter.name.ends_with(".bias"); });
        const at::NoGradGuard noGradient;
        at::Tensor& values = student.state.parameters[static_cast<size_t>(parameters.rend() - bias) - 1];
        values = values + shift.to(values.scalar_type());
    }
}

}  // namespace

Deployed deployRun(const Store& store, int64_t run, const DeployOptions& options, const std::filesystem::path& out) {
    const RunRow row = store.run(run);
    const Experiment experiment = parseExperiment(row.document, catalogue());
    Model student = deploy(storedStudent(store, row, experiment, options), options.fold);
    adjustAnswers(student, row, experiment);
    TensorFile file;
    putState(file, "", *student.network, student.state);
    const NetworkPlan plan = planOf(row, experiment);
    file.metadata = {{"format", "pt"},
                     {"gaplab.architecture", plan.architecture},
                     {"gaplab.parameters", plan.parameters.dump()},
                     {"gaplab.classes", row.dataFacts.at("classes").dump()},
                     {"gaplab.shape", row.dataFacts.at("shape").dump()},
                     {"gaplab.folded", options.fold ? "true" : "false"},
                     {"gaplab.run", row.uuid}};
    for (const char* fact : {"mean", "deviation"})
        if (row.dataFacts.contains(fact)) file.metadata[std::string("gaplab.") + fact] = row.dataFacts.at(fact).dump();
    saveTensors(out, file);
    const std::filesystem::path card = std::filesystem::path(out).replace_extension(".model-card.md");
    writeTextAtomically(card, modelCard(store, row, options));
    return {plan.architecture, student.network->parameterCount(), profile(*student.network).perImage.macs, card};
}

}  // namespace gaplab
