#include "core/run/workbench.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>

#include <fmt/format.h>

#include "core/base/log.h"
#include "core/run/baselines.h"
#include "core/run/command_box.h"
#include "core/run/data_cache.h"
#include "core/run/execution.h"
#include "core/run/inspect.h"
#include "core/run/preparation.h"
#include "core/run/task_thread.h"
#include "core/run/waiting_runs.h"
#include "core/store/store.h"

namespace gaplab {
namespace {

/// With the transfer baselines of each document behind it. `held`: keeps the images until they are asked for again.
std::vector<Json> withBaselines(const std::vector<Json>& documents, DataCache& cache, const LoadOptions& options,
                                std::vector<std::shared_ptr<const Dataset>>& held) {
    std::vector<Json> all;
    for (const Json& document : documents) {
        all.push_back(document);
        const auto data = held.emplace_back(cache.get(parseExperiment(document, catalogue()).data, options));
        for (Baseline& baseline :
             transferBaselines(document, data->channels(), data->height(), data->width(), std::ssize(data->classes)))
            all.push_back(std::move(baseline.document));
    }
    return all;
}

Json errorToJson(const std::exception& error) {
    if (const auto* known = dynamic_cast<const Error*>(&error)) return known->toJson();
    if (dynamic_cast<const std::bad_alloc*>(&error))
        return worldError("Out of memory", "Use a smaller data.limit or data.size.").toJson();
    const std::string text = error.what();
    return worldError(text.substr(0, text.find('\n'))).toJson();
}

}  // namespace

struct Workbench::Implementation {
    std::filesystem::path path;
    LiveFeed feed;
    DataCache cache;
    CommandBox commands;

    mutable std::mutex mutex;
    WaitingRuns waiting;       ///< runs stored as queued that the worker has not begun; each has a task there
    int64_t current = 0;       ///< run the worker is at; 0: none
    std::stop_source loading;  ///< stops the preparation that is going on
    std::atomic<int64_t> submissions = 0;

    TaskThread preparation, worker, editor;  // last: their tasks use the others

