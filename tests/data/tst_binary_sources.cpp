#include <zlib.h>

#include <QTemporaryDir>
#include <QtTest>

#include "core/data/dataset.h"
#include "tests/data/expect.h"
#include "tests/data/pictures.h"

using namespace gaplab;
namespace fs = std::filesystem;

namespace {

/// Records with label i % classes and every pixel i % 251.
std::string cifarFile(int64_t images, int labelBytes, int classes) {
    std::string content;
    content.reserve(static_cast<size_t>(images * (labelBytes + 3072)));
    for (int64_t i = 0; i < images; ++i) {
        if (labelBytes == 2) content.push_back(static_cast<char>(i % 20));
        content.push_back(static_cast<char>(i % classes));
        content.append(3072, static_cast<char>(i % 251));
    }
    return content;
}

std::string bigEndian(uint32_t value) {
    return {static_cast<char>(value >> 24), static_cast<char>(value >> 16), static_cast<char>(value >> 8),
            static_cast<char>(value)};
}

std::string idxImages(uint32_t count, uint32_t height = 3, uint32_t width = 4) {
    std::string content = std::string("\0\0\x08\x03", 4) + bigEndian(count) + bigEndian(height) + bigEndian(width);
    for (uint32_t i = 0; i < count * height * width; ++i)
        content.push_back(static_cast<char>(i % 256));
    return content;
}

std::string idxLabels(uint32_t count, int classes, int first = 0) {
    std::string content = std::string("\0\0\x08\x01", 4) + bigEndian(count);
    for (uint32_t i = 0; i < count; ++i)
        content.push_back(static_cast<char>(first + static_cast<int>(i) % classes));
    return content;
}

void gzip(const fs::path& path, const std::string& content) {
    gzFile file = gzopen(path.c_str(), "wb");
    gzwrite(file, content.data(), static_cast<unsigned>(content.size()));
    gzclose(file);
}

DataSpec specOf(const std::string& source, const fs::path& path, Json parameters = Json::object()) {
    DataSpec spec;
    spec.source = source;
    spec.path = path.string();
    spec.parameters = std::move(parameters);
    return spec;
}

}  // namespace

class BinarySourceTests : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    fs::path root_;

    void makeIdx(const std::string& suffix = "") const {
        for (const auto& [name, content] : {std::pair{"train-images-idx3-ubyte", idxImages(40)},
                                            {"train-labels-idx1-ubyte", idxLabels(40, 4)},
                                            {"t10k-images-idx3-ubyte", idxImages(8)},
                                            {"t10k-labels-idx1-ubyte", idxLabels(8, 4)}}) {
            if (suffix.empty())
                writeString(root_ / name, content);
            else
                gzip(root_ / (name + suffix), content);
        }
    }

