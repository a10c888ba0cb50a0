#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/data/dataset.h"
#include "core/experiment/experiment.h"
#include "core/measure/tally.h"
#include "core/train/also.h"
#include "core/train/checkpoint.h"
#include "core/train/departure.h"
#include "core/train/environment.h"
#include "core/train/examiner.h"
#include "core/train/gap_loop.h"
#include "core/train/observer.h"
#include "core/train/optimizer.h"
#include "core/train/roles.h"
#include "core/train/schedule.h"
#include "core/train/steps/captured.h"
#include "core/train/steps/feedback.h"

namespace gaplab {

/// All that one run depends on.
struct TrainingPlan {
    Experiment experiment;
    Json document;  ///< the same as it is stored, for changes while the run goes on; null: there can be none
    const Catalogue* catalogue = nullptr;  ///< needed with a document
    uint64_t seed = 0;
    std::shared_ptr<const Dataset> dataset;
    Environment environment;
    std::map<std::string, std::filesystem::path> weights;  ///< role -> weights to start from
    std::vector<AlsoData> also = {};                       ///< evaluation.also, in its order
    std::filesystem::path folder;                          ///< for checkpoint files; exists
    std::optional<std::filesystem::path> resumeFrom;       ///< a file of kind "last"
};

enum class Outcome { Finished, Stopped };

/// One run, step by step. Use it on one thread; an EnvironmentScope must be alive there.
class Trainer {
public:
    /// Builds the networks and restores the checkpoint, if there is one. `observer` outlives the trainer.
    Trainer(TrainingPlan plan, TrainingObserver& observer);

    /// Trains to the end or until the observer asks for a stop. Throws Error where the run cannot go on (NaN, out of memory, full
    /// disk).
    Outcome run();

    /// One optimiser step; `run` calls it, and so does whoever wants to time it. A GPU may still be at it afterwards.
    void step();
    void waitForDevice() const { (void)tallies_.front().read(); }

    /// Evaluates what changes in training on so many validation images, for timing.
    void timeEvaluation(int64_t images) const;

    int64_t stepsPerEpoch() const { return stepsPerEpoch_; }
    int64_t stepsMade() const { return step_; }

private:
    double epochOf(int64_t step) const { return static_cast<double>(step) / static_cast<double>(stepsPerEpoch_); }
    double epoch() const { return epochOf(step_); }
    int64_t steps() const { return stepsPerEpoch_ * plan_.experiment.training.epochs; }
    TrainingState trainingState();
    void point(const std::string& series, double value) { observer_.point(series, step_, epoch(), value); }

    at::Tensor rowsOfStep();
    StepSettings settingsOfStep() const;
    void update(const StepSettings& settings, const StepOutputs& outputs);
    void teachByFeedback(const StepOutputs& outputs, const at::Tensor& before);
    void clip() const;
    void prepareTransfer();
    void tellOfTransfer();
    void updateAverage();
    bool isBeatOf(const Beat& beat) const;
    void log();
    void tellOfRecording();
    void tellOf(const Term& term);
    void takeWeights(const std::vector<Knowledge>& changed);
    void evaluateWhereDue();
    void evaluateAll();
    void evaluateOn(const std::string& split, const at::Tensor& rows);
    Examiner::Setting examination() const;
    void saveAfterEvaluation(bool improved);
    void saveLast();
    void keepEpoch();
    void finish();
    std::vector<const Role*> trainedRoles() const;
    const Role* mainTeacher() const;  ///< null: none has the same classes
    GapLoop::Moment moment() const;
    void pause();
    void chooseAnchors(bool tell);
    void setAnchor(Role& role, int64_t anchor);
    void widen();
    void remakeOptimizer();
    void takeEdits();
    void edit(const std::string& assignment, bool tell);
    void keepPace(double seconds, bool waited);
    void reportProgress(const std::string& detail);

    TrainingPlan plan_;
    TrainingObserver& observer_;
    std::vector<Role> roles_;
    std::vector<Term> terms_;
    Mitigations mitigations_;
    at::Tensor drawWeights_;  ///< float64 [training rows]; undefined: each row once an epoch
    std::unique_ptr<BatchMaker> batches_;
    std::vector<at::Tensor> parameters_;  ///< everything that is trained
    std::vector<std::vector<at::Tensor>> clipGroups_;
    std::unique_ptr<Optimizer> optimizer_;
    std::optional<State> ema_;
    std::vector<Tally> tallies_;  ///< one a trained network
    at::Tensor termSums_;
    CapturedStep steps_;
    std::string toldOfRecording_;
    Examiner examiner_;
    std::optional<GapLoop> gapLoop_;      ///< where there is a teacher of the same classes
    std::optional<Departure> departure_;  ///< of a student that starts from weights
    std::vector<std::unique_ptr<AlsoSet>> also_;
    std::map<const Role*, Feedback> feedback_;  ///< of teachers that learn from it
    std::vector<std::string> edits_;            ///< taken so far

    at::Tensor trainRows_, validationRows_;
    at::Tensor order_;  ///< rows of the epoch `orderEpoch_`, in training order
    int64_t orderEpoch_ = -1;
    int64_t stepsPerEpoch_ = 1;
    int64_t step_ = 0;            ///< optimiser steps made
    int64_t evaluatedStep_ = -1;  ///< of the last evaluation on all validation images
    double rate_ = 0;             ///< learning rate of the last step

    double studentAccuracy_ = 0;  ///< on validation images at the last evaluation of all of them
    double bestAccuracy_ = -1;
    int64_t bestStep_ = -1;
    std::string bestFile_;
    int bestExpansion_ = 1;  ///< of the student's network then

    double secondsPerStep_ = 0, secondsPerEvaluation_ = 0;
    double pacedSeconds_ = 0;  ///< of the steps since the device was waited for
    int64_t pacedSteps_ = 0;
};

}  // namespace gaplab