    /// `toTrain`: the runs of the submission that are to be trained, in their order.
    void enqueue(Store& store, FeedItem submitted, const std::vector<int64_t>& toTrain, WaitingRuns::Data data = {},
                 const std::vector<int64_t>& order = {});
    void executeNext();
    int64_t takeNext();
    std::vector<int64_t> waitingRuns() const;
    void keepOrder();
    int64_t prepareSubmission(const std::string& name, const std::function<void(int64_t, std::stop_token)>& work);
    void prepare(int64_t submission, const std::string& name, const std::function<void(std::stop_token)>& work);
    int64_t edit(const std::function<void(Store&)>& work);
    std::vector<int64_t> takeWaiting(int64_t run);
    void markStopped(const std::vector<int64_t>& runs, bool keepPlaces);
    void stopRuns();
};

void Workbench::Implementation::enqueue(Store& store, FeedItem submitted, const std::vector<int64_t>& toTrain,
                                        WaitingRuns::Data data, const std::vector<int64_t>& order) {
    std::vector<std::set<int64_t>> needs;
    for (const int64_t run : toTrain) {
        needs.emplace_back();
        for (const auto& [role, needed] : store.run(run).from)
            needs.back().insert(needed);
    }
    {
        const std::lock_guard lock(mutex);
        const auto kept = std::make_shared<const WaitingRuns::Data>(std::move(data));
        for (size_t i = 0; i < toTrain.size(); ++i)
            waiting.add(toTrain[i], needs[i], kept);
        waiting.setOrder(order);
    }
    store.setQueue(waitingRuns());
    feed.push(std::move(submitted));
    for (size_t i = 0; i < toTrain.size(); ++i)
        worker.post([this](std::stop_token) { executeNext(); });
}

/// 0: nothing waits, because runs were stopped before their turn.
int64_t Workbench::Implementation::takeNext() {
    const std::lock_guard lock(mutex);
    current = waiting.takeFirst();
    if (current != 0) commands.reset();
    return current;
}

void Workbench::Implementation::executeNext() {
    const int64_t run = takeNext();
    if (run == 0) return;
    try {
        Store store(path, Store::Mode::Write);
        store.leaveQueue({run});
        spdlog::info("Run {} begins", run);
        executeRun(store, feed, commands, cache, run);
        spdlog::info("Run {} is {}", run, toText(store.run(run).state));
    } catch (const std::exception& error) {
        spdlog::error("Run {}: {}", run, error.what());
        feed.push({.kind = FeedItem::Kind::Rejected, .run = run, .error = errorToJson(error)});
    }
    const std::lock_guard lock(mutex);
    current = 0;
}

std::vector<int64_t> Workbench::Implementation::waitingRuns() const {
    const std::lock_guard lock(mutex);
    return waiting.runs();
}

void Workbench::Implementation::keepOrder() {
    edit([runs = waitingRuns()](Store& store) { store.setQueue(runs); });
}

int64_t Workbench::Implementation::prepareSubmission(const std::string& name,
                                                     const std::function<void(int64_t, std::stop_token)>& work) {
    const int64_t submission = ++submissions;
    preparation.post([this, submission, name, work](std::stop_token) {
        prepare(submission, name, [&](std::stop_token stop) { work(submission, stop); });
    });
    return submission;
}

void Workbench::Implementation::prepare(int64_t submission, const std::string& name,
                                        const std::function<void(std::stop_token)>& work) {
    std::stop_token stop;
    {
        const std::lock_guard lock(mutex);
        loading = std::stop_source();
        stop = loading.get_token();
    }
    RunProgress progress{.submission = submission, .name = name, .state = RunState::Preparing, .detail = "checking"};
    feed.push({.kind = FeedItem::Kind::Progress, .submission = submission, .progress = progress});
    try {
        work(stop);
    } catch (const std::exception& error) {
        feed.push({.kind = FeedItem::Kind::Rejected, .submission = submission, .error = errorToJson(error)});
    }
}

int64_t Workbench::Implementation::edit(const std::function<void(Store&)>& work) {
    const int64_t number = ++submissions;
    editor.post([this, work, number](std::stop_token) {
        try {
            Store store(path, Store::Mode::Write);
            work(store);
        } catch (const std::exception& error) {
            feed.push({.kind = FeedItem::Kind::Rejected, .submission = number, .error = errorToJson(error)});
        }
    });
    return number;
}

/// run 0: all of them.
std::vector<int64_t> Workbench::Implementation::takeWaiting(int64_t run) {
    const std::lock_guard lock(mutex);
    std::vector<int64_t> taken = run == 0 ? waiting.runs() : std::vector{run};
    std::erase_if(taken, [this](int64_t candidate) { return !waiting.take(candidate); });
    return taken;
}

/// `keepPlaces`: they were not taken out of the queue, it ended.
void Workbench::Implementation::markStopped(const std::vector<int64_t>& runs, bool keepPlaces) {
    if (runs.empty()) return;
    edit([this, runs, keepPlaces](Store& store) {
        if (!keepPlaces) store.leaveQueue(runs);
        for (const int64_t run : runs) {
            const std::string reason = "Stopped before it started";
            store.setState(run, RunState::Stopped, reason);
            RunProgress progress{.run = run, .state = RunState::Stopped, .reason = reason};
            feed.push({.kind = FeedItem::Kind::Progress, .run = run, .progress = progress});
        }
    });
}

/// Queued runs at once, the running one after its step.
void Workbench::Implementation::stopRuns() {
    markStopped(takeWaiting(0), true);
    const std::lock_guard lock(mutex);
    if (current != 0) commands.post(Command::StopAfterStep);
}

Workbench::Workbench(const std::filesystem::path& store) : implementation_(std::make_unique<Implementation>()) {
    implementation_->path = std::filesystem::absolute(store);
    Store opened(implementation_->path, Store::Mode::Create);
    for (const int64_t run : opened.markLostRuns())
        spdlog::warn("Run {} was lost: its process is gone", run);
}

Workbench::~Workbench() {
    stopAll();
    implementation_->preparation.waitUntilIdle();
    implementation_->worker.waitUntilIdle();
    implementation_->editor.waitUntilIdle();
}

const std::filesystem::path& Workbench::storePath() const {
    return implementation_->path;
}

int64_t Workbench::submit(const Json& document, const SubmitOptions& options) {
    return submitAll({document}, options);
}

int64_t Workbench::submitAll(const std::vector<Json>& documents, const SubmitOptions& options) {
    Implementation& self = *implementation_;
    std::vector<Json> complete;
    std::string name;
    for (const Json& document : documents) {
        complete.push_back(withOptions(document, options));
        const Experiment experiment = parseExperiment(complete.back(), catalogue());
        if (options.baselines) requireSource(complete.back());
        if (complete.size() == 1) name = experiment.name;
    }
    return self.prepareSubmission(name, [&self, complete, name, reuse = options.reuse, baselines = options.baselines](
                                            int64_t submission, std::stop_token stop) {
        LoadOptions load;
        load.stop = stop;
        load.progress = [&](const std::string& what, double fraction) {
            RunProgress progress{.submission = submission, .name = name, .state = RunState::Preparing, .detail = what};
            progress.fraction = fraction;
            self.feed.push({.kind = FeedItem::Kind::Progress, .submission = submission, .progress = progress});
        };
        Store store(self.path, Store::Mode::Write);
        std::vector<std::shared_ptr<const Dataset>> held;
        const std::vector<Json> all = baselines ? withBaselines(complete, self.cache, load, held) : complete;
        Prepared prepared = prepareRuns(store, all, reuse, self.cache, load);
        self.enqueue(store,
                     {.kind = FeedItem::Kind::Submitted, .submission = submission, .runs = prepared.runs, .done = prepared.done},
                     prepared.toTrain, std::move(prepared.data));
        if (stop.stop_requested()) self.stopRuns();
    });
}

int64_t Workbench::resume(int64_t run, const std::vector<int64_t>& order) {
    Implementation& self = *implementation_;
    return self.prepareSubmission("", [&self, run, order](int64_t submission, std::stop_token) {
        Store store(self.path, Store::Mode::Write);
        const std::vector<int64_t> runs = requeue(store, run);
        self.enqueue(store, {.kind = FeedItem::Kind::Submitted, .submission = submission, .runs = runs}, runs, {}, order);
    });
}

std::vector<int64_t> Workbench::queue() const {
    return implementation_->waitingRuns();
}

int64_t Workbench::running() const {
    const std::lock_guard lock(implementation_->mutex);
    return implementation_->current;
}

void Workbench::setQueueOrder(const std::vector<int64_t>& order) {
    {
        const std::lock_guard lock(implementation_->mutex);
        implementation_->waiting.setOrder(order);
    }
    implementation_->keepOrder();
}

void Workbench::leaveQueue(const std::vector<int64_t>& runs) {
    implementation_->edit([runs](Store& store) { store.leaveQueue(runs); });
}

void Workbench::command(int64_t run, Command command) {
    Implementation& self = *implementation_;
    {
        const std::lock_guard lock(self.mutex);
        if (self.current == run) {
            self.commands.post(command);
            return;
        }
    }
    const bool stops = command == Command::StopAfterStep || command == Command::StopAfterEpoch;
    const std::vector<int64_t> taken = stops ? self.takeWaiting(run) : std::vector<int64_t>();
    if (!taken.empty()) return self.markStopped(taken, false);
    self.edit([run, command](Store& store) { store.postCommand(run, {{"command", toText(command)}}, "window"); });
}

void Workbench::set(int64_t run, const std::string& assignment) {
    Implementation& self = *implementation_;
    {
        const std::lock_guard lock(self.mutex);
        if (self.current == run) return self.commands.postEdit(assignment);
    }
    self.edit([run, assignment](Store& store) { store.postCommand(run, {{"set", assignment}}, "window"); });
}

void Workbench::stopAll() {
    Implementation& self = *implementation_;
    self.preparation.clear();
    {
        const std::lock_guard lock(self.mutex);
        self.loading.request_stop();
    }
    self.stopRuns();
}

void Workbench::abandon() {
    stopAll();
    implementation_->commands.abandon();
}

int64_t Workbench::renameRun(int64_t run, const std::string& name) {
    return implementation_->edit([run, name](Store& store) { store.renameRun(run, name); });
}

int64_t Workbench::deleteRun(int64_t run) {
    return implementation_->edit([run](Store& store) { store.deleteRun(run); });
}

int64_t Workbench::restoreRun(int64_t run) {
    return implementation_->edit([run](Store& store) { store.restoreRun(run); });
}

int64_t Workbench::setNotes(int64_t run, const std::string& notes) {
    return implementation_->edit([run, notes](Store& store) { store.setNotes(run, notes); });
}

int64_t Workbench::setTags(int64_t run, const std::vector<std::string>& tags) {
    return implementation_->edit([run, tags](Store& store) { store.setTags(run, tags); });
}

int64_t Workbench::moveRun(int64_t run, const std::string& folder) {
    return implementation_->edit([run, folder](Store& store) { store.moveRun(run, folder); });
}

int64_t Workbench::purge(const std::vector<int64_t>& runs) {
    return implementation_->edit([runs](Store& store) { store.purge(store.planPurge(runs)); });
}

int64_t Workbench::saveDraft(int64_t id, const std::string& name, const Json& document) {
    return implementation_->edit([id, name, document](Store& store) { store.saveDraft({id, name, document, now()}); });
}

int64_t Workbench::saveView(const std::string& page, const std::string& name, const Json& layout) {
    return implementation_->edit([page, name, layout](Store& store) {
        layout.is_null() ? store.removeView(page, name) : store.saveView(page, {name, layout});
    });
}

int64_t Workbench::saveCompareSet(const std::string& name, const std::vector<std::string>& runs, const std::string& baseline) {
    return implementation_->edit([name, runs, baseline](Store& store) {
        runs.empty() ? store.removeCompareSet(name) : store.saveCompareSet({name, runs, baseline});
    });
}

LiveFeed& Workbench::feed() {
    return implementation_->feed;
}

bool Workbench::busy() const {
    return !implementation_->preparation.idle() || !implementation_->worker.idle();
}

int Workbench::queued() const {
    const std::lock_guard lock(implementation_->mutex);
    return static_cast<int>(implementation_->waiting.count());
}

void Workbench::wait() {
    while (busy()) {
        implementation_->preparation.waitUntilIdle();
        implementation_->worker.waitUntilIdle();
    }
    implementation_->editor.waitUntilIdle();
}

}  // namespace gaplab
