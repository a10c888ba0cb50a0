#include <set>

#include <QtTest>

#include "core/base/random.h"
#include "core/data/augment/augmentation.h"
#include "core/data/dataset.h"
#include "tests/data/expect.h"

using namespace gaplab;

namespace {

/// A set of noise: [N, C, H, W], no two pixels alike by plan.
Dataset noise(int64_t count, int64_t channels, int64_t height, int64_t width) {
    Dataset dataset;
    Random random(7);
    for (ImageSet* set : {&dataset.train, &dataset.test}) {
        set->images = at::empty({count, channels, height, width}, at::kByte);
        for (int64_t i = 0; i < set->images.numel(); ++i)
            set->images.mutable_data_ptr<uint8_t>()[i] = static_cast<uint8_t>(random.below(256));
        set->labels = at::arange(count, at::kLong) * 3 % 5;
    }
    dataset.mean = {0.4F, 0.5F, 0.6F};
    dataset.deviation = {0.2F, 0.25F, 0.3F};
    dataset.mean.resize(static_cast<size_t>(channels));
    dataset.deviation.resize(static_cast<size_t>(channels));
    return dataset;
}

at::Tensor normalised(const Dataset& dataset, const at::Tensor& images) {
    at::Tensor result = images.to(at::kFloat).div(255);
    for (int64_t c = 0; c < images.size(1); ++c)
        result.select(1, c).sub_(dataset.mean[static_cast<size_t>(c)]).div_(dataset.deviation[static_cast<size_t>(c)]);
    return result;
}

/// uint8 [B, H, W, C]
at::Tensor someImages(int64_t count = 40, int64_t height = 9, int64_t width = 7, int64_t channels = 3) {
    return noise(count, channels, height, width).train.images.permute({0, 2, 3, 1}).contiguous();
}

at::Tensor colour(int64_t channels = 3) {
    return at::arange(10, 10 + channels, at::kByte);
}

}  // namespace

class BatchTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void evaluationIsGatheringAndNormalising_data() {
        QTest::addColumn<int>("channels");
        QTest::newRow("colour") << 3;
        QTest::newRow("grey") << 1;
    }
    void evaluationIsGatheringAndNormalising() {
        QFETCH(int, channels);
        const Dataset dataset = noise(20, channels, 6, 5);
        const BatchMaker batches(dataset, {}, at::kCPU);
        const at::Tensor rows = at::tensor({7, 0, 7, 19}, at::kLong);
        for (const ImageSet* set : {&dataset.train, &dataset.test}) {
            const at::Tensor images = batches.evaluationImages(*set, rows);
            QVERIFY(images.sizes() == at::IntArrayRef({4, channels, 6, 5}));
            QVERIFY(images.scalar_type() == at::kFloat);
            QVERIFY(images.is_contiguous(at::MemoryFormat::ChannelsLast));
            QVERIFY(images.allclose(normalised(dataset, set->images.index_select(0, rows)), 1e-5, 1e-5));
            QVERIFY(batches.labels(*set, rows).equal(set->labels.index_select(0, rows)));
        }
        QVERIFY(batches.trainingImages(rows, 1).equal(batches.evaluationImages(dataset.train, rows)));  // nothing to augment
    }

    void theSeedDecidesTheBatch() {
        const Dataset dataset = noise(40, 3, 8, 8);
        const std::vector<Json> all = {
            {{"kind", "crop"}, {"padding", 2}}, {{"kind", "flip"}, {"probability", 0.5}}, {{"kind", "cutout"}, {"length", 0}}};
        const BatchMaker batches(dataset, all, at::kCPU), again(dataset, all, at::kCPU);
        const at::Tensor rows = at::arange(40, at::kLong);
        const at::Tensor images = batches.trainingImages(rows, 5);
        QVERIFY(images.equal(again.trainingImages(rows, 5)));
        QVERIFY(!images.equal(batches.trainingImages(rows, 6)));
        QVERIFY(images.is_contiguous(at::MemoryFormat::ChannelsLast));
    }

    void cropIsAWindowOfThePaddedImage() {
        const int64_t padding = 3;
        const at::Tensor images = someImages();
        const at::Tensor result = cropAugmentation().apply(images, {{"padding", padding}}, colour(), 11);
        QVERIFY(result.sizes() == images.sizes());
        Random random(11);  // the reference draws in the same order: down, then right
        std::set<std::pair<int64_t, int64_t>> places;
        for (int64_t i = 0; i < images.size(0); ++i) {
            const int64_t down = random.below(2 * padding + 1) - padding, right = random.below(2 * padding + 1) - padding;
            places.insert({down, right});
            for (int64_t y = 0; y < 9; ++y)
                for (int64_t x = 0; x < 7; ++x) {
                    const bool inside = y + down >= 0 && y + down < 9 && x + right >= 0 && x + right < 7;
                    const at::Tensor expected = inside ? images[i][y + down][x + right] : at::zeros({3}, at::kByte);
                    QVERIFY(result[i][y][x].equal(expected));
                }
        }
        QVERIFY(places.size() > 15);
    }

    void cropOfNothingChangesNothing() {
        const at::Tensor images = someImages();
        QVERIFY(cropAugmentation().apply(images, {{"padding", 0}}, colour(), 1).equal(images));
    }

    void flipMirrorsTheChosenImagesOnly() {
        const at::Tensor images = someImages(400);
        const at::Tensor result = flipAugmentation().apply(images, {{"probability", 0.3}}, colour(), 4);
        Random random(4);
        int flipped = 0;
        for (int64_t i = 0; i < 400; ++i) {
            const bool mirrored = random.chance(0.3);
            flipped += mirrored ? 1 : 0;
            QVERIFY(result[i].equal(mirrored ? images[i].flip(1) : images[i]));
        }
        QVERIFY(flipped > 80 && flipped < 160);
        QVERIFY(flipAugmentation().apply(images, {{"probability", 0.0}}, colour(), 4).equal(images));
        QVERIFY(flipAugmentation().apply(images, {{"probability", 1.0}}, colour(), 4).equal(images.flip(2)));
    }

    void cutoutCoversASquareWithTheMeanColour_data() {
        QTest::addColumn<int>("length");
        QTest::addColumn<int>("side");
        QTest::newRow("given") << 4 << 4;
        QTest::newRow("a quarter") << 0 << 3;
        QTest::newRow("larger than the image") << 100 << 100;
    }
    void cutoutCoversASquareWithTheMeanColour() {
        QFETCH(int, length);
        QFETCH(int, side);
        const at::Tensor images = someImages(60, 12, 14);
        const at::Tensor result = cutoutAugmentation().apply(images, {{"length", length}}, colour(), 21);
        Random random(21);
        for (int64_t i = 0; i < 60; ++i) {
            const int64_t top = random.below(12) - side / 2, left = random.below(14) - side / 2;
            for (int64_t y = 0; y < 12; ++y)
                for (int64_t x = 0; x < 14; ++x) {
                    const bool covered = y >= top && y < top + side && x >= left && x < left + side;
                    QVERIFY(result[i][y][x].equal(covered ? colour() : images[i][y][x]));
                }
        }
    }

    void everyAugmentationKeepsShapeTypeAndItsInput() {
        for (const Augmentation& augmentation : augmentations())
            for (const int64_t channels : {1, 3}) {
                Json options = Json::object();
                for (const Parameter& parameter : augmentation.member.parameters)
                    options[parameter.name] = parameter.defaultValue;
                const at::Tensor images = someImages(5, 8, 8, channels), before = images.clone();
                const at::Tensor result = augmentation.apply(images, options, colour(channels), 3);
                QVERIFY2(result.sizes() == images.sizes() && result.scalar_type() == at::kByte && result.is_contiguous(),
                         augmentation.member.name.c_str());
                QVERIFY(images.equal(before));
                QVERIFY(result.equal(augmentation.apply(images, options, colour(channels), 3)));
            }
    }

    void anUnknownAugmentationIsNamed() {
        const Dataset dataset = noise(4, 3, 8, 8);
        QVERIFY(refuses([&] { BatchMaker(dataset, {Json::object({{"kind", "spin"}})}, at::kCPU); }, Fault::Input, {"spin"}));
    }
};

int runBatchTests(int argc, char** argv) {
    BatchTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_batches.moc"
