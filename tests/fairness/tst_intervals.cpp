#include <QTest>

#include "core/fairness/impact.h"
#include "tests/fairness/simulated.h"

using namespace gaplab;
using namespace gaplab::fairness;

namespace {

bool holds(const std::optional<Interval>& interval, double truth) {
    return interval && interval->low <= truth && truth <= interval->high;
}

double binomial(int n, int k, double p) {
    return std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) + k * std::log(p) +
                    (n - k) * std::log1p(-p));
}

/// Images of two groups in equal numbers; a network answers right with the probability of class and group, else with the next
/// class.
struct World {
    int classes = 3, images = 600;
    double lost = 0;  ///< of the second group's right answers
    std::vector<int> groups = {};

    Answers draw(Random& random, double better = 0) {
        Answers answers;
        groups.clear();
        for (int i = 0; i < images; ++i) {
            const auto label = static_cast<int>(random.below(classes));
            groups.push_back(static_cast<int>(random.below(2)));
            answers.labels.push_back(label);
            answers.predictions.push_back(answer(label, random.chance(rightOf(label, groups.back()) + better), classes));
        }
        return answers;
    }
    double rightOf(int klass, int group) const { return 0.85 - 0.1 * klass - (group == 1 ? lost : 0); }
};

/// What the metrics come to without noise: of a world of very many images.
Impact truthOf(World world) {
    world.images = 400'000;
    Random random(99);
    const Answers answers = world.draw(random);
    return impactOf(answers, nullptr, world.classes, groupsOf(world.groups, 2),
                    {.draws = 100, .trainingCounts = {{2, 1}, {1, 2}, {2, 1}}});
}

}  // namespace

