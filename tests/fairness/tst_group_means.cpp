#include <cmath>

#include <QTest>

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/fairness/group_means.h"

using namespace gaplab;
using namespace gaplab::fairness;

class TestGroupMeans : public QObject {
    Q_OBJECT

    /// Four numbers of 300 images in three groups; those of the first group are `shift` standard deviations higher in the first
    /// one.
    static std::pair<std::vector<std::vector<double>>, Groups> drawn(uint64_t seed, double shift) {
        Random random(seed);
        Groups groups{.ofImage = std::vector<int>(300), .names = {"a", "b", "c"}};
        std::vector<std::vector<double>> values(4, std::vector<double>(300));
        for (size_t i = 0; i < 300; ++i) {
            groups.ofImage[i] = static_cast<int>(random.below(3));
            for (auto& number : values)
                number[i] = 50 + 10 * random.normal();
            if (groups.ofImage[i] == 0) values[0][i] += 10 * shift;
        }
        return {values, groups};
    }

private Q_SLOTS:
    void meansByHand() {
        const Groups groups{.ofImage = {0, 0, 1, 1, 1, -1}, .names = {"a", "b"}};
        const auto means = groupMeans({{1, 3, 4, 6, 8, 1000}}, groups, {.leastImages = 2});
        QCOMPARE(means[0][0].summary.mean, 2.0);
        QCOMPARE(means[0][1].summary.mean, 6.0);
        QCOMPARE(means[0][0].difference, -4.0);  // the image of unknown group has no say
        QVERIFY(std::abs(means[0][0].effect + 4 / std::sqrt((2.0 + 8.0) / 3)) < 1e-12);
        // Welch by hand: t = -4 / sqrt(1 + 4/3) at (7/3)^2 / (1 + (4/3)^2 / 2) = 2.88 degrees
        QVERIFY(std::abs(means[0][0].pValue - 0.0824407) < 1e-6);
    }

    void aPlantedDifferenceStands() {
        const auto [values, groups] = drawn(1, 1);
        const auto means = groupMeans(values, groups);
        QVERIFY(means[0][0].stands && means[0][0].difference > 5);
        QVERIFY(!means[1][0].stands && !means[2][1].stands);
    }

    void chanceAloneHardlyEverStands() {
        int wrong = 0;
        for (uint64_t seed = 0; seed < 200; ++seed) {
            const auto [values, groups] = drawn(seed, 0);
            bool any = false;
            for (const auto& row : groupMeans(values, groups, {.smallestEffect = 0}))
                any = any || std::ranges::any_of(row, &GroupMean::stands);
            wrong += any;
        }
        QVERIFY2(wrong <= 20, qPrintable(QString::number(wrong)));  // 5 % of 200, and three standard deviations
    }

    void aTinyDifferenceOfManyImagesDoesNotMatter() {
        Groups groups{.ofImage = std::vector<int>(100'000), .names = {"a", "b"}};
        std::vector<double> values(100'000);
        Random random(2);
        for (size_t i = 0; i < values.size(); ++i) {
            groups.ofImage[i] = static_cast<int>(i % 2);
            values[i] = random.normal() + 0.05 * static_cast<double>(i % 2);
        }
        const auto means = groupMeans({values}, groups);
        QVERIFY(means[0][0].pValue < 1e-6 && !means[0][0].stands);
    }

    void fewImagesAreNotEnoughData() {
        Groups groups{.ofImage = std::vector<int>(50, 0), .names = {"a", "b", "empty"}};
        groups.ofImage[7] = 1;
        const auto means = groupMeans({std::vector<double>(50, 3)}, groups);
        QVERIFY(!means[0][1].enough && !means[0][1].stands && !means[0][1].interval);
        QVERIFY(!means[0][2].enough && std::isnan(means[0][2].summary.mean));
        QVERIFY(!means[0][0].enough);  // what is there to compare it with
        QVERIFY_THROWS_EXCEPTION(Error, groupMeans({{1, 2}}, groups));
    }

    void whatOnlyTheGroupChangesStands() {
        Groups groups{.ofImage = std::vector<int>(40), .names = {"a", "b"}};
        std::vector<double> values(40);
        for (size_t i = 0; i < 40; ++i)
            values[i] = groups.ofImage[i] = static_cast<int>(i % 2);
        QVERIFY(groupMeans({values}, groups)[0][0].stands);
        QVERIFY(!groupMeans({std::vector<double>(40, 1)}, groups)[0][0].stands);
    }
};

int runGroupMeanTests(int argc, char** argv) {
    TestGroupMeans tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_group_means.moc"
