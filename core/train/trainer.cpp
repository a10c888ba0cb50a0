#include "core/train/trainer.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include <ATen/ops/_foreach_lerp.h>
#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/reparam/widening.h"
#include "core/train/partial_update.h"

namespace gaplab {
namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

void movingAverage(double& average, double value) {
    average = average == 0 ? value : 0.9 * average + 0.1 * value;
}

at::Tensor asRows(const std::vector<int64_t>& indices) {
    return at::tensor(indices, at::kLong);
}

/// The networks that the optimiser turns, each set of values once: the student and the teachers that are trained apart from it.
std::vector<const Role*> turnedRoles(const std::vector<Role>& roles) {
    std::vector<const Role*> turned;
    for (const Role& role : roles)
        if (role.trained && role.apart) turned.push_back(&role);
    return turned;
}

/// Where a role's values begin among the optimiser's parameters.
size_t placeOf(const std::vector<Role>& roles, const Role& role) {
    size_t place = 0;
    for (const Role* turned : turnedRoles(roles)) {
        if (turned == &role || !role.apart) break;  // a view's are the student's, the first ones
        place += turned->state.parameters.size();
    }
    return place;
}

/// What the optimiser turns: the networks' parameters, then those of the terms' adapters.
std::vector<at::Tensor> trainedParameters(const std::vector<Role>& roles, const std::vector<Term>& terms) {
    std::vector<at::Tensor> parameters;
    for (const Role* role : turnedRoles(roles))
        parameters.insert(parameters.end(), role->state.parameters.begin(), role->state.parameters.end());
    for (const Term& term : terms)
        if (const Model* adapters = term.loss->adapters())
            parameters.insert(parameters.end(), adapters->state.parameters.begin(), adapters->state.parameters.end());
    return parameters;
}

/// Parameters whose gradients are clipped together: those of a network apart on their own, for how large its gradient is says
/// nothing about the student's.
std::vector<std::vector<at::Tensor>> clipGroups(const std::vector<Role>& roles, const std::vector<at::Tensor>& parameters) {
    std::vector<std::vector<at::Tensor>> groups(1);
    size_t place = 0;
    for (const Role* role : turnedRoles(roles)) {
        std::vector<at::Tensor>& group = role == &roles.front() ? groups.front() : groups.emplace_back();
        group = role->state.parameters;
        place += group.size();
    }
    groups.front().insert(groups.front().end(), parameters.begin() + static_cast<std::ptrdiff_t>(place), parameters.end());
    return groups;
}

/// Whether each of the above is under weight decay.
std::vector<bool> decayedParameters(const Training& training, const std::vector<Role>& roles, const std::vector<Term>& terms) {
    std::vector<bool> decays;
    const auto add = [&](const Network& network) {
        for (const TensorSlot& slot : network.parameters())
            decays.push_back(training.weightDecayOn == "all" || slot.role == ParameterRole::Kernel);
    };
    for (const Role* role : turnedRoles(roles))
        add(*role->network);
    for (const Term& term : terms)
        if (const Model* adapters = term.loss->adapters()) add(*adapters->network);
    return decays;
}

/// Between two logs of training loss: ten to an epoch, at most ten steps.
int64_t logInterval(int64_t stepsPerEpoch) {
    return std::clamp<int64_t>(stepsPerEpoch / 10, 1, 10);
}

}  // namespace

