#pragma once

#include <cstring>
#include <string>

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "core/store/store.h"

namespace gaplab::test {

/// A folder of its own with the path of a store in it; in memory where the machine has that, since a store syncs often.
struct Place {
    QTemporaryDir folder{std::filesystem::is_directory("/dev/shm") ? "/dev/shm/gaplab-test-XXXXXX" : "gaplab-test-XXXXXX"};
    std::filesystem::path path(const std::string& name = "gaplab.db") const {
        return std::filesystem::path(folder.path().toStdString()) / name;
    }
    Store make() const { return Store(path(), Store::Mode::Create); }
    Store open(Store::Mode mode = Store::Mode::Write) const { return Store(path(), mode); }
};

inline NewRun someRun(const std::string& name = "a run", uint64_t seed = 0, const std::string& trial = std::string(64, 'a')) {
    NewRun run;
    run.name = name;
    run.trial = trial;
    run.trialLabel = "label of " + name;
    run.document = {{"name", name}, {"student", {{"architecture", "resnet8"}}}, {"seeds", {seed}}};
    run.trialDocument = {{"student", {{"architecture", "resnet8"}}}};
    run.seed = seed;
    run.dataName = "shapes";
    run.dataFingerprint = "f00d";
    run.dataFacts = {{"train", 100}};
    run.environment = {{"precision", "float32"}, {"device", "cpu"}, {"threads", 2}};
    return run;
}

/// Only while no store at this path is open in this process: closing the file would drop the locks that SQLite holds on it.
inline QByteArray bytesOf(const std::filesystem::path& path) {
    QFile file(QString::fromStdString(path.string()));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

inline void writeBytes(const std::filesystem::path& path, const QByteArray& bytes) {
    QFile file(QString::fromStdString(path.string()));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(bytes), bytes.size());
}

/// The error that `action` ends in; fails the test if there is none.
template <typename Action>
Error errorOf(const Action& action) {
    try {
        action();
    } catch (const Error& error) {
        return error;
    }
    QTest::qFail("no error was thrown", __FILE__, __LINE__);
    return inputError("");
}

inline bool says(const Error& error, const char* words) {
    return std::strstr(error.what(), words) != nullptr;
}

/// QCOMPARE cannot take JSON values themselves: they turn into too many other types.
inline std::string text(const Json& value) {
    return value.dump();
}

/// Bit for bit, but all NaN are one.
inline bool same(double left, double right) {
    if (left != left || right != right) return left != left && right != right;
    return std::memcmp(&left, &right, sizeof left) == 0;
}

inline bool same(const Point& left, const Point& right) {
    return left.step == right.step && same(left.epoch, right.epoch) && same(left.value, right.value) &&
           same(left.wall, right.wall);
}

/// A series of accuracies with the value 1 / (step + 1) at every step.
inline std::vector<SeriesPoint> steps(int64_t first, int64_t last, const std::string& series = "student/train/loss") {
    std::vector<SeriesPoint> points;
    for (int64_t step = first; step <= last; ++step)
        points.push_back({series, {step, static_cast<double>(step) / 10, 1.0 / static_cast<double>(step + 1), 1000.0}});
    return points;
}

/// Through the states to `state`.
inline void bring(Store& store, int64_t run, RunState state) {
    for (const RunState next : {RunState::Preparing, RunState::Running}) {
        store.setState(run, next);
        if (next == state) return;
    }
    store.setState(run, state);
}

}  // namespace gaplab::test
