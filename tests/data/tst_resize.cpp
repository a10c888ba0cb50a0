#include <algorithm>
#include <rapidcheck.h>

#include <QtTest>

#include "core/data/images/resize.h"
#include "tests/data/expect.h"
#include "tests/data/pictures.h"

using namespace gaplab;

class ResizeTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theSameSizeChangesNothing() {
        const DecodedImage image = picture(13, 9);
        QVERIFY(resizeImage(image, {13, 9}).pixels == image.pixels);
    }

    void shrinkingByTwoWeighsEveryPixel() {
        // 4 x 1 to 2 x 1 needs a target of the same aspect: 4 x 2 to 2 x 1; triangle of half-width 2 around 1.0: weights 3, 3, 1
        // of 7
        DecodedImage image{{4, 2}, {}};
        for (int y = 0; y < 2; ++y)
            for (const int value : {0, 70, 140, 210})
                image.pixels.insert(image.pixels.end(), 3, static_cast<uint8_t>(value));
        const DecodedImage small = resizeImage(image, {2, 1});
        QCOMPARE(static_cast<int>(small.pixels[0]), (0 * 3 + 70 * 3 + 140 * 1) / 7);
        QCOMPARE(static_cast<int>(small.pixels[3]), (70 * 1 + 140 * 3 + 210 * 3) / 7);
    }

    void theCentreIsCroppedToTheTargetsShape() {
        DecodedImage image{{6, 2}, {}};  // black, two white columns in the middle, black
        for (int y = 0; y < 2; ++y)
            for (int x = 0; x < 6; ++x)
                image.pixels.insert(image.pixels.end(), 3, x == 2 || x == 3 ? uint8_t{255} : uint8_t{0});
        const DecodedImage square = resizeImage(image, {2, 2});
        QVERIFY(square.pixels == std::vector<uint8_t>(12, 255));
    }

    void flatImagesStayFlatAndRangesAreKept() {
        VERIFY_PROPERTY("any size to any size", [] {
            const auto side = [] { return *rc::gen::inRange<int64_t>(1, 40); };
            const DecodedImage image = picture(side(), side(), *rc::gen::inRange(0, 100));
            const ImageSize target{side(), side()};
            const DecodedImage result = resizeImage(image, target);
            RC_ASSERT(static_cast<int64_t>(result.pixels.size()) == target.width * target.height * 3);
            const auto [low, high] = std::ranges::minmax(image.pixels);
            const auto [newLow, newHigh] = std::ranges::minmax(result.pixels);
            RC_ASSERT(newLow >= low && newHigh <= high);
            const DecodedImage flat{image.size, std::vector<uint8_t>(image.pixels.size(), 93)};
            RC_ASSERT(resizeImage(flat, target).pixels == std::vector<uint8_t>(result.pixels.size(), 93));
        });
    }
};

int runResizeTests(int argc, char** argv) {
    ResizeTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_resize.moc"
