#include "core/run/preparation.h"

#include <algorithm>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/names.h"
#include "core/mitigation/mitigation.h"
#include "core/run/inspect.h"
#include "core/train/environment.h"
#include "core/train/roles.h"
#include "core/train/source_weights.h"
#include "core/train/terms.h"

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
    const bool isStudent = role == "student";
    const NetworkSpec& spec = isStudent ? experiment.student : experiment.teacher(role)->network;
    const auto ofData = static_cast<int64_t>(dataset.classes.size());
    // The plain network: a dynamic teacher grows out of what is loaded.
    const auto network = buildNetwork(spec.architecture, spec.parameters, {dataset.channels(), dataset.height(), dataset.width()},
                                      isStudent ? ofData : experiment.teacher(role)->classesOr(ofData));
    State state = initialState(*network, 0);
    takeSourceWeights(file, *network, state, TakeOver(spec));
}

/// A classifier is worth nothing for other classes, as many as they may be. `trainedFor`: classes of what `role` starts from.
void requireSameClasses(const Experiment& experiment, const std::string& role, const std::vector<std::string>& trainedFor,
                        const std::vector<std::string>& classes) {
    if (role == "baseline" || trainedFor.empty()) return;
    const Teacher* teacher = experiment.teacher(role);
    const auto refuse = [&](const std::string& path, const std::string& message, const std::string& allowed) {
        throw Error(Fault::Input, fmt::format("The weights of {} are those of another task", role), {},
                    {{path, message, allowed}});
    };
    if (teacher && teacher->classes > 0) {
        if (teacher->classes != std::ssize(trainedFor))
            refuse(fmt::format("teachers.{}.classes", role), fmt::format("{} is not its number of classes", teacher->classes),
                   std::to_string(trainedFor.size()));
        return;
    }
    if (trainedFor == classes || (teacher ? teacher->network : experiment.student).newHead) return;
    const std::string message = fmt::format("The classifier was trained for other classes: {}", join(trainedFor, ", "));
    if (teacher && !teacher->trained)
        refuse(fmt::format("teachers.{}.classes", role), message,
               fmt::format("{}, so that it teaches what does not compare classes", trainedFor.size()));
    refuse(teacher ? fmt::format("teachers.{}.head", role) : "student.head", message, "\"new\"");
}

/// Turns references to stored runs and files into lineage, and checks that they fit.
void resolveReferences(const Store& store, const Experiment& experiment, const Dataset& dataset, NewRun& run) {
    requireFittingFiles(experiment, dataset);
    for (const auto& [role, weights] : weightsOfRoles(experiment)) {
        if (weights.kind != Weights::Kind::Run) continue;
        const RunRow source = store.run(weights.run);
        run.from[role] = source.id;
        requireSameClasses(experiment, role, source.dataFacts.value("classes", std::vector<std::string>{}), dataset.classes);
        if (const Teacher* teacher = experiment.teacher(role))
            for (const Json& anchor : teacher->parameters.value("anchors", Json::array()))
                checkFit(experiment, role, dataset, weightsOfRun(store, run.from[role], anchor.dump()));
        if (role != "baseline") checkFit(experiment, role, dataset, weightsOfRun(store, run.from[role], weights.epoch));
    }
}

Json factsOf(const Dataset& dataset) {
    Json facts = {{"classes", dataset.classes},
                  {"class_counts", imagesOfClasses(dataset)},
                  {"train", dataset.trainIndices.size()},
                  {"validation", dataset.validationIndices.size()},
                  {"feedback", dataset.feedbackIndices.size()},
                  {"test", dataset.test.size()},
                  {"shape", {dataset.channels(), dataset.height(), dataset.width()}},
                  {"mean", dataset.mean},
                  {"deviation", dataset.deviation},
                  {"skipped", dataset.skippedFiles.size()},
                  {"skipped_files", dataset.skippedFiles}};
    if (!dataset.groups.empty()) facts.update({{"groups", dataset.groups}, {"group_counts", imagesOfGroups(dataset)}});
    return facts;
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
    requireFittingGroups(experiment, dataset);
    describeTerms(experiment, {dataset.channels(), dataset.height(), dataset.width()},
                  static_cast<int64_t>(dataset.classes.size()));
    run.architectures = profileRoles(experiment, {dataset.channels(), dataset.height(), dataset.width()},
                                     static_cast<int64_t>(dataset.classes.size()));
    return run;
}

/// Collects the runs of one submission; nothing is stored before the end.
class Preparation {
public:
    Preparation(Store& store, bool reuse, DataCache& cache, const LoadOptions& options)
        : store_(store), reuse_(reuse), cache_(cache), options_(options) {}

