#include "core/train/trainer.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include <ATen/ops/_foreach_lerp.h>
#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/reparam/widening.h"
#include "core/train/not_a_number.h"
#include "core/train/partial_update.h"
#include "core/train/turned.h"

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

/// Between two logs of training loss: ten to an epoch, at most ten steps.
int64_t logInterval(int64_t stepsPerEpoch) {
    return std::clamp<int64_t>(stepsPerEpoch / 10, 1, 10);
}

}  // namespace

Trainer::Trainer(TrainingPlan plan, TrainingObserver& observer)
    : plan_(std::move(plan)),
      observer_(observer),
      roles_(buildRoles(plan_.experiment, *plan_.dataset, plan_.seed, plan_.weights, plan_.environment.device)),
      terms_(makeTerms(plan_.experiment, roles_, plan_.dataset->train.size(), plan_.seed)),
      mitigations_(makeMitigations(plan_.experiment, trainingImagesOf(*plan_.dataset), plan_.environment.device)),
      batches_(std::make_unique<BatchMaker>(*plan_.dataset, plan_.experiment.data.augment, plan_.environment.device)),
      tallies_(trainedRoles().size(), Tally(plan_.environment.device)),
      termSums_(at::zeros({static_cast<int64_t>(terms_.size())}, at::TensorOptions(plan_.environment.device).dtype(at::kDouble))),
      steps_(plan_.environment.device),
      examiner_(plan_.experiment, *plan_.dataset, *batches_, roles_, mitigations_, observer_),
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
    for (const auto& mitigation : mitigations_)
        if (const at::Tensor weights = mitigation->drawWeights(); weights.defined())
            drawWeights_ = drawWeights_.defined() ? drawWeights_ * weights : weights;
    if (const Role* teacher = mainTeacher())
        gapLoop_.emplace(plan_.experiment.gap ? &*plan_.experiment.gap : nullptr, *teacher, plan_.environment.device,
                         stepsPerEpoch_);
    prepareTransfer();
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
    for (auto& [role, feedback] : feedback_)
        feedback.setMean(progress.at("feedback").at(role->name));
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

const Role* Trainer::mainTeacher() const {
    const auto named = std::ranges::find(roles_, plan_.experiment.gap ? plan_.experiment.gap->teacher : "", &Role::name);
    if (named != roles_.end()) return &*named;
    const auto first = std::ranges::find(roles_.begin() + 1, roles_.end(), false, &Role::foreign);
    return first == roles_.end() ? nullptr : &*first;
}

/// What a student that comes from another task, and a teacher that learns from what it does, need.
void Trainer::prepareTransfer() {
    const Role& student = roles_.front();
    if (student.start) departure_.emplace(student, plan_.experiment.training.l2sp, plan_.experiment.student.newHead);
    const auto weights = plan_.weights.find("student");
    for (const AlsoData& data : plan_.also)
        also_.push_back(std::make_unique<AlsoSet>(data, plan_.experiment, *plan_.dataset,
                                                  weights == plan_.weights.end() ? std::nullopt : std::optional(weights->second),
                                                  plan_.environment.device));
    for (const Role& role : roles_)
        if (role.kind == "feedback")
            feedback_.try_emplace(&role, *plan_.dataset, *batches_, *plan_.experiment.teacher(role.name),
                                  plan_.experiment.training.batch, plan_.seed);
    if (plan_.resumeFrom) return;
    for (const Role& role : roles_)
        if (role.apart)
            for (const std::string& note : role.notes)
                observer_.event(0, 0, "info", "weights", role.name + ": " + note);
}

/// How far the student has gone from where it started, and what it still knows of other data.
void Trainer::tellOfTransfer() {
    const Role& student = roles_.front();
    if (departure_)
        for (const auto& [part, share] : departure_->drift(student))
            point("student/train/drift." + part, share);
    for (const auto& set : also_)
        for (const auto& [name, value] : set->measure(student))
            point("student/" + set->name() + "/" + name, value);
}

TrainingState Trainer::trainingState() {
    Json progress = {{"step", step_}, {"expansion", roles_.front().network->expansion()}};
    for (const Role& role : roles_)
        if (!role.anchors.empty()) progress["anchors"][role.name] = role.anchor;
    if (!edits_.empty()) progress["edits"] = edits_;
    if (gapLoop_) progress["gap"] = gapLoop_->state();
    for (const auto& [role, feedback] : feedback_)
        progress["feedback"][role->name] = feedback.mean();
    if (bestStep_ >= 0)
        progress["best"] = {{"step", bestStep_}, {"accuracy", bestAccuracy_}, {"file", bestFile_}, {"expansion", bestExpansion_}};
    return {roles_,      ema_ ? &*ema_ : nullptr,
            terms_,      mitigations_,
            *optimizer_, tallies_,
            termSums_,   gapLoop_ ? gapLoop_->sums() : at::Tensor(),
            progress};
}