Trainer::Trainer(TrainingPlan plan, TrainingObserver& observer)
    : plan_(std::move(plan)),
      observer_(observer),
      roles_(buildRoles(plan_.experiment, *plan_.dataset, plan_.seed, plan_.weights, plan_.environment.device)),
      terms_(makeTerms(plan_.experiment, roles_, plan_.seed)),
      batches_(std::make_unique<BatchMaker>(*plan_.dataset, plan_.experiment.data.augment, plan_.environment.device)),
      tallies_(trainedRoles().size(), Tally(plan_.environment.device)),
      termSums_(at::zeros({static_cast<int64_t>(terms_.size())}, at::TensorOptions(plan_.environment.device).dtype(at::kDouble))),
      measures_(measuresNamed(plan_.experiment.evaluation.measures)),
      trainRows_(asRows(plan_.dataset->trainIndices)),
      validationRows_(asRows(plan_.dataset->validationIndices)) {
    const int64_t batch = plan_.experiment.training.batch;
    stepsPerEpoch_ = (trainRows_.size(0) + batch - 1) / batch;
    for (Tally& tally : tallies_)
        tally = Tally(plan_.environment.device);  // copies of one would share their sums
    if (plan_.experiment.training.ema > 0) {
        ema_ = roles_.front().state.clone();
        for (at::Tensor& parameter : ema_->parameters)
            parameter.detach_().set_requires_grad(false);
    }
    if (roles_.size() > 1)
        gapLoop_.emplace(plan_.experiment.gap ? &*plan_.experiment.gap : nullptr, mainTeacher(), plan_.environment.device,
                         stepsPerEpoch_);
    if (!plan_.resumeFrom) {
        remakeOptimizer();
        chooseAnchors(false);
        return;
    }
    const SavedTraining saved = readTraining(*plan_.resumeFrom);
    const Json& progress = saved.progress;
    setExpansion(roles_, ema_ ? &*ema_ : nullptr, progress.value("expansion", roles_.front().network->expansion()));
    remakeOptimizer();
    takeTraining(saved, trainingState());
    step_ = progress.at("step");
    for (const std::string& assignment : progress.value("edits", std::vector<std::string>{}))
        edit(assignment, false);
    for (Role& role : roles_)
        if (progress.contains("anchors")) setAnchor(role, progress["anchors"].value(role.name, int64_t{0}));
    if (gapLoop_) gapLoop_->restore(progress.value("gap", Json::object()));
    if (progress.contains("best")) {
        bestStep_ = progress["best"].at("step");
        bestAccuracy_ = progress["best"].at("accuracy");
        bestFile_ = progress["best"].at("file");
        bestExpansion_ = progress["best"].value("expansion", roles_.front().network->expansion());
    }
}

std::vector<const Role*> Trainer::trainedRoles() const {
    std::vector<const Role*> trained;
    for (const Role& role : roles_)
        if (role.trained) trained.push_back(&role);
    return trained;
}

const Role& Trainer::mainTeacher() const {
    const auto named = std::ranges::find(roles_, plan_.experiment.gap ? plan_.experiment.gap->teacher : "", &Role::name);
    return named == roles_.end() ? roles_[1] : *named;
}

TrainingState Trainer::trainingState() {
    Json progress = {{"step", step_}, {"expansion", roles_.front().network->expansion()}};
    for (const Role& role : roles_)
        if (!role.anchors.empty()) progress["anchors"][role.name] = role.anchor;
    if (!edits_.empty()) progress["edits"] = edits_;
    if (gapLoop_) progress["gap"] = gapLoop_->state();
    if (bestStep_ >= 0)
        progress["best"] = {{"step", bestStep_}, {"accuracy", bestAccuracy_}, {"file", bestFile_}, {"expansion", bestExpansion_}};
    return {
        roles_,  ema_ ? &*ema_ : nullptr, terms_, *optimizer_, tallies_, termSums_, gapLoop_ ? gapLoop_->sums() : at::Tensor(),
        progress};
}

at::Tensor Trainer::rowsOfStep() {
    const int64_t epochIndex = step_ / stepsPerEpoch_;
    if (orderEpoch_ != epochIndex) {
        order_ = trainRows_.index_select(
            0, asRows(permutation(trainRows_.size(0), deriveSeed(plan_.seed, "order", static_cast<uint64_t>(epochIndex)))));
        // Repeated, an epoch stays as long and shows as many fewer images.
        if (batches_->repeats() > 1)
            order_ = order_.repeat_interleave(batches_->repeats()).slice(0, 0, trainRows_.size(0)).contiguous();
        orderEpoch_ = epochIndex;
    }
    const int64_t begin = step_ % stepsPerEpoch_ * plan_.experiment.training.batch;
    return order_.slice(0, begin, std::min(begin + plan_.experiment.training.batch, order_.size(0)));
}

StepSettings Trainer::settingsOfStep() const {
    StepSettings settings{.epoch = epoch()};
    if (!gapLoop_) return settings;
    settings.levers = gapLoop_->levers();
    settings.runTeacher = gapLoop_->needsTeacher();
    if (settings.levers.teacherUpdate < 1) {
        Random random(deriveSeed(plan_.seed, "teacher update", static_cast<uint64_t>(step_)));
        settings.teacherLearns = random.chance(settings.levers.teacherUpdate);
    }
    return settings;
}

