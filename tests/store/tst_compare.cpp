#include <QTest>

#include "core/run/compare.h"
#include "tests/store/fixture.h"

using namespace gaplab;
using namespace gaplab::test;

namespace {

const std::string baseline(64, 'a'), better(64, 'b'), other(64, 'c');

struct Figures {
    double validation = 0.7, test = 0.6;
    Json environment = {{"precision", "float32"}, {"device", "cpu"}, {"threads", 2}};
    std::string fingerprint = "f00d";
    Json document = {{"student", {{"architecture", "resnet8"}}}};
    RunState state = RunState::Finished;
    std::map<std::string, int64_t> from = {};
};

int64_t add(Store& store, const std::string& trial, uint64_t seed, const Figures& figures) {
    NewRun run = someRun("run", seed, trial);
    run.document = figures.document;
    run.environment = figures.environment;
    run.dataFingerprint = figures.fingerprint;
    run.from = figures.from;
    const int64_t id = store.addRun(run);
    bring(store, id, RunState::Running);
    const double value = figures.validation;
    store.append(id, std::vector<SeriesPoint>{{"student/validation/accuracy", {0, 0, 0.1, 0}},
                                              {"student/validation/accuracy", {10, 1, value, 0}},
                                              {"student/validation/accuracy", {20, 2, value, 0}},
                                              {"student/validation/accuracy", {30, 3, value - 0.1, 0}},
                                              {"gap/validation/accuracy", {0, 0, 0.0, 0}},
                                              {"gap/validation/accuracy", {10, 1, 0.02, 0}},
                                              {"gap/validation/accuracy", {20, 2, 0.05, 0}},
                                              {"gap/validation/accuracy", {30, 3, 0.03, 0}},
                                              {"student/test/accuracy_at_best", {10, 1, figures.test, 0}},
                                              {"student/test/accuracy_at_last", {30, 3, figures.test - 0.01, 0}}});
    if (figures.state != RunState::Running) store.setState(id, figures.state);
    return id;
}

}  // namespace

