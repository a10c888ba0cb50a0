#include <sys/stat.h>
#include <thread>

#include <QDir>
#include <QTest>

#include "core/store/connection.h"
#include "core/store/migration.h"
#include "tests/store/fixture.h"
#include "tests/store/suites.h"

using namespace gaplab;
using namespace gaplab::test;

namespace {

constexpr Store::Mode allModes[] = {Store::Mode::Create, Store::Mode::Write, Store::Mode::Read};

void execute(const std::filesystem::path& path, const char* sql) {
    SQLite::Database(path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec(sql);
}

QStringList filesOf(const Place& place) {
    return QDir(place.folder.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot);
}

/// One more step behind the schema of this program.
std::vector<SchemaStep> schemaWith(const char* step) {
    auto steps = schemaSteps();
    steps.push_back({step});
    return steps;
}

}  // namespace

class TestOpening : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void missingStoresAreOnlyMadeByCreate() {
        const Place place;
        for (const Store::Mode mode : {Store::Mode::Write, Store::Mode::Read}) {
            const Error error = errorOf([&] { place.open(mode); });
            QCOMPARE(error.fault(), Fault::Input);
            QVERIFY(says(error, "There is no store at"));
        }
        QVERIFY(filesOf(place).isEmpty());
        const auto deep = place.path("some/folders/below/gaplab.db");
        Store(deep, Store::Mode::Create).addRun(someRun());
        QCOMPARE(QDir(place.folder.filePath("some/folders/below")).entryList(QDir::Files | QDir::Hidden),
                 QStringList{"gaplab.db"});
        QCOMPARE(Store(deep, Store::Mode::Read).runs().size(), size_t{1});
    }

    void relativePathsStayWhereTheyWere() {
        const Place place;
        const QString before = QDir::currentPath();
        QDir::setCurrent(place.folder.path());
        const Store store("gaplab.db", Store::Mode::Create);
        QDir::setCurrent(before);
        QVERIFY(store.runFolder("x").string().starts_with(place.folder.path().toStdString()));
    }

