#include <sys/stat.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <QtTest>

#include "core/data/dataset.h"
#include "core/data/images/resize.h"
#include "tests/data/expect.h"
#include "tests/data/pictures.h"

using namespace gaplab;
namespace fs = std::filesystem;

class FolderSourceTests : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    fs::path root_, cache_;
    int loads_ = 0;  ///< progress of decoding seen

    DataSpec spec(Json parameters = Json::object()) const {
        DataSpec spec;
        spec.source = "folder";
        spec.path = root_.string();
        spec.parameters = std::move(parameters);
        spec.validation = 0.25;
        return spec;
    }

    std::shared_ptr<const Dataset> load(const DataSpec& what, int threads = 2) {
        LoadOptions options{.threads = threads, .cacheFolder = cache_, .progress = {}, .stop = {}};
        std::atomic<bool> decoded = false;
        options.progress = [&](const std::string& text, double fraction) {
            if (text.starts_with("Decoding")) decoded = true;
            if (fraction < 0.0 || fraction > 1.0) qFatal("progress of %f", fraction);
        };
        auto dataset = loadDataset(what, options);
        if (decoded) ++loads_;
        return dataset;
    }

private Q_SLOTS:
    void init() {
        root_ = fs::path(folder_.path().toStdString()) / QTest::currentTestFunction();
        if (QTest::currentDataTag()) root_ /= QTest::currentDataTag();
        cache_ = root_ / ".cache";
        loads_ = 0;
        fs::create_directories(root_);
    }

    void pixelsLabelsAndNamesArrive() {
        for (int i = 0; i < 4; ++i) {
            writeBytes(root_ / "train" / "cat" / (std::to_string(i) + ".png"), pngOf(picture(6, 5, i)));
            writeBytes(root_ / "train" / "ant" / (std::to_string(i) + ".bmp"), bmpOf(picture(6, 5, 10 + i)));
            writeBytes(root_ / "test" / "ant" / (std::to_string(i) + ".webp"), webpOf(picture(6, 5, 20 + i)));
        }
        const auto dataset = load(spec());
        QVERIFY(dataset->classes == std::vector<std::string>({"ant", "cat"}));
        QVERIFY(dataset->train.images.sizes() == at::IntArrayRef({8, 3, 5, 6}));
        QVERIFY(dataset->test.images.sizes() == at::IntArrayRef({4, 3, 5, 6}));
        QVERIFY(dataset->train.labels.equal(at::tensor({0, 0, 0, 0, 1, 1, 1, 1}, at::kLong)));
        const DecodedImage expected = picture(6, 5, 2);  // cat/2.png is row 6
        for (int64_t c = 0; c < 3; ++c)
            for (int64_t y = 0; y < 5; ++y)
                for (int64_t x = 0; x < 6; ++x)
                    QCOMPARE(dataset->train.images[6][c][y][x].item<int>(),
                             static_cast<int>(expected.pixels[static_cast<size_t>((y * 6 + x) * 3 + c)]));
    }

    void theSecondLoadComesFromTheCache() {
        makeFolder(root_, {"train", "test"}, {"a", "b"}, 4);
        const auto first = load(spec()), second = load(spec());
        QCOMPARE(loads_, 1);
        QVERIFY(first->train.images.equal(second->train.images));
        QVERIFY(first->test.labels.equal(second->test.labels));
        QCOMPARE(first->fingerprint, second->fingerprint);
        QVERIFY(first->mean == second->mean && first->deviation == second->deviation);
        QVERIFY(first->trainIndices == second->trainIndices);
    }

    void aChangedFolderIsDecodedAnew_data() {
        QTest::addColumn<int>("change");
        for (const char* name : {"written", "added", "removed", "renamed"})
            QTest::newRow(name) << static_cast<int>(QString(name).size());
    }
    void aChangedFolderIsDecodedAnew() {
        const std::string change = QTest::currentDataTag();
        makeFolder(root_, {"train", "test"}, {"a", "b"}, 4);
        const std::string before = load(spec())->fingerprint;
        const fs::path one = root_ / "train" / "a" / "0.jpg";
        if (change == "written") writeBytes(one, jpegOf(picture(8, 8, 99)));
        if (change == "added") writeBytes(root_ / "train" / "a" / "new.jpg", jpegOf(picture(8, 8, 99)));
        if (change == "removed") fs::remove(one);
        if (change == "renamed") fs::rename(one, root_ / "train" / "b" / "moved.jpg");
        QVERIFY(load(spec())->fingerprint != before);
        QCOMPARE(loads_, 2);
        const auto files = std::distance(fs::directory_iterator(cache_), fs::directory_iterator());
        QCOMPARE(files, 1);  // the old cache is gone
    }

    void timesAndThreadsDoNotTouchTheFingerprint() {
        makeFolder(root_, {"train", "test"}, {"a", "b"}, 40);
        const std::string one = load(spec(), 1)->fingerprint;
        for (const fs::directory_entry& entry : fs::directory_iterator(root_ / "train" / "a"))
            fs::last_write_time(entry, fs::file_time_type::clock::now() + std::chrono::hours(1));
        QCOMPARE(load(spec(), 4)->fingerprint, one);
        QCOMPARE(loads_, 2);
    }

    void anotherSizeIsResizedByTheRule() {
        makeFolder(root_, {"train", "test"}, {"a", "b"}, 4, 12);
        writeBytes(root_ / "train" / "a" / "0.jpg", pngOf(picture(30, 20)));
        const auto natural = load(spec());
        QCOMPARE(natural->height(), int64_t{12});
        const DecodedImage expected = resizeImage(picture(30, 20), {12, 12});
        QCOMPARE(natural->train.images[0][1][3][5].item<int>(), static_cast<int>(expected.pixels[(3 * 12 + 5) * 3 + 1]));
        QCOMPARE(load(spec({{"size", 7}}))->width(), int64_t{7});
        QCOMPARE(load(spec({{"size", 40}}))->width(), int64_t{40});
    }

    void oneChannelIsGrey() {
        makeFolder(root_, {"train", "test"}, {"a", "b"}, 4);
        writeBytes(root_ / "train" / "a" / "0.jpg", pngOf({{8, 8}, std::vector<uint8_t>(192, 61)}));
        const auto dataset = load(spec({{"channels", 1}}));
        QCOMPARE(dataset->channels(), int64_t{1});
        QVERIFY(dataset->train.images[0].eq(61).all().item<bool>());
        QVERIFY(refuses([&] { load(spec({{"channels", 2}})); }, Fault::Input, {"data.channels"}));
    }

    void aTestSetIsCutWhereThereIsNone() {
        makeFolder(root_, {"."}, {"a", "b", "c"}, 10);
        const auto dataset = load(spec({{"test_fraction", 0.2}}));
        QCOMPARE(dataset->test.size(), int64_t{6});
        QCOMPARE(dataset->train.size(), int64_t{24});
        QVERIFY(at::bincount(dataset->test.labels).eq(2).all().item<bool>());
        DataSpec other = spec({{"test_fraction", 0.2}});
        other.splitSeed = 1;
        QVERIFY(!load(other)->test.images.equal(dataset->test.images));
    }

    void aBrokenImageIsNamed_data() {
        QTest::addColumn<QString>("kind");
        for (const std::string& kind : brokenKinds())
            QTest::newRow(kind.c_str()) << QString::fromStdString(kind);
    }
    void aBrokenImageIsNamed() {
        QFETCH(QString, kind);
        makeFolder(root_, {"train", "test"}, {"a", "b"}, 4);
        writeBytes(root_ / "train" / "b" / "bad.jpg", brokenImage(kind.toStdString()));
        QVERIFY(refuses([&] { load(spec()); }, Fault::Input, {"train/b/bad.jpg", "data.on_error"}));
        DataSpec skipping = spec();
        skipping.skipBroken = true;
        for (int repeat = 0; repeat < 2; ++repeat) {  // the second one from the cache
            const auto dataset = load(skipping);
            QCOMPARE(dataset->train.size(), int64_t{8});
            QCOMPARE(dataset->skippedFiles.size(), size_t{1});
            QVERIFY(QString::fromStdString(dataset->skippedFiles[0]).startsWith("train/b/bad.jpg: "));
        }
        QVERIFY(refuses([&] { load(spec()); }, Fault::Input, {"train/b/bad.jpg"}));  // in spite of the cache
    }

    void theFirstOfSeveralBrokenImagesIsNamed() {
        makeFolder(root_, {"train", "test"}, {"a", "b"}, 200);
        for (const char* name : {"a/150.jpg", "b/3.jpg", "b/90.jpg"})
            writeString(root_ / "train" / name, "no image");
        for (const int threads : {1, 2, 5})
            QVERIFY(refuses([&] { load(spec(), threads); }, Fault::Input, {"train/a/150.jpg"}));
    }

    void aClassWithoutGoodImagesIsNamed() {
        makeFolder(root_, {"train", "test"}, {"a", "b"}, 4);
        makeFolder(root_, {"train"}, {"c"}, 0);
        writeString(root_ / "train" / "c" / "0.jpg", "no image");
        DataSpec skipping = spec();
        skipping.skipBroken = true;
        QVERIFY(refuses([&] { load(skipping); }, Fault::Input, {"\"c\"", "no training image"}));
    }

    void anUnreadableImageIsTheWorldsFault() {
        if (geteuid() == 0) QSKIP("root may read everything");
        makeFolder(root_, {"train", "test"}, {"a", "b"}, 4);
        fs::permissions(root_ / "train" / "a" / "0.jpg", fs::perms::none);
        QVERIFY(refuses([&] { load(spec()); }, Fault::World, {"0.jpg"}));
    }

    void aCacheThatCannotBeWrittenOnlyWarns() {
        makeFolder(root_, {"train", "test"}, {"a", "b"}, 4);
        writeString(cache_, "a file where the folder should be");
        QCOMPARE(load(spec())->train.size(), int64_t{8});
        QCOMPARE(load(spec())->train.size(), int64_t{8});
        QCOMPARE(loads_, 2);
    }

    void imagesThatDoNotFitAreRefusedBeforeTheyAreDecoded() {
        makeFolder(root_, {"train", "test"}, {"a", "b"}, 2);
        QVERIFY(refuses([&] { load(spec({{"size", 2'000'000}})); }, Fault::World, {"data.size"}));
    }

    void aStopIsHeard() {
        makeFolder(root_, {"train", "test"}, {"a", "b"}, 4);
        std::stop_source stop;
        LoadOptions options{.threads = 1, .cacheFolder = cache_, .progress = {}, .stop = stop.get_token()};
        options.progress = [&](const std::string&, double) { stop.request_stop(); };
        QVERIFY(refuses([&] { loadDataset(spec(), options); }, Fault::Stopped, {}));
        QVERIFY(!fs::exists(cache_));
    }
};

int runFolderSourceTests(int argc, char** argv) {
    FolderSourceTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_folder_source.moc"
