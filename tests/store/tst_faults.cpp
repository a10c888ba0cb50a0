#include <cerrno>
#include <cstdio>
#include <sys/stat.h>
#include <unistd.h>

#include <QCoreApplication>
#include <QProcess>
#include <QTest>

#include "core/base/random.h"
#include "tests/store/fixture.h"
#include "tests/store/small_disk.h"
#include "tests/store/suites.h"

using namespace gaplab;
using namespace gaplab::test;

namespace {

std::vector<RunRow> readAs(const std::filesystem::path& path) {
    return Store(path, Store::Mode::Read).runs();
}

}  // namespace

class TestFaults : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void killedWritersLoseNothingThatWasCommitted() {
        const Place place;
        place.make();
        Random random(QDateTime::currentMSecsSinceEpoch());
        for (int64_t round = 1; round <= 8; ++round) {
            QProcess process;
            process.start(QCoreApplication::applicationFilePath(),
                          {"--append-until-killed", QString::fromStdString(place.path().string())});
            QVERIFY(process.waitForReadyRead());
            QTest::qSleep(int(random.below(60)));
            process.kill();
            QVERIFY(process.waitForFinished());
            const int64_t told = process.readAllStandardOutput().split('\n').size() - 2;  // commits it has spoken of

            Store store = place.open();
            const auto health = store.check();
            QVERIFY2(health.ok, health.findings.empty() ? "" : health.findings.front().c_str());
            QCOMPARE(store.markLostRuns(), std::vector<int64_t>{round});
            QCOMPARE(store.run(round).state, RunState::Lost);
            const auto points = store.points(round, "student/train/loss");
            QVERIFY(std::ssize(points) >= 5 * told);
            for (size_t i = 0; i < points.size(); ++i)
                QCOMPARE(points[i].step, int64_t(i));
            QCOMPARE(store.run(round).find("student/train/loss")->count, std::ssize(points));
        }
    }

    void lookingAtAStoreKeepsTheLocksOfThisProcess() {
        // closing a descriptor of a file drops the locks of the whole process on it; another process would then throw away the
        // log
        const Place place;
        Store store = place.make();
        const int64_t run = store.addRun(someRun());
        store.append(run, steps(0, 9));
        place.open(Store::Mode::Read);
        place.open(Store::Mode::Write);
        QCOMPARE(QProcess::execute(QCoreApplication::applicationFilePath(),
                                   {"--open-and-close", QString::fromStdString(place.path().string())}),
                 0);
        QVERIFY(std::filesystem::exists(place.path("gaplab.db-wal")));
        store.append(run, steps(10, 19));
        QCOMPARE(place.open(Store::Mode::Read).points(run, "student/train/loss").size(), size_t{20});
    }

    void fullDisksAreNamedAndNothingStoredIsLost() {
        const Place place;
        const SmallDisk disk(place.path("disk"), "size=2m");
        if (!disk.ready()) QSKIP("this machine does not let the test mount a small file system");
        const auto path = place.path("disk/gaplab.db");
        int64_t kept = 0;
        {
            Store store(path, Store::Mode::Create);
            const int64_t run = store.addRun(someRun());
            bring(store, run, RunState::Running);
            const Error error = errorOf([&] {
                for (; kept < 1000000; kept += 500)
                    store.append(run, steps(kept, kept + 499));
            });
            QCOMPARE(error.fault(), Fault::World);
            QVERIFY2(says(error, "disk is full"), error.what());
            QVERIFY(!error.hint().empty());
            QVERIFY(kept > 0);
            // this connection and a new one still read what was there before
            QCOMPARE(std::ssize(store.points(run, "student/train/loss")), kept);
            QCOMPARE(readAs(path).front().find("student/train/loss")->count, kept);
            QVERIFY(store.check().ok);
        }
        QCOMPARE(readAs(path).front().find("student/train/loss")->count, kept);
        fill(place.path("disk/filling"));
        QCOMPARE(readAs(path).front().find("student/train/loss")->count, kept);
        QVERIFY(Store(path, Store::Mode::Read).check().ok);
        QVERIFY(QFile::remove(QString::fromStdString(place.path("disk/filling").string())));
        QCOMPARE(std::ssize(Store(path, Store::Mode::Write).points(1, "student/train/loss")), kept);
    }

    void makingAStoreOnAFullDiskLeavesNothing() {
        const Place place;
        const SmallDisk disk(place.path("disk"), "size=64k");
        if (!disk.ready()) QSKIP("this machine does not let the test mount a small file system");
        const Error error = errorOf([&] { Store(place.path("disk/gaplab.db"), Store::Mode::Create); });
        QCOMPARE(error.fault(), Fault::World);
        QVERIFY2(says(error, "disk is full"), error.what());
        QVERIFY(std::filesystem::is_empty(place.path("disk")));
    }

    void storesInReadOnlyFoldersCanBeRead() {
        const Place place;
        const SmallDisk disk(place.path("disk"), "size=2m");
        if (!disk.ready()) QSKIP("this machine does not let the test mount a small file system");
        const auto path = place.path("disk/gaplab.db");
        Store(path, Store::Mode::Create).addRun(someRun());
        QVERIFY(disk.makeReadOnly());
        {
            const Store store(path, Store::Mode::Read);
            QCOMPARE(store.runs().size(), size_t{1});
            QVERIFY(store.check().ok);
            QCOMPARE(store.dataVersion(), store.dataVersion());
        }
        QCOMPARE(errorOf([&] { Store(path, Store::Mode::Write); }).fault(), Fault::World);
        QCOMPARE(errorOf([&] { Store(place.path("disk/new.db"), Store::Mode::Create); }).fault(), Fault::World);
        QCOMPARE(errorOf([&] { Store(place.path("disk/new/new.db"), Store::Mode::Create); }).fault(), Fault::World);
    }

    void filesWithoutPermissionAreTheWorldsFault() {
        if (geteuid() == 0) QSKIP("permissions do not hold for root");
        const Place place;
        place.make().addRun(someRun());
        QCOMPARE(chmod(place.path().c_str(), 0400), 0);
        QCOMPARE(errorOf([&] { place.open(Store::Mode::Write); }).fault(), Fault::World);
        QCOMPARE(place.open(Store::Mode::Read).runs().size(), size_t{1});
        QCOMPARE(chmod(place.path("").c_str(), 0500), 0);
        QCOMPARE(place.open(Store::Mode::Read).runs().size(), size_t{1});
        QCOMPARE(errorOf([&] { Store(place.path("new.db"), Store::Mode::Create); }).fault(), Fault::World);
        QCOMPARE(chmod(place.path("").c_str(), 0700), 0);
        QCOMPARE(chmod(place.path().c_str(), 0), 0);
        QCOMPARE(errorOf([&] { place.open(Store::Mode::Read); }).fault(), Fault::World);
    }
};

int appendUntilKilled(const char* path) {
    Store store(path, Store::Mode::Write);
    const int64_t run = store.addRun(someRun());
    bring(store, run, RunState::Running);
    store.holdLease(run, 3600);
    for (int64_t step = 0;; step += 5) {
        store.append(run, steps(step, step + 4));
        std::puts("committed");
        std::fflush(stdout);
    }
}

int openAndClose(const char* path) {
    const Store store(path, Store::Mode::Write);
    return store.runs().size() == 1 ? 0 : 1;
}

int testFaults(int argc, char** argv) {
    TestFaults test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_faults.moc"