    void add(const Json& document) {
        const std::vector<PlannedRun> plan = planRuns(document, catalogue());
        std::vector<Candidate> candidates(plan.size());
        // From the end, where the experiment's own runs are: what only a finished run needs is not looked for.
        for (size_t i = plan.size(); i-- > 0;) {
            if (plan[i].stage.empty()) candidates[i].wanted = true;
            if (!candidates[i].wanted) continue;
            describe(plan[i], candidates[i]);
            if (candidates[i].known) continue;
            for (const auto& [role, index] : plan[i].needs)
                candidates[index].wanted = true;
        }
        for (size_t i = 0; i < plan.size(); ++i)
            if (candidates[i].wanted && !candidates[i].known)
                for (const auto& [role, index] : plan[i].needs)
                    requireSameClasses(candidates[i].experiment, role, candidates[index].dataset->classes,
                                       candidates[i].dataset->classes);
        for (size_t i = 0; i < plan.size(); ++i)
            if (candidates[i].wanted) candidates[i].place = place(plan[i], candidates[i], candidates);
    }

    Prepared finish() {
        prepared_.toTrain = store_.addRuns(fresh_);
        std::set<int64_t> all(found_.begin(), found_.end());
        all.insert(prepared_.toTrain.begin(), prepared_.toTrain.end());
        prepared_.runs.assign(all.begin(), all.end());
        return std::move(prepared_);
    }

private:
    struct Candidate {
        bool wanted = false;
        Experiment experiment = {};
        std::shared_ptr<const Dataset> dataset = {};
        NewRun run = {};
        std::optional<int64_t> known = {};  ///< a stored run that is taken instead
        int64_t place = 0;                  ///< a stored run, or -(its number in `fresh_` + 1)
    };

    void describe(const PlannedRun& planned, Candidate& candidate) {
        candidate.experiment = parseExperiment(planned.document, catalogue());
        candidate.dataset = cache_.get(candidate.experiment.data, options_);
        if (seen_.insert(candidate.dataset.get()).second) prepared_.data.push_back(candidate.dataset);
        NewRun& run = candidate.run = describeRun(planned, candidate.experiment, *candidate.dataset);
        if (planned.stage.empty() && !reuse_) return;
        candidate.known = store_.findReusable(run.trial, run.seed, run.environment.at("precision"), run.environment.at("device"));
    }

    int64_t place(const PlannedRun& planned, Candidate& own, const std::vector<Candidate>& all) {
        const bool isStage = !planned.stage.empty();
        if (own.known) {
            found_.insert(*own.known);
            if (!isStage) prepared_.done.push_back(*own.known);
            return *own.known;
        }
        resolveReferences(store_, own.experiment, *own.dataset, own.run);
        for (const auto& [role, index] : planned.needs)
            own.run.from[role] = all[index].place;
        const int64_t next = -static_cast<int64_t>(fresh_.size()) - 1;
        if (isStage) {
            const auto [stage, isNew] = stages_.try_emplace({own.run.trial, own.run.seed, Json(own.run.from)}, next);
            if (!isNew) return stage->second;
        }
        fresh_.push_back(std::move(own.run));
        return next;
    }

    Store& store_;
    const bool reuse_;
    DataCache& cache_;
    const LoadOptions& options_;
    Prepared prepared_;
    std::vector<NewRun> fresh_;
    std::set<int64_t> found_;
    std::set<const Dataset*> seen_;
    std::map<std::tuple<std::string, uint64_t, Json>, int64_t> stages_;  ///< of this submission, by what makes them equal
};

}  // namespace

std::vector<int64_t> imagesOfClasses(const Dataset& dataset) {
    std::vector<int64_t> counts(dataset.classes.size());
    const int64_t* labels = dataset.train.labels.const_data_ptr<int64_t>();
    for (const int64_t row : dataset.trainIndices)
        ++counts[static_cast<size_t>(labels[row])];
    return counts;
}

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
            add(teacher.name, spec.architecture, profile(spec.architecture, spec.parameters, input, teacher.classesOr(classes)));
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

Prepared prepareRuns(Store& store, const std::vector<Json>& documents, bool reuse, DataCache& cache, const LoadOptions& options) {
    Preparation preparation(store, reuse, cache, options);
    for (const Json& document : documents)
        preparation.add(document);
    return preparation.finish();
}

std::vector<int64_t> requeue(Store& store, int64_t id) {
    store.markLostRuns();
    std::vector<int64_t> order;
    std::set<int64_t> seen;
    const auto visit = [&](const auto& self, int64_t run) -> void {
        if (!seen.insert(run).second) return;
        const RunRow row = store.run(run);
        const bool comesAnyway = row.state == RunState::Finished || (isLive(row.state) && row.ownProcess);
        if (comesAnyway && run != id) return;
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

void requireFittingGroups(const Experiment& experiment, const Dataset& dataset) {
    makeMitigations(experiment, trainingImagesOf(dataset), at::kCPU);
    if (!dataset.groups.empty()) return;
    for (const Knowledge& term : experiment.knowledge)
        if (catalogue().find(Registry::Loss, term.loss)->facts.value("groups", false))
            throw Error(Fault::Input, fmt::format("The loss {} cannot be computed", term.loss), {},
                        {{fmt::format("knowledge[{}].loss", term.place), "The images have no groups",
                          "another loss, or data.groups that tell them"}});
    if (experiment.gap && experiment.gap->measure == "worst_group")
        throw Error(Fault::Input, "The gap of the worst group cannot be measured", {},
                    {{"gap.measure", "The images have no groups", "accuracy, or data.groups that tell them"}});
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