    void namesThatMeanSomethingElsewhere_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : {"two words.db", "50%.db", "what?.db", "a#b.db", "сховище 店.db", "no_extension"})
            QTest::newRow(name) << name;
    }
    void namesThatMeanSomethingElsewhere() {
        QFETCH(QString, name);
        const Place place;
        Store(place.path(name.toStdString()), Store::Mode::Create).addRun(someRun());
        QCOMPARE(Store(place.path(name.toStdString()), Store::Mode::Read).runs().size(), size_t{1});
        QVERIFY(filesOf(place).contains(name));
    }

    void foreignFilesStayByteForByte_data() {
        QTest::addColumn<QByteArray>("content");  // or SQL that makes it
        QTest::addColumn<QString>("sql");
        QTest::newRow("empty") << QByteArray() << "";
        QTest::newRow("text") << QByteArray("epoch,loss\n1,0.5\n").repeated(200) << "";
        QTest::newRow("one byte") << QByteArray("S") << "";
        QTest::newRow("only SQLite's first words") << QByteArray("SQLite format 3\0", 16) << "";
        QTest::newRow("a broken header") << QByteArray("SQLite format 3\0", 16) + QByteArray(4080, '\xff') << "";
        QTest::newRow("another program's database")
            << QByteArray() << "PRAGMA application_id=7; CREATE TABLE t(x); INSERT INTO t VALUES(1)";
        QTest::newRow("one without an id") << QByteArray() << "CREATE TABLE run(id); PRAGMA user_version=1";
        QTest::newRow("one with a log") << QByteArray() << "PRAGMA journal_mode=WAL; CREATE TABLE t(x)";
        QTest::newRow("our id, nothing in it") << QByteArray() << "PRAGMA application_id=1197568076; CREATE TABLE t(x)";
    }
    void foreignFilesStayByteForByte() {
        QFETCH(QByteArray, content);
        QFETCH(QString, sql);
        const Place place;
        if (sql.isEmpty())
            writeBytes(place.path(), content);
        else
            execute(place.path(), qPrintable(sql));
        const QByteArray before = bytesOf(place.path());
        const QStringList files = filesOf(place);
        for (const Store::Mode mode : allModes) {
            const Error error = errorOf([&] { place.open(mode); });
            QCOMPARE(error.fault(), Fault::Input);
            QVERIFY2(says(error, "is not a GapLab store"), error.what());
            QVERIFY(!error.hint().empty());
            QCOMPARE(bytesOf(place.path()), before);
            QCOMPARE(filesOf(place), files);
        }
    }

    void whatIsNotAFileIsRefused() {
        const Place place;
        QVERIFY(QDir(place.folder.path()).mkdir("gaplab.db"));
        QCOMPARE(mkfifo(place.path("pipe").c_str(), 0600), 0);
        for (const Store::Mode mode : allModes) {
            QVERIFY(says(errorOf([&] { place.open(mode); }), "is a folder"));
            QVERIFY(says(errorOf([&] { Store(place.path("pipe"), mode); }), "not a regular file"));
            QCOMPARE(errorOf([&] { Store("", mode); }).fault(), Fault::Input);
        }
    }

    void aFileInTheWayOfAFolderIsTheWorldsFault() {
        const Place place;
        writeBytes(place.path("file"), "x");
        QCOMPARE(errorOf([&] { Store(place.path("file/gaplab.db"), Store::Mode::Create); }).fault(), Fault::World);
    }

    void newerStoresCanBeReadNotWritten() {
        const Place place;
        place.make().addRun(someRun("from the future"));
        execute(place.path(),
                "PRAGMA user_version=99; CREATE TABLE later(x); ALTER TABLE run ADD COLUMN mood TEXT DEFAULT 'fine'");
        const QByteArray before = bytesOf(place.path());
        for (const Store::Mode mode : {Store::Mode::Create, Store::Mode::Write}) {
            const Error error = errorOf([&] { place.open(mode); });
            QCOMPARE(error.fault(), Fault::Input);
            QVERIFY(says(error, "newer version"));
            QCOMPARE(bytesOf(place.path()), before);
        }
        {
            const Store store = place.open(Store::Mode::Read);
            QVERIFY(store.isNewer());
            QCOMPARE(store.runs().front().name, std::string("from the future"));
            QVERIFY(store.check().ok);
        }
        QCOMPARE(bytesOf(place.path()), before);
    }

    void aNewerNumberThatStillWaitsInTheLogCounts() {
        const Place place;
        place.make();
        Connection other(place.path(), Connection::Access::Write);
        other.database().exec("PRAGMA user_version=99");
        QVERIFY(says(errorOf([&] { place.open(); }), "newer version"));
        QVERIFY(!place.open(Store::Mode::Read).runs().size());
    }

    void readersCannotWrite() {
        const Place place;
        place.make();
        Store store = place.open(Store::Mode::Read);
        QVERIFY(!store.isNewer());
        QCOMPARE(errorOf([&] { store.addRun(someRun()); }).fault(), Fault::World);
    }

    void upgradesKeepEverythingAndABackup() {
        const Place place;
        place.make().addRun(someRun("old"));
        const auto steps = schemaWith("ALTER TABLE run ADD COLUMN mood TEXT; UPDATE run SET mood = 'fine'");
        {
            Connection connection(place.path(), Connection::Access::Write);
            const auto backup = migrate(connection, steps);
            QCOMPARE(schemaVersion(connection), storeSchemaVersion() + 1);
            QCOMPARE(connection.database().execAndGet("SELECT name || mood FROM run").getString(), std::string("oldfine"));
            QVERIFY(migrate(connection, steps).empty());
            QVERIFY(backup.filename().string().starts_with("gaplab.backup-v" + std::to_string(storeSchemaVersion()) + "-"));
            Store old(backup, Store::Mode::Write);
            QCOMPARE(old.runs().front().name, std::string("old"));
            QVERIFY(old.check().ok);
        }
        QVERIFY(place.open(Store::Mode::Read).isNewer());
    }

    /// A store as the first version of the program wrote it: one short run and the teacher it was trained under.
    void storesOfEveryEarlierVersionAreUpgraded() {
        const Place place;
        QVERIFY(QFile::copy(QStringLiteral(GAPLAB_FIXTURES "/store-v1.db"), QString::fromStdString(place.path().string())));
        QVERIFY(QFile::setPermissions(QString::fromStdString(place.path().string()), QFile::ReadOwner | QFile::WriteOwner));
        const auto look = [](const Store& store) {
            std::string seen;
            for (const RunRow& row : store.runs())
                for (const SeriesSummary& series : row.series)
                    for (const Point& point : store.points(row.id, series.name))
                        seen += QString("%1 %2 %3 %4 %5\n")
                                    .arg(row.id)
                                    .arg(point.step)
                                    .arg(point.epoch, 0, 'g', 17)
                                    .arg(point.value, 0, 'g', 17)
                                    .arg(QString::fromStdString(series.name))
                                    .toStdString();
            return seen;
        };
        const std::string before = look(place.open(Store::Mode::Read));  // reading leaves it as it is
        QVERIFY(before.size() > 1000);
        Store store = place.open();
        QCOMPARE(look(store), before);
        store.append(2, steps(10'000, 13'000));
        QCOMPARE(store.points(2, "student/train/loss", 9'999).size(), size_t{3001});
        QVERIFY(store.run(2).find("student/train/loss")->count > 3001);
        QCOMPARE(QDir(place.folder.path()).entryList({"gaplab.backup-v1-*"}).size(), 1);
    }

    void aFailingUpgradeRollsBackAndLeavesTheBackup() {
        const Place place;
        place.make().addRun(someRun("old"));
        Connection connection(place.path(), Connection::Access::Write);
        const auto steps = schemaWith("CREATE TABLE half(x); INSERT INTO nowhere VALUES(1)");
        QCOMPARE(errorOf([&] { migrate(connection, steps); }).fault(), Fault::World);
        QCOMPARE(schemaVersion(connection), storeSchemaVersion());
        QVERIFY(!connection.database().tableExists("half"));
        QCOMPARE(QDir(place.folder.path()).entryList({"gaplab.backup-*"}).size(), 1);
        QCOMPARE(place.open().runs().front().name, std::string("old"));
        // a second try must not overwrite the first backup
        QCOMPARE(errorOf([&] { migrate(connection, steps); }).fault(), Fault::World);
        QCOMPARE(QDir(place.folder.path()).entryList({"gaplab.backup-*"}).size(), 2);
    }

    void damageIsFoundNotThrown() {
        const Place place;
        {
            Store store = place.make();
            const int64_t run = store.addRun(someRun());
            store.append(run, steps(0, 3000));
        }
        QByteArray bytes = bytesOf(place.path());
        const qsizetype middle = bytes.size() / 2 / 4096 * 4096;
        bytes.replace(middle, 3 * 4096, QByteArray(3 * 4096, '\x5a'));
        writeBytes(place.path(), bytes);
        const auto health = place.open(Store::Mode::Read).check();
        QVERIFY(!health.ok);
        QVERIFY(!health.findings.empty());
    }

    void aLockThatIsGivenBackInTimeIsNotNoticed() {
        const Place place;
        place.make();
        Connection holder(place.path(), Connection::Access::Write);
        holder.database().exec("BEGIN IMMEDIATE");
        std::thread release([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(150));
            holder.database().exec("COMMIT");
        });
        using std::chrono::milliseconds;
        Connection other(place.path(), Connection::Access::Write, {milliseconds(10), milliseconds(20000)});
        int bodies = 0;
        other.write(Durability::Beat, [&] { ++bodies; });
        release.join();
        QCOMPARE(bodies, 1);
    }

    void aLockThatIsNeverGivenBackIsTheWorldsFault() {
        const Place place;
        place.make();
        Connection holder(place.path(), Connection::Access::Write);
        holder.database().exec("BEGIN IMMEDIATE");
        using std::chrono::milliseconds;
        Connection other(place.path(), Connection::Access::Write, {milliseconds(10), milliseconds(60)});
        const Error error = errorOf([&] { other.write(Durability::Beat, [] {}); });
        QCOMPARE(error.fault(), Fault::World);
        QVERIFY(!QString(error.what()).contains("locked"));
        other.read([] {});  // reading never waits for a writer
    }
};

int testOpening(int argc, char** argv) {
    TestOpening test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_opening.moc"