at::Tensor Trainer::rowsOfStep() {
    const int64_t epochIndex = step_ / stepsPerEpoch_;
    if (orderEpoch_ != epochIndex) {
        const uint64_t seed = deriveSeed(plan_.seed, "order", static_cast<uint64_t>(epochIndex));
        const int64_t count = trainRows_.size(0);
        order_ = trainRows_.index_select(
            0, drawWeights_.defined() ? drawRows(drawWeights_, count, seed) : asRows(permutation(count, seed)));
        // Repeated, an epoch stays as long and shows as many fewer images.
        if (batches_->repeats() > 1)
            order_ = order_.repeat_interleave(batches_->repeats()).slice(0, 0, trainRows_.size(0)).contiguous();
        orderEpoch_ = epochIndex;
    }
    const int64_t begin = step_ % stepsPerEpoch_ * plan_.experiment.training.batch;
    return order_.slice(0, begin, std::min(begin + plan_.experiment.training.batch, order_.size(0)));
}

StepSettings Trainer::settingsOfStep() const {
    StepSettings settings{.epoch = epoch(), .leftOut = leftOutTerms(terms_, epoch(), plan_.seed, step_)};
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
    const Batch batch{made.images, made.labels, made.softLabels, rows, epoch(), made.groups};
    chooseAnchors(true);
    if (gapLoop_ && gapLoop_->wantsWider()) widen();
    const StepSettings settings = settingsOfStep();
    const StepOutputs outputs = steps_.run(roles_, terms_, batch, settings, mitigations_, parameters_);
    tellOfRecording();
    update(settings, outputs);

    const int64_t images = rows.size(0);
    for (size_t i = 0; i < tallies_.size(); ++i)
        tallies_[i].update(outputs.networks[i].logits, batch.labels, outputs.networks[i].loss.expand({images}));
    termSums_.add_(at::stack(outputs.terms).to(at::kDouble), static_cast<double>(images));
    if (outputs.said.defined()) gapLoop_->observe(outputs.said, outputs.networks.front().logits, batch.labels);
    ++step_;
}

/// Once: whether steps are started as a whole.
void Trainer::tellOfRecording() {
    const bool recorded = steps_.recordings() > 0;
    const std::string text = !steps_.obstacle().empty() ? "Steps are started kernel by kernel. " + steps_.obstacle()
                             : recorded                 ? "Steps are recorded and started as a whole (CUDA graph)"
                                                        : "";
    if (text.empty() || text == toldOfRecording_) return;
    toldOfRecording_ = text;
    observer_.event(step_, epoch(), "info", "cuda_graph", text);
}

void Trainer::update(const StepSettings& settings, const StepOutputs& outputs) {
    const Training& training = plan_.experiment.training;
    if (departure_) departure_->pull(roles_.front());
    clip();
    const at::Tensor before = outputs.pending.empty() ? at::Tensor() : feedback_.begin()->second.loss(roles_.front(), step_);
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
    if (before.defined()) teachByFeedback(outputs, before);
    updateAverage();
}

/// After the student's step: the teachers that waited for it take theirs.
void Trainer::teachByFeedback(const StepOutputs& outputs, const at::Tensor& before) {
    const at::Tensor after = feedback_.begin()->second.loss(roles_.front(), step_);
    for (const at::Tensor& parameter : parameters_)
        parameter.mutable_grad() = at::Tensor();
    for (const auto& [role, pending] : outputs.pending)
        feedback_.at(role).teach(pending, before, after);
    clip();
    optimizer_->step(rate_);
}

