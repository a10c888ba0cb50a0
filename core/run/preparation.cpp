#include "core/run/preparation.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/run/inspect.h"
#include "core/train/environment.h"
#include "core/train/roles.h"

namespace gaplab {
namespace {

/// Roles of an experiment with where their weights come from; "baseline" is a role here.
std::map<std::string, Weights> weightsOfRoles(const Experiment& experiment) {
    std::map<std::string, Weights> weights = {{"student", experiment.student.weights}, {"baseline", experiment.baseline}};
    for (const Teacher& teacher : experiment.teachers)
        weights[teacher.name] = teacher.network.weights;
    return weights;
}

void checkFit(const Experiment& experiment, const std::string& role, const Dataset& dataset, const std::filesystem::path& file) {
    const NetworkSpec& spec = role == "student" ? experiment.student : experiment.teacher(role)->network;
    // The plain network: a dynamic teacher grows out of what is loaded.
    const auto network = buildNetwork(spec.architecture, spec.parameters, {dataset.channels(), dataset.height(), dataset.width()},
                                      static_cast<int64_t>(dataset.classes.size()));
    State state = initialState(*network, 0);
    loadWeights(file, *network, state);
}

/// Turns references to stored runs and files into lineage, and checks that they fit.
void resolveReferences(const Store& store, const Experiment& experiment, const Dataset& dataset, NewRun& run) {
    requireFittingFiles(experiment, dataset);
    for (const auto& [role, weights] : weightsOfRoles(experiment)) {
        if (weights.kind != Weights::Kind::Run) continue;
        run.from[role] = store.run(weights.run).id;
        if (const Teacher* teacher = experiment.teacher(role))
            for (const Json& anchor : teacher->parameters.value("anchors", Json::array()))
                checkFit(experiment, role, dataset, weightsOfRun(store, run.from[role], anchor.dump()));
        if (role != "baseline") checkFit(experiment, role, dataset, weightsOfRun(store, run.from[role], weights.epoch));
    }
}

Json factsOf(const Dataset& dataset) {
    return {{"classes", dataset.classes},
            {"train", dataset.trainIndices.size()},
            {"validation", dataset.validationIndices.size()},
            {"test", dataset.test.size()},
            {"shape", {dataset.channels(), dataset.height(), dataset.width()}},
            {"mean", dataset.mean},
            {"deviation", dataset.deviation},
            {"skipped", dataset.skippedFiles.size()},
            {"skipped_files", dataset.skippedFiles}};
}

std::string labelOf(const Experiment& experiment) {
    std::string label = experiment.student.architecture;
    for (const Teacher& teacher : experiment.teachers) {
        const int expansion = teacher.parameters.value("expansion", 1);
        if (teacher.apart)
            label += fmt::format(" {} {}", teacher.trained ? "with" : "under", teacher.network.architecture);
        else
            label += expansion == 1 ? " with branches" : fmt::format(" with a {} times wider dynamic teacher", expansion);
    }
    return experiment.name.empty() ? label : experiment.name;
}

NewRun describeRun(const PlannedRun& planned, const Experiment& experiment, const Dataset& dataset) {
    NewRun run;
    run.name = labelOf(experiment);
    run.kind = planned.stage.empty() ? "experiment" : "stage";
    run.trial = trialIdentity(planned.document, catalogue(), dataset.fingerprint);
    run.trialLabel = labelOf(experiment);
    run.trialDocument = canonicalForm(planned.document, catalogue());
    run.document = planned.document;
    run.seed = planned.seed;
    run.notes = experiment.notes;
    run.dataName = experiment.data.source;
    run.dataFingerprint = dataset.fingerprint;
    run.splitSeed = experiment.data.splitSeed;
    run.dataFacts = factsOf(dataset);
    run.environment = toJson(resolveEnvironment(experiment.training));
    run.architectures = profileRoles(experiment, {dataset.channels(), dataset.height(), dataset.width()},
                                     static_cast<int64_t>(dataset.classes.size()));
    return run;
}

}  // namespace

Json withOptions(Json document, const SubmitOptions& options) {
    if (!options.seeds.empty()) document["seeds"] = options.seeds;
    const auto place = [&options](Json& experiment) {
        if (!experiment.is_object() || !experiment.value("training", Json::object()).is_object()) return;  // validation says so
        if (!options.device.empty()) experiment["training"]["device"] = options.device;
        if (options.threads >= 0) experiment["training"]["threads"] = options.threads;
    };
    place(document);
    if (const auto stages = document.find("stages"); stages != document.end() && stages->is_object())
        for (auto& [name, stage] : stages->items())
            place(stage);
    return document;
}

std::map<std::string, Json> profileRoles(const Experiment& experiment, InputShape input, int64_t classes) {
    std::map<std::string, Json> roles;
    const auto add = [&](const std::string& name, const std::string& architecture, const NetworkProfile& counted) -> Json& {
        return roles[name] = {{"architecture", architecture},
                              {"parameters", counted.parameters},
                              {"macs", counted.perImage.macs},
                              {"stage_shapes", counted.perImage.stageShapes}};
    };
    const NetworkSpec& student = experiment.student;
    Json& alone = add("student", student.architecture, profile(student.architecture, student.parameters, input, classes));
    std::vector<BranchedLayer> layers;
    const auto trained = buildTrained(experiment, input, classes, &layers);
    for (const Teacher& teacher : experiment.teachers) {
        const NetworkSpec& spec = teacher.network;
        if (teacher.apart) {
            add(teacher.name, spec.architecture, profile(spec.architecture, spec.parameters, input, classes));
            continue;
        }
        alone["training_parameters"] = trained->parameterCount();
        const NetworkProfile grown = profile(*trained, View::Teacher);
        Json& dynamic = add(teacher.name, fmt::format("{} x {}", student.architecture, trained->expansion()), grown);
        dynamic["merge_macs"] = grown.perImage.mergeMacs;
        for (const BranchedLayer& layer : layers)
            dynamic["layers"].push_back({{"name", layer.name}, {"branched", layer.branched}, {"reason", layer.reason}});
    }
    return roles;
}

Prepared prepareRuns(Store& store, const Json& document, DataCache& cache, const LoadOptions& options) {
    Prepared prepared;
    const std::vector<PlannedRun> plan = planRuns(document, catalogue());
    std::vector<NewRun> fresh;
    std::vector<int64_t> idOrPlace;  // of each planned run: a stored run, or -(place in `fresh` + 1)
    for (const PlannedRun& planned : plan) {
        const Experiment experiment = parseExperiment(planned.document, catalogue());
        prepared.data.push_back(cache.get(experiment.data, options));
        const Dataset& dataset = *prepared.data.back();
        NewRun run = describeRun(planned, experiment, dataset);
        const auto known = planned.stage.empty() ? std::nullopt
                                                 : store.findReusable(run.trial, run.seed, run.environment.at("precision"),
                                                                      run.environment.at("device"));
        if (known) {
            idOrPlace.push_back(*known);
            prepared.runs.push_back(*known);
            continue;
        }
        resolveReferences(store, experiment, dataset, run);
        for (const auto& [role, index] : planned.needs)
            run.from[role] = idOrPlace[index];
        fresh.push_back(std::move(run));
        idOrPlace.push_back(-static_cast<int64_t>(fresh.size()));
    }
    prepared.toTrain = store.addRuns(fresh);
    prepared.runs.insert(prepared.runs.end(), prepared.toTrain.begin(), prepared.toTrain.end());
    std::ranges::sort(prepared.runs);
    return prepared;
}

std::vector<int64_t> requeue(Store& store, int64_t id) {
    store.markLostRuns();
    std::vector<int64_t> order;
    std::set<int64_t> seen;
    const auto visit = [&](const auto& self, int64_t run) -> void {
        if (!seen.insert(run).second) return;
        const RunRow row = store.run(run);
        if (row.state == RunState::Finished && run != id) return;
        if (!isResumable(row.state))
            throw inputError(fmt::format("Run {} is {}: there is nothing to resume", run, toText(row.state)),
                             "Only runs that were stopped, failed or were lost can be resumed.");
        for (const auto& [role, needed] : row.from)
            if (role != "baseline") self(self, needed);
        order.push_back(run);
    };
    visit(visit, id);
    for (const int64_t run : order)
        store.setState(run, RunState::Queued);
    return order;
}

void requireFittingFiles(const Experiment& experiment, const Dataset& dataset) {
    for (const auto& [role, weights] : weightsOfRoles(experiment))
        if (weights.kind == Weights::Kind::File) checkFit(experiment, role, dataset, weights.file);
}

std::filesystem::path weightsOfRun(const Store& store, int64_t run, const std::string& epoch) {
    const std::filesystem::path folder = store.path().parent_path();
    for (const CheckpointRecord& checkpoint : store.checkpoints(run)) {
        const bool kept = checkpoint.kind == "epoch" && checkpoint.facts.value("epoch", int64_t{-1}) == std::atoll(epoch.c_str());
        if (checkpoint.kind == epoch || kept) return folder / checkpoint.relativePath;
    }
    throw inputError(
        fmt::format("Run {} has no weights of epoch \"{}\"", run, epoch),
        "\"best\" and \"last\" exist once it has been evaluated; other epochs only if training.keep_epochs named them.");
}

}  // namespace gaplab
