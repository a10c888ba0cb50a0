#include <QTest>

#include "core/base/text.h"
#include "core/experiment/experiment.h"
#include "core/experiment/sweep.h"
#include "core/run/bias.h"
#include "core/run/inspect.h"
#include "tests/run/bias_story.h"

using namespace gaplab;
using namespace gaplab::test;
using fairness::Moved;
using fairness::Propagation;

namespace {

const std::string taught(64, 'a'), alone(64, 'b'), others(64, 'c');

bool near(double left, double right, double tolerance = 1e-12) {
    return std::abs(left - right) <= tolerance;
}

BiasReport reportOf(const Store& store, BiasQuestion question = {.run = "1"}) {
    return biasReport(store, question, catalogue());
}

/// Three classes of 20 images. Group 0 has the first 10 of each class, group 1 the others.
struct Small {
    Classes labels, groups, student, teacher, baseline;

    Small() {
        for (uint16_t c = 0; c < 3; ++c)
            for (int i = 0; i < 20; ++i) {
                labels.push_back(c);
                groups.push_back(i < 10 ? 0 : 1);
                // Right: cat 20, dog 16 (all but 4 of group 1), owl 10 (all but group 1).
                const bool right = c == 0 || (c == 1 && i < 16) || (c == 2 && i < 10);
                student.push_back(said(c, right, 3));
                // Right: all but four dogs of group 1 and eight owls of group 1; owls are wrong as the student's are.
                teacher.push_back(said(c, !(c == 1 && i >= 16) && !(c == 2 && i >= 12), 3));
                // Right: all but the last five of each class, which it takes for the class after the next.
                baseline.push_back(i < 15 ? c : static_cast<uint16_t>((c + 2) % 3));
            }
    }

    Told run() const {
        return {.trial = taught,
                .labels = labels,
                .answers = {{"student", student}, {"static", teacher}},
                .groups = groups,
                .groupNames = {"light", "dark"},
                .groupCounts = {{90, 10}, {50, 50}, {80, 20}},
                .classCounts = {100, 100, 100},
                .document = distilled()};
    }
    Told aloneRun() const {
        return {.trial = alone,
                .labels = labels,
                .answers = {{"student", baseline}},
                .groups = groups,
                .groupNames = {"light", "dark"}};
    }
};

/// Twenty classes of 100 images, of a teacher that is right on 95 % of even classes and on 45 % of odd ones. A biased student
/// moves away from its baseline as far as the teacher is weak; a fair one gains everywhere alike.
struct Large {
    static constexpr uint16_t classes = 20;
    static constexpr int perClass = 100;
    std::vector<std::string> names;
    Classes labels, groups;

    Large() {
        for (uint16_t c = 0; c < classes; ++c) {
            names.push_back("class " + std::to_string(c));
            for (int i = 0; i < perClass; ++i) {
                labels.push_back(c);
                groups.push_back(i % 2 == 0 ? 0 : 1);
            }
        }
    }

    Classes drawn(Random& random, double even, double odd) const {
        Classes answers;
        for (const uint16_t label : labels)
            answers.push_back(said(label, random.uniform() < (label % 2 == 0 ? even : odd), classes));
        return answers;
    }

    void train(Store& store, bool biased, int seeds) const {
        Random random(biased ? 7 : 8);
        const Classes teacher = drawn(random, 0.95, 0.45);
        for (int s = 0; s < seeds; ++s) {
            const Classes baseline = drawn(random, 0.7, 0.7),
                          student = biased ? drawn(random, 0.85, 0.55) : drawn(random, 0.8, 0.8);
            tell(store, {.trial = taught,
                         .seed = static_cast<uint64_t>(s),
                         .labels = labels,
                         .answers = {{"student", student}, {"static", teacher}},
                         .classNames = names,
                         .document = distilled()});
            tell(store, {.trial = alone,
                         .seed = static_cast<uint64_t>(s),
                         .labels = labels,
                         .answers = {{"student", baseline}},
                         .classNames = names});
        }
    }
};

bool mentions(const std::vector<std::string>& texts, const std::string& words) {
    return std::ranges::any_of(texts, [&](const std::string& text) { return text.find(words) != std::string::npos; });
}

const BiasMitigation* find(const BiasReport& report, const std::string& kind) {
    const auto found = std::ranges::find(report.mitigations, kind, &BiasMitigation::kind);
    return found == report.mitigations.end() ? nullptr : &*found;
}

}  // namespace