void Trainer::clip() const {
    if (plan_.experiment.training.clip > 0)
        for (const std::vector<at::Tensor>& group : clipGroups_)
            clipGradients(group, plan_.experiment.training.clip);
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
        const int64_t evaluatedBefore = evaluatedStep_;
        const bool logs = isBeatOf(plan_.experiment.evaluation.every) || step_ % logInterval(stepsPerEpoch_) == 0;
        if (logs) log();
        keepPace(secondsSince(begin), logs || !plan_.environment.device.is_cuda());
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

/// A GPU works on behind the host's back: how long steps took is known only where it has been waited for.
void Trainer::keepPace(double seconds, bool waited) {
    pacedSeconds_ += seconds;
    ++pacedSteps_;
    if (!waited) return;
    movingAverage(secondsPerStep_, pacedSeconds_ / static_cast<double>(pacedSteps_));
    pacedSeconds_ = 0;
    pacedSteps_ = 0;
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
        if (!std::isfinite(values.loss)) failOfNan("training loss of " + trained[i]->name, roles_.front(), step_, epoch());
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
    for (const Term& term : terms_)
        tellOf(term);
    for (const auto& [role, feedback] : feedback_)
        point(role->name + "/train/gain", feedback.gain());
    for (size_t i = 0; i < mitigations_.size(); ++i)
        for (const auto& [name, value] : mitigations_[i]->report())
            point("student/train/" + plan_.experiment.mitigations[i].kind + "." + name, value);
}

/// What a loss that learns by itself has to say.
void Trainer::tellOf(const Term& term) {
    const LossReport report = term.loss->report();
    for (const auto& [name, value] : report.series)
        point(term.to->name + "/train/" + term.name + "." + name, value);
    if (!report.event.empty()) observer_.event(step_, epoch(), "warning", report.event, report.text);
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
    tellOfTransfer();
    evaluatedStep_ = step_;
    saveAfterEvaluation(studentAccuracy_ > bestAccuracy_);
    movingAverage(secondsPerEvaluation_, secondsSince(begin));
}

Examiner::Setting Trainer::examination() const {
    Examiner::Setting setting{.step = step_, .epoch = epoch(), .average = ema_ ? &*ema_ : nullptr};
    if (!gapLoop_) return setting;
    setting.mainTeacher = &gapLoop_->teacher();
    setting.blend = gapLoop_->levers().blend;
    return setting;
}

void Trainer::evaluateOn(const std::string& split, const at::Tensor& rows) {
    Examiner::Setting setting = examination();
    setting.answers = split == "validation";
    const Examiner::Result result = examiner_.examine(split, rows, setting);
    if (setting.answers) {
        studentAccuracy_ = result.studentAccuracy;
        const bool improved = studentAccuracy_ > bestAccuracy_;
        observer_.answers(epoch(), improved ? epoch() : epochOf(bestStep_), result.answers);
    }
    if (split == "validation")
        for (const auto& mitigation : mitigations_)
            for (const auto& [name, said] : result.logits)
                mitigation->hear(name, said, result.labels);
    const bool signal = plan_.experiment.evaluation.subset > 0 ? split != "validation" : true;
    if (gapLoop_ && signal && step_ > 0) gapLoop_->afterEvaluation(100 * result.gap, moment(), observer_);
}

void Trainer::timeEvaluation(int64_t images) const {
    examiner_.time(validationRows_.slice(0, 0, std::min(images, validationRows_.size(0))), ema_ ? &*ema_ : nullptr);
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

/// The test set is read here only, when nothing can be chosen by it any more.
void Trainer::finish() {
    if (plan_.dataset->test.size() == 0) return;
    reportProgress("testing");
    observer_.answers(epoch(), epoch(), examiner_.test("at_last", roles_, examination()));
    if (bestStep_ < 0) return;
    std::vector<Role> best = roles_;
    for (Role& role : best)
        if (role.trained) role.state = role.apart ? role.state.clone() : best.front().state;
    std::optional<State> bestEma;
    if (ema_) bestEma = ema_->clone();
    setExpansion(best, bestEma ? &*bestEma : nullptr, bestExpansion_);  // the teacher may have been narrower then
    loadAllWeights(plan_.folder / bestFile_, best, bestEma ? &*bestEma : nullptr);
    const auto answers = examiner_.test(
        "at_best", best, {.step = bestStep_, .epoch = epochOf(bestStep_), .average = bestEma ? &*bestEma : nullptr});
    observer_.answers(epochOf(bestStep_), epoch(), answers);
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
    steps_.forget();
    examiner_.forget(role);
}

void Trainer::remakeOptimizer() {
    parameters_ = turnedParameters(roles_, terms_);
    clipGroups_ = clipGroups(roles_, parameters_);
    optimizer_ = makeOptimizer(plan_.experiment.training.optimizer, parameters_,
                               decayedParameters(plan_.experiment.training, roles_, terms_),
                               ratesOfParameters(plan_.experiment.student, roles_, parameters_.size()));
}

void Trainer::widen() {
    const std::shared_ptr<const Network> narrow = roles_.front().network;
    const int before = narrow->expansion();
    const Widening widening(*narrow, deriveSeed(plan_.seed, "widening", static_cast<uint64_t>(before)));
    replaceStudent(roles_, widening.network(), widening.widened(roles_.front().state));
    if (ema_) ema_ = widening.widened(*ema_);
    steps_.forget();
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
        takeWeights(changed.knowledge);
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

/// By what a term is, not by its place: a weight that becomes the usual one takes the term out of the canonical form.
void Trainer::takeWeights(const std::vector<Knowledge>& changed) {
    for (size_t i = 0; i < terms_.size(); ++i) {
        Knowledge& own = plan_.experiment.knowledge[i];
        const auto found = std::ranges::find_if(changed, [&](const Knowledge& other) {
            return other.from == own.from && other.to == own.to && other.loss == own.loss;
        });
        if (found != changed.end()) own.weight = terms_[i].weight = found->weight;
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

}  // namespace gaplab
