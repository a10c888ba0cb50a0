#include <set>

#include <QtTest>

#include "core/base/random.h"
#include "core/data/augment/augmentation.h"
#include "core/data/augment/fused.h"
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

Json defaultsOf(const Augmentation& augmentation) {
    Json options = Json::object();
    for (const Parameter& parameter : augmentation.member.parameters)
        options[parameter.name] = parameter.defaultValue;
    return options;
}

/// Smooth images, so that resampling changes little.
at::Tensor smoothImages(int64_t count, int64_t side) {
    const at::Tensor along = at::arange(side, at::kFloat) / static_cast<double>(side);
    const at::Tensor map = 120 + 60 * (3 * along.unsqueeze(1)).sin() + 50 * (4 * along.unsqueeze(0)).cos();
    return map.unsqueeze(0).unsqueeze(3).expand({count, side, side, 3}).round().to(at::kByte).contiguous();
}

double meanDifference(const at::Tensor& a, const at::Tensor& b) {
    return (a.to(at::kFloat) - b.to(at::kFloat)).abs().mean().item<double>();
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

    void oneKernelsArithmeticIsTheSameBatch_data() {
        QTest::addColumn<QString>("list");
        QTest::newRow("nothing") << "[]";
        QTest::newRow("crop") << R"([{"kind": "crop", "padding": 3}])";
        QTest::newRow("flip") << R"([{"kind": "flip"}])";
        QTest::newRow("both") << R"([{"kind": "crop", "padding": 4}, {"kind": "flip", "probability": 0.5}])";
        QTest::newRow("with repetition between") << R"([{"kind": "crop"}, {"kind": "repeated"}, {"kind": "flip"}])";
        QTest::newRow("with mixing behind") << R"([{"kind": "crop"}, {"kind": "flip"}, {"kind": "mixup"}])";
    }
    void oneKernelsArithmeticIsTheSameBatch() {
        QFETCH(QString, list);
        const auto augment = Json::parse(list.toStdString()).get<std::vector<Json>>();
        const std::optional<Moves> moves = movesOf(augment);
        QVERIFY(moves);
        for (const int64_t channels : {1, 3}) {
            const Dataset dataset = noise(40, channels, 9, 7);
            const BatchMaker maker(dataset, augment, at::kCPU);
            const at::Tensor rows = at::arange(64, at::kLong) * 7 % 40;
            const at::Tensor mean = at::tensor(dataset.mean, at::kFloat) * 255;
            std::vector<float> scale;
            for (const float deviation : dataset.deviation)
                scale.push_back(1.0F / (255.0F * deviation));
            const at::Tensor made = movedImages(dataset.train.images, drawPlaces(*moves, rows, 11), mean, at::tensor(scale));
            QVERIFY(made.equal(maker.trainingImages(rows, 11)));
            QVERIFY(made.is_contiguous(at::MemoryFormat::ChannelsLast));
        }
    }

    void otherListsAreNoMoves_data() {
        QTest::addColumn<QString>("list");
        QTest::newRow("turned round") << R"([{"kind": "flip"}, {"kind": "crop"}])";
        QTest::newRow("twice") << R"([{"kind": "crop"}, {"kind": "crop"}])";
        QTest::newRow("with a hole") << R"([{"kind": "crop"}, {"kind": "cutout"}])";
    }
    void otherListsAreNoMoves() {
        QFETCH(QString, list);
        QVERIFY(!movesOf(Json::parse(list.toStdString()).get<std::vector<Json>>()));
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
                if (!augmentation.apply) continue;
                const Json options = defaultsOf(augmentation);
                const at::Tensor images = someImages(40, 8, 9, channels), before = images.clone();
                const at::Tensor result = augmentation.apply(images, options, colour(channels), 3);
                QVERIFY2(result.sizes() == images.sizes() && result.scalar_type() == at::kByte && result.is_contiguous(),
                         augmentation.member.name.c_str());
                QVERIFY(images.equal(before));
                QVERIFY(result.equal(augmentation.apply(images, options, colour(channels), 3)));
            }
    }

    void aCropOfTheWholeImageIsTheImage() {
        const at::Tensor images = someImages(6, 12, 12);
        QVERIFY(randomResizedCropAugmentation().apply(images, {{"smallest", 1.0}, {"flattest", 1.0}}, colour(), 3).equal(images));
    }

    void aRandomResizedCropShowsAPartOfTheImage() {
        // The value of a pixel is its column, so a crop shows ascending columns of the range it was cut from.
        const at::Tensor images = at::arange(0, 240, 10, at::kByte).view({1, 1, 24, 1}).expand({50, 24, 24, 3}).contiguous();
        const at::Tensor result =
            randomResizedCropAugmentation().apply(images, {{"smallest", 0.2}, {"flattest", 0.75}}, colour(), 5).to(at::kInt);
        const at::Tensor steps = result.slice(2, 2, 23) - result.slice(2, 1, 22);
        QVERIFY(steps.ge(0).all().item<bool>() && steps.le(11).all().item<bool>());
        const at::Tensor range = result.select(2, 22) - result.select(2, 1);
        QVERIFY(range.min().item<int>() < 150 && range.max().item<int>() > 150);  // some parts are narrow, some wide
        QVERIFY(result.select(1, 0).equal(result.select(1, 23)));                 // rows are alike, as in the image
    }

    void jitterOfNoStrengthIsTheImage() {
        const at::Tensor images = someImages();
        const Json still = {{"brightness", 0.0}, {"contrast", 0.0}, {"saturation", 0.0}, {"hue", 0.0}};
        QVERIFY(meanDifference(colourJitterAugmentation().apply(images, still, colour(), 3), images) < 0.01);
        Json turned = still;
        turned["hue"] = 0.5;
        const at::Tensor result = colourJitterAugmentation().apply(images, turned, colour(), 3);
        QVERIFY(meanDifference(result, images) > 5);
        // A turn of the hue keeps the greatest and the smallest channel of each pixel.
        QVERIFY(meanDifference(result.amax(3), images.amax(3)) < 0.6);
        QVERIFY(meanDifference(result.amin(3), images.amin(3)) < 0.6);
    }

    void erasingCoversARectangleOfSomeImages() {
        const at::Tensor images = at::full({200, 20, 20, 3}, 7, at::kByte);
        const Json options = {{"probability", 0.25}, {"smallest", 0.1}, {"largest", 0.3}};
        const at::Tensor changed = erasingAugmentation().apply(images, options, colour(), 9).ne(7).any(3);  // [B, H, W]
        const at::Tensor hit = changed.any(2).any(1);
        const auto count = hit.sum().item<int64_t>();
        QVERIFY2(count > 30 && count < 70, qPrintable(QString::number(count)));
        for (int64_t i = 0; i < 200; ++i) {
            if (!hit[i].item<bool>()) continue;
            const int64_t rows = changed[i].any(1).sum().item<int64_t>(), columns = changed[i].any(0).sum().item<int64_t>();
            QVERIFY(rows * columns >= 30 && rows * columns <= 130);  // 10 to 30 % of 400, rounded to whole pixels
            const double filled = static_cast<double>(changed[i].sum().item<int64_t>()) / static_cast<double>(rows * columns);
            QVERIFY(filled > 0.9);  // noise is hardly ever the old value
        }
    }

    void randAugmentChangesAboutAsManyImagesAsItDraws() {
        const at::Tensor images = smoothImages(300, 16);
        const Json options = {{"layers", 2}, {"magnitude", 9.0}, {"deviation", 0.5}, {"probability", 0.5}};
        const at::Tensor result = randAugmentAugmentation().apply(images, options, colour(), 4);
        const double changed = result.ne(images).flatten(1).any(1).to(at::kFloat).mean().item<double>();
        QVERIFY2(changed > 0.6 && changed < 0.85, qPrintable(QString::number(changed)));  // 1 - 0.5^2
        Json never = options;
        never["probability"] = 0.0;
        QVERIFY(randAugmentAugmentation().apply(images, never, colour(), 4).equal(images));
    }

    void mixingMixesLabelsInTheSameShares_data() {
        QTest::addColumn<QString>("kind");
        QTest::newRow("mixup") << "mixup";
        QTest::newRow("cutmix") << "cutmix";
    }
    void mixingMixesLabelsInTheSameShares() {
        QFETCH(QString, kind);
        Dataset dataset = noise(20, 3, 12, 12);
        dataset.classes.resize(5);
        const BatchMaker plain(dataset, {}, at::kCPU),
            mixing(dataset, {Json{{"kind", kind.toStdString()}, {"alpha", 1.0}}}, at::kCPU);
        const at::Tensor rows = at::arange(20);
        const at::Tensor images = plain.trainingImages(rows, 1), labels = plain.labels(dataset.train, rows);
        double least = 1, most = 0;
        for (uint64_t seed = 0; seed < 40; ++seed) {
            const TrainingBatch batch = mixing.trainingBatch(rows, seed);
            if (!batch.softLabels.defined()) continue;  // nothing was covered
            QVERIFY(batch.softLabels.sum(1).allclose(at::ones({20})));
            // The share that the labels tell is that of the images.
            const int64_t row = 1;
            QVERIFY(labels[row].item<int64_t>() != labels[18].item<int64_t>());
            const double share = batch.softLabels[row][labels[row].item<int64_t>()].item<double>();
            const at::Tensor own = images[row], partner = images[18], mixed = batch.images[row];
            if (kind == "mixup") {
                QVERIFY(mixed.allclose(share * own + (1 - share) * partner, 1e-4, 1e-4));
            } else {
                const double kept = mixed.eq(own).all(0).to(at::kFloat).mean().item<double>();
                QVERIFY(std::abs(kept - share) < 0.02);
                QVERIFY(mixed.eq(own).logical_or(mixed.eq(partner)).all().item<bool>());
            }
            QCOMPARE(batch.labels[row].item<int64_t>(), labels[share >= 0.5 ? row : 18].item<int64_t>());
            QVERIFY(batch.images.equal(mixing.trainingBatch(rows, seed).images));
            least = std::min(least, share);
            most = std::max(most, share);
        }
        QVERIFY(least < 0.5 && most > 0.7);  // a rectangle that reaches over the edge covers less than was drawn
    }

    void ofTwoWaysToMixEachBatchGetsOne() {
        Dataset dataset = noise(8, 3, 8, 8);
        dataset.classes.resize(5);
        const BatchMaker batches(dataset, {Json{{"kind", "mixup"}, {"alpha", 1.0}}, Json{{"kind", "cutmix"}, {"alpha", 1.0}}},
                                 at::kCPU);
        const at::Tensor rows = at::arange(8), images = BatchMaker(dataset, {}, at::kCPU).trainingImages(rows, 0);
        int cut = 0;
        for (uint64_t seed = 0; seed < 100; ++seed) {
            const at::Tensor mixed = batches.trainingBatch(rows, seed).images;
            cut += mixed.eq(images).logical_or(mixed.eq(images.flip(0))).all().item<bool>() ? 1 : 0;
        }
        QVERIFY2(cut > 30 && cut < 70, qPrintable(QString::number(cut)));
    }

    void repetitionIsTold() {
        const Dataset dataset = noise(4, 3, 8, 8);
        QCOMPARE(BatchMaker(dataset, {Json{{"kind", "repeated"}, {"times", 3}}}, at::kCPU).repeats(), int64_t{3});
        QCOMPARE(BatchMaker(dataset, {Json{{"kind", "flip"}}}, at::kCPU).repeats(), int64_t{1});
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