void Trainer::step() {
    const at::Tensor rows = rowsOfStep();
    const TrainingBatch made = batches_->trainingBatch(rows, deriveSeed(plan_.seed, "augment", static_cast<uint64_t>(step_)));
    const Batch batch{made.images, made.labels, made.softLabels};
    chooseAnchors(true);
    if (gapLoop_ && gapLoop_->wantsWider()) widen();
    for (const at::Tensor& parameter : parameters_)
        parameter.mutable_grad() = at::Tensor();
    const StepSettings settings = settingsOfStep();
    const StepOutputs outputs = sequentialStep(roles_, terms_, batch, settings);
    update(settings, outputs);

    const int64_t images = rows.size(0);
    for (size_t i = 0; i < tallies_.size(); ++i)
        tallies_[i].update(outputs.networks[i].logits, batch.labels, outputs.networks[i].loss.expand({images}));
    termSums_.add_(at::stack(outputs.terms).to(at::kDouble), static_cast<double>(images));
    if (outputs.said.defined()) gapLoop_->observe(outputs.said, outputs.networks.front().logits, batch.labels);
    ++step_;
}

void Trainer::update(const StepSettings& settings, const StepOutputs& outputs) {
    const Training& training = plan_.experiment.training;
    if (training.clip > 0)
        for (const std::vector<at::Tensor>& group : clipGroups_)
            clipGradients(group, training.clip);
    rate_ = learningRate(training.schedule, training.optimizer.at("lr"), {step_, stepsPerEpoch_, training.epochs});
    const double share = settings.teacherLearns ? settings.levers.teacherRate : 0.0;
    std::vector<std::tuple<PartialUpdate, double, at::Tensor>> partial;
    for (const Role& role : roles_) {
        const double own = &role == settings.levers.teacher && role.trained ? share : 1.0;
        const auto waits = outputs.waits.find(&role);
        if (own != 1 || waits != outputs.waits.end())
            partial.emplace_back(PartialUpdate(role, placeOf(roles_, role), *optimizer_), own,
                                 waits == outputs.waits.end() ? at::Tensor() : waits->second);
    }
    optimizer_->step(rate_);
    for (const auto& [change, own, waits] : partial)
        change.finish(own, waits);
    updateAverage();
}

void Trainer::updateAverage() {
    if (!ema_) return;
    const at::NoGradGuard noGradient;
    const State& state = roles_.front().state;
    const double weight = 1.0 - plan_.experiment.training.ema;
    at::_foreach_lerp_(ema_->parameters, state.parameters, weight);
    if (!state.buffers.empty()) at::_foreach_lerp_(ema_->buffers, state.buffers, weight);
}

bool Trainer::isBeatOf(const Beat& beat) const {
    if (step_ == steps()) return true;
    if (beat.steps > 0) return step_ % beat.steps == 0;
    return step_ % std::max<int64_t>(1, std::llround(beat.epochs * static_cast<double>(stepsPerEpoch_))) == 0;
}

Outcome Trainer::run() {
    if (step_ == 0 && !plan_.resumeFrom) evaluateWhereDue();
    bool stopAfterEpoch = false;
    while (step_ < steps()) {
        const Clock::time_point begin = Clock::now();
        step();
        movingAverage(secondsPerStep_, secondsSince(begin));
        const int64_t evaluatedBefore = evaluatedStep_;
        if (isBeatOf(plan_.experiment.evaluation.every) || step_ % logInterval(stepsPerEpoch_) == 0) log();
        if (gapLoop_) gapLoop_->afterStep(moment(), observer_);
        evaluateWhereDue();
        const bool evaluation = evaluatedStep_ != evaluatedBefore;
        if (step_ % stepsPerEpoch_ == 0) keepEpoch();
        reportProgress("");
        takeEdits();

        Request request = observer_.request();
        if (request == Request::Pause) {
            pause();
            request = observer_.request();
        }
        if (request == Request::Abandon) return Outcome::Stopped;
        stopAfterEpoch |= request == Request::StopAfterEpoch;
        const bool stop = request == Request::StopAfterStep || (stopAfterEpoch && step_ % stepsPerEpoch_ == 0);
        if (stop && step_ < steps()) {
            if (!evaluation) saveLast();
            return Outcome::Stopped;
        }
    }
    finish();
    return Outcome::Finished;
}

void Trainer::pause() {
    saveLast();  // whoever pauses a run may switch the machine off
    observer_.waitWhilePaused();
}

