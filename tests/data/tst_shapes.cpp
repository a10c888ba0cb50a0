#include <set>

#include <QtTest>

#include "core/data/dataset.h"
#include "core/data/shapes/scene.h"
#include "tests/data/expect.h"

using namespace gaplab;

namespace {

std::shared_ptr<const Dataset> shapes(Json parameters, int threads = 2) {
    DataSpec spec;
    spec.source = "shapes";
    Json all = {{"size", 16}, {"train", 200}, {"test", 50}};
    all.update(parameters);
    spec.parameters = all;
    return loadDataset(spec, {.threads = threads, .cacheFolder = {}, .progress = {}, .stop = {}});
}

}  // namespace

class ShapesTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theNumberOfThreadsChangesNothing() {
        const auto one = shapes(Json::object(), 1), four = shapes(Json::object(), 4);
        QVERIFY(one->train.images.equal(four->train.images));
        QVERIFY(one->test.images.equal(four->test.images));
        QVERIFY(one->train.groups.equal(four->train.groups));
        QCOMPARE(one->fingerprint, four->fingerprint);
        QVERIFY(one->mean == four->mean);
    }

    void aLargerSetBeginsWithTheSmallerOne() {
        const auto small = shapes({{"train", 100}, {"test", 20}}), large = shapes({{"train", 300}, {"test", 90}});
        QVERIFY(large->train.images.slice(0, 0, 100).equal(small->train.images));
        QVERIFY(large->train.labels.slice(0, 0, 100).equal(small->train.labels));
        QVERIFY(large->test.images.slice(0, 0, 20).equal(small->test.images));
    }

    void everyOptionDrawsOtherImages_data() {
        QTest::addColumn<double>("value");
        QTest::newRow("seed") << 1.0;
        QTest::newRow("family") << 1.0;
        QTest::newRow("difficulty") << 0.9;
        QTest::newRow("group_skew") << 1.0;
    }
    void everyOptionDrawsOtherImages() {
        QFETCH(double, value);
        const auto usual = shapes(Json::object()), other = shapes({{QTest::currentDataTag(), value}});
        QVERIFY(!usual->train.images.equal(other->train.images));
        QVERIFY(usual->fingerprint != other->fingerprint);
    }

    void trainingAndTestImagesDiffer() {
        const auto dataset = shapes({{"test", 200}});
        QVERIFY(!dataset->train.images.slice(0, 0, 50).equal(dataset->test.images.slice(0, 0, 50)));
    }

    void classesAreBalancedAndNamedOnce_data() {
        QTest::addColumn<int>("classes");
        for (const int classes : {2, 10, 40, 200})
            QTest::addRow("%d", classes) << classes;
    }
    void classesAreBalancedAndNamedOnce() {
        QFETCH(int, classes);
        const auto dataset = shapes({{"classes", classes}, {"train", classes * 10}, {"test", classes}});
        QVERIFY(at::bincount(dataset->train.labels).eq(10).all().item<bool>());
        QCOMPARE(std::set<std::string>(dataset->classes.begin(), dataset->classes.end()).size(), static_cast<size_t>(classes));
    }

    void theFirstTenAreFiveShapesByTwoTextures() {
        std::set<std::string> textures, outlines;
        const auto dataset = shapes(Json::object());
        for (const std::string& name : dataset->classes) {
            textures.insert(name.substr(0, name.find(' ')));
            outlines.insert(name.substr(name.find(' ')));
        }
        QCOMPARE(textures.size(), size_t{2});
        QCOMPARE(outlines.size(), size_t{5});
    }

    void theFamiliesShareNoClass() {
        const Json all = {{"classes", 200}, {"train", 2000}, {"test", 200}};
        Json other = all;
        other["family"] = 1;
        std::vector<std::string> names = shapes(all)->classes;
        const std::vector<std::string> more = shapes(other)->classes;
        names.insert(names.end(), more.begin(), more.end());
        QCOMPARE(std::set<std::string>(names.begin(), names.end()).size(), size_t{400});
    }

    void classesMayBeChosenByName() {
        DataSpec spec;
        spec.source = "shapes";
        spec.parameters = {{"size", 16}, {"train", 100}, {"test", 20}};
        spec.classes = {"plain ring", "dotted heart"};
        const auto dataset = loadDataset(spec);
        QVERIFY(std::set<std::string>(dataset->classes.begin(), dataset->classes.end()) ==
                std::set<std::string>({"plain ring", "dotted heart"}));
        QCOMPARE(dataset->train.size(), int64_t{100});
        spec.classes = {"plain ring", "doted heart"};
        QVERIFY(refuses([&] { loadDataset(spec); }, Fault::Input, {"doted heart", "\"dotted heart\""}));
    }

    void greyImagesAreGreyAndTheSkewIsKept() {
        const auto dataset = shapes({{"group_skew", 0.9}, {"train", 4000}, {"test", 2000}});
        QVERIFY(dataset->groups == std::vector<std::string>({"colour", "grey"}));
        const at::Tensor spread =
            (dataset->train.images.amax(1).to(at::kInt) - dataset->train.images.amin(1).to(at::kInt)).flatten(1).amax(1);
        QVERIFY(spread.eq(0).equal(dataset->train.groups.eq(1)));
        for (int64_t label = 0; label < 10; ++label) {
            const double grey =
                dataset->train.groups.masked_select(dataset->train.labels == label).to(at::kFloat).mean().item<double>();
            QVERIFY(std::abs(grey - (label % 2 == 0 ? 0.1 : 0.9)) < 0.07);
            const double test =
                dataset->test.groups.masked_select(dataset->test.labels == label).to(at::kFloat).mean().item<double>();
            QVERIFY(std::abs(test - 0.5) < 0.15);
        }
    }

    void oneChannelHasNoGroups() {
        const auto dataset = shapes({{"channels", 1}});
        QVERIFY(dataset->train.images.sizes() == at::IntArrayRef({200, 1, 16, 16}));
        QVERIFY(!dataset->train.groups.defined() && dataset->groups.empty());
        QVERIFY(refuses([] { shapes({{"channels", 1}, {"group_skew", 0.8}}); }, Fault::Input, {"group_skew"}));
    }

    void tooManyImagesAreRefusedBeforeTheyAreDrawn() {
        QVERIFY(refuses([] { shapes({{"size", 512}, {"train", 10'000'000}}); }, Fault::World, {"The images need", "data.size"}));
    }

    void everyOutlineIsWholeAndOfItsOwnArea() {
        Coverage coverage;
        std::set<int> areas;
        for (const int family : {0, 1})
            for (const Outline& outline : outlines(family)) {
                std::vector<Contour> contours = outline.contours;
                for (Contour& contour : contours)
                    for (Point& p : contour) {
                        QVERIFY2(std::hypot(p.x, p.y) < 1.0001F, outline.name.c_str());
                        p = {64 + 60 * p.x, 64 + 60 * p.y};
                    }
                rasterise(contours, 128, coverage);
                double area = 0;
                for (int y = coverage.top; y < coverage.bottom; ++y)
                    for (int x = 0; x < 128; ++x)
                        area += static_cast<double>(coverage.pixels[static_cast<size_t>(y * 128 + x)]);
                double expected = 0;  // shoelace; holes count against it
                for (const Contour& contour : contours)
                    for (size_t i = 0; i < contour.size(); ++i) {
                        const Point a = contour[i], b = contour[(i + 1) % contour.size()];
                        expected += 0.5 * static_cast<double>(a.x * b.y - b.x * a.y);
                    }
                QVERIFY2(std::abs(area - std::abs(expected)) < 0.01 * area + 8.0, outline.name.c_str());
                QVERIFY2(area > 1500, outline.name.c_str());
                areas.insert(static_cast<int>(area));
            }
        QCOMPARE(areas.size(), size_t{40});
    }

    void texturesStayBetweenTheirColours() {
        for (const Texture& texture : textures())
            for (float u = -3; u < 3; u += 0.37F)
                for (float v = -3; v < 3; v += 0.41F) {
                    const float share = texture.value(u, v, 5.0F);
                    QVERIFY(share >= 0.0F && share <= 1.0F);
                }
    }
};

int runShapesTests(int argc, char** argv) {
    ShapesTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_shapes.moc"
