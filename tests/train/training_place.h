#pragma once

#include <algorithm>
#include <filesystem>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <QTemporaryDir>

#include "core/run/inspect.h"
#include "core/store/records.h"
#include "core/train/trainer.h"

namespace gaplab {

/// Remembers everything; stops, pauses or spoils the run at a step.
class Memory : public TrainingObserver {
public:
    std::map<std::string, std::vector<std::pair<int64_t, double>>> series;
    std::vector<CheckpointFile> files;
    int64_t stopAt = std::numeric_limits<int64_t>::max();
    Request stopKind = Request::StopAfterStep;
    int64_t pauseAt = -1;
    int pauses = 0;
    int64_t step = 0;
    std::filesystem::path last;

    void point(const std::string& name, int64_t at, double, double value) override { series[name].emplace_back(at, value); }
    void event(int64_t, double, const std::string&, const std::string&, const std::string&, const Json&) override {}
    void checkpoints(int64_t, double, const std::vector<CheckpointFile>& stored) override {
        for (const CheckpointFile& file : stored) {
            files.push_back(file);
            if (file.kind == "last") last = file.path;
        }
    }
    void progress(const StepProgress& progress) override { step = progress.step; }
    Request request() override {
        if (step == pauseAt && pauses == 0) return Request::Pause;
        return step >= stopAt ? stopKind : Request::None;
    }
    void waitWhilePaused() override { ++pauses; }
};

/// Asks for changes at a step.
class Editor : public Memory {
public:
    int64_t editAt = 0;
    std::vector<std::string> assignments;
    std::vector<RunEvent> events;

    void event(int64_t at, double epoch, const std::string& level, const std::string& kind, const std::string& text,
               const Json& details) override {
        events.push_back({at, epoch, 0, level, kind, text, details});
    }
    std::vector<std::string> edits() override {
        if (step != editAt) return {};
        return std::exchange(assignments, {});
    }
    const RunEvent* find(const std::string& kind) const {
        const auto found = std::ranges::find(events, kind, &RunEvent::kind);
        return found == events.end() ? nullptr : &*found;
    }
};

/// Where a document is refused; empty: it is valid.
inline std::vector<std::string> pathsOf(const Json& form) {
    std::vector<std::string> paths;
    for (const Problem& problem : validate(form, catalogue()))
        paths.push_back(problem.path);
    return paths;
}

/// Where a test trains: one data set, a folder a run.
class TrainingPlace {
public:
    TrainingPlan plan(const Json& document, const QString& folder) {
        TrainingPlan made;
        made.experiment = parseExperiment(document, catalogue());
        made.seed = made.experiment.seeds.front();
        if (!dataset_) dataset_ = loadDataset(made.experiment.data);
        made.dataset = dataset_;
        made.environment = resolveEnvironment(made.experiment.training);
        made.folder = (root_.path() + "/" + folder).toStdString();
        std::filesystem::create_directories(made.folder);
        return made;
    }

    /// With what a run needs to be changed while it goes on.
    TrainingPlan planned(const Json& document, const QString& folder) {
        TrainingPlan made = plan(document, folder);
        made.document = document;
        made.catalogue = &catalogue();
        return made;
    }

    static std::vector<Role> rolesOf(const TrainingPlan& made) {
        return buildRoles(made.experiment, *made.dataset, made.seed, made.weights, made.environment.device);
    }

    static void run(const TrainingPlan& plan, Memory& memory) {
        const EnvironmentScope scope(plan.environment);
        Trainer(plan, memory).run();
    }

    static Memory train(const TrainingPlan& plan) {
        Memory memory;
        run(plan, memory);
        return memory;
    }
    Memory train(const Json& document, const QString& folder) { return train(plan(document, folder)); }

private:
    QTemporaryDir root_;
    std::shared_ptr<const Dataset> dataset_;
};

}  // namespace gaplab