void Trainer::log() {
    const std::vector<const Role*> trained = trainedRoles();
    int64_t count = 0;
    for (size_t i = 0; i < trained.size(); ++i) {
        const Tally::Values values = tallies_[i].read();
        if (values.count == 0) return;
        count = values.count;
        if (!std::isfinite(values.loss)) failOfNan("training loss of " + trained[i]->name);
        point(trained[i]->name + "/train/loss", values.loss);
        point(trained[i]->name + "/train/accuracy", values.accuracy);
        tallies_[i].reset();
    }
    point("student/train/learning_rate", rate_);
    const at::Tensor sums = termSums_.cpu() / static_cast<double>(count);
    for (size_t i = 0; i < terms_.size(); ++i) {
        const bool alone = std::ranges::count(terms_, terms_[i].to, &Term::to) == 1;  // then it is the loss itself
        if (!alone) point(terms_[i].to->name + "/train/" + terms_[i].name, sums.const_data_ptr<double>()[i]);
    }
    termSums_.zero_();
}

Evaluated Trainer::measured(const Role& role, const State& state, const ImageSet& set, const at::Tensor& rows) const {
    return evaluate(*role.network, state, role.view, *batches_, set, rows, plan_.experiment.training.batch);
}

GapLoop::Moment Trainer::moment() const {
    const Training& training = plan_.experiment.training;
    const double peak = training.optimizer.at("lr");
    const bool rises = learningRate(training.schedule, peak, {step_, stepsPerEpoch_, training.epochs}) > rate_;
    return {step_, epoch(), rises ? 1.0 : rate_ / peak};
}

void Trainer::evaluateWhereDue() {
    const Evaluation& evaluation = plan_.experiment.evaluation;
    const int64_t subset = std::min(evaluation.subset, validationRows_.size(0));
    const bool due = isBeatOf(evaluation.every);
    if (due && subset > 0) {
        const Clock::time_point begin = Clock::now();
        evaluateOn("validation:subset", validationRows_.slice(0, 0, subset));
        movingAverage(secondsPerEvaluation_, secondsSince(begin));
    }
    if (subset > 0 ? isBeatOf(Beat{}) : due) evaluateAll();
}

void Trainer::evaluateAll() {
    const Clock::time_point begin = Clock::now();
    reportProgress("evaluating");
    evaluateOn("validation", validationRows_);
    evaluatedStep_ = step_;
    saveAfterEvaluation(studentAccuracy_ > bestAccuracy_);
    movingAverage(secondsPerEvaluation_, secondsSince(begin));
}

void Trainer::evaluateOn(const std::string& split, const at::Tensor& rows) {
    const at::Tensor labels = batches_->labels(plan_.dataset->train, rows);
    Heard heard;
    for (const Role& role : roles_) {
        const auto hear = [&](const std::string& name, const State& state) -> const Evaluated& {
            return heard[name] = measured(role, state, plan_.dataset->train, rows);
        };
        if (role.trained) {
            hear(role.name, role.state);
            if (ema_ && (!role.apart || &role == &roles_.front())) hear(role.name + "_ema", *ema_);
            continue;
        }
        Evaluated& kept = frozen_[role.name + "/" + split];
        if (!kept.logits.defined()) kept = measured(role, role.state, plan_.dataset->train, rows);
        heard[role.name] = kept;
    }
    std::map<std::string, NamedValues> own;
    for (const auto& [name, said] : heard)
        own[name] = recordNetwork(name, split, said, labels);
    if (split == "validation") studentAccuracy_ = heard.at("student").values.accuracy;
    recordGaps(split, heard, own, labels, rows);
}

NamedValues Trainer::recordNetwork(const std::string& role, const std::string& split, const Evaluated& heard,
                                   const at::Tensor& labels) {
    if (!std::isfinite(heard.values.loss)) failOfNan("validation loss of " + role);
    NamedValues own;
    for (const MeasureEntry* measure : measures_)
        if (measure->ofNetwork) std::ranges::copy(measure->ofNetwork(heard.logits, labels), std::back_inserter(own));
    const std::string series = role + "/" + split + "/";
    point(series + "accuracy", heard.values.accuracy);
    point(series + "loss", heard.values.loss);
    for (const auto& [name, value] : own)
        point(series + name, value);
    return own;
}

double Trainer::temperatureFrom(const Role& teacher) const {
    for (const Knowledge& term : plan_.experiment.knowledge)
        if (term.from == teacher.name && term.to == "student" && term.parameters.contains("temperature"))
            return term.parameters.at("temperature");
    return 1;
}

