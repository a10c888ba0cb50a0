#include <cmath>
#include <numeric>
#include <rapidcheck.h>
#include <set>

#include <QtTest>

#include "core/base/random.h"

using namespace gaplab;

class RandomTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// The figures were computed by a second implementation of the same formulas in another language. They must never change:
    /// stored runs are repeated and resumed by them.
    void derivedSeedsAreTheSameForEver_data() {
        QTest::addColumn<quint64>("seed");
        QTest::addColumn<QString>("purpose");
        QTest::addColumn<quint64>("index");
        QTest::addColumn<quint64>("derived");
        QTest::newRow("first") << quint64{0} << "augment" << quint64{0} << quint64{0xb8c06065898489deULL};
        QTest::newRow("next index") << quint64{0} << "augment" << quint64{1} << quint64{0x6651522aa25a4a46ULL};
        QTest::newRow("other purpose") << quint64{0} << "order" << quint64{0} << quint64{0x0cfdae952858e080ULL};
        QTest::newRow("other seed") << quint64{1} << "augment" << quint64{0} << quint64{0xe1191b9e0dc118f3ULL};
    }
    void derivedSeedsAreTheSameForEver() {
        QFETCH(quint64, seed);
        QFETCH(QString, purpose);
        QFETCH(quint64, index);
        QFETCH(quint64, derived);
        QCOMPARE(quint64{deriveSeed(seed, purpose.toStdString(), index)}, derived);
    }

    void derivedSeedsDiffer() {
        std::set<uint64_t> seen;
        for (uint64_t seed = 0; seed < 20; ++seed)
            for (const char* purpose : {"augment", "order", "weights", "split", "a", "b", "ab", "ba"})
                for (uint64_t index = 0; index < 50; ++index)
                    seen.insert(deriveSeed(seed, purpose, index));
        QCOMPARE(seen.size(), size_t{20 * 8 * 50});
    }

    void streamsOfNeighbouringIndicesAreNotCorrelated() {
        double sum = 0;
        constexpr int count = 4000;
        for (uint64_t index = 0; index < count; ++index)
            sum += (Random(deriveSeed(3, "augment", index)).uniform() - 0.5) *
                   (Random(deriveSeed(3, "augment", index + 1)).uniform() - 0.5);
        // Standard error of the mean product of two independent uniforms: (1/12) / sqrt(n); five of them.
        QVERIFY2(std::abs(sum / count) < 5.0 / 12.0 / std::sqrt(double{count}), qPrintable(QString::number(sum / count)));
    }

    void generatorIsSplitMix64() {
        Random random(1234567);  // the reference values published with the algorithm
        for (const uint64_t expected : {6457827717110365317ULL, 3203168211198807973ULL, 9817491932198370423ULL,
                                        4593380528125082431ULL, 16408922859458223821ULL})
            QCOMPARE(quint64{random.next()}, quint64{expected});
    }

    void numbersStayInTheirRange() {
        QVERIFY(rc::check("ranges", [](uint64_t seed) {
            const auto count = *rc::gen::inRange<int64_t>(1, int64_t{1} << 40);
            Random random(seed);
            for (int i = 0; i < 20; ++i) {
                const double u = random.uniform();
                RC_ASSERT(u >= 0.0 && u < 1.0);
                const double scaled = random.uniform(-3.0, 5.0);
                RC_ASSERT(scaled >= -3.0 && scaled < 5.0);
                const int64_t below = random.below(count);
                RC_ASSERT(below >= 0 && below < count);
                RC_ASSERT(std::isfinite(random.normal()));
            }
        }));
    }

    void momentsOfTheDistributionsAreRight() {
        Random random(11);
        constexpr int count = 100000;
        double uniform = 0, normal = 0, square = 0;
        int heads = 0;
        for (int i = 0; i < count; ++i) {
            uniform += random.uniform();
            const double z = random.normal();
            normal += z;
            square += z * z;
            heads += random.chance(0.25) ? 1 : 0;
        }
        QVERIFY(std::abs(uniform / count - 0.5) < 0.005);
        QVERIFY(std::abs(normal / count) < 0.016);
        QVERIFY(std::abs(square / count - 1.0) < 0.025);
        QVERIFY(std::abs(static_cast<double>(heads) / count - 0.25) < 0.007);
    }

    void permutationHoldsEveryNumberOnce() {
        QVERIFY(rc::check("permutation", [](uint64_t seed) {
            const auto count = *rc::gen::inRange<int64_t>(0, 300);
            std::vector<int64_t> order = permutation(count, seed);
            RC_ASSERT(order == permutation(count, seed));
            std::ranges::sort(order);
            std::vector<int64_t> all(static_cast<size_t>(count));
            std::iota(all.begin(), all.end(), int64_t{0});
            RC_ASSERT(order == all);
        }));
    }

    void permutationIsTheSameForEver() { QCOMPARE(permutation(10, 7), (std::vector<int64_t>{9, 5, 8, 6, 1, 2, 4, 7, 0, 3})); }

    void everyPermutationComesUpEquallyOften() {
        std::map<std::vector<int64_t>, int> seen;
        constexpr int count = 6000;
        for (uint64_t seed = 0; seed < count; ++seed)
            ++seen[permutation(3, deriveSeed(seed, "test"))];
        QCOMPARE(seen.size(), size_t{6});
        // 1000 expected, standard deviation 29
        for (const auto& [order, times] : seen)
            QVERIFY2(std::abs(times - 1000) < 150, qPrintable(QString::number(times)));
    }
};

int runRandomTests(int argc, char** argv) {
    RandomTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_random.moc"
