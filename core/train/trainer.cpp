#include "core/train/trainer.h"

#include <algorithm>
#include <cmath>

#include <ATen/ops/_foreach_lerp.h>
#include <fmt/format.h>

#include "core/base/random.h"
#include "core/train/evaluation.h"

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

/// What the optimiser turns: the network's parameters, then those of the terms' adapters.
std::vector<at::Tensor> trainedParameters(const Role& student, const std::vector<Term>& terms) {
    std::vector<at::Tensor> parameters = student.state.parameters;
    for (const Term& term : terms)
        if (const Model* adapters = term.loss->adapters())
            parameters.insert(parameters.end(), adapters->state.parameters.begin(), adapters->state.parameters.end());
    return parameters;
}

/// Whether each of the above is under weight decay.
std::vector<bool> decayedParameters(const Training& training, const Role& student, const std::vector<Term>& terms) {
    std::vector<bool> decays;
    const auto add = [&](const Network& network) {
        for (const TensorSlot& slot : network.parameters())
            decays.push_back(training.weightDecayOn == "all" || slot.role == ParameterRole::Kernel);
    };
    add(*student.network);
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
      parameters_(trainedParameters(roles_.front(), terms_)),
      optimizer_(makeOptimizer(plan_.experiment.training.optimizer, parameters_,
                               decayedParameters(plan_.experiment.training, roles_.front(), terms_))),
      tallies_(trainedRoles().size(), Tally(plan_.environment.device)),
      termSums_(at::zeros({static_cast<int64_t>(terms_.size())}, at::TensorOptions(plan_.environment.device).dtype(at::kDouble))),
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
    if (!plan_.resumeFrom) return;
    const Json progress = loadTraining(*plan_.resumeFrom, trainingState());
    step_ = progress.at("step");
    if (progress.contains("best")) {
        bestStep_ = progress["best"].at("step");
        bestAccuracy_ = progress["best"].at("accuracy");
        bestFile_ = progress["best"].at("file");
    }
}

std::vector<const Role*> Trainer::trainedRoles() const {
    std::vector<const Role*> trained;
    for (const Role& role : roles_)
        if (role.trained) trained.push_back(&role);
    return trained;
}

