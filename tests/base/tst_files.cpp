#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <QtTest>

#include "core/base/error.h"
#include "core/base/files.h"

using namespace gaplab;
namespace fs = std::filesystem;

namespace {

/// The fault of the Error that `action` throws; fails the test where it throws none.
template <class Action>
Fault faultOf(Action action) {
    try {
        action();
    } catch (const Error& error) {
        return error.fault();
    }
    throw std::logic_error("no gaplab::Error was thrown");
}

}  // namespace

class FileTests : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> folder_;
    fs::path path_;

    qsizetype filesInFolder() const { return QDir(folder_->path()).entryList(QDir::Files | QDir::Hidden).size(); }

private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        QVERIFY(folder_->isValid());
        path_ = fs::path(folder_->path().toStdString()) / "file.txt";
    }

    void writtenTextIsReadBack() {
        const std::string text("line\n\0binary\xff", 13);
        writeTextAtomically(path_, text);
        QCOMPARE(readText(path_), text);
        writeTextAtomically(path_, "new");
        QCOMPARE(readText(path_), std::string("new"));
        QCOMPARE(filesInFolder(), 1);
    }

    void aWriterThatThrowsLeavesTheOldContent() {
        writeTextAtomically(path_, "old");
        const auto failing = [](const fs::path& temporary) {
            std::ofstream(temporary) << "half of the n";
            throw worldError("the disk is full");
        };
        QCOMPARE(faultOf([&] { writeFileAtomically(path_, failing); }), Fault::World);
        QCOMPARE(readText(path_), std::string("old"));
        QCOMPARE(filesInFolder(), 1);
    }

    void aWriterThatThrowsLeavesNothingWhereThereWasNothing() {
        const auto failing = [](const fs::path& temporary) {
            std::ofstream(temporary) << "half";
            throw std::runtime_error("no");
        };
        QVERIFY_EXCEPTION_THROWN(writeFileAtomically(path_, failing), std::runtime_error);
        QCOMPARE(filesInFolder(), 0);
    }

    void readersSeeOneOfTheTwoContentsWhileWriting() {
        writeTextAtomically(path_, "old");
        writeFileAtomically(path_, [&](const fs::path& temporary) {
            std::ofstream(temporary) << "new";
            QCOMPARE(readText(path_), std::string("old"));
        });
        QCOMPARE(readText(path_), std::string("new"));
    }

    void aMissingFolderIsTheWorldsFault() {
        QCOMPARE(faultOf([&] { writeTextAtomically(path_.parent_path() / "absent" / "file", "x"); }), Fault::World);
    }

    void whatCannotBeReadIsTheInputsFault() {
        QCOMPARE(faultOf([&] { readText(path_); }), Fault::Input);
        QCOMPARE(faultOf([&] { readText(path_.parent_path()); }), Fault::Input);
    }

    void sha256MatchesThePublishedVectors_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("digest");
        // FIPS 180-4 examples
        QTest::newRow("empty") << QByteArray() << "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        QTest::newRow("abc") << QByteArray("abc") << "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        QTest::newRow("two blocks") << QByteArray("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
                                    << "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1";
        QTest::newRow("a million") << QByteArray(1000000, 'a')
                                   << "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";
    }
    void sha256MatchesThePublishedVectors() {
        QFETCH(QByteArray, text);
        QFETCH(QString, digest);
        const std::string content = text.toStdString();
        QCOMPARE(QString::fromStdString(sha256(content)), digest);
        writeTextAtomically(path_, content);
        QCOMPARE(QString::fromStdString(sha256OfFile(path_)), digest);
        Sha256 pieces;
        for (size_t at = 0; at < content.size(); at += 1000)
            pieces.update(content.substr(at, 1000));
        QCOMPARE(QString::fromStdString(pieces.finish()), digest);
    }

    void foldersFollowTheXdgVariables() {
        qputenv("XDG_CACHE_HOME", "/c");
        qputenv("XDG_DATA_HOME", "/d");
        QCOMPARE(cacheFolder(), fs::path("/c/gaplab"));
        QCOMPARE(dataFolder(), fs::path("/d/gaplab"));
        qputenv("XDG_CACHE_HOME", "");
        qunsetenv("XDG_DATA_HOME");
        const QByteArray home = qgetenv("HOME");
        qputenv("HOME", "/h");
        QCOMPARE(cacheFolder(), fs::path("/h/.cache/gaplab"));
        QCOMPARE(dataFolder(), fs::path("/h/.local/share/gaplab"));
        qputenv("HOME", home);
    }

    void uuidsAreOfVersionFourAndDiffer() {
        const QRegularExpression form("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$");
        QSet<QString> seen;
        for (int i = 0; i < 1000; ++i) {
            const QString uuid = QString::fromStdString(newUuid());
            QVERIFY2(form.match(uuid).hasMatch(), qPrintable(uuid));
            seen.insert(uuid);
        }
        QCOMPARE(seen.size(), 1000);
    }
};

int runFileTests(int argc, char** argv) {
    FileTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_files.moc"
