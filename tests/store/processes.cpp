#include "tests/store/processes.h"

#include <chrono>
#include <cstdio>
#include <fcntl.h>
#include <new>
#include <sys/mman.h>
#include <thread>
#include <unistd.h>

#include "core/interop/formats.h"
#include "core/interop/import.h"
#include "core/run/recorder.h"
#include "core/store/foreign_database.h"

namespace gaplab::test {
namespace {

void tell(const std::string& word, int64_t run) {
    std::printf("%s %lld\n", word.c_str(), static_cast<long long>(run));
    std::fflush(stdout);
}

double seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// A run that has begun, with what a training records it by.
struct LiveRun {
    explicit LiveRun(const std::filesystem::path& path)
        : recorder(path, feed, commands, Store(path, Store::Mode::Write).addRun(someRun()), "a run") {
        recorder.setState(RunState::Preparing);
        recorder.setState(RunState::Running);
    }
    LiveFeed feed;
    CommandBox commands;
    Recorder recorder;
};

/// As the trainer does: every step's points to the recorder, which stores them with its beat.
int write(const std::filesystem::path& path, HandedOver& handed) {
    LiveRun live(path);
    Recorder& recorder = live.recorder;
    for (int64_t step = 0; step < HandedOver::most; ++step) {
        handed.at[static_cast<size_t>(step)] = seconds();
        for (size_t series = 0; series < writtenSeries.size(); ++series)
            recorder.point(writtenSeries[series], step, static_cast<double>(step) / 10, writtenValue(step, series));
        handed.steps = step + 1;
        (void)recorder.request();  // throws what went wrong with the store
        std::this_thread::sleep_for(std::chrono::microseconds(500));
    }
    return 0;
}

/// A live run with as many points as a fast training has: 50 steps a second of 20 series, and an event and a checkpoint now and
/// then. Tells how many points there were of each series.
int record(const std::filesystem::path& path, double lasting) {
    using namespace std::chrono_literals;
    LiveRun live(path);
    Recorder& recorder = live.recorder;
    const double end = seconds() + lasting;
    int64_t step = 0;
    for (auto next = std::chrono::steady_clock::now(); seconds() < end; ++step) {
        for (int series = 0; series < 20; ++series)
            recorder.point("student/train/measure" + std::to_string(series), step, static_cast<double>(step) / 10,
                           writtenValue(step, 0));
        if (step % 500 == 0) recorder.event(step, static_cast<double>(step) / 10, "info", "epoch", "An epoch is over");
        if (step % 500 == 0) recorder.checkpoints(step, static_cast<double>(step) / 10, {});
        (void)recorder.request();  // throws what went wrong with the store
        std::this_thread::sleep_until(next += 20ms);
    }
    recorder.flush();
    recorder.setState(RunState::Finished);
    tell("recorded", step);
    return 0;
}

/// Puts run after run into the trash, and empties it at every third.
int remove(const std::filesystem::path& path) {
    Store store(path, Store::Mode::Write);
    for (const RunRow& run : store.runs()) {
        tell("deleting", run.id);
        store.deleteRun(run.id);
        tell("deleted", run.id);
        if (run.id % 3 != 0) continue;
        const Store::Purge plan = store.planPurge();
        for (const int64_t id : plan.runs)
            tell("purging", id);
        store.purge(plan);
        for (const int64_t id : plan.runs)
            tell("purged", id);
    }
    return 0;
}

int import(const std::filesystem::path& path, const std::filesystem::path& from) {
    Store store(path, Store::Mode::Create);
    if (databaseHeader(from).isStore) {
        tell("storing", 0);
        mergeStore(&store, Store(from, Store::Mode::Read), {});
    } else {
        std::vector<IncomingRun> runs = readRuns(from);
        tell("storing", 0);
        importRuns(&store, std::move(runs), {});
    }
    tell("imported", 0);
    return 0;
}

}  // namespace

HandedOver& HandedOver::in(const std::filesystem::path& file) {
    const int descriptor = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0 || ftruncate(descriptor, sizeof(HandedOver)) != 0)
        throw systemError("Cannot make " + file.string(), errno);
    void* place = mmap(nullptr, sizeof(HandedOver), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    close(descriptor);
    if (place == MAP_FAILED) throw systemError("Cannot map " + file.string(), errno);
    return *static_cast<HandedOver*>(place);  // a file of zeros is one
}

std::optional<int> startedWork(int argc, char** argv) {
    const std::string what = argc > 2 ? argv[1] : "";
    if (what == "--write" && argc == 4) return write(argv[2], HandedOver::in(argv[3]));
    if (what == "--record" && argc == 4) return record(argv[2], std::stod(argv[3]));
    if (what == "--delete") return remove(argv[2]);
    if (what == "--open") return Store(argv[2], Store::Mode::Write).path().empty() ? 1 : 0;
    if (what == "--import" && argc == 4) return import(argv[2], argv[3]);
    return {};
}

}  // namespace gaplab::test