TrainingState Trainer::trainingState() {
    Json progress = {{"step", step_}};
    if (bestStep_ >= 0) progress["best"] = {{"step", bestStep_}, {"accuracy", bestAccuracy_}, {"file", bestFile_}};
    return {roles_.front(), ema_ ? &*ema_ : nullptr, terms_, *optimizer_, tallies_, termSums_, progress};
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

void Trainer::step() {
    const Training& training = plan_.experiment.training;
    const at::Tensor rows = rowsOfStep();
    const TrainingBatch made = batches_->trainingBatch(rows, deriveSeed(plan_.seed, "augment", static_cast<uint64_t>(step_)));
    const Batch batch{made.images, made.labels, made.softLabels};
    for (const at::Tensor& parameter : parameters_)
        parameter.mutable_grad() = at::Tensor();
    const StepOutputs outputs = sequentialStep(roles_, terms_, batch, epoch());
    if (training.clip > 0) clipGradients(parameters_, training.clip);
    rate_ = learningRate(training.schedule, training.optimizer.at("lr"), {step_, stepsPerEpoch_, training.epochs});
    optimizer_->step(rate_);
    updateAverage();

    const int64_t images = rows.size(0);
    for (size_t i = 0; i < tallies_.size(); ++i)
        tallies_[i].update(outputs.networks[i].logits, batch.labels, outputs.networks[i].loss.expand({images}));
    termSums_.add_(at::stack(outputs.terms).to(at::kDouble), static_cast<double>(images));
    ++step_;
}

void Trainer::updateAverage() {
    if (!ema_) return;
    const at::NoGradGuard noGradient;
    const State& state = roles_.front().state;
    const double weight = 1.0 - plan_.experiment.training.ema;
    at::_foreach_lerp_(ema_->parameters, state.parameters, weight);
    if (!state.buffers.empty()) at::_foreach_lerp_(ema_->buffers, state.buffers, weight);
}

bool Trainer::isEvaluationStep() const {
    if (step_ == steps()) return true;
    const Evaluation& evaluation = plan_.experiment.evaluation;
    if (evaluation.everySteps > 0) return step_ % evaluation.everySteps == 0;
    return step_ % static_cast<int64_t>(evaluation.everyEpochs * static_cast<double>(stepsPerEpoch_)) == 0;
}

Outcome Trainer::run() {
    if (step_ == 0 && !plan_.resumeFrom) evaluateAll();
    bool stopAfterEpoch = false;
    while (step_ < steps()) {
        const Clock::time_point begin = Clock::now();
        step();
        movingAverage(secondsPerStep_, secondsSince(begin));
        const bool evaluation = isEvaluationStep();
        if (evaluation || step_ % logInterval(stepsPerEpoch_) == 0) log();
        if (evaluation) evaluateAll();
        if (step_ % stepsPerEpoch_ == 0) keepEpoch();
        reportProgress("");

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

Tally::Values Trainer::measured(const Role& role, const State& state, const ImageSet& set, const at::Tensor& rows) const {
    return evaluate(*role.network, state, role.view, *batches_, set, rows, plan_.experiment.training.batch);
}

void Trainer::recordValidation(const std::string& role, const Tally::Values& values) {
    validationAccuracy_[role] = values.accuracy;
    if (!std::isfinite(values.loss)) failOfNan("validation loss of " + role);
    point(role + "/validation/accuracy", values.accuracy);
    point(role + "/validation/loss", values.loss);
}

void Trainer::evaluateAll() {
    const Clock::time_point begin = Clock::now();
    reportProgress("evaluating");
    for (const Role& role : roles_) {
        const auto measure = [&](const State& state) {
            return measured(role, state, plan_.dataset->train, validationRows_);
        };
        if (role.trained) {
            recordValidation(role.name, measure(role.state));
            if (ema_) recordValidation(role.name + "_ema", measure(*ema_));
            continue;
        }
        if (!frozenValidation_.contains(role.name)) frozenValidation_[role.name] = measure(role.state);
        recordValidation(role.name, frozenValidation_[role.name]);
    }
    recordGaps();
    const bool improved = validationAccuracy_.at("student") > bestAccuracy_;
    saveAfterEvaluation(improved);
    movingAverage(secondsPerEvaluation_, secondsSince(begin));
}

void Trainer::timeEvaluation(int64_t images) const {
    const at::Tensor rows = validationRows_.slice(0, 0, std::min(images, validationRows_.size(0)));
    for (const Role* role : trainedRoles()) {
        measured(*role, role->state, plan_.dataset->train, rows);
        if (ema_) measured(*role, *ema_, plan_.dataset->train, rows);
    }
}

void Trainer::recordGap(const std::string& series, const std::string& teacher, const std::string& student) {
    point(series + "/validation/accuracy", validationAccuracy_.at(teacher) - validationAccuracy_.at(student));
}

void Trainer::recordGaps() {
    if (roles_.size() < 2) return;
    const std::string main = plan_.experiment.gap ? plan_.experiment.gap->teacher : roles_[1].name;
    for (size_t i = 1; i < roles_.size(); ++i) {
        const Role& teacher = roles_[i];
        recordGap(teacher.name == main ? "gap" : "gap:" + teacher.name + "-student", teacher.name, "student");
        if (ema_ && teacher.trained) recordGap("gap:" + teacher.name + "_ema-student_ema", teacher.name + "_ema", "student_ema");
    }
}

void Trainer::saveAfterEvaluation(bool improved) {
    std::vector<CheckpointFile> files;
    const Json facts = {{"validation_accuracy", validationAccuracy_.at("student")}};
    if (improved) {
        bestAccuracy_ = validationAccuracy_.at("student");
        bestStep_ = step_;
        // A name of its own a step: the file that the last checkpoint refers to stays until that checkpoint is replaced.
        bestFile_ = fmt::format("best-{}.safetensors", step_);
        saveWeights(plan_.folder / bestFile_, roles_.front(), ema_ ? &*ema_ : nullptr, facts);
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
    saveWeights(path, roles_.front(), ema_ ? &*ema_ : nullptr, facts);
    observer_.checkpoints(step_, epoch(), {{"epoch", path, facts}});
}

void Trainer::test(const std::string& suffix, int64_t atStep, const State& state, const State* ema) {
    const at::Tensor rows = at::arange(plan_.dataset->test.size(), at::kLong);
    const double atEpoch = static_cast<double>(atStep) / static_cast<double>(stepsPerEpoch_);
    for (const Role& role : roles_) {
        const auto measure = [&](const State& values) {
            return measured(role, values, plan_.dataset->test, rows);
        };
        const auto record = [&](const std::string& name, const Tally::Values& values) {
            observer_.point(name + "/test/accuracy_" + suffix, atStep, atEpoch, values.accuracy);
        };
        if (role.trained) {
            record(role.name, measure(state));
            if (ema) record(role.name + "_ema", measure(*ema));
            continue;
        }
        if (!frozenTest_.contains(role.name)) frozenTest_[role.name] = measure(role.state);
        record(role.name, frozenTest_[role.name]);
    }
}

/// The test set is read here only, when nothing can be chosen by it any more.
void Trainer::finish() {
    if (plan_.dataset->test.size() == 0) return;
    reportProgress("testing");
    const Role& student = roles_.front();
    test("at_last", step_, student.state, ema_ ? &*ema_ : nullptr);
    if (bestStep_ < 0) return;
    State best = student.state.clone();
    std::optional<State> bestEma;
    if (ema_) bestEma = ema_->clone();
    loadAllWeights(plan_.folder / bestFile_, student, best, bestEma ? &*bestEma : nullptr);
    test("at_best", bestStep_, best, bestEma ? &*bestEma : nullptr);
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