private Q_SLOTS:
    void init() {
        root_ = fs::path(folder_.path().toStdString()) / QTest::currentTestFunction();
        if (QTest::currentDataTag()) root_ /= QTest::currentDataTag();
        fs::create_directories(root_);
    }

    void cifar10IsReadFromItsBinaryFiles() {
        for (int i = 1; i <= 5; ++i)
            writeString(root_ / "cifar-10-batches-bin" / ("data_batch_" + std::to_string(i) + ".bin"), cifarFile(10'000, 1, 10));
        writeString(root_ / "cifar-10-batches-bin" / "test_batch.bin", cifarFile(10'000, 1, 10));
        for (const fs::path& path : {root_, root_ / "cifar-10-batches-bin"}) {  // as unpacked, and the inner folder
            const auto dataset = loadDataset(specOf("cifar10", path));
            QVERIFY(dataset->train.images.sizes() == at::IntArrayRef({50'000, 3, 32, 32}));
            QCOMPARE(dataset->test.size(), int64_t{10'000});
            QCOMPARE(dataset->train.labels[10'003].item<int64_t>(), int64_t{3});
            QVERIFY(dataset->train.images[10'300].eq(300 % 251).all().item<bool>());
            QCOMPARE(dataset->classes[9], std::string("truck"));
        }
        writeString(root_ / "cifar-10-batches-bin" / "batches.meta.txt", "a\nb\nc\nd\ne\nf\ng\nh\ni\nlast\n\n");
        QCOMPARE(loadDataset(specOf("cifar10", root_))->classes[9], std::string("last"));

        const fs::path file = root_ / "cifar-10-batches-bin" / "data_batch_3.bin";
        std::string content = cifarFile(10'000, 1, 10);
        content[3073 * 7] = 10;
        writeString(file, content);
        QVERIFY(
            refuses([&] { loadDataset(specOf("cifar10", root_)); }, Fault::Input, {"data_batch_3.bin", "Image 7", "label 10"}));
        fs::resize_file(file, 12'345);
        QVERIFY(refuses([&] { loadDataset(specOf("cifar10", root_)); }, Fault::Input, {"data_batch_3.bin", "12345", "30730000"}));
        fs::remove(file);
        QVERIFY(refuses([&] { loadDataset(specOf("cifar10", root_)); }, Fault::Input, {"data_batch_3.bin"}));
    }

    void cifar100HasFineAndCoarseLabels() {
        writeString(root_ / "train.bin", cifarFile(50'000, 2, 100));
        writeString(root_ / "test.bin", cifarFile(10'000, 2, 100));
        const auto fine = loadDataset(specOf("cifar100", root_, {{"label", "fine"}}));
        QCOMPARE(fine->classes.size(), size_t{100});
        QCOMPARE(fine->classes[99], std::string("worm"));
        QCOMPARE(fine->train.labels[123].item<int64_t>(), int64_t{23});
        const auto coarse = loadDataset(specOf("cifar100", root_, {{"label", "coarse"}}));
        QCOMPARE(coarse->classes.size(), size_t{20});
        QCOMPARE(coarse->train.labels[123].item<int64_t>(), int64_t{3});
    }

    void aMissingCifarFolderSaysHowToFetchIt() {
        QVERIFY(refuses([&] { loadDataset(specOf("cifar10", root_ / "none")); }, Fault::Input, {"none"}));
        qputenv("XDG_DATA_HOME", root_.c_str());
        QVERIFY(refuses([] { loadDataset(specOf("cifar100", "")); }, Fault::Input, {"data fetch cifar100"}));
        qunsetenv("XDG_DATA_HOME");
    }

    void idxIsReadPlainAndCompressed_data() {
        QTest::addColumn<QString>("suffix");
        QTest::newRow("plain") << "";
        QTest::newRow("gzip") << ".gz";
    }
    void idxIsReadPlainAndCompressed() {
        QFETCH(QString, suffix);
        makeIdx(suffix.toStdString());
        const auto grey = loadDataset(specOf("idx", root_, {{"channels", 1}}));
        QVERIFY(grey->train.images.sizes() == at::IntArrayRef({40, 1, 3, 4}));
        QCOMPARE(grey->train.images[2][0][1][3].item<int>(), 2 * 12 + 7);
        QCOMPARE(grey->train.labels[5].item<int64_t>(), int64_t{1});
        QVERIFY(grey->classes == std::vector<std::string>({"0", "1", "2", "3"}));
        const auto colour = loadDataset(specOf("idx", root_, {{"channels", 3}}));
        QVERIFY(colour->train.images.sizes() == at::IntArrayRef({40, 3, 3, 4}));
        QVERIFY(colour->train.images.select(1, 2).equal(grey->train.images.select(1, 0)));
    }

    void labelsThatDoNotBeginAtZeroAreNumberedAnew() {
        makeIdx();
        writeString(root_ / "train-labels-idx1-ubyte", idxLabels(40, 4, 1));
        writeString(root_ / "mine", idxLabels(8, 4, 1));
        const auto dataset = loadDataset(specOf("idx", root_, {{"test_labels", "mine"}}));
        QVERIFY(dataset->classes == std::vector<std::string>({"1", "2", "3", "4"}));
        QCOMPARE(dataset->test.labels[3].item<int64_t>(), int64_t{3});
    }

    void badIdxFilesAreRefused_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("words");
        const auto bytes = [](const std::string& text) { return QByteArray::fromStdString(text); };
        QTest::newRow("empty") << "train-images-idx3-ubyte" << QByteArray() << "ends too early";
        QTest::newRow("header cut") << "train-images-idx3-ubyte" << bytes(idxImages(40).substr(0, 9)) << "ends too early";
        QTest::newRow("values cut") << "train-images-idx3-ubyte" << bytes(idxImages(40).substr(0, 300)) << "284 of 480";
        QTest::newRow("too long") << "train-images-idx3-ubyte" << bytes(idxImages(40) + "x") << "goes on";
        QTest::newRow("labels for images") << "train-images-idx3-ubyte" << bytes(idxLabels(40, 4)) << "not an IDX file";
        QTest::newRow("text") << "t10k-labels-idx1-ubyte" << QByteArray("hello, world") << "not an IDX file";
        QTest::newRow("unequal counts") << "train-labels-idx1-ubyte" << bytes(idxLabels(39, 4)) << "40 images";
        QTest::newRow("stray class") << "t10k-labels-idx1-ubyte" << bytes(idxLabels(8, 5)) << "no training image";
        QTest::newRow("other size") << "t10k-images-idx3-ubyte" << bytes(idxImages(8, 4, 4)) << "different size";
    }
    void badIdxFilesAreRefused() {
        QFETCH(QString, file);
        QFETCH(QByteArray, content);
        QFETCH(QString, words);
        makeIdx();
        writeString(root_ / file.toStdString(), content.toStdString());
        QVERIFY(refuses([&] { loadDataset(specOf("idx", root_)); }, Fault::Input, {words.toStdString()}));
    }

    void aHugeAnnouncementIsRefusedBeforeItIsAllocated() {
        makeIdx();
        writeString(root_ / "train-images-idx3-ubyte", std::string("\0\0\x08\x03", 4) + std::string(12, '\xff'));
        QVERIFY(refuses([&] { loadDataset(specOf("idx", root_)); }, Fault::World, {"train-images-idx3-ubyte"}));
    }

    void aTruncatedGzipIsRefused() {
        makeIdx(".gz");
        const fs::path file = root_ / "train-images-idx3-ubyte.gz";
        fs::resize_file(file, fs::file_size(file) - 12);
        QVERIFY(refuses([&] { loadDataset(specOf("idx", root_)); }, Fault::Input, {"train-images-idx3-ubyte.gz"}));
    }

    void aMissingIdxFileIsNamed() {
        makeIdx();
        fs::remove(root_ / "t10k-labels-idx1-ubyte");
        QVERIFY(refuses([&] { loadDataset(specOf("idx", root_)); }, Fault::Input, {"t10k-labels", "data.test_labels"}));
        QVERIFY(refuses([&] { loadDataset(specOf("idx", root_ / "none")); }, Fault::Input, {"none"}));
    }
};

int runBinarySourceTests(int argc, char** argv) {
    BinarySourceTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_binary_sources.moc"