void Trainer::recordPair(const std::string& series, const Evaluated& teacher, const Evaluated& student) {
    point(series + "accuracy", teacher.values.accuracy - student.values.accuracy);
}

void Trainer::recordGaps(const std::string& split, const Heard& heard, const std::map<std::string, NamedValues>& own,
                         const at::Tensor& labels, const at::Tensor& rows) {
    if (!gapLoop_) return;
    const Role& main = gapLoop_->teacher();
    const Evaluated& student = heard.at("student");
    for (size_t i = 1; i < roles_.size(); ++i) {
        const Role& teacher = roles_[i];
        const std::string pair = &teacher == &main ? "gap" : "gap:" + teacher.name + "-student";
        const std::string series = pair + "/" + split + "/";
        const Evaluated& said = heard.at(teacher.name);
        recordPair(series, said, student);
        const PairLogits logits{said.logits, student.logits, labels, temperatureFrom(teacher)};
        for (const MeasureEntry* measure : measures_)
            if (measure->ofPair)
                for (const auto& [name, value] : measure->ofPair(logits))
                    point(series + name, value);
        const NamedValues &ofTeacher = own.at(teacher.name), &ofStudent = own.at("student");
        for (size_t k = 0; k < std::min(ofTeacher.size(), ofStudent.size()); ++k)
            point(series + ofStudent[k].first, ofStudent[k].second - ofTeacher[k].second);
        recordStages(series, teacher, rows);
        if (ema_ && heard.contains(teacher.name + "_ema"))
            recordPair(fmt::format("gap:{0}_ema-student_ema/{1}/", teacher.name, split), heard.at(teacher.name + "_ema"),
                       heard.at("student_ema"));
    }
    double gap = heard.at(main.name).values.accuracy - student.values.accuracy;
    if (const double blend = gapLoop_->levers().blend; blend > 0) {  // what the student hears is the mixture
        const at::Tensor mixture = at::lerp(heard.at(main.name).logits, student.logits, blend);
        gap = mixture.argmax(1).eq(labels).to(at::kDouble).mean().item<double>() - student.values.accuracy;
        point("gap/" + split + "/accuracy_blended", gap);
    }
    const bool signal = plan_.experiment.evaluation.subset > 0 ? split != "validation" : true;
    if (signal && step_ > 0) gapLoop_->afterEvaluation(100 * gap, moment(), observer_);
}

void Trainer::recordStages(const std::string& series, const Role& teacher, const at::Tensor& rows) {
    const at::NoGradGuard noGradient;
    const Role& student = roles_.front();
    for (const MeasureEntry* measure : measures_) {
        if (!measure->ofStages) continue;
        const auto sums = measure->ofStages();
        for (int64_t begin = 0; begin + 4 <= std::min(rows.size(0), stageImages); begin += stageBatch) {
            const at::Tensor batch = rows.slice(0, begin, std::min(begin + stageBatch, std::min(rows.size(0), stageImages)));
            const at::Tensor images = batches_->evaluationImages(plan_.dataset->train, batch);
            sums->add(teacher.forward(images, false, true).stages, student.forward(images, false, true).stages);
        }
        for (const auto& [name, value] : sums->read())
            point(series + name, value);
    }
}

void Trainer::timeEvaluation(int64_t images) const {
    const at::Tensor rows = validationRows_.slice(0, 0, std::min(images, validationRows_.size(0)));
    for (const Role* role : trainedRoles()) {
        measured(*role, role->state, plan_.dataset->train, rows);
        if (ema_ && (!role->apart || role == &roles_.front())) measured(*role, *ema_, plan_.dataset->train, rows);
    }
}

void Trainer::saveAfterEvaluation(bool improved) {
    std::vector<CheckpointFile> files;
    const Json facts = {{"validation_accuracy", studentAccuracy_}};
    if (improved) {
        bestAccuracy_ = studentAccuracy_;
        bestStep_ = step_;
        bestExpansion_ = roles_.front().network->expansion();
        // A name of its own a step: the file that the last checkpoint refers to stays until that checkpoint is replaced.
        bestFile_ = fmt::format("best-{}.safetensors", step_);
        saveWeights(plan_.folder / bestFile_, roles_, ema_ ? &*ema_ : nullptr, facts);
        files.push_back({"best", plan_.folder / bestFile_, facts});
    }
    const std::filesystem::path last = plan_.folder / fmt::format("last-{}.safetensors", step_);
    saveTraining(last, trainingState());
    files.insert(files.begin(), {"last", last, facts});
    observer_.checkpoints(step_, epoch(), files);
}

