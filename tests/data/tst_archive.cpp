#include <archive.h>
#include <archive_entry.h>

#include <QTemporaryDir>
#include <QtTest>

#include "core/base/files.h"
#include "core/data/fetch/archive.h"
#include "tests/data/expect.h"
#include "tests/data/pictures.h"

using namespace gaplab;
namespace fs = std::filesystem;

namespace {

struct Entry {
    std::string path;
    std::string content;
    std::string link = {};
    bool hard = false;
};

void writeArchive(const fs::path& path, const std::vector<Entry>& entries) {
    archive* writer = archive_write_new();
    archive_write_add_filter_gzip(writer);
    archive_write_set_format_pax_restricted(writer);
    archive_write_open_filename(writer, path.c_str());
    for (const Entry& from : entries) {
        archive_entry* entry = archive_entry_new();
        archive_entry_set_pathname(entry, from.path.c_str());
        archive_entry_set_perm(entry, 0644);
        archive_entry_set_filetype(entry, from.link.empty() || from.hard ? AE_IFREG : AE_IFLNK);
        if (!from.link.empty()) (from.hard ? archive_entry_set_hardlink : archive_entry_set_symlink)(entry, from.link.c_str());
        archive_entry_set_size(entry, static_cast<la_int64_t>(from.content.size()));
        archive_write_header(writer, entry);
        archive_write_data(writer, from.content.data(), from.content.size());
        archive_entry_free(entry);
    }
    archive_write_free(writer);
}

}  // namespace

class ArchiveTests : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    fs::path root_, file_, target_;

private Q_SLOTS:
    void init() {
        root_ = fs::path(folder_.path().toStdString()) / QTest::currentTestFunction();
        if (QTest::currentDataTag()) root_ /= QTest::currentDataTag();
        file_ = root_ / "a.tar.gz";
        target_ = root_ / "target";
        fs::create_directories(target_);
    }

    void filesAndFoldersComeOut() {
        writeArchive(file_, {{"top/data.bin", std::string(200'000, 'x')}, {"./top/deep/er/b.txt", "b"}});
        unpackArchive(file_, target_);
        QCOMPARE(readText(target_ / "top/data.bin").size(), size_t{200'000});
        QCOMPARE(readText(target_ / "top/deep/er/b.txt"), std::string("b"));
    }

    void nothingLeadsOutOfTheFolder_data() {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("link");
        QTest::addColumn<bool>("hard");
        QTest::newRow("parent") << "../evil"
                                << "" << false;
        QTest::newRow("parent inside") << "a/../../evil"
                                       << "" << false;
        QTest::newRow("absolute") << QString::fromStdString(folder_.path().toStdString() + "/evil") << "" << false;
        QTest::newRow("symbolic link") << "link"
                                       << "/etc" << false;
        QTest::newRow("hard link") << "link"
                                   << "/etc/hostname" << true;
    }
    void nothingLeadsOutOfTheFolder() {
        QFETCH(QString, path);
        QFETCH(QString, link);
        QFETCH(bool, hard);
        writeArchive(file_, {{path.toStdString(), link.isEmpty() ? "x" : "", link.toStdString(), hard}});
        QVERIFY(refuses([&] { unpackArchive(file_, target_); }, Fault::World, {"Cannot unpack", "a.tar.gz"}));
        QVERIFY(fs::is_empty(target_));
        QVERIFY(!fs::exists(root_ / "evil") && !fs::exists(fs::path(folder_.path().toStdString()) / "evil"));
    }

    void tooMuchContentIsRefused() {
        writeArchive(file_, {{"a", std::string(1'000'000, 'x')}, {"b", std::string(1'000'000, 'x')}});
        QVERIFY(refuses([&] { unpackArchive(file_, target_, 1'500'000); }, Fault::World, {"more than it should"}));
    }

    void aTruncatedArchiveIsRefused() {
        std::string noise;
        for (int i = 0; i < 20'000; ++i)
            noise += std::to_string(i * 7919 % 10'007);
        writeArchive(file_, {{"a", noise}});
        std::string text = readText(file_);
        text.resize(text.size() / 2);
        writeString(file_, text);
        QVERIFY(refuses([&] { unpackArchive(file_, target_); }, Fault::World, {"Cannot unpack"}));
    }

    void aFileThatIsNoArchiveIsRefused() {
        writeString(file_, "hello");
        QVERIFY(refuses([&] { unpackArchive(file_, target_); }, Fault::World, {"Cannot unpack"}));
    }
};

int runArchiveTests(int argc, char** argv) {
    ArchiveTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_archive.moc"
