#include <algorithm>
#include <chrono>
#include <map>
#include <set>

#include <QCoreApplication>
#include <QProcess>
#include <QTest>

#include "core/base/random.h"
#include "core/interop/formats.h"
#include "core/interop/import.h"
#include "core/store/connection.h"
#include "core/store/migration.h"
#include "tests/store/processes.h"

using namespace gaplab;
using namespace gaplab::test;
namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;

QString text(const fs::path& path) {
    return QString::fromStdString(path.string());
}

/// What one killed process has told, word by word.
struct Killed {
    bool midway = false;  ///< it was killed, and had not ended by itself
    std::map<std::string, std::set<int64_t>> told;

    bool has(const std::string& word, int64_t run) const {
        const auto found = told.find(word);
        return found != told.end() && found->second.contains(run);
    }
};

/// Starts this program for that work, and waits until it has told its first word where that is asked for.
void start(QProcess& process, const QStringList& work, bool untilItTells) {
    process.start(QCoreApplication::applicationFilePath(), work);
    if (!process.waitForStarted() || (untilItTells && !process.waitForReadyRead()))
        qFatal("the work to be killed does not begin");
}

/// Kills such a process after a random part of `milliseconds`.
Killed killWithin(double milliseconds, const QStringList& work, Random& random, bool untilItTells = false) {
    QProcess process;
    start(process, work, untilItTells);
    process.waitForFinished(1 + static_cast<int>(random.uniform() * milliseconds));
    Killed killed{.midway = process.state() == QProcess::Running};
    process.kill();
    process.waitForFinished();
    for (const QByteArray& line : process.readAllStandardOutput().split('\n'))
        if (const auto words = line.split(' '); words.size() == 2)
            killed.told[words[0].toStdString()].insert(words[1].toLongLong());
    return killed;
}