void Trainer::saveLast() {
    const std::filesystem::path last = plan_.folder / fmt::format("last-{}.safetensors", step_);
    saveTraining(last, trainingState());
    observer_.checkpoints(step_, epoch(), {{"last", last, {}}});
}

void Trainer::keepEpoch() {
    const int64_t epochsMade = step_ / stepsPerEpoch_;
    if (std::ranges::find(plan_.experiment.training.keepEpochs, epochsMade) == plan_.experiment.training.keepEpochs.end()) return;
    const std::filesystem::path path = plan_.folder / fmt::format("epoch-{}.safetensors", epochsMade);
    const Json facts = {{"epoch", epochsMade}};
    saveWeights(path, roles_, ema_ ? &*ema_ : nullptr, facts);
    observer_.checkpoints(step_, epoch(), {{"epoch", path, facts}});
}

void Trainer::test(const std::string& suffix, int64_t atStep, const std::vector<Role>& roles, const State* ema) {
    const at::Tensor rows = at::arange(plan_.dataset->test.size(), at::kLong);
    const double atEpoch = static_cast<double>(atStep) / static_cast<double>(stepsPerEpoch_);
    for (const Role& role : roles) {
        const auto record = [&](const std::string& name, const Evaluated& heard) {
            observer_.point(name + "/test/accuracy_" + suffix, atStep, atEpoch, heard.values.accuracy);
        };
        if (role.trained) {
            record(role.name, measured(role, role.state, plan_.dataset->test, rows));
            if (ema && (!role.apart || &role == &roles.front()))
                record(role.name + "_ema", measured(role, *ema, plan_.dataset->test, rows));
            continue;
        }
        Evaluated& kept = frozenTest_[role.name];
        if (!kept.logits.defined()) kept = measured(role, role.state, plan_.dataset->test, rows);
        record(role.name, kept);
    }
}

/// The test set is read here only, when nothing can be chosen by it any more.
void Trainer::finish() {
    if (plan_.dataset->test.size() == 0) return;
    reportProgress("testing");
    test("at_last", step_, roles_, ema_ ? &*ema_ : nullptr);
    if (bestStep_ < 0) return;
    std::vector<Role> best = roles_;
    for (Role& role : best)
        if (role.trained) role.state = role.apart ? role.state.clone() : best.front().state;
    std::optional<State> bestEma;
    if (ema_) bestEma = ema_->clone();
    setExpansion(best, bestEma ? &*bestEma : nullptr, bestExpansion_);  // the teacher may have been narrower then
    loadAllWeights(plan_.folder / bestFile_, best, bestEma ? &*bestEma : nullptr);
    test("at_best", bestStep_, best, bestEma ? &*bestEma : nullptr);
}

/// Of a route, the values that teach now: each for an equal share of the student's training, or as the controller says.
void Trainer::chooseAnchors(bool tell) {
    for (Role& role : roles_) {
        if (role.anchors.empty()) continue;
        const int64_t count = std::ssize(role.anchors);
        int64_t chosen = std::min(count - 1, step_ * count / std::max<int64_t>(1, steps()));
        if (const Levers levers = gapLoop_ ? gapLoop_->levers() : Levers(); levers.teacher == &role && levers.anchor >= 0)
            chosen = std::llround(levers.anchor * static_cast<double>(count - 1));
        if (chosen == role.anchor) continue;
        setAnchor(role, chosen);
        if (tell)
            observer_.event(step_, epoch(), "info", "anchor",
                            fmt::format("{} now teaches as it was after epoch {} of its own training", role.name,
                                        role.anchors[static_cast<size_t>(chosen)].first));
    }
}

void Trainer::setAnchor(Role& role, int64_t anchor) {
    if (role.anchors.empty()) return;
    role.anchor = anchor;
    role.state = role.anchors.at(static_cast<size_t>(anchor)).second;
    std::erase_if(frozen_, [&](const auto& kept) { return kept.first.starts_with(role.name + "/"); });
}

void Trainer::remakeOptimizer() {
    parameters_ = trainedParameters(roles_, terms_);
    clipGroups_ = clipGroups(roles_, parameters_);
    optimizer_ = makeOptimizer(plan_.experiment.training.optimizer, parameters_,
                               decayedParameters(plan_.experiment.training, roles_, terms_));
}

