#include <QTest>

#include "core/interop/import.h"
#include "core/store/connection.h"
#include "core/store/migration.h"
#include "tests/store/processes.h"
#include "tests/store/small_disk.h"
#include "tests/store/suites.h"

using namespace gaplab;
using namespace gaplab::test;
namespace fs = std::filesystem;

namespace {

/// A store with some runs on a disk of its own, which something else then fills.
struct FullDisk {
    Place place;
    SmallDisk disk{place.path("disk"), "size=6m"};
    fs::path path = place.path("disk/gaplab.db");

    void makeStore(int runs = 3, int files = 2) const {
        Store store(path, Store::Mode::Create);
        for (int i = 0; i < runs; ++i)
            addWithFiles(store, finishedRun(static_cast<uint64_t>(i), 4000), files);
    }
    void leave(int64_t bytes) const {
        writeBytes(place.path("disk/room"), QByteArray(bytes, 'x'));
        fill(place.path("disk/filling"));
        fs::remove(place.path("disk/room"));
    }
    void makeRoom() const { fs::remove(place.path("disk/filling")); }

    std::map<std::string, std::string> contents() const {
        const Store store(path, Store::Mode::Read);
        std::map<std::string, std::string> hashes;
        for (const RunRow& run : store.runs(Store::Trash::Include))
            hashes[run.uuid] = contentHash(store.wholeRun(run.id)) + (run.deletedAt > 0 ? " in the trash" : "");
        return hashes;
    }
    std::string findings() const {
        std::string all;
        for (const std::string& finding : Store(path, Store::Mode::Read).check().findings)
            all += finding + "\n";
        return all;
    }
    QStringList names() const {
        return QDir(QString::fromStdString(place.path("disk").string())).entryList(QDir::Files | QDir::Hidden);
    }
};

/// One that says that the disk is full, and what to do.
#define VERIFY_FULL(error)                                                      \
    do {                                                                        \
        const Error& e = error;                                                 \
        QCOMPARE(e.fault(), Fault::World);                                      \
        QVERIFY2(says(e, "disk is full"), e.what());                            \
        QVERIFY2(e.hint().find("room") != std::string::npos, e.hint().c_str()); \
    } while (false)

}  // namespace

/// Whatever meets a full disk says so, and leaves the store as it was.
class TestFullDisk : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        full_ = std::make_unique<FullDisk>();
        if (!full_->disk.ready()) QSKIP("this machine does not let the test mount a small file system");
    }
    void cleanup() {
        if (full_->disk.ready()) QCOMPARE(full_->findings(), std::string());
        full_.reset();
    }

    void imports() {
        full_->makeStore();
        const auto before = full_->contents();
        std::vector<IncomingRun> runs;
        for (uint64_t seed = 100; seed < 200; ++seed)
            runs.push_back({finishedRun(seed, 4000), "json", "somewhere", {}});
        {
            Store store(full_->path, Store::Mode::Write);
            VERIFY_FULL(errorOf([&] { importRuns(&store, runs, {}); }));
            QVERIFY(full_->contents() == before);
            // with what there is room for, the same store goes on
            importRuns(&store, {runs.begin(), runs.begin() + 2}, {});
        }
        QCOMPARE(full_->contents().size(), before.size() + 2);
    }

    void importsOfStoresWithFiles() {
        full_->makeStore();
        const Store other = full_->place.make();
        {
            Store source = full_->place.open();
            for (uint64_t seed = 100; seed < 110; ++seed)
                addWithFiles(source, finishedRun(seed, 1000), 26);
        }
        const auto before = full_->contents();
        Store store(full_->path, Store::Mode::Write);
        VERIFY_FULL(errorOf([&] { mergeStore(&store, other, {}); }));
        const auto after = full_->contents();
        QVERIFY(std::ranges::includes(after, before));
        QVERIFY(after.size() > before.size() && after.size() < before.size() + 10);
        QCOMPARE(full_->findings(), std::string());
        for (const fs::directory_entry& entry : fs::recursive_directory_iterator(full_->place.path("disk/gaplab-files")))
            QVERIFY(entry.path().extension() != ".tmp");
    }

    void purges() {
        full_->makeStore();
        {
            Store store(full_->path, Store::Mode::Write);
            store.deleteRun(1);
            store.deleteRun(2);
        }
        full_->leave(40'000);  // what opening a store takes
        const auto before = full_->contents();
        {
            Store store(full_->path, Store::Mode::Write);
            const Store::Purge plan = store.planPurge();
            VERIFY_FULL(errorOf([&] { store.purge(plan); }));
            for (const std::string& folder : plan.paths)
                QVERIFY(fs::exists(full_->place.path("disk/" + folder)));
        }
        QVERIFY(full_->contents() == before);
        full_->makeRoom();
        Store store(full_->path, Store::Mode::Write);
        store.purge(store.planPurge());
        QCOMPARE(full_->contents().size(), size_t{1});
    }

    void compacting() {
        full_->makeStore(15, 0);
        {
            Store store(full_->path, Store::Mode::Write);
            store.deleteRun(1);
            store.purge(store.planPurge());
        }
        const auto before = full_->contents();
        full_->leave(200'000);
        {
            Store store(full_->path, Store::Mode::Write);
            VERIFY_FULL(errorOf([&] { store.compact(); }));
            QVERIFY(full_->contents() == before);
            // what it had begun with is given back: a run goes on with the room that there is
            store.addRun(someRun());
        }
        QCOMPARE(full_->contents().size(), before.size() + 1);
    }

    void copies() {
        full_->makeStore();
        full_->leave(100'000);
        VERIFY_FULL(errorOf([&] { Store(full_->path, Store::Mode::Read).backUp(full_->place.path("disk/copy.db")); }));
        QVERIFY(full_->names().filter("copy").isEmpty());
    }

    void upgrades() {
        full_->makeStore();
        Connection(full_->path, Connection::Access::Write)
            .database()
            .exec("DROP INDEX view_by_name; DROP INDEX compare_set_by_name; PRAGMA user_version=1");
        const auto before = full_->contents();
        full_->leave(100'000);
        const Error error = errorOf([&] { Store(full_->path, Store::Mode::Write); });
        VERIFY_FULL(error);
        QVERIFY2(says(error, "is not upgraded"), error.what());
        QVERIFY(full_->names().filter("backup").isEmpty());
        QVERIFY(full_->contents() == before);
        full_->makeRoom();
        Store(full_->path, Store::Mode::Write);
        QVERIFY(full_->contents() == before);
        QCOMPARE(full_->names().filter("backup-v1").size(), 1);
    }

private:
    std::unique_ptr<FullDisk> full_;
};

int testFullDisk(int argc, char** argv) {
    TestFullDisk test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_full_disk.moc"
