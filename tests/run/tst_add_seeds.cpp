#include <QTest>

#include "core/run/add_seeds.h"
#include "tests/store/fixture.h"

using namespace gaplab;
using namespace gaplab::test;

namespace {

/// A trial with these seeds finished, its verdict against the first.
TrialFigures trial(const std::string& name, const std::vector<uint64_t>& seeds, Verdict verdict = Verdict::CannotTell) {
    TrialFigures figures{.trial = name, .label = name, .document = {{"name", name}}, .seeds = seeds};
    for (const uint64_t seed : seeds)
        figures.runs.push_back({.seed = seed, .testAtBest = 0.5});
    figures.testAtBest.n = std::ssize(seeds);
    figures.delta = Comparison{.verdict = verdict};
    return figures;
}

TrialComparison comparison(std::vector<TrialFigures> trials) {
    trials.front().delta.reset();
    return {.trials = std::move(trials)};
}

/// "a: 0 1; b: 1"
std::string listed(const SeedStep& step) {
    std::string text;
    for (const MissingSeeds& missing : step.next) {
        text += (text.empty() ? "" : "; ") + missing.document.at("name").get<std::string>() + ":";
        for (const uint64_t seed : missing.seeds)
            text += " " + std::to_string(seed);
    }
    return text;
}

}  // namespace