class TestCompare : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void figuresOfARunComeFromItsSeries() {
        const Place place;
        Store store = place.make();
        Figures figures;
        figures.document["gap"] = {{"target", {{0, 0.0}, {2, 4.0}}}, {"band", 1.0}};
        add(store, baseline, 4, figures);
        const TrialFigures trial = compareTrials(store, {"1"}).trials.front();
        QCOMPARE(trial.runs.size(), size_t{1});
        const RunFigures& run = trial.runs.front();
        QCOMPARE(run.seed, uint64_t{4});
        QCOMPARE(*run.bestValidation, 0.7);
        QCOMPARE(*run.bestEpoch, 1.0);  // the first of two equal maxima
        QCOMPARE(*run.gapBest, 0.02);
        QCOMPARE(*run.gapLast, 0.03);
        QCOMPARE(*run.testAtBest, 0.6);
        QCOMPARE(*run.testAtLast, 0.59);
        QVERIFY(std::abs(*run.last - 0.6) < 1e-12);
        QCOMPARE(*run.inBand, 1.0);  // gaps 0 2 5 3 against 0 2 4 4, within 1
        QVERIFY(!trial.delta);
    }

    /// Four images of class 0 that the teacher gets right, and four of class 1 that it takes for class 2.
    void whatATeacherPassedOnIsMeasuredAgainstTheStudentAlone() {
        const Place place;
        Store store = place.make();
        const std::vector<uint16_t> labels = {0, 0, 0, 0, 1, 1, 1, 1}, teacher = {0, 0, 0, 0, 2, 2, 2, 2};
        const auto says = [&](int64_t run, const char* role, const std::vector<uint16_t>& classes) {
            store.addPredictions(
                run, std::vector<PredictionRecord>{{role, "validation", 1, classes, std::vector<uint8_t>(8, 255)}}, 1);
        };
        const int64_t alone = add(store, other, 0, {});
        Figures figures;
        figures.from = {{"baseline", alone}};
        figures.document["teachers"] = {{"aide", {{"kind", "static"}}}, {"big", {{"kind", "gpd"}}}};  // the grown one counts
        const int64_t run = add(store, baseline, 0, figures);
        const auto figuresNow = [&] { return runFigures(store, store.run(run)); };
        QVERIFY(!figuresNow().positiveTransfer);  // no answers yet
        says(alone, "labels", labels);
        says(alone, "student", {0, 0, 1, 1, 2, 1, 1, 1});  // half of the right ones, a quarter of the wrong ones
        says(run, "labels", labels);
        says(run, "big", teacher);
        says(run, "student", {0, 0, 0, 1, 2, 2, 1, 1});  // three quarters, and half
        QVERIFY(std::abs(*figuresNow().positiveTransfer - 0.25) < 1e-12);
        QVERIFY(std::abs(*figuresNow().negativeTransfer - 0.25) < 1e-12);
        says(alone, "labels", {0, 0, 0, 0, 1, 1, 1, 2});  // other images
        QVERIFY(!figuresNow().positiveTransfer);
    }

    void singleRunsAreComparedByTheirAnswers() {
        const Place place;
        Store store = place.make();
        const int64_t first = add(store, baseline, 0, {}), second = add(store, better, 0, {});
        std::vector<uint16_t> labels(1000, 4), one = labels, two = labels;
        std::fill_n(one.begin(), 60, 1);
        std::fill_n(two.begin() + 40, 30, 1);  // 20 are wrong for both
        for (const auto& [run, classes] : {std::pair(first, one), {second, two}})
            store.addPredictions(run,
                                 std::vector<PredictionRecord>{{"labels", "test", 1, labels, std::vector<uint8_t>(1000, 255)},
                                                               {"student", "test", 1, classes, std::vector<uint8_t>(1000, 99)}},
                                 1);
        const auto trials = compareTrials(store, {"1", "2"}).trials;
        QVERIFY(!trials[0].answers);
        QVERIFY(trials[1].answers.has_value());
        QCOMPARE(trials[1].answers->onlyFirst, 10);
        QCOMPARE(trials[1].answers->onlySecond, 40);
        QVERIFY(std::abs(trials[1].answers->difference - 0.03) < 1e-12);
        QVERIFY(trials[1].answers->pValue < 1e-4);
        QCOMPARE(trials[1].delta->verdict, Verdict::CannotTell);  // of other seeds nothing is known
        add(store, better, 1, {});
        QVERIFY(!compareTrials(store, {"1", "2"}).trials[1].answers);
    }

    void targetsAsOneNumberCountToo() {
        const Place place;
        Store store = place.make();
        Figures figures;
        figures.document["gap"] = {{"target", 3.0}, {"band", 0.5}};
        add(store, baseline, 0, figures);
        QCOMPARE(*compareTrials(store, {"1"}).trials.front().runs.front().inBand, 0.25);
    }

    void runsWithoutAGapHaveNoShareInBand() {
        const Place place;
        Store store = place.make();
        add(store, baseline, 0, {});
        QVERIFY(!compareTrials(store, {"1"}).trials.front().runs.front().inBand);
    }

    void theRecoveredGapNeedsABaselineThatTheTeacherBeats() {
        const Place place;
        Store store = place.make();
        const int64_t alone = add(store, baseline, 0, {.validation = 0.68}), ahead = add(store, other, 0, {.validation = 0.8});
        // Last evaluations: student 60 %, teacher 63 %, the student alone 58 or 70 %.
        const int64_t run = add(store, better, 0, {.from = {{"baseline", alone}}});
        QVERIFY(std::abs(*runFigures(store, store.run(run)).recovered - 0.4) < 1e-9);
        QVERIFY(!runFigures(store, store.run(add(store, better, 1, {.from = {{"baseline", ahead}}}))).recovered);
        QVERIFY(!runFigures(store, store.run(alone)).recovered);
    }

    void repeatsAreAveragedAndComparedWithTheFirstTrial() {
        const Place place;
        Store store = place.make();
        for (uint64_t seed = 0; seed < 3; ++seed) {
            const double noise = 0.001 * double(seed);
            add(store, baseline, seed, {.test = 0.60 + noise});
            add(store, better, seed,
                {.test = 0.65 + noise + (seed == 1 ? 0.001 : 0.0), .document = {{"student", {{"architecture", "resnet20"}}}}});
        }
        const TrialComparison comparison = compareTrials(store, {baseline, better});
        QCOMPARE(comparison.trials.size(), size_t{2});
        const TrialFigures& second = comparison.trials[1];
        QCOMPARE(second.seeds, (std::vector<uint64_t>{0, 1, 2}));
        QCOMPARE(second.testAtBest.n, 3);
        QVERIFY(second.delta->paired);
        QCOMPARE(second.delta->verdict, Verdict::Better);
        QVERIFY(std::abs(second.delta->difference - 0.0503333) < 1e-6);
        QCOMPARE(comparison.differences.size(), size_t{1});
        QCOMPARE(comparison.differences[0].path, std::string("student.architecture"));
        QVERIFY(comparison.notComparable.empty());
        const Json json = toJson(comparison);
        QCOMPARE(text(json.at("trials").at(1).at("verdict")), text(Json("better")));
        QCOMPARE(text(json.at("trials").at(1).at("delta").at("n")), text(Json(3)));
        QVERIFY(json.at("trials").at(0).at("delta").is_null());
        QCOMPARE(json.at("differences").dump(),
                 std::string(R"([{"path":"student.architecture","values":["resnet8","resnet20"]}])"));
    }

    void oneSeedEachCannotTell() {
        const Place place;
        Store store = place.make();
        add(store, baseline, 0, {});
        add(store, better, 0, {.test = 0.9});
        const TrialComparison comparison = compareTrials(store, {"1", "2"});
        QCOMPARE(comparison.trials[1].delta->verdict, Verdict::CannotTell);
        QCOMPARE(comparison.trials[1].delta->note, std::string("for this seed only"));
        const Json figures = toJson(comparison).at("trials").at(1);
        QVERIFY(figures.at("test_at_best_validation").at("sd").is_null());
        QVERIFY(figures.at("delta").at("low").is_null());
        QCOMPARE(text(figures.at("verdict")), text(Json("cannot tell")));
    }

    void runsOfOneTrialStandForItOnce() {
        const Place place;
        Store store = place.make();
        add(store, baseline, 0, {});
        add(store, baseline, 1, {});
        add(store, better, 0, {});
        const auto uuid = store.run(int64_t{2}).uuid;
        const TrialComparison comparison = compareTrials(store, {"1", uuid, baseline.substr(0, 6), "3"});
        QCOMPARE(comparison.trials.size(), size_t{2});
        QCOMPARE(comparison.trials[0].runs.size(), size_t{2});
    }

    void unfinishedRunsAreCountedNotAveraged() {
        const Place place;
        Store store = place.make();
        add(store, baseline, 0, {});
        add(store, baseline, 1, {.test = 0.1, .state = RunState::Stopped});
        const TrialFigures trial = compareTrials(store, {"1"}).trials.front();
        QCOMPARE(trial.testAtBest.n, 1);
        QCOMPARE(trial.warnings, std::vector<std::string>{"1 run not finished: left out"});
    }

    void repeatsOfOneSeedCountOnce() {
        const Place place;
        Store store = place.make();
        add(store, baseline, 0, {.test = 0.1});
        const int64_t latest = add(store, baseline, 0, {.test = 0.6});
        const TrialFigures trial = compareTrials(store, {"1"}).trials.front();
        QCOMPARE(trial.runs.size(), size_t{1});
        QCOMPARE(trial.runs.front().run, latest);
        QCOMPARE(trial.warnings.size(), size_t{1});
    }

    void mixedEnvironmentsAreFlagged() {
        const Place place;
        Store store = place.make();
        add(store, baseline, 0, {});
        add(store, baseline, 1, {.environment = {{"precision", "bfloat16"}, {"device", "cuda"}, {"threads", 2}}});
        const TrialFigures trial = compareTrials(store, {"1"}).trials.front();
        QCOMPARE(trial.warnings, (std::vector<std::string>{"mixes precisions: bfloat16, float32", "mixes devices: cpu, cuda"}));
    }

    void otherDataAreNotTested() {
        const Place place;
        Store store = place.make();
        for (uint64_t seed = 0; seed < 2; ++seed) {
            add(store, baseline, seed, {});
            add(store, better, seed, {.test = 0.9, .fingerprint = "other"});
            add(store, other, seed, {.test = 0.9});
        }
        const TrialComparison comparison = compareTrials(store, {baseline, better, other});
        QCOMPARE(comparison.notComparable, std::vector<std::string>{"test set differs"});
        QVERIFY(!comparison.trials[1].delta);
        QVERIFY(comparison.trials[2].delta);
        QCOMPARE(text(toJson(comparison).at("trials").at(1).at("verdict")), text(Json("cannot tell")));
    }

    void namesThatAreNotThereAreRefused() {
        const Place place;
        Store store = place.make();
        add(store, baseline, 0, {});
        for (const char* name : {"2", "zzzzzz", "", "aaaaa"})
            QCOMPARE(errorOf([&] { compareTrials(store, {name}); }).fault(), Fault::Input);
        QCOMPARE(errorOf([&] { compareTrials(store, {}); }).fault(), Fault::Input);
        store.deleteRun(1);
        QVERIFY(says(errorOf([&] { compareTrials(store, {"1"}); }), "trash"));
    }
};

QTEST_GUILESS_MAIN(TestCompare)
#include "tst_compare.moc"