void Trainer::widen() {
    const std::shared_ptr<const Network> narrow = roles_.front().network;
    const int before = narrow->expansion();
    const Widening widening(*narrow, deriveSeed(plan_.seed, "widening", static_cast<uint64_t>(before)));
    replaceStudent(roles_, widening.network(), widening.widened(roles_.front().state));
    if (ema_) ema_ = widening.widened(*ema_);
    const std::unique_ptr<Optimizer> old = std::move(optimizer_);
    remakeOptimizer();
    optimizer_->takeOver(*old, [&](size_t parameter, const at::Tensor& values, Optimizer::Follows follows) {
        if (parameter >= narrow->parameters().size() || follows == Optimizer::Follows::Nothing) return values;
        return follows == Optimizer::Follows::Gradient ? widening.widened(parameter, values)
                                                       : widening.duplicated(parameter, values);
    });
    gapLoop_->widened();
    observer_.event(step_, epoch(), "info", "widened",
                    fmt::format("{} is now {} times as wide as the student (before: {}), with the same function",
                                gapLoop_->teacher().name, before + 1, before),
                    {{"before", before}, {"after", before + 1}});
}

void Trainer::takeEdits() {
    for (const std::string& assignment : observer_.edits())
        edit(assignment, true);
}

/// Changes what may be changed while a run goes on, and says so; anything else is refused, and the run goes on as it was.
void Trainer::edit(const std::string& assignment, bool tell) {
    const auto refuse = [&](const std::string& reason) {
        observer_.event(step_, epoch(), "warning", "edit_refused", fmt::format("{} was not changed: {}", assignment, reason));
    };
    if (plan_.document.is_null()) return refuse("this run has no document");
    try {
        LiveEdit made = liveEdit(plan_.document, assignment, *plan_.catalogue);
        plan_.document = std::move(made.document);
        const Experiment changed = parseExperiment(plan_.document, *plan_.catalogue);
        for (size_t i = 0; i < terms_.size(); ++i)
            terms_[i].weight = changed.knowledge[i].weight;
        plan_.experiment.knowledge = changed.knowledge;
        plan_.experiment.training.optimizer["lr"] = changed.training.optimizer.at("lr");
        plan_.experiment.training.clip = changed.training.clip;
        if (plan_.experiment.gap && changed.gap) {
            plan_.experiment.gap = changed.gap;
            if (gapLoop_) gapLoop_->change(*changed.gap);
        }
        edits_.push_back(assignment);
        if (tell)
            observer_.event(step_, epoch(), "info", "edit",
                            fmt::format("{}: {} -> {}", made.path, made.before.dump(), made.after.dump()),
                            {{"path", made.path}, {"old", made.before}, {"new", made.after}});
    } catch (const Error& error) {
        refuse(error.problems().empty() ? error.what() : error.problems().front().message);
    }
}

void Trainer::reportProgress(const std::string& detail) {
    StepProgress progress{.step = step_, .steps = steps(), .epoch = epoch()};
    progress.epochs = static_cast<double>(plan_.experiment.training.epochs);
    progress.detail = detail;
    if (secondsPerStep_ > 0) {
        const auto left = static_cast<double>(steps() - step_);
        progress.imagesPerSecond =
            static_cast<double>(std::min(plan_.experiment.training.batch, trainRows_.size(0))) / secondsPerStep_;
        progress.secondsLeft = left * (secondsPerStep_ + secondsPerEvaluation_ / static_cast<double>(stepsPerEpoch_));
    }
    observer_.progress(progress);
}

void Trainer::failOfNan(const std::string& what) const {
    const Role& student = roles_.front();
    std::string tensor = "no tensor of the student";
    for (size_t i = 0; i < student.state.parameters.size(); ++i) {
        if (student.state.parameters[i].isfinite().all().item<bool>()) continue;
        tensor = student.network->parameters()[i].name;
        break;
    }
    throw worldError(
        fmt::format(
            "The {} is not a finite number any more at step {} (epoch {:.2f}); first tensor with such values: {}. The last "
            "checkpoint was kept.",
            what, step_, epoch(), tensor),
        "Lower training.optimizer.lr, set training.clip (5 is usual), or add schedule.warmup, and start again.");
}

}  // namespace gaplab