class TestBias : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void figuresOfClassesAndGroupsAreWhatTheAnswersSay() {
        const Place place;
        Store store = place.make();
        const Small small;
        tell(store, small.run());
        tell(store, small.aloneRun());
        const BiasReport report = reportOf(store, {.run = "1", .baseline = "2"});
        QCOMPARE(report.images, 60);
        QCOMPARE(report.split, std::string("test"));
        QVERIFY(near(*report.student.accuracy.value, 46.0 / 60));
        QVERIFY(near(*report.teacher->accuracy.value, 48.0 / 60));
        QVERIFY(near(*report.baseline->accuracy.value, 45.0 / 60));
        QVERIFY(near(*report.classes[1].student.value, 0.8) && near(*report.classes[2].student.value, 0.5));
        QVERIFY(near(*report.classes[2].teacher.value, 0.6) && near(*report.classes[2].baseline.value, 0.75));
        const Interval wilson = *report.classes[2].student.interval;  // of 10 in 20
        QVERIFY(near(wilson.low, 0.299298, 1e-5) && near(wilson.high, 0.700702, 1e-5));
        QCOMPARE(report.student.worstClassIndex, 2);
        QVERIFY(near(*report.student.worstClass.value, 0.5));
        QVERIFY(near(*report.groups[0].student.value, 1.0) && near(*report.groups[1].student.value, 16.0 / 30));
        QCOMPARE(report.student.worstGroupIndex, 1);
        QCOMPARE(report.groups[1].images, 30);
        QCOMPARE(*report.groups[0].trainingImages, 220);
        QVERIFY(near(*report.cells[3].student, 0.6));  // dogs in the dark
        QCOMPARE(*report.cells[3].trainingImages, 50);
        // Gaps of right answers 0, 0.4, 1; of wrong ones 10 of 20 dark others taken for cats, none for dogs, 4 for owls.
        QVERIFY(near(*report.student.equalizedOdds.value, (0.5 + 0.4 + 1.0) / 3));
        // Taken for cats: 10 of 30 light and 20 of 30 dark images; dogs 10 and 6; owls 10 and 4.
        QVERIFY(near(*report.student.demographicParity.value, (10.0 + 4.0 + 6.0) / 30 / 3));
        QVERIFY(*report.student.byChance.equalizedOdds < *report.student.equalizedOdds.value);
        QVERIFY(*report.student.byChance.equalizedOddsPValue < 0.01);
        QVERIFY(report.student.cev.enough() && report.student.sde.enough() && !report.teacher->cev.enough());
        QVERIFY(near(report.student.confusion[2][0], 10) && near(report.student.confusion[1][2], 4));
        QVERIFY(near(*report.student.calibration.value, 0.8 - 46.0 / 60, 1e-9));
    }

    void whatWasLostAndTakenOverIsShownImageByImage() {
        const Place place;
        Store store = place.make();
        const Small small;
        tell(store, small.run());
        tell(store, small.aloneRun());
        const BiasReport report = reportOf(store, {.run = "1", .baseline = "2"});
        // Owls 10 and 11: the teacher right, the student wrong, the student alone right.
        QCOMPARE(report.lost.images, 2);
        QCOMPARE(report.lost.shown[0].image, 50);
        QCOMPARE(report.lost.shown[0].label, 2);
        QCOMPARE(report.lost.shown[0].group, 1);
        // Four dogs and eight owls with the teacher's error, which the student alone never makes.
        QCOMPARE(report.takenOver.images, 12);
        QCOMPARE(report.transfer->teacherWrong, 12);
        QVERIFY(near(*report.transfer->wrong.value, 1.0));
        // Right where the teacher is: student 46 of 48; alone 15 cats, 15 dogs (of 16), and 12 owls.
        QVERIFY(near(*report.transfer->right.value, (46.0 - 42.0) / 48));
        QCOMPARE(reportOf(store, {.run = "1", .baseline = "2", .exemplars = 5}).takenOver.shown.size(), size_t{5});
    }

    void aTeacherThatPassesItsWeaknessOnIsToldFromOneThatDoesNot() {
        const Place place;
        Store store = place.make();
        Large().train(store, true, 3);
        const BiasReport biased = reportOf(store, {.run = "1", .baseline = alone});
        QCOMPARE(biased.verdict, Propagation::PassesOn);
        QCOMPARE(biased.verdictText, std::string("passed on"));
        QVERIFY(biased.summary.find("bias was passed on") != std::string::npos);
        QVERIFY(*biased.propagation.front().result.slope.value > 0.3);
        QCOMPARE(biased.propagation.front().result.seeds, 3);
        QCOMPARE(biased.propagation.front().names[3], std::string("class 3"));

        const Place other;
        Store fairStore = other.make();
        Large().train(fairStore, false, 3);
        const BiasReport fair = reportOf(fairStore, {.run = "1", .baseline = alone});
        QVERIFY(fair.verdict != Propagation::PassesOn);
        QVERIFY(std::abs(*fair.propagation.front().result.slope.value) < 0.15);
    }

    /// One teacher for all is one network; of one a seed the mean counts.
    void everySeedMayHaveATeacherOfItsOwn() {
        const Place place;
        Store store = place.make();
        const Large large;
        Random random(3);
        for (uint64_t seed = 0; seed < 2; ++seed) {
            tell(store, {.trial = taught,
                         .seed = seed,
                         .labels = large.labels,
                         .answers = {{"student", large.drawn(random, 0.8, 0.6)}, {"static", large.drawn(random, 0.9, 0.5)}},
                         .classNames = large.names,
                         .document = distilled()});
            tell(store, {.trial = alone,
                         .seed = seed,
                         .labels = large.labels,
                         .answers = {{"student", large.drawn(random, 0.7, 0.7)}},
                         .classNames = large.names});
        }
        const BiasReport report = reportOf(store, {.run = "1", .baseline = alone});
        QCOMPARE(report.teacher->runs.size(), size_t{2});
        QVERIFY(report.teacher->accuracy.overSeeds);
        QCOMPARE(report.verdict, Propagation::PassesOn);
        QVERIFY(mentions(report.limits, "teacher of its own"));
    }

    void aTeacherTrainedWithItsStudentIsReadWithCare() {
        const Place place;
        Store store = place.make();
        const Small small;
        Told run = small.run();
        tell(store, run);
        run.trial = others;
        run.document["teachers"]["static"]["kind"] = "mutual";
        tell(store, run);
        tell(store, small.aloneRun());
        QVERIFY(!mentions(reportOf(store, {.run = "1", .baseline = "3"}).warnings, "trained together"));
        QVERIFY(mentions(reportOf(store, {.run = "2", .baseline = "3"}).warnings, "trained together"));
        QVERIFY(!mentions(reportOf(store, {.run = "2"}).warnings, "trained together"));  // no slope to be misread
    }

    void groupsAreAQuestionOfTheirOwn() {
        const Place place;
        Store store = place.make();
        const Large large;
        Random random(5);
        // The teacher is weak on group 1 of every class, and so is its student: classes are even, groups are not.
        const auto drawn = [&](double first, double second) {
            Classes answers;
            for (size_t i = 0; i < large.labels.size(); ++i)
                answers.push_back(
                    said(large.labels[i], random.uniform() < (large.groups[i] == 0 ? first : second), Large::classes));
            return answers;
        };
        Told run{.trial = taught,
                 .labels = large.labels,
                 .answers = {{"student", drawn(0.9, 0.5)}, {"static", drawn(0.95, 0.45)}},
                 .groups = large.groups,
                 .groupNames = {"light", "dark"},
                 .classNames = large.names,
                 .document = distilled()};
        run.document["data"]["groups"] = {{"from", "colour"}};
        tell(store, run);
        tell(store,
             {.trial = alone, .labels = large.labels, .answers = {{"student", drawn(0.7, 0.7)}}, .classNames = large.names});
        const BiasReport report = reportOf(store, {.run = "1", .baseline = "2"});
        QCOMPARE(report.propagation.size(), size_t{2});
        QVERIFY(report.propagation[0].result.verdict == Propagation::CannotTell);  // the teacher's classes are alike
        QVERIFY(report.propagation[1].result.verdict == Propagation::PassesOn);
        QVERIFY(near(report.propagation[1].level, 0.975));
        QCOMPARE(report.verdict, Propagation::PassesOn);
        QCOMPARE(report.groups[1].movement.moved, Moved::Down);
        QCOMPARE(report.groups[0].movement.moved, Moved::Up);
    }

    void withoutGroupsTheClassesAreStillTold() {
        const Place place;
        Store store = place.make();
        const Small small;
        Told run = small.run();
        run.groups.clear();
        run.groupNames.clear();
        run.groupCounts = {};
        tell(store, run);
        const BiasReport report = reportOf(store);
        QVERIFY(report.groups.empty() && report.cells.empty() && !report.noGroups.empty());
        QVERIFY(!report.student.equalizedOdds.enough() && !report.student.worstGroup.enough());
        QVERIFY(near(*report.classes[2].student.value, 0.5));
        QVERIFY(!report.noBaseline.empty() && report.propagation.empty() && !report.transfer);
        QCOMPARE(report.verdict, Propagation::CannotTell);
        QVERIFY(report.summary.find(report.noBaseline) != std::string::npos);
        QCOMPARE(report.classes[2].movement.moved, Moved::NotEnoughData);
        QVERIFY(!biasTables(report).contains("groups.csv"));
        QVERIFY(biasHtml(report).find("data.groups") != std::string::npos);
        QVERIFY(std::ranges::none_of(report.mitigations,
                                     [](const auto& each) { return each.change.dump().find("group\"") != std::string::npos; }));
    }

    void groupsTooSmallAreNotEnoughDataAndNeverZero() {
        const Place place;
        Store store = place.make();
        const Small small;
        Told run = small.run();
        run.groupNames = {"light", "dark", "single", "absent"};
        run.groupCounts = {{90, 10, 1, 5}, {50, 50, 0, 5}, {80, 20, 0, 5}};
        run.groups[0] = 2;
        run.groups[1] = 4;  // behind the last: not known
        tell(store, run);
        const BiasReport report = reportOf(store);
        QCOMPARE(report.groups[2].images, 1);
        QCOMPARE(report.groups[3].images, 0);
        QVERIFY(!report.groups[2].student.enough() && !report.groups[3].student.enough());
        QVERIFY(report.groups[0].student.enough());
        QCOMPARE(report.groups[0].images, 28);
        QVERIFY(mentions(report.limits, "group of 1 image is not known"));
        QVERIFY(mentions(report.limits, "not enough data"));
        const Json json = toJson(report);
        QVERIFY(json["by_group"][3]["student"].is_null());
        const std::string table = biasTables(report)["groups.csv"];
        QVERIFY(table.find("absent,0,15,,,") != std::string::npos && table.find("not enough data") != std::string::npos);
    }

    void seedsThatOnlyOneSideHasAreLeftOutOfPairs() {
        const Place place;
        Store store = place.make();
        const Small small;
        for (const uint64_t seed : {0, 1, 2}) {
            Told run = small.run();
            run.seed = seed;
            tell(store, run);
        }
        for (const uint64_t seed : {1, 2, 3}) {
            Told run = small.aloneRun();
            run.seed = seed;
            tell(store, run);
        }
        const BiasReport report = reportOf(store, {.run = taught, .baseline = alone});
        QCOMPARE(report.pairs, (std::vector<uint64_t>{1, 2}));
        QCOMPARE(report.student.seeds.size(), size_t{3});
        QVERIFY(report.student.accuracy.overSeeds && !report.teacher->accuracy.overSeeds);
        QVERIFY(mentions(report.warnings, "seeds 0, 1, 2, the baseline 1, 2, 3"));
        QVERIFY(!mentions(report.limits, "alone: true of these very networks"));
        Told single = small.aloneRun();
        single.trial = std::string(64, 'd');
        single.seed = 2;
        tell(store, single);
        QVERIFY(mentions(reportOf(store, {.run = taught, .baseline = single.trial}).limits, "are of seed 2 alone"));
        Told stranger = small.aloneRun();
        stranger.trial = others;
        stranger.seed = 9;
        tell(store, stranger);
        const BiasReport apart = reportOf(store, {.run = taught, .baseline = others});
        QVERIFY(apart.pairs.empty() && apart.propagation.empty() && apart.baseline && apart.noBaseline.empty());
        QVERIFY(near(*apart.baseline->accuracy.value, 0.75));
        QVERIFY(mentions(apart.warnings, "share none"));
    }

    void theBaselineThatADocumentNamesIsFound() {
        const Place place;
        Store store = place.make();
        const Small small;
        const int64_t baseline = tell(store, small.aloneRun());
        Told run = small.run();
        run.from = {{"baseline", baseline}};
        tell(store, run);
        QCOMPARE(reportOf(store, {.run = "2"}).baseline->runs, std::vector<int64_t>{baseline});
    }

    void aBaselineThatNobodyNamesIsLookedFor() {
        const Place place;
        Store store = place.make();
        const Small small;
        Told plain = small.aloneRun();
        plain.document = distilled();
        plain.document.erase("teachers");
        plain.document.erase("knowledge");
        const int64_t baseline = tell(store, plain);
        tell(store, small.run());
        const BiasReport found = reportOf(store, {.run = "2"});
        QCOMPARE(found.baseline->runs, std::vector<int64_t>{baseline});
        QVERIFY(mentions(found.limits, "Nobody named the student alone"));
        QVERIFY(!mentions(reportOf(store, {.run = "2", .baseline = "1"}).limits, "Nobody named"));
        Told other = small.run();
        other.trial = others;
        other.document["student"]["architecture"] = "resnet14";
        tell(store, other);
        QVERIFY(!reportOf(store, {.run = "3"}).baseline);
    }

    void whatCannotBeComparedIsLeftOutWithItsReason() {
        const Place place;
        Store store = place.make();
        const Small small;
        tell(store, small.run());
        Told renamed = small.aloneRun();
        renamed.classNames = {"cat", "dog", "eel"};
        tell(store, renamed);
        Told elsewhere = small.aloneRun();
        elsewhere.trial = others;
        elsewhere.fingerprint = "beef";
        tell(store, elsewhere);
        Told silent = small.aloneRun();
        silent.trial = std::string(64, 'd');
        silent.answers.clear();
        tell(store, silent);
        const auto why = [&](const std::string& baseline) {
            return reportOf(store, {.run = "1", .baseline = baseline}).noBaseline;
        };
        QVERIFY(why("2").find("other classes") != std::string::npos);
        QVERIFY(why("3").find("images are others") != std::string::npos);
        QVERIFY(why("4").find("no stored answers") != std::string::npos);
        QVERIFY(why("1").find("the trial itself") != std::string::npos);
    }

    void aStudentWithoutTeacherIsToldByItself() {
        const Place place;
        Store store = place.make();
        tell(store, Small().aloneRun());
        const BiasReport report = reportOf(store);
        QVERIFY(!report.teacher && report.noTeacher.find("without a teacher") != std::string::npos);
        QVERIFY(near(*report.student.accuracy.value, 0.75));
        QVERIFY(biasHtml(report).find("<h2>Confusions</h2>") != std::string::npos);
    }

    void validationImagesStandInForTestImages() {
        const Place place;
        Store store = place.make();
        Told run = Small().run();
        run.split = "validation";
        run.state = RunState::Running;
        tell(store, run);
        const BiasReport report = reportOf(store);
        QCOMPARE(report.split, std::string("validation"));
        QVERIFY(mentions(report.warnings, "no stored answers to test images"));
        QVERIFY(mentions(report.warnings, "Run 1 is running, not finished"));
        QVERIFY(mentions(report.limits, "These very images chose that epoch"));
    }

    void whatIsNotThereIsAnErrorThatSaysSo() {
        const Place place;
        Store store = place.make();
        Told run = Small().run();
        tell(store, run);
        Told silent = run;
        silent.trial = others;
        silent.labels.clear();
        silent.answers.clear();
        silent.groups.clear();
        tell(store, silent);
        QVERIFY(says(errorOf([&] { reportOf(store, {.run = "2"}); }), "Run 2 has no stored answers"));
        QVERIFY(says(errorOf([&] { reportOf(store, {.run = "1", .teacher = "aunt"}); }), "\"aunt\""));
        QVERIFY(says(errorOf([&] { reportOf(store, {.run = "1", .split = "train"}); }), "no split \"train\""));
        QCOMPARE(errorOf([&] { reportOf(store, {.run = "77"}); }).exitCode(), 2);
        Told wrong = run;  // more classes in the answers than names
        wrong.trial = alone;
        wrong.classNames = {"cat", "dog"};
        tell(store, wrong);
        QVERIFY(says(errorOf([&] { reportOf(store, {.run = "3"}); }), "other classes"));
        QCOMPARE(biasTeachers(store, store.run("1")), std::vector<std::string>{"static"});
    }

    void whatMayHelpIsAValidDocumentThatDiffersInOneThing() {
        const Place place;
        Store store = place.make();
        Large().train(store, true, 1);
        const BiasReport report = reportOf(store, {.run = "1", .baseline = alone});
        for (const char* kind : {"class_weight", "temperature", "group_dro"})
            QVERIFY2(find(report, kind), kind);
        QVERIFY(!find(report, "mfd"));       // no groups
        QVERIFY(!find(report, "resample"));  // classes are as frequent as they are, for all that is known
        for (const BiasMitigation& each : report.mitigations) {
            QVERIFY(validate(each.document, catalogue()).empty());
            if (each.isSweep) {
                QVERIFY(reviewSweep(each.document, each.sweep, catalogue()).isValid());
                continue;
            }
            for (const Difference& difference : differences({report.document, each.document}))
                QVERIFY2(difference.path.starts_with(each.path), difference.path.c_str());
        }
    }

    void groupsAskForOtherHelpThanClasses() {
        const Place place;
        Store store = place.make();
        Told run = Small().run();
        run.document["data"]["groups"] = {{"from", "colour"}};
        run.classCounts = {200, 60, 40};
        tell(store, run);
        tell(store, Small().aloneRun());
        const BiasReport report = reportOf(store, {.run = "1", .baseline = "2"});
        for (const char* kind : {"resample", "reweight", "group_dro", "mfd", "temperature", "logit_adjustment"})
            QVERIFY2(find(report, kind), kind);
        QVERIFY(mentions({find(report, "resample")->why}, "40 to 200 training images"));
        QCOMPARE(text(find(report, "mfd")->change), std::string(R"({"from":"static","loss":"mfd","to":"student","weight":3.0})"));
    }
};

int runBiasTests(int argc, char** argv) {
    TestBias test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_bias.moc"
