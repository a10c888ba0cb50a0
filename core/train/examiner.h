#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/data/dataset.h"
#include "core/experiment/experiment.h"
#include "core/measure/measure.h"
#include "core/train/evaluation.h"
#include "core/train/observer.h"
#include "core/train/roles.h"
#include "core/train/steps/cost.h"

namespace gaplab {

/// Measures all networks of a run on held-out images and tells what it finds as series. What does not change is evaluated once.
class Examiner {
public:
    /// All of them outlive it.
    Examiner(const Experiment& experiment, const Dataset& dataset, const BatchMaker& batches, const std::vector<Role>& roles,
             const Mitigations& mitigations, TrainingObserver& observer);

    /// When, and under what circumstances.
    struct Setting {
        int64_t step = 0;
        double epoch = 0;
        const State* average = nullptr;     ///< moving average of the student's values; null: there is none
        const Role* mainTeacher = nullptr;  ///< the one whose gap is "gap"; null: there is no teacher
        double blend = 0;                   ///< share of the student's own logits in what that teacher says
        bool answers = false;               ///< what each network answered is wanted
    };
    struct Result {
        double studentAccuracy = 0;    ///< share of the images
        double gap = 0;                ///< to what the main teacher says, by the document's measure, as a share; 0 without one
        std::vector<Answers> answers;  ///< of all networks, with the labels, where they are wanted
        std::map<std::string, at::Tensor> logits = {};  ///< [N, K], what each network said
        at::Tensor labels = {};
    };
    /// Rows of the training images. Throws Error where a loss is not a number.
    Result examine(const std::string& split, const at::Tensor& rows, const Setting& setting);
    /// The test images, as series accuracy_SUFFIX; `roles` may have other values than the run's own.
    std::vector<Answers> test(const std::string& suffix, const std::vector<Role>& roles, const Setting& setting);
    /// Evaluates what changes in training, for timing.
    void time(const at::Tensor& rows, const State* average) const;
    /// A teacher that does not learn has other values now.
    void forget(const Role& role);

private:
    /// What all networks said on one set of images, by the name of the role; "student_ema" and the like too.
    using Heard = std::map<std::string, Evaluated>;
    /// Of the same images; `groups` is undefined where there are none.
    struct Truth {
        at::Tensor labels, groups;
    };

    Evaluated measured(const Role& role, const State& state, const ImageSet& set, const at::Tensor& rows) const;
    Heard hear(const std::string& split, const at::Tensor& rows, const State* average);
    /// Returns what is measured of the network alone.
    NamedValues recordNetwork(const std::string& series, const Evaluated& heard, const at::Tensor& labels,
                              const at::Tensor& groups) const;
    void recordPair(const std::string& series, const Role& teacher, const Heard& heard,
                    const std::map<std::string, NamedValues>& own, const Truth& truth) const;
    void recordStages(const std::string& series, const Role& teacher, const at::Tensor& rows) const;
    double temperatureFrom(const Role& teacher) const;
    void point(const std::string& series, double value) const;

    const Experiment& experiment_;
    const Dataset& dataset_;
    const BatchMaker& batches_;
    const std::vector<Role>& roles_;
    const Mitigations& mitigations_;
    TrainingObserver& observer_;
    std::vector<const MeasureEntry*> measures_;
    Setting setting_;                                       ///< of the examination that goes on
    std::map<std::string, Evaluated> frozen_, frozenTest_;  ///< "role/split" and role -> of networks that do not change
};

}  // namespace gaplab
