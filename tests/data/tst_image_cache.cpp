#include <QTemporaryDir>
#include <QtTest>

#include "core/base/files.h"
#include "core/data/sources/image_cache.h"
#include "tests/data/expect.h"
#include "tests/data/pictures.h"

using namespace gaplab;
namespace fs = std::filesystem;

class ImageCacheTests : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    fs::path root_;

    static CacheKey key(const std::string& set, const std::string& content = "content") { return {sha256(set), content}; }
    fs::path file(const std::string& set) const { return root_ / (sha256(set).substr(0, 24) + ".images"); }

    static RawImages images() {
        return {.train = {at::arange(2 * 3 * 4 * 5).to(at::kByte).view({2, 3, 4, 5}), at::tensor({0, 1}, at::kLong), {}},
                .test = {at::ones({1, 3, 4, 5}, at::kByte), at::tensor({1}, at::kLong), {}},
                .classes = {"a", "b"},
                .fingerprint = "print",
                .skippedFiles = {"x: broken"}};
    }

private Q_SLOTS:
    void init() { root_ = fs::path(folder_.path().toStdString()) / QTest::currentTestFunction(); }

    void whatIsWrittenIsReadBack() {
        writeImageCache(root_, key("s"), images());
        auto read = readImageCache(root_, key("s"));
        QVERIFY(read.has_value());
        writeImageCache(root_, key("s", "newer"), images());  // what was mapped stays readable when the file is replaced
        QVERIFY(read->train.images.equal(images().train.images));
        QVERIFY(read->train.labels.equal(images().train.labels));
        QVERIFY(read->test.images.equal(images().test.images));
        QVERIFY(read->classes == images().classes);
        QCOMPARE(read->fingerprint, std::string("print"));
        QVERIFY(read->skippedFiles == images().skippedFiles);
    }

    void anotherContentOrSetIsNotServed() {
        writeImageCache(root_, key("s"), images());
        QVERIFY(!readImageCache(root_, key("s", "other")));
        QVERIFY(!readImageCache(root_, key("t")));
    }

    void aDamagedFileCountsAsNone() {
        writeImageCache(root_, key("s"), images());
        const std::string good = readText(file("s"));
        const auto isRefused = [&](const std::string& bad) {
            writeString(file("s"), bad);
            return !readImageCache(root_, key("s")).has_value();
        };
        for (const size_t size : {0, 10, 100, 4000, 5000})
            QVERIFY(isRefused(good.substr(0, size)));
        for (const size_t at : {0, 9, 13, 20, 90, 150}) {  // magic, version, length, hash, text
            std::string bad = good;
            bad[at] = static_cast<char>(bad[at] ^ 0x55);
            QVERIFY2(isRefused(bad), std::to_string(at).c_str());
        }
        QVERIFY(!isRefused(good));
    }

    void theOldestCachesMakeRoom() {
        for (const char* set : {"first", "second", "third"}) {
            writeImageCache(root_, key(set), images());
            fs::last_write_time(file(set), fs::file_time_type::clock::now() - std::chrono::hours(set[0] == 'f' ? 3 : 2));
        }
        QVERIFY(readImageCache(root_, key("first")));  // being read makes it the youngest
        writeImageCache(root_, key("fourth"), images(), static_cast<int64_t>(fs::file_size(file("first"))) * 2);
        QVERIFY(fs::exists(file("fourth")) && fs::exists(file("first")));
        QVERIFY(!fs::exists(file("second")) && !fs::exists(file("third")));
    }

    void aFolderThatCannotBeMadeIsTheWorldsFault() {
        fs::create_directories(root_);
        writeString(root_ / "folder", "a file");
        QVERIFY(refuses([&] { writeImageCache(root_ / "folder", key("s"), images()); }, Fault::World, {"folder"}));
    }
};

int runImageCacheTests(int argc, char** argv) {
    ImageCacheTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_image_cache.moc"
