#include <algorithm>

#include "core/experiment/normal.h"

namespace gaplab {
namespace {

// From the canonical form, where every value has the right type, to the structs; defaults come from the declarations.

Weights toWeights(const Json& form) {
    if (form.is_null()) return {};
    if (form.is_string()) return {.kind = Weights::Kind::Train};
    Weights weights;
    for (const auto& [key, kind] :
         {std::pair("file", Weights::Kind::File), {"run", Weights::Kind::Run}, {"stage", Weights::Kind::Stage}})
        if (form.contains(key)) weights.kind = kind;
    weights.file = form.value("file", "");
    weights.run = form.value("run", "");
    weights.stage = form.value("stage", "");
    weights.partial = form.value("partial", false);
    const Json epoch = form.value("epoch", Json("best"));
    weights.epoch = epoch.is_string() ? epoch.get<std::string>() : epoch.dump();
    return weights;
}

/// The parameters of a registry member out of the object in which they stand.
Json parametersOf(const Catalogue& catalogue, Registry registry, const std::string& name, const Json& form) {
    return filledIn(catalogue.find(registry, name)->parameters, form);
}

/// {"kind", every declared parameter}
Json kindWithParameters(const Catalogue& catalogue, Registry registry, const Json& form, const std::string& defaultKind) {
    const std::string kind = form.value("kind", defaultKind);
    Json full = parametersOf(catalogue, registry, kind, form);
    full["kind"] = kind;
    if (form.contains("milestones")) full["milestones"] = form.at("milestones");
    return full;
}

NetworkSpec toNetwork(const Json& form, const Catalogue& catalogue, const Json& defaultWeights) {
    const std::string architecture = form.at("architecture").get<std::string>();
    return {.architecture = architecture,
            .parameters = parametersOf(catalogue, Registry::Architecture, architecture, form),
            .weights = toWeights(form.value("weights", defaultWeights))};
}

Teacher toTeacher(const std::string& name, const Json& form, const Catalogue& catalogue) {
    Teacher teacher{.name = name, .kind = form.value("kind", "static")};
    teacher.parameters = parametersOf(catalogue, Registry::TeacherKind, teacher.kind, form);
    const Json& facts = catalogue.find(Registry::TeacherKind, teacher.kind)->facts;
    teacher.trained = facts.value("trained", false);
    teacher.apart = facts.value("apart", true);
    if (!teacher.apart) {
        teacher.layers = form.value("layers", std::vector<std::string>{});
        return teacher;
    }
    teacher.headOnly = facts.value("head_only", false);
    teacher.network = toNetwork(form, catalogue, teacher.trained && !teacher.headOnly ? Json() : Json("train"));
    const Json seed = form.value("seed", Json(0));
    teacher.seed = seed.is_number() ? std::optional(seed.get<uint64_t>()) : std::nullopt;
    teacher.training = form.value("training", Json::object());
    teacher.classes = form.value("classes", int64_t{0});
    teacher.network.newHead = teacher.headOnly || form.value("head", "keep") == "new";
    if (form.contains("anchors")) teacher.parameters["anchors"] = form.at("anchors");
    return teacher;
}

Knowledge toKnowledge(const Json& form, const Catalogue& catalogue) {
    const std::string loss = form.at("loss").get<std::string>();
    return {.from = form.at("from").get<std::string>(),
            .to = form.at("to").get<std::string>(),
            .loss = loss,
            .parameters = parametersOf(catalogue, Registry::Loss, loss, form),
            .weight = curveFromJson(form.value("weight", Json(1.0))),
            .stages = form.value("stages", Json::array()),
            .dropGroup = form.value("drop_group", "")};
}

std::vector<Knowledge> toKnowledgeTerms(const Json& form, const std::vector<std::string>& trained, const Catalogue& catalogue) {
    std::vector<Knowledge> terms;
    for (const Json& term : form)
        terms.push_back(toKnowledge(term, catalogue));
    for (const std::string& network : trained)
        if (std::ranges::none_of(terms, [&](const Knowledge& term) { return term.from == "labels" && term.to == network; }))
            terms.push_back(toKnowledge(implicitTerm(network), catalogue));
    return terms;
}

/// Where each term stands in the list as it was written: the canonical form leaves out what is understood anyway.
void notePlaces(std::vector<Knowledge>& terms, const Json& written) {
    for (size_t place = 0; place < written.size(); ++place)
        for (Knowledge& term : terms)
            if (written[place].value("from", "") == term.from && written[place].value("to", "") == term.to &&
                written[place].value("loss", "") == term.loss)
                term.place = place;
}

std::optional<GapTarget> toGap(const Json& document, const Catalogue& catalogue) {
    if (!document.contains("gap")) return {};
    const Json& form = document.at("gap");
    const Json fields = filledIn(documentFields("gap"), form);
    std::set<std::string> teachers;
    for (const auto& [name, teacher] : document.at("teachers").items())
        if (teacher.value("classes", 0) == 0 && (teacher.value("kind", "static") != "gpd" || teacher.value("expansion", 2) > 1))
            teachers.insert(name);
    GapTarget gap{.teacher = defaultGapTeacher(teachers)};
    if (form.contains("between")) gap.teacher = form.at("between").at(0).get<std::string>();
    gap.measure = fields.at("measure").get<std::string>();
    gap.on = fields.at("on").get<std::string>();
    gap.every = beatFromJson(form.value("every", Json(0.5)));
    gap.target = curveFromJson(form.at("target"));
    gap.band = fields.at("band").get<double>();
    if (const Json controller = form.value("controller", Json()); !controller.is_null()) {
        const std::string actuator = controller.at("actuator");
        gap.controller = {actuator, parametersOf(catalogue, Registry::Actuator, actuator, controller)};
    }
    return gap;
}

/// `stages`: their canonical forms.
Evaluation toEvaluation(const Json& form, const Json& stages, const Catalogue& catalogue) {
    const std::set<std::string> measures = form.value("measures", usualMeasures(catalogue));
    std::vector<AlsoEvaluated> also;
    for (const Json& one : form.value("also", Json::array())) {
        const std::string stage = one.value("stage", "");
        also.push_back(
            {one.at("name"), stage, dataFromForm(stage.empty() ? one.at("data") : stages.at(stage).at("data"), catalogue)});
    }
    return {.every = beatFromJson(form.value("every", Json(1))),
            .subset = form.value("subset", int64_t{0}),
            .measures = {measures.begin(), measures.end()},
            .also = std::move(also)};
}

Training toTraining(const Json& form, const Catalogue& catalogue) {
    const Json fields = filledIn(documentFields("training"), form);
    Training training;
    training.epochs = fields.at("epochs").get<int64_t>();
    training.batch = fields.at("batch").get<int64_t>();
    training.optimizer =
        kindWithParameters(catalogue, Registry::Optimizer, form.value("optimizer", Json::object()), defaultOptimizer);
    training.schedule =
        kindWithParameters(catalogue, Registry::Schedule, form.value("schedule", Json::object()), defaultSchedule);
    training.clip = fields.at("clip").get<double>();
    training.ema = fields.at("ema").get<double>();
    training.l2sp = fields.at("l2_sp").get<double>();
    training.labelSmoothing = fields.at("label_smoothing").get<double>();
    training.weightDecayOn = fields.at("weight_decay_on").get<std::string>();
    training.keepEpochs = form.value("keep_epochs", std::vector<int64_t>{});
    training.precision = fields.at("precision").get<std::string>();
    training.device = fields.at("device").get<std::string>();
    training.threads = fields.at("threads").get<int64_t>();
    return training;
}

}  // namespace

DataSpec dataFromForm(const Json& form, const Catalogue& catalogue) {
    const Json fields = filledIn(documentFields("data"), form);
    DataSpec data{.source = form.at("source").get<std::string>()};
    Json own = form;
    if (own.contains("classes") && own.at("classes").is_array())
        own.erase("classes");  // names filter; they are not the source's own
    data.parameters = parametersOf(catalogue, Registry::Source, data.source, own);
    data.path = form.value("path", data.parameters.value("path", ""));
    data.parameters.erase("path");
    if (const Json classes = form.value("classes", Json()); classes.is_array())
        data.classes = classes.get<std::vector<std::string>>();
    else if (classes.is_number() && !data.parameters.contains("classes"))
        data.classCount = classes.get<int64_t>();
    data.perClass = fields.at("per_class").get<int64_t>();
    data.limit = fields.at("limit").get<int64_t>();
    data.feedback = fields.at("feedback").get<double>();
    data.validation = fields.at("validation").get<double>();
    data.splitSeed = fields.at("split_seed").get<uint64_t>();
    data.skipBroken = fields.at("on_error") == "skip";
    for (const Json& augmentation : form.value("augment", Json::array()))
        data.augment.push_back(kindWithParameters(catalogue, Registry::Augmentation, augmentation, ""));
    data.groups = groupsFromForm(form.value("groups", Json()));
    return data;
}

const Teacher* Experiment::teacher(const std::string& teacherName) const {
    const auto found = std::ranges::find(teachers, teacherName, &Teacher::name);
    return found == teachers.end() ? nullptr : &*found;
}

const Teacher* Experiment::dynamicTeacher() const {
    const auto found = std::ranges::find_if(teachers, [](const Teacher& teacher) { return !teacher.apart; });
    return found == teachers.end() ? nullptr : &*found;
}

Experiment parseExperiment(const Json& document, const Catalogue& catalogue) {
    const Json form = canonicalForm(document, catalogue);
    Experiment experiment{.name = form.value("name", ""), .notes = form.value("notes", "")};
    experiment.data = dataFromForm(form.at("data"), catalogue);
    experiment.student = toNetwork(form.at("student"), catalogue, nullptr);
    experiment.student.freeze = form.at("student").value("freeze", std::vector<std::string>{});
    experiment.student.newHead = form.at("student").value("head", "keep") == "new";
    for (const auto& [layer, factor] : objectAt(form.at("student"), "rates").items())
        experiment.student.rates.emplace_back(layer, factor.get<double>());
    for (const auto& [name, teacher] : objectAt(form, "teachers").items())
        experiment.teachers.push_back(toTeacher(name, teacher, catalogue));
    std::vector<std::string> trained = {"student"};
    for (const Teacher& teacher : experiment.teachers)
        if (teacher.trained && (teacher.apart || teacher.parameters.value("expansion", 1) > 1)) trained.push_back(teacher.name);
    experiment.knowledge = toKnowledgeTerms(form.value("knowledge", Json::array()), trained, catalogue);
    notePlaces(experiment.knowledge, document.value("knowledge", Json::array()));
    experiment.gap = toGap(form, catalogue);
    experiment.mitigations = mitigationsFromForm(form.value("mitigations", Json::array()), catalogue);
    experiment.baseline = toWeights(form.value("baseline", Json()));
    experiment.evaluation = toEvaluation(form.value("evaluation", Json::object()), objectAt(form, "stages"), catalogue);
    experiment.training = toTraining(form.value("training", Json::object()), catalogue);
    experiment.seeds = form.value("seeds", std::vector<uint64_t>{0});
    for (const auto& [name, stage] : objectAt(form, "stages").items())
        experiment.stages[name] = stage;
    return experiment;
}

}  // namespace gaplab