/// How long it takes where nobody kills it, in milliseconds.
double duration(const QStringList& work, bool untilItTells = false) {
    QProcess process;
    start(process, work, untilItTells);
    const Clock::time_point begin = Clock::now();
    if (!process.waitForFinished(120'000) || process.exitCode() != 0) qFatal("%s", process.readAllStandardError().constData());
    return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

/// {uuid: content hash} of every run, the trash included.
std::map<std::string, std::string> contents(const Store& store) {
    std::map<std::string, std::string> hashes;
    for (const RunRow& run : store.runs(Store::Trash::Include))
        hashes[run.uuid] = contentHash(store.wholeRun(run.id));
    return hashes;
}

std::set<std::string> namesIn(const fs::path& folder) {
    std::set<std::string> names;
    if (fs::exists(folder))
        for (const fs::directory_entry& entry : fs::directory_iterator(folder))
            names.insert(entry.path().filename().string());
    return names;
}

std::string findings(const Store& store) {
    std::string all;
    for (const std::string& finding : store.check().findings)
        all += finding + "\n";
    return all;
}
#define VERIFY_SOUND(store) QVERIFY2(findings(store).empty(), findings(store).c_str())

/// Every file below the folder of files belongs to a checkpoint that the store knows.
void verifyNoOrphans(const Store& store) {
    std::set<std::string> known, there;
    for (const RunRow& run : store.runs(Store::Trash::Include))
        for (const CheckpointRecord& record : store.checkpoints(run.id))
            known.insert((store.path().parent_path() / record.relativePath).string());
    const fs::path files = store.path().parent_path() / (store.path().stem().string() + "-files");
    if (fs::exists(files))
        for (const fs::directory_entry& entry : fs::recursive_directory_iterator(files))
            if (!entry.is_directory()) there.insert(entry.path().string());
    QCOMPARE(there, known);
}

/// Rows that the first version of the program would have written: it kept every point as one.
void growOldStore(const fs::path& path) {
    Connection connection(path, Connection::Access::Write);
    connection.database().exec(
        "WITH RECURSIVE step(i) AS (SELECT 100000 UNION ALL SELECT i + 1 FROM step WHERE i < 102000) "
        "INSERT INTO point_tail(series_id, step, epoch, wall, value) SELECT s.id, i, i / 100.0, 1000 + i, 1.0 / i FROM series s, "
        "step;"
        "UPDATE series SET n = n + 2001, last_x = 102000;"
        "DELETE FROM checkpoint");  // whose files are not there
}

}  // namespace

/// Processes that are killed at random moments, as often as GAPLAB_CRASHES says: nothing that was committed is lost, nothing
/// stays half done, and doing it again ends it.
class CrashTests : public QObject {
    Q_OBJECT

    const int rounds_ = qEnvironmentVariableIsSet("GAPLAB_CRASHES") ? qEnvironmentVariableIntValue("GAPLAB_CRASHES") : 3;
    Random random_{static_cast<uint64_t>(Clock::now().time_since_epoch().count())};

private Q_SLOTS:
    void writing() {
        const Place place = onTheDisk();
        place.make();
        double longest = 0;
        int midway = 0;
        int64_t points = 0;
        for (int round = 0; midway < rounds_ && round < 3 * rounds_; ++round) {
            const fs::path file = place.path("handed-" + std::to_string(round));
            const HandedOver& handed = HandedOver::in(file);
            midway += killWithin(1500, {"--write", text(place.path()), text(file)}, random_).midway;

            Store store = place.open();
            const std::vector<int64_t> lost = store.markLostRuns();
            VERIFY_SOUND(store);
            if (lost.empty()) continue;  // killed before its run was there
            QCOMPARE(lost.size(), size_t{1});
            QCOMPARE(store.run(lost.front()).state, RunState::Lost);
            QCOMPARE(store.events(lost.front()).back().kind, std::string("lost"));
            const int64_t stored = std::ssize(store.points(lost.front(), writtenSeries.back()));
            for (size_t series = 0; series < writtenSeries.size(); ++series)
                verifyWritten(store, lost.front(), series, stored);
            points += stored;
            if (stored >= handed.steps) continue;
            const double missing = handed.between(stored, handed.steps - 1);
            longest = std::max(longest, missing);
            // a beat of 200 ms and its commit, which has to be woken twice where others want the processor too
            const double allowed = 0.250 + 2 * handed.longestPause();
            QVERIFY2(missing <= allowed, qPrintable(QString("%1 s of points were lost, more than %2").arg(missing).arg(allowed)));
        }
        qInfo("%d writers were killed; %lld points are stored; at most the last %.0f ms of points were lost", midway,
              static_cast<long long>(4 * points), 1000 * longest);
        QCOMPARE(midway, rounds_);
        QVERIFY(points > 0);
        for (const RunRow& run : place.open().runs())
            QVERIFY(run.state == RunState::Lost);
    }

    void deleting() {
        const Place place;
        int midway = 0, cutShort = 0, filesLeft = 0;
        double whole = 0;
        for (int round = 0; midway < rounds_ && round < 3 * rounds_; ++round) {
            fs::remove_all(place.path("gaplab-files"));
            for (const char* ending : {"gaplab.db", "gaplab.db-wal", "gaplab.db-shm"})
                fs::remove(place.path(ending));
            const auto fill = [&] {
                Store store = place.make();
                for (uint64_t seed = 0; seed < 18; ++seed)
                    addWithFiles(store, finishedRun(seed, 1000), 12);
                return contents(store);
            };
            if (whole == 0) {
                fill();
                whole = duration({"--delete", text(place.path())});
            }
            const auto before = fill();
            std::map<int64_t, std::string> uuids;
            for (const RunRow& run : place.open(Store::Mode::Read).runs())
                uuids[run.id] = run.uuid;
            const Killed killed = killWithin(whole, {"--delete", text(place.path())}, random_);
            midway += killed.midway;

            Store store = place.open();
            VERIFY_SOUND(store);
            std::map<int64_t, RunRow> rows;
            for (const RunRow& run : store.runs(Store::Trash::Include))
                rows[run.id] = run;
            for (const auto& [id, uuid] : uuids) {
                const bool there = rows.contains(id), trashed = there && rows[id].deletedAt > 0;
                if (there) QCOMPARE(contentHash(store.wholeRun(id)), before.at(uuid));
                if (there) QCOMPARE(rows[id].state, RunState::Finished);
                if (!killed.has("deleting", id)) QVERIFY(there && !trashed);
                if (killed.has("deleted", id)) QVERIFY(!there || trashed);
                if (!there) QVERIFY(killed.has("purging", id));
                if (killed.has("purged", id)) QVERIFY(!there && !fs::exists(place.path("gaplab-files/" + uuid)));
            }
            filesLeft += namesIn(place.path("gaplab-files")).size() > rows.size();
            store.purge(store.planPurge());
            cutShort += std::ranges::any_of(rows, [&](const auto& row) { return killed.has("purging", row.first); });
            verifyNoOrphans(store);
            VERIFY_SOUND(store);
            QCOMPARE(namesIn(place.path("gaplab-files")).size(), store.runs(Store::Trash::Include).size());
        }
        qInfo("%d were killed within %.0f ms: %d in a purge that was taken back, %d in one that still had files to remove",
              midway, whole, cutShort, filesLeft);
        QCOMPARE(midway, rounds_);
    }

    void upgrading() {
        const Place place;
        const fs::path old = place.path("old.db");
        QVERIFY(QFile::copy(QStringLiteral(GAPLAB_FIXTURES "/store-v1.db"), text(old)));
        QVERIFY(QFile::setPermissions(text(old), QFile::ReadOwner | QFile::WriteOwner));
        growOldStore(old);
        const auto before = contents(Store(old, Store::Mode::Read));
        fs::copy_file(old, place.path());
        const double whole = duration({"--open", text(place.path())});
        int midway = 0, unfinished = 0, taken = 0;
        for (int round = 0; midway < rounds_ && round < 3 * rounds_; ++round) {
            const fs::path folder = place.path("round"), store = folder / "gaplab.db";
            fs::remove_all(folder);
            fs::create_directory(folder);
            fs::copy_file(old, store);
            const bool isMidway = killWithin(whole, {"--open", text(store)}, random_).midway;
            midway += isMidway;

            const auto left = namesIn(folder);
            unfinished += std::ranges::any_of(left, [](const std::string& name) { return name.ends_with(".tmp"); });
            {
                const Store reading(store, Store::Mode::Read);
                QVERIFY(contents(reading) == before);
                VERIFY_SOUND(reading);
                Connection connection(store, Connection::Access::Read);
                const int version = schemaVersion(connection);
                QVERIFY(version == 1 || version == storeSchemaVersion());
                taken += isMidway && version != 1;
            }
            {
                const Store again(store, Store::Mode::Write);
                QVERIFY(contents(again) == before);
                VERIFY_SOUND(again);
            }
            int backups = 0;
            for (const std::string& name : namesIn(folder)) {
                QVERIFY2(name.find(".tmp") == std::string::npos, name.c_str());
                if (!name.starts_with("gaplab.backup-v1-")) continue;
                ++backups;
                const Store backup(folder / name, Store::Mode::Read);
                QVERIFY(contents(backup) == before);
                VERIFY_SOUND(backup);
            }
            QVERIFY(backups > 0);
        }
        qInfo("%d upgrades of %.0f ms were killed, %d of them in the backup; %d had come to the new version", midway, whole,
              unfinished, taken);
        QCOMPARE(midway, rounds_);
    }

    void importing_data() {
        QTest::addColumn<QString>("from");
        for (const char* name : {"runs.json", "runs.csv", "other.db"})
            QTest::newRow(name) << name;
    }
    void importing() {
        QFETCH(QString, from);
        const Place place;
        const fs::path source = place.path(from.toStdString());
        makeSource(source);
        const bool isStore = source.extension() == ".db";
        // what an undisturbed import brings in; a table knows no uuids
        const double whole = duration({"--import", text(place.path("whole.db")), text(source)}, true);
        const auto hashes = [](const Store& store) {
            std::multiset<std::string> all;
            for (const auto& [uuid, hash] : contents(store))
                all.insert(hash);
            return all;
        };
        const auto expected = hashes(Store(place.path("whole.db"), Store::Mode::Read));
        QCOMPARE(expected.size(), runsOfSource);
        const int rounds = (rounds_ + 2) / 3;  // of each kind
        int midway = 0, some = 0;
        for (int round = 0; midway < rounds && round < 3 * rounds; ++round) {
            const fs::path folder = place.path("round");
            fs::remove_all(folder);
            const fs::path path = folder / "gaplab.db";
            { Store(path, Store::Mode::Create).addRun(someRun("was there")); }
            const Killed killed = killWithin(whole, {"--import", text(path), text(source)}, random_, true);
            midway += killed.midway;

            Store store(path, Store::Mode::Write);
            VERIFY_SOUND(store);
            QCOMPARE(store.run(1).name, std::string("was there"));
            bring(store, 1, RunState::Finished);
            store.deleteRun(1);
            store.purge(store.planPurge());
            auto there = hashes(store);
            QVERIFY(std::ranges::includes(expected, there));
            if (!isStore) QVERIFY(there.empty() || there.size() == expected.size());
            if (killed.told.contains("imported")) QVERIFY(there == expected);
            some += !there.empty() && there.size() < expected.size();
            duration({"--import", text(path), text(source)});
            QVERIFY(hashes(store) == expected);
            VERIFY_SOUND(store);
            verifyNoOrphans(store);
        }
        qInfo("%d imports were killed while they stored, which takes %.0f ms; %d had some of the runs in", midway, whole, some);
        QCOMPARE(midway, rounds);
    }

private:
    static constexpr size_t runsOfSource = 20;

    static void makeSource(const fs::path& path) {
        std::vector<WholeRun> runs;
        for (uint64_t seed = 0; seed < runsOfSource; ++seed)
            runs.push_back(finishedRun(seed, 2000));
        if (path.extension() != ".db") return writeRuns(runs, path.extension().string().substr(1), path);
        Store store(path, Store::Mode::Create);
        for (const WholeRun& run : runs)
            addWithFiles(store, run, 4);
    }

    static void verifyWritten(const Store& store, int64_t run, size_t series, int64_t count) {
        const std::vector<Point> points = store.points(run, writtenSeries[series]);
        // a beat is one transaction, and may come between two points of one step
        QVERIFY(std::ssize(points) == count || std::ssize(points) == count + 1);
        for (size_t i = 0; i < points.size(); ++i) {
            QCOMPARE(points[i].step, static_cast<int64_t>(i));
            QCOMPARE(points[i].value, writtenValue(points[i].step, series));
        }
        if (!points.empty()) QCOMPARE(store.run(run).find(writtenSeries[series])->count, std::ssize(points));
    }
};

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    if (const auto code = startedWork(argc, argv)) return *code;
    CrashTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_crash.moc"