class TestIntervals : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void wilsonByHand() {
        // R. G. Newcombe, Statist. Med. 17 (1998), table I
        const auto interval = *wilsonInterval({81, 263}, 0.95);
        QVERIFY(near(interval.low, 0.2553, 5e-5) && near(interval.high, 0.3662, 5e-5));
        const auto few = *wilsonInterval({0, 20}, 0.95);
        QVERIFY(few.low == 0 && near(few.high, 0.1611, 5e-5));
        QVERIFY(!wilsonInterval({0, 0}, 0.95));
        QVERIFY_EXCEPTION_THROWN(wilsonInterval({1, 2}, 1.0), std::invalid_argument);
    }

    void wilsonCoversAsNamed() {
        for (const int n : {20, 100}) {
            double mean = 0;
            constexpr int shares = 99;
            for (int i = 1; i <= shares; ++i)
                for (int k = 0; k <= n; ++k)
                    mean += holds(wilsonInterval({k, n}, 0.95), i / 100.0) ? binomial(n, k, i / 100.0) / shares : 0;
            QVERIFY2(std::abs(mean - 0.95) < 0.01, qPrintable(QString::number(mean)));
        }
    }

    void exactOnesByHand() {
        const Interval interval = simultaneousIntervals({{0, 10}}, 0.95)[0];
        QVERIFY(interval.low == 0 && near(interval.high, 1 - std::pow(0.025, 0.1), 1e-9));
        const Interval two = simultaneousIntervals({{10, 10}, {5, 10}}, 0.95)[0];
        QVERIFY(two.high == 1 && near(two.low, std::pow(0.0125, 0.1), 1e-9));
    }

    /// All classes equally hard: the worst one of the sample lies far below, and its own interval would miss the truth.
    void theWorstOfManyIsCovered() {
        const int count = rounds(300);
        int covered = 0, naive = 0;
        Random random(11);
        for (int round = 0; round < count; ++round) {
            std::vector<Share> shares(20, {0, 50});
            for (Share& share : shares)
                for (int i = 0; i < 50; ++i)
                    share.count += random.chance(0.7);
            const Share worst = *std::ranges::min_element(shares, {}, &Share::count);
            covered += holds(intervalOfLowest(shares, 1, 0.95), 0.7);
            naive += holds(wilsonInterval(worst, 0.95), 0.7);
        }
        QVERIFY(covered >= count * (0.95 - slack(0.95, count)));
        QVERIFY(naive < count * 0.8);  // why it is not used
    }

    void bootstrapCoversAsNamed_data() {
        QTest::addColumn<double>("lost");
        QTest::newRow("groups differ") << 0.2;
        QTest::newRow("groups differ a little") << 0.1;
        QTest::newRow("groups do not differ") << 0.0;
    }
    void bootstrapCoversAsNamed() {
        QFETCH(double, lost);
        World world{.lost = lost};
        const Impact truth = truthOf(world);
        const std::vector<std::pair<const char*, Estimate Impact::*>> metrics = {
            {"balanced accuracy", &Impact::balancedAccuracy},
            {"spread over classes", &Impact::classSpread},
            {"demographic parity", &Impact::demographicParity},
            {"equalized odds", &Impact::equalizedOdds},
            {"amplification", &Impact::amplification}};
        std::vector<int> covered(metrics.size());
        const int count = rounds(120);
        Random random(12);
        for (int round = 0; round < count; ++round) {
            const Answers answers = world.draw(random);
            const Impact impact = impactOf(answers, nullptr, world.classes, groupsOf(world.groups, 2),
                                           {.draws = 400, .seed = random.next(), .trainingCounts = {{2, 1}, {1, 2}, {2, 1}}});
            for (size_t m = 0; m < metrics.size(); ++m)
                covered[m] += holds((impact.*metrics[m].second).interval, *(truth.*metrics[m].second).value);
        }
        for (size_t m = 0; m < metrics.size(); ++m) {
            const double share = static_cast<double>(covered[m]) / count;
            qInfo("%s: %.3f", metrics[m].first, share);
            QVERIFY2(share >= 0.945 - slack(0.95, count), metrics[m].first);
        }
    }

    /// Error changes against a reference on the same images.
    void errorSpreadIsCovered() {
        const int count = rounds(100);
        int cev = 0, sde = 0;
        const auto drawPair = [](Random& random, int images, Answers& network, Answers& reference) {
            network = {}, reference = {};
            for (int i = 0; i < images; ++i) {
                const int label = i % 4;
                network.labels.push_back(label);
                network.predictions.push_back(answer(label, random.chance(label == 0 ? 0.45 : 0.75), 4));
                reference.predictions.push_back(answer(label, random.chance(0.7), 4));
            }
            reference.labels = network.labels;
        };
        Random random(13);
        Answers network, reference;
        drawPair(random, 1'000'000, network, reference);
        const ErrorSpread truth =
            *errorSpread(errorChanges(tallyOf(network, 4, {}), tallyOf(reference, 4, {}), scopeOf(tallyOf(network, 4, {}), 10)));
        for (int round = 0; round < count; ++round) {
            drawPair(random, 1200, network, reference);
            const Impact impact = impactOf(network, &reference, 4, {}, {.draws = 400, .seed = random.next()});
            cev += holds(impact.cev.interval, truth.cev);
            sde += holds(impact.sde.interval, truth.sde);
        }
        qInfo("CEV: %.3f, SDE: %.3f", static_cast<double>(cev) / count, static_cast<double>(sde) / count);
        QVERIFY(std::abs(cev - 0.95 * count) < (0.03 + slack(0.95, count)) * count);
        QVERIFY(std::abs(sde - 0.95 * count) < (0.03 + slack(0.95, count)) * count);
    }

    void seedsMakeATInterval() {
        const Estimate estimate = overSeeds({{.value = 1.0}, {.value = 2.0}, {}, {.value = 3.0}}, 0.95);
        QCOMPARE(*estimate.value, 2.0);
        QVERIFY(near(estimate.interval->high - 2, 4.302652729911275 / std::sqrt(3.0), 1e-9));
        QVERIFY(!overSeeds({{.value = 1.0}}, 0.95).interval && !overSeeds({{}}, 0.95).enough());
        const int count = rounds(2000);
        int covered = 0;
        Random random(14);
        for (int round = 0; round < count; ++round) {
            std::vector<Estimate> seeds(4);
            for (Estimate& seed : seeds)
                seed.value = 0.3 + 0.02 * random.normal();
            covered += holds(overSeeds(seeds, 0.95).interval, 0.3);
        }
        QVERIFY(std::abs(covered - 0.95 * count) < slack(0.95, count) * count);
    }

    void sameSeedSameIntervals() {
        World world;
        Random random(15);
        const Answers answers = world.draw(random);
        const Groups groups = groupsOf(world.groups, 2);
        const auto end = [&](uint64_t seed) {
            return impactOf(answers, nullptr, 3, groups, {.draws = 200, .seed = seed}).classSpread.interval->high;
        };
        QCOMPARE(end(1), end(1));
        QVERIFY(end(1) != end(2));
    }
};

int runIntervalTests(int argc, char** argv) {
    TestIntervals test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_intervals.moc"