class TestAddSeeds : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void looksAreSpreadEvenlyUpToTheCap() {
        const auto spread = [](const SeedPlan& plan) {
            std::vector<int64_t> seeds;
            for (int64_t look = 1; look <= plan.looks; ++look)
                seeds.push_back(plan.seedsAtLook(look));
            return seeds;
        };
        QCOMPARE(spread({10, 3}), (std::vector<int64_t>{4, 7, 10}));
        QCOMPARE(spread({10, 1}), (std::vector<int64_t>{10}));
        QCOMPARE(spread({4, 3}), (std::vector<int64_t>{2, 3, 4}));
        QCOMPARE(spread({2, 1}), (std::vector<int64_t>{2}));
    }

    void bothSidesGetTheSameNextSeeds_data() {
        QTest::addColumn<std::vector<uint64_t>>("a");
        QTest::addColumn<std::vector<uint64_t>>("b");
        QTest::addColumn<QString>("next");
        using Seeds = std::vector<uint64_t>;
        QTest::newRow("nothing yet") << Seeds{} << Seeds{} << "a: 0 1 2 3; b: 0 1 2 3";
        QTest::newRow("a seed each") << Seeds{0} << Seeds{0} << "a: 1 2 3; b: 1 2 3";
        QTest::newRow("partners first") << Seeds{0, 5} << Seeds{0, 9} << "a: 1 9; b: 1 5";
        QTest::newRow("one side is ahead") << Seeds{0, 1, 2, 3} << Seeds{0} << "b: 1 2 3";
        QTest::newRow("no more partners than needed") << Seeds{3, 4, 5, 6, 7, 8} << Seeds{8} << "b: 3 4 5";
        QTest::newRow("gaps are filled") << Seeds{1, 3} << Seeds{1, 3} << "a: 0 2; b: 0 2";
    }
    void bothSidesGetTheSameNextSeeds() {
        QFETCH(std::vector<uint64_t>, a);
        QFETCH(std::vector<uint64_t>, b);
        QFETCH(QString, next);
        const SeedStep step = nextSeeds(comparison({trial("a", a), trial("b", b)}), {10, 3});
        QCOMPARE(listed(step), next.toStdString());
        QVERIFY(!step.isLook && !step.decided);
    }

    void aLookDecidesOrAsksForMore() {
        const std::vector<uint64_t> four = {0, 1, 2, 3}, ten = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
        const SeedStep open = nextSeeds(comparison({trial("a", four), trial("b", four)}), {10, 3});
        QVERIFY(open.isLook && !open.decided);
        QCOMPARE(listed(open), std::string("a: 4 5 6; b: 4 5 6"));
        for (const Verdict verdict : {Verdict::Better, Verdict::Worse, Verdict::Equal}) {
            const SeedStep decided = nextSeeds(comparison({trial("a", four), trial("b", four, verdict)}), {10, 3});
            QVERIFY(decided.isLook && decided.decided && decided.next.empty());
        }
        const SeedStep capped = nextSeeds(comparison({trial("a", ten), trial("b", ten)}), {10, 3});
        QVERIFY(capped.isLook && !capped.decided && capped.next.empty());
    }

    /// What is decided too early would be a look that the level does not allow for.
    void beforeTheFirstLookNothingIsDecided() {
        const SeedStep step = nextSeeds(comparison({trial("a", {0, 1, 2}), trial("b", {0, 1, 2}, Verdict::Better)}), {10, 3});
        QVERIFY(!step.isLook && !step.decided);
        QCOMPARE(listed(step), std::string("a: 3; b: 3"));
    }

    void allTrialsGoOnUntilEachIsDecided() {
        const std::vector<uint64_t> four = {0, 1, 2, 3};
        const SeedStep step =
            nextSeeds(comparison({trial("a", four), trial("b", four, Verdict::Better), trial("c", four)}), {10, 3});
        QVERIFY(step.isLook && !step.decided);
        QCOMPARE(step.next.size(), size_t{3});
    }

    /// However the verdicts fall, a study ends within its looks and never goes beyond its cap.
    void aStudyEndsWithinItsLooks() {
        for (int64_t cap = 2; cap <= 12; ++cap)
            for (int64_t looks = 1; looks < cap; ++looks) {
                std::vector<uint64_t> seeds;
                int64_t taken = 0;
                for (;;) {
                    const SeedStep step = nextSeeds(comparison({trial("a", seeds), trial("b", seeds)}), {cap, looks});
                    taken += step.isLook;
                    if (step.next.empty()) break;
                    seeds.insert(seeds.end(), step.next.front().seeds.begin(), step.next.front().seeds.end());
                }
                QCOMPARE(std::ssize(seeds), cap);
                QVERIFY(taken >= 1 && taken <= looks);
            }
    }

    void senselessPlansAreRefusedWithEveryProblem() {
        QCOMPARE(errorOf([] { SeedPlan{1, 0}.requireSensible(); }).problems().size(), size_t{2});
        for (const SeedPlan plan : {SeedPlan{0, 1}, {-5, 1}, {1, 1}, {5000, 1}, {10, 0}, {10, -1}, {10, 10}})
            QCOMPARE(errorOf([&] { plan.requireSensible(); }).fault(), Fault::Input);
        SeedPlan{10, 9}.requireSensible();
    }

    void whatSeedsCannotDecideIsRefused() {
        QVERIFY(says(errorOf([] { nextSeeds(comparison({trial("a", {0})}), {}); }), "one trial"));
        TrialComparison differing = comparison({trial("a", {0}), trial("b", {0})});
        differing.notComparable = {"test set differs"};
        QVERIFY(says(errorOf([&] { nextSeeds(differing, {}); }), "test set differs"));
        TrialComparison untested = comparison({trial("a", {0}), trial("b", {0})});
        untested.trials[1].testAtBest.n = 0;
        QVERIFY(says(errorOf([&] { nextSeeds(untested, {}); }), "no test accuracy"));
    }

    void comparisonsCarryTheirDocumentsAndLooks() {
        const Place place;
        Store store = place.make();
        for (const char letter : {'a', 'b'})
            for (const uint64_t seed : {0, 1}) {
                const int64_t run = store.addRun(someRun(std::string(1, letter), seed, std::string(64, letter)));
                for (const RunState state : {RunState::Preparing, RunState::Running})
                    store.setState(run, state);
                const double test = letter == 'a' ? 0.5 : 0.6 + 0.01 * static_cast<double>(seed);
                store.append(run, std::vector<SeriesPoint>{{"student/test/accuracy_at_best", {1, 1, test, 0}}});
                store.setState(run, RunState::Finished);
            }
        const TrialComparison found = compareTrials(store, {"1", "3"}, 0.95, 0.003, 5);
        QCOMPARE(text(found.trials[1].document.at("name")), text("b"));
        QCOMPARE(found.trials[1].delta->looks, 5);
        const Json delta = toJson(found).at("trials").at(1).at("delta");
        QVERIFY(std::abs(delta.at("level").get<double>() - 0.99) < 1e-12);
        QCOMPARE(text(delta.at("looks")), text(5));
        QCOMPARE(text(delta.at("sign_flip_p")), text(0.5));
        QCOMPARE(text(delta.at("sign_flip_error")), text(0.0));
        QVERIFY(delta.at("detectable").get<double>() > 0.01);
        QCOMPARE(listed(nextSeeds(found, {})), std::string("a: 2 3; b: 2 3"));
    }
};

QTEST_GUILESS_MAIN(TestAddSeeds)
#include "tst_add_seeds.moc"
