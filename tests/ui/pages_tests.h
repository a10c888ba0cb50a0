#pragma once

#include <filesystem>

#include <QTemporaryDir>
#include <QtTest>

#include "ui/window/page.h"

namespace gaplab::ui {

/// One function a file of this executable: runs its tests, returns the number of failures.
int testPlot(const QStringList& arguments);
int testModels(const QStringList& arguments);
int testLibrary(const QStringList& arguments);
int testLibraryViews(const QStringList& arguments);
int testMonitor(const QStringList& arguments);
int testCompare(const QStringList& arguments);
int testCompareViews(const QStringList& arguments);
int testExchange(const QStringList& arguments);
int testFairness(const QStringList& arguments);

/// A store in a folder of its own, with everything a page needs, and a connection to write what a worker would have written.
struct PageStore {
    QTemporaryDir folder;
    std::filesystem::path path = std::filesystem::path(folder.path().toStdString()) / "runs.db";
    Workbench workbench{path};
    Store store{path, Store::Mode::Write};
    StoreReader reader{path};
    FeedPump pump{workbench.feed()};
    Session session{workbench, reader, pump};
};

/// A run as a test wants it; accuracies are fractions, one an epoch from epoch 0 on.
struct TestRun {
    std::string name = "small";
    uint64_t seed = 0;
    std::vector<double> student = {0.1, 0.5, 0.7};
    double teacher = 0.8;  ///< 0: the student alone
    double temperature = 4;
    RunState state = RunState::Finished;
    std::string kind = "experiment";
    std::map<std::string, int64_t> from = {};
    uint64_t splitSeed = 0;
    std::string reason = {};
};
constexpr int64_t stepsPerEpoch = 10;

Json documentOf(const TestRun& run);
/// Writes the run with its points and leads it to its state. Runs of one name and temperature are one trial.
int64_t addRun(Store& store, const TestRun& run);

/// What the worker tells of one value.
FeedItem pointItem(int64_t run, const std::string& series, int64_t step, double value);
FeedItem progressItem(int64_t run, RunState state);

}  // namespace gaplab::ui
