#include <cmath>

#include <QtTest>

#include "core/data/image_statistics.h"
#include "tests/data/small_pictures.h"

using namespace gaplab;

class TestImageStatistics : public QObject {
    Q_OBJECT

    static std::array<double, imageStatisticCount> of(const Planes& picture, int64_t side, int64_t channels = 3) {
        const auto values = statisticsOf(rowsOf({picture}, side, channels));
        return {values[0][0], values[1][0], values[2][0], values[3][0]};
    }

private Q_SLOTS:
    void aFlatGreyPictureHasBrightnessAlone() {
        const auto flat = of(Planes(3 * 64, 90), 8);
        QVERIFY(std::abs(flat[0] - 90) < 1e-6 && std::abs(flat[1]) < 1e-4 && std::abs(flat[2]) < 1e-6 &&
                std::abs(flat[3]) < 1e-4);
    }

    void figuresByHand() {
        // Columns of 0 and 100 in turn: contrast 50; the Laplacian is +-200.
        Planes stripes(3 * 64);
        for (size_t i = 0; i < stripes.size(); ++i)
            stripes[i] = i % 2 == 0 ? 0 : 100;
        const auto striped = of(stripes, 8);
        QVERIFY(std::abs(striped[0] - 50) < 1e-6 && std::abs(striped[1] - 50) < 1e-6 && std::abs(striped[3] - 200) < 1e-6);
        QVERIFY(striped[2] < 1e-6);
        // Pure red: red - green 255, yellow - blue 127.5, no spread.
        Planes red(3 * 64, 0);
        std::fill_n(red.begin(), 64, uint8_t{255});
        QVERIFY(std::abs(of(red, 8)[2] - 0.3 * std::hypot(255.0, 127.5)) < 1e-6);
    }

    void greyImagesOfOneChannelHaveNoColour() {
        Planes stripes(64);
        for (size_t i = 0; i < stripes.size(); ++i)
            stripes[i] = i % 2 == 0 ? 0 : 100;
        const auto grey = of(stripes, 8, 1);
        QVERIFY(grey[2] < 1e-6 && std::abs(grey[1] - 50) < 1e-6);
    }

    void aTinyPictureHasNoSharpness() { QCOMPARE(of(Planes(3 * 4, 9), 2)[3], 0.0); }

    void threadsChangeNothing() {
        const auto pictures = drawnPictures(600, 16);
        QCOMPARE(statisticsOf(rowsOf(pictures, 16), 1), statisticsOf(rowsOf(pictures, 16), 4));
    }
};

int runImageStatisticTests(int argc, char** argv) {
    TestImageStatistics tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_image_statistics.moc"
