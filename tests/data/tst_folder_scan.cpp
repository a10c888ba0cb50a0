#include <filesystem>
#include <set>
#include <unistd.h>

#include <QTemporaryDir>
#include <QtTest>

#include "core/data/images/folder_scan.h"
#include "tests/data/expect.h"
#include "tests/data/pictures.h"

using namespace gaplab;
namespace fs = std::filesystem;

class FolderScanTests : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    fs::path root_;

    FolderListing scan() const { return scanFolder(root_, 2, {}); }

private Q_SLOTS:
    void init() {
        root_ = fs::path(folder_.path().toStdString()) / QTest::currentTestFunction();
        fs::create_directories(root_);
    }

    void classesAreSortedByName() {
        makeFolder(root_, {"train", "test"}, {"zebra", "ant", "Bee"}, 2);
        const FolderListing listing = scan();
        QVERIFY(listing.classes == std::vector<std::string>({"Bee", "ant", "zebra"}));
        QCOMPARE(listing.train.size(), size_t{6});
        QCOMPARE(listing.test.size(), size_t{6});
        QVERIFY(listing.hasTest);
        QCOMPARE(listing.train.back().path, std::string("train/zebra/1.jpg"));
        QCOMPARE(listing.train.back().label, int64_t{2});
    }

    void classFoldersAloneAreTakenToo() {
        makeFolder(root_, {"."}, {"a", "b"}, 3);
        const FolderListing listing = scan();
        QVERIFY(!listing.hasTest);
        QCOMPARE(listing.train.size(), size_t{6});
    }

    void otherFilesArePassedOver() {
        makeFolder(root_, {"."}, {"a", "b"}, 1);
        for (const char* name : {"a/Thumbs.db", "a/.DS_Store", "a/.hidden.jpg", "a/notes.txt", "README.md", "a/.git/x.jpg"})
            writeString(root_ / name, "x");
        fs::create_directories(root_ / ".cache");
        QCOMPARE(scan().train.size(), size_t{2});
    }

    void foldersInsideAClassBelongToIt() {
        makeFolder(root_, {"."}, {"a/images", "b"}, 2);
        QCOMPARE(scan().classes.size(), size_t{2});
        QCOMPARE(scan().train.size(), size_t{4});
    }

    void theHashChangesWithEveryChange() {
        makeFolder(root_, {"."}, {"a", "b"}, 2);
        std::set<std::string> seen = {scan().hash()};
        QCOMPARE(scan().hash(), *seen.begin());
        const auto changed = [&] { return seen.insert(scan().hash()).second; };
        writeBytes(root_ / "a" / "9.jpg", jpegOf(picture(8, 8)));
        QVERIFY(changed());
        fs::remove(root_ / "a" / "0.jpg");
        QVERIFY(changed());
        fs::rename(root_ / "a" / "1.jpg", root_ / "a" / "2.jpg");
        QVERIFY(changed());
        fs::last_write_time(root_ / "b" / "0.jpg", fs::last_write_time(root_ / "b" / "0.jpg") + std::chrono::nanoseconds(1000));
        QVERIFY(changed());
    }

    void badFoldersAreRefused_data() {
        QTest::addColumn<QStringList>("files");
        QTest::addColumn<QString>("words");
        QTest::newRow("nothing in it") << QStringList{"README.md"} << "no class folders";
        QTest::newRow("one class") << QStringList{"only/0.jpg"} << "only one class, \"only\"";
        QTest::newRow("one class in train") << QStringList{"train/only/0.jpg", "test/only/0.jpg"} << "only one class, \"only\"";
        QTest::newRow("no test") << QStringList{"train/a/0.jpg", "train/b/0.jpg"} << "has train/ but no test/";
        QTest::newRow("empty class") << QStringList{"a/0.jpg", "hollow/x.txt"} << "hollow holds no images";
        QTest::newRow("class in test alone")
            << QStringList{"train/a/0.jpg", "train/b/0.jpg", "test/a/0.jpg", "test/stray/0.jpg"} << "\"stray\"";
        QTest::newRow("empty test") << QStringList{"train/a/0.jpg", "train/b/0.jpg", "test/x.txt"} << "no class folders";
    }
    void badFoldersAreRefused() {
        QFETCH(QStringList, files);
        QFETCH(QString, words);
        root_ /= QTest::currentDataTag();
        for (const QString& file : files)
            writeString(root_ / file.toStdString(), "x");
        QVERIFY(refuses([&] { scan(); }, Fault::Input, {words.toStdString()}));
    }

    void aMissingFolderIsNamed() {
        QVERIFY(refuses([&] { scanFolder(root_ / "nowhere", 1, {}); }, Fault::Input, {"nowhere"}));
        writeString(root_ / "file", "x");
        QVERIFY(refuses([&] { scanFolder(root_ / "file", 1, {}); }, Fault::Input, {"not a folder"}));
    }

    void aFolderThatMayNotBeReadIsTheWorldsFault() {
        if (geteuid() == 0) QSKIP("root may read everything");
        makeFolder(root_, {"."}, {"a", "b"}, 1);
        fs::permissions(root_ / "a", fs::perms::none);
        QVERIFY(refuses([&] { scan(); }, Fault::World, {"a"}));
        fs::permissions(root_ / "a", fs::perms::owner_all);
    }

    void aStopIsHeard() {
        makeFolder(root_, {"."}, {"a", "b"}, 1);
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(refuses([&] { scanFolder(root_, 1, stop.get_token()); }, Fault::Stopped, {}));
    }
};

int runFolderScanTests(int argc, char** argv) {
    FolderScanTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_folder_scan.moc"
