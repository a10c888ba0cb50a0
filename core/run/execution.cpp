#include "core/run/execution.h"

#include <new>

#include <c10/util/Exception.h>
#include <fmt/format.h>

#include "core/base/log.h"
#include "core/run/inspect.h"
#include "core/run/preparation.h"
#include "core/run/recorder.h"
#include "core/train/trainer.h"

namespace gaplab {
namespace {

LoadOptions loadOptions(const Experiment& experiment, Recorder& recorder) {
    LoadOptions options;
    options.threads = static_cast<int>(experiment.training.threads);
    options.progress = [&recorder](const std::string& what, double fraction) {
        RunProgress progress;
        progress.detail = what;
        progress.fraction = fraction;
        recorder.report(progress);
    };
    return options;
}

std::shared_ptr<const Dataset> loadFor(const RunRow& row, const Experiment& experiment, DataCache& cache, Recorder& recorder) {
    auto dataset = cache.get(experiment.data, loadOptions(experiment, recorder));
    if (dataset->fingerprint != row.dataFingerprint)
        throw inputError("The data set has changed since this run was set up: its content has another fingerprint",
                         "Put the images back as they were, or start a new run.");
    return dataset;
}

const Weights& weightsOfRole(const Experiment& experiment, const std::string& role) {
    return role == "student" ? experiment.student.weights : experiment.teacher(role)->network.weights;
}

std::map<std::string, std::filesystem::path> weightFiles(const Store& store, const RunRow& row, const Experiment& experiment) {
    std::map<std::string, std::filesystem::path> files;
    for (const auto& [role, from] : row.from) {
        if (role == "baseline") continue;
        const RunRow source = store.run(from);
        if (source.state != RunState::Finished && weightsOfRole(experiment, role).kind != Weights::Kind::Run)
            throw inputError(fmt::format("Run {} was to give its weights to {}, but it is {}", from, role, toText(source.state)),
                             fmt::format("Resume run {} first, or resume this one: it then goes on too.", from));
        files[role] = weightsOfRun(store, from, weightsOfRole(experiment, role).epoch);
        if (const Teacher* teacher = experiment.teacher(role))
            for (const Json& anchor : teacher->parameters.value("anchors", Json::array()))
                files[fmt::format("{}@{}", role, anchor.get<int64_t>())] = weightsOfRun(store, from, anchor.dump());
    }
    if (experiment.student.weights.kind == Weights::Kind::File) files["student"] = experiment.student.weights.file;
    for (const Teacher& teacher : experiment.teachers)
        if (teacher.network.weights.kind == Weights::Kind::File) files[teacher.name] = teacher.network.weights.file;
    return files;
}

Outcome trainRun(Store& store, CommandBox& commands, DataCache& cache, Recorder& recorder, int64_t run) {
    const RunRow row = store.run(run);
    TrainingPlan plan;
    plan.experiment = parseExperiment(row.document, catalogue());
    plan.document = row.document;
    plan.catalogue = &catalogue();
    plan.seed = row.seed;
    plan.dataset = loadFor(row, plan.experiment, cache, recorder);
    plan.environment = environmentFromJson(row.environment);
    plan.weights = weightFiles(store, row, plan.experiment);
    for (const AlsoEvaluated& also : plan.experiment.evaluation.also)
        plan.also.push_back({also.name, cache.get(also.data, loadOptions(plan.experiment, recorder))});
    plan.folder = store.runFolder(row.uuid);
    const auto last = store.checkpoint(run, "last");
    if (last) {
        plan.resumeFrom = store.path().parent_path() / last->relativePath;
        store.rewind(run, last->step, last->epoch);
        recorder.event(last->step, last->epoch, "info", "resumed", fmt::format("Resumed at step {}", last->step));
    } else {
        if (!row.series.empty()) store.rewind(run, -1, 0);  // it died before its first checkpoint
        recorder.event(0, 0, "info", "started", "Started", row.environment);
    }
    if (!row.dataFacts.value("skipped_files", Json::array()).empty() && !last)
        recorder.event(0, 0, "warning", "skipped",
                       fmt::format("{} broken images were left out", row.dataFacts["skipped_files"].size()),
                       row.dataFacts["skipped_files"]);
    if (commands.wish() >= CommandBox::Wish::StopAfterStep) return Outcome::Stopped;
    const EnvironmentScope scope(plan.environment);
    Trainer trainer(std::move(plan), recorder);
    recorder.setState(RunState::Running);
    return trainer.run();
}

/// LibTorch's messages carry a stack trace behind their first line.
std::string firstLine(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

bool isOutOfMemory(const c10::Error& error) {
    const std::string text = error.what_without_backtrace();
    return dynamic_cast<const c10::OutOfMemoryError*>(&error) || text.find("allocate memory") != std::string::npos ||
           text.find("out of memory") != std::string::npos;
}

constexpr const char* outOfMemory =
    "Out of memory. The last checkpoint was kept. Use a smaller training.batch, a smaller data.limit or a smaller network.";

/// Empty: the run came to its end by itself or was stopped.
std::string reasonOfFailure(const std::function<void()>& work) {
    try {
        work();
        return {};
    } catch (const Error& error) {
        const std::string_view message = error.what();
        const bool ends = !message.empty() && std::string_view(".?!").find(message.back()) != std::string_view::npos;
        return error.hint().empty() ? error.what() : fmt::format("{}{} {}", message, ends ? "" : ".", error.hint());
    } catch (const c10::Error& error) {
        return isOutOfMemory(error) ? outOfMemory : firstLine(error.what_without_backtrace());
    } catch (const std::bad_alloc&) {
        return outOfMemory;
    } catch (const std::exception& error) {
        return firstLine(error.what());
    }
}

}  // namespace

void executeRun(Store& store, LiveFeed& feed, CommandBox& commands, DataCache& cache, int64_t run) {
    const RunRow row = store.run(run);
    store.holdLease(run, 10);
    Recorder recorder(store.path(), feed, commands, run, row.name);
    recorder.setState(RunState::Preparing);
    Outcome outcome = Outcome::Stopped;
    const std::string reason = reasonOfFailure([&] {
        outcome = trainRun(store, commands, cache, recorder, run);
        recorder.flush();
    });
    if (!reason.empty()) {
        spdlog::info("Run {} failed: {}", run, reason);
        recorder.failed(reason);
        return;
    }
    recorder.setState(outcome == Outcome::Finished ? RunState::Finished : RunState::Stopped,
                      outcome == Outcome::Finished ? "" : "Stopped by a person");
}

}  // namespace gaplab
