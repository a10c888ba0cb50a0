#include <rapidcheck.h>

#include <QElapsedTimer>
#include <QTest>

#include "core/base/error.h"
#include "core/fairness/by_chance.h"
#include "core/fairness/calibration.h"
#include "core/fairness/impact.h"
#include "tests/fairness/simulated.h"

using namespace gaplab;
using namespace gaplab::fairness;

namespace {

const ImpactOptions every{.leastImages = 1, .draws = 100};

/// Two classes, two groups:  group 0: class 0 right 3 of 4, class 1 right 1 of 2; group 1: class 0 right 1 of 2, class 1 right 4
/// of 4.
Answers smallAnswers() {
    return {.labels = {0, 0, 0, 0, 1, 1, 0, 0, 1, 1, 1, 1}, .predictions = {0, 0, 0, 1, 1, 0, 0, 1, 1, 1, 1, 1}};
}
Groups smallGroups() {
    return groupsOf({0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1}, 2);
}

Answers randomAnswers(Random& random, int images, int classes, double right) {
    Answers answers;
    for (int i = 0; i < images; ++i) {
        const auto label = static_cast<int>(random.below(classes));
        answers.labels.push_back(label);
        answers.predictions.push_back(random.chance(right) ? label : static_cast<int>(random.below(classes)));
        answers.confidences.push_back(random.uniform());
    }
    return answers;
}

std::vector<int> randomGroups(Random& random, int images, int count) {
    std::vector<int> groups;
    for (int i = 0; i < images; ++i)
        groups.push_back(static_cast<int>(random.below(count)));
    return groups;
}

template <class T>
std::vector<T> reordered(const std::vector<T>& values, const std::vector<int64_t>& order) {
    std::vector<T> result;
    for (const int64_t i : order)
        result.push_back(values[static_cast<size_t>(i)]);
    return result;
}

bool same(const Estimate& one, const Estimate& other) {
    return one.value.has_value() == other.value.has_value() && (!one.value || near(*one.value, *other.value));
}

}  // namespace

class TestImpact : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void wrongInputIsNamed_data() {
        QTest::addColumn<std::vector<int>>("labels");
        QTest::addColumn<std::vector<int>>("predictions");
        QTest::addColumn<std::vector<double>>("confidences");
        QTest::addColumn<int>("classes");
        QTest::addColumn<QString>("words");
        using Ints = std::vector<int>;
        using Doubles = std::vector<double>;
        QTest::newRow("no classes") << Ints{0} << Ints{0} << Doubles{} << 0 << "at least one class";
        QTest::newRow("no images") << Ints{} << Ints{} << Doubles{} << 2 << "no images";
        QTest::newRow("lengths") << Ints{0, 1} << Ints{0} << Doubles{} << 2 << "1 predictions for 2 images";
        QTest::newRow("label") << Ints{0, 2} << Ints{0, 1} << Doubles{} << 2 << "label of image 1 is 2";
        QTest::newRow("prediction") << Ints{0, 1} << Ints{-1, 1} << Doubles{} << 2 << "prediction of image 0 is -1";
        QTest::newRow("confidence") << Ints{0, 1} << Ints{0, 1} << Doubles{0.5, 1.5} << 2 << "confidence of image 1 is 1.5";
        QTest::newRow("not a number") << Ints{0} << Ints{0} << Doubles{std::nan("")} << 2 << "confidence of image 0";
    }
    void wrongInputIsNamed() {
        QFETCH(std::vector<int>, labels);
        QFETCH(std::vector<int>, predictions);
        QFETCH(std::vector<double>, confidences);
        QFETCH(int, classes);
        QFETCH(QString, words);
        try {
            impactOf({labels, predictions, confidences}, nullptr, classes, {}, every);
            QFAIL("it was taken");
        } catch (const Error& error) {
            QCOMPARE(error.fault(), Fault::Input);
            QVERIFY2(QString(error.what()).contains(words), error.what());
        }
    }

    void wrongGroupsAndOptionsAreRefused() {
        const Answers answers = smallAnswers();
        QVERIFY_EXCEPTION_THROWN(impactOf(answers, nullptr, 2, groupsOf({0, 1}, 2), every), Error);
        QVERIFY_EXCEPTION_THROWN(impactOf(answers, nullptr, 2, groupsOf(smallGroups().ofImage, 1), every), Error);
        QVERIFY_EXCEPTION_THROWN(impactOf(answers, nullptr, 2, {}, {.leastImages = 0}), Error);
        QVERIFY_EXCEPTION_THROWN(impactOf(answers, nullptr, 2, {}, {.level = 1}), Error);
        QVERIFY_EXCEPTION_THROWN(impactOf(answers, nullptr, 2, {}, {.draws = 1}), Error);
        QVERIFY_EXCEPTION_THROWN(impactOf(answers, nullptr, 2, smallGroups(), {.trainingCounts = {{1, 2}}}), Error);
        QVERIFY_EXCEPTION_THROWN(impactOf(answers, nullptr, 2, smallGroups(), {.trainingCounts = {{1}, {2}}}), Error);
        Answers other = answers;
        other.labels[3] = 1;
        QVERIFY_EXCEPTION_THROWN(impactOf(answers, &other, 2, {}, every), Error);
    }

    void metricsByHand() {
        ImpactOptions options = every;
        options.trainingCounts = {{30, 10}, {5, 20}};  // majorities: group 0 of class 0, group 1 of class 1
        const Answers answers = smallAnswers();
        const Impact impact = impactOf(answers, nullptr, 2, smallGroups(), options);
        QCOMPARE(confusionMatrix(answers, 2), (std::vector<std::vector<int64_t>>{{4, 2}, {1, 5}}));
        QVERIFY(near(*impact.all.right.value(), 9 / 12.0));
        QVERIFY(near(*impact.classes[0].right.value(), 4 / 6.0) && near(*impact.classes[1].right.value(), 5 / 6.0));
        QVERIFY(near(*impact.groups[0].right.value(), 4 / 6.0) && near(*impact.groups[1].right.value(), 5 / 6.0));
        QCOMPARE(impact.tally.labelled.at(0, 0), 4);
        QCOMPARE(impact.tally.right.at(1, 1), 4);
        QCOMPARE(impact.worstClass.part, 0);
        QCOMPARE(impact.worstGroup.part, 0);
        QVERIFY(near(*impact.worstClass.accuracy.value, 4 / 6.0) && near(*impact.worstClasses.value, 4 / 6.0));
        QVERIFY(near(*impact.balancedAccuracy.value, 0.75));
        QVERIFY(near(*impact.classSpread.value, (1 / 6.0) / std::sqrt(2.0)));
        // taken for class 0: 4 of 6 in group 0, 1 of 6 in group 1; for class 1 the rest
        QVERIFY(near(*impact.demographicParity.value, 0.5));
        // class 0: TPR 3/4 and 1/2, FPR 1/2 and 0; class 1: TPR 1/2 and 1, FPR 1/4 and 1/2
        QVERIFY(near(*impact.equalizedOdds.value, 0.5));
        // class 0, group 0: 4/5 of the answers, 4/6 of the labels; class 1, group 1: 5/7 and 4/6
        QVERIFY(near(*impact.amplification.value, (4 / 5.0 - 4 / 6.0 + 5 / 7.0 - 4 / 6.0) / 2));
        QVERIFY(!impact.cev.enough() && !impact.sde.enough());
    }

    void errorsAgainstAReferenceByHand() {
        // class 0: FPR 1/6 -> 2/6, FNR 2/6 -> 1/6; class 1 the other way round
        const Answers reference = smallAnswers();
        Answers network = reference;
        network.predictions[3] = 0;
        network.predictions[8] = 0;
        const Impact impact = impactOf(network, &reference, 2, {}, every);
        QVERIFY(near(impact.errorChanges[0].falsePositives, 100) && near(impact.errorChanges[0].falseNegatives, -50));
        QVERIFY(near(impact.errorChanges[1].falsePositives, -50) && near(impact.errorChanges[1].falseNegatives, 100));
        QVERIFY(near(*impact.cev.value, 75.0 * 75));
        QVERIFY(near(*impact.sde.value, 150 / std::sqrt(2.0)));
    }

    void aReferenceWithoutErrorsDividesNothingByZero() {
        const Answers network = smallAnswers();
        Answers reference = network;
        reference.predictions = reference.labels;
        const Impact impact = impactOf(network, &reference, 2, {}, every);
        // class 0: 1 of 6 false positives against half an image, 2 of 6 false negatives
        QVERIFY(near(impact.errorChanges[0].falsePositives, 200) && near(impact.errorChanges[0].falseNegatives, 400));
        const Impact unchanged = impactOf(reference, &reference, 2, {}, every);
        QCOMPARE(*unchanged.cev.value, 0.0);
        QCOMPARE(*unchanged.sde.value, 0.0);
    }

    void calibrationByHand() {
        const Answers answers{.labels = {0, 0, 0, 1}, .predictions = {0, 0, 0, 0}, .confidences = {1.0, 0.99, 0.5, 0.5}};
        // the upper bin: 1.99 against 2 right; the middle one: 1.0 against 1 right of 2
        const auto errors = calibrationErrors(answers, 2, 1);
        QVERIFY(near(*errors[0], 0.01 / 4));
        QVERIFY(!errors[1]);  // no image is taken for it
        QVERIFY(near(*calibrationError(answers), 0.01 / 4));
        QVERIFY(!calibrationErrors(answers, 2, 5)[0]);
        QVERIFY(!calibrationError(smallAnswers()) && calibrationErrors(smallAnswers(), 2, 1).empty());
    }

    void tooFewImagesAreNotAZero() {
        Answers answers = smallAnswers();
        const Impact few = impactOf(answers, &answers, 3, smallGroups(), {.leastImages = 7, .draws = 100});
        QVERIFY(!few.classes[0].enough && !few.groups[0].enough && few.all.enough);
        QVERIFY(!few.worstClass.accuracy.enough() && few.worstClass.part == -1 && !few.worstGroup.accuracy.enough());
        QVERIFY(!few.balancedAccuracy.enough() && !few.classSpread.enough() && !few.worstClasses.enough());
        QVERIFY(!few.demographicParity.enough() && !few.equalizedOdds.enough() && !few.amplification.enough() &&
                !few.cev.enough());
        QVERIFY(!few.classes[2].right.value() && !few.classes[2].interval);  // a class without images
        // a group without images and one of a single image are left out, not counted as 0
        const Groups four = groupsOf({0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 3}, 4);
        const Impact impact = impactOf(answers, nullptr, 2, four, {.leastImages = 2, .draws = 100});
        QCOMPARE(impact.scope.groups, (std::vector<int>{0, 1}));
        QVERIFY(!impact.groups[2].right.value() && !impact.groups[3].enough);
        QVERIFY(impact.demographicParity.enough());
        // unknown groups count among the classes, not among the groups
        const Impact unknown = impactOf(answers, nullptr, 2, groupsOf(std::vector<int>(12, -1), 2), every);
        QVERIFY(unknown.classes[0].enough && !unknown.demographicParity.enough());
        const Impact oneGroup = impactOf(answers, nullptr, 2, groupsOf(std::vector<int>(12, 0), 1), every);
        QVERIFY(!oneGroup.demographicParity.enough() && oneGroup.worstGroup.part == 0);
    }

    void oneClassAllRightAllWrong() {
        const Answers one{.labels = {0, 0, 0}, .predictions = {0, 0, 0}};
        const Impact single = impactOf(one, &one, 1, groupsOf({0, 1, 1}, 2), every);
        QCOMPARE(*single.demographicParity.value, 0.0);
        QVERIFY(!single.equalizedOdds.enough() && !single.cev.enough() && !single.classSpread.enough());
        for (const bool right : {true, false}) {
            Answers answers = smallAnswers();
            for (size_t i = 0; i < answers.images(); ++i)
                answers.predictions[i] = answer(answers.labels[i], right, 2);
            const Impact impact = impactOf(answers, &answers, 2, smallGroups(), every);
            const double expected = right ? 1 : 0;
            QCOMPARE(*impact.balancedAccuracy.value, expected);
            QCOMPARE(*impact.worstClass.accuracy.value, expected);
            QCOMPARE(*impact.classSpread.value, 0.0);
            QCOMPARE(*impact.equalizedOdds.value, 0.0);
            QCOMPARE(right ? impact.all.interval->high : impact.all.interval->low, expected);
        }
    }

    void worstTwentiethOfTheClasses() {
        Answers answers{.labels = labelsOf(40, 10)};
        for (size_t i = 0; i < answers.labels.size(); ++i)  // classes 7 and 11 are right on 2 and 4 of 10, all others on 9
            answers.predictions.push_back(answer(answers.labels[i],
                                                 static_cast<int>(i % 10) < (answers.labels[i] == 7    ? 2
                                                                             : answers.labels[i] == 11 ? 4
                                                                                                       : 9),
                                                 40));
        const Impact impact = impactOf(answers, nullptr, 40, {}, every);
        QVERIFY(near(*impact.worstClasses.value, 0.3));
        QCOMPARE(impact.worstClass.part, 7);
    }

    void orderOfImagesAndNamesOfGroupsDoNotMatter() {
        QVERIFY(rc::check([] {
            Random random(*rc::gen::arbitrary<uint64_t>());
            const int images = 1 + static_cast<int>(random.below(300)), classes = 1 + static_cast<int>(random.below(6)),
                      count = 3;
            const Answers answers = randomAnswers(random, images, classes, 0.6);
            Answers reference = randomAnswers(random, images, classes, 0.8);
            reference.labels = answers.labels;
            std::vector<int> groups = randomGroups(random, images, count + 1);
            for (int& group : groups)
                --group;  // -1: not known
            const ImpactOptions options{.leastImages = 3, .draws = 100};
            const Impact before = impactOf(answers, &reference, classes, groupsOf(groups, count), options);
            const std::vector<int64_t> order = permutation(images, random.next());
            std::vector<int> renamed = reordered(groups, order);
            for (int& group : renamed)
                group = group < 0 ? -1 : (group + 1) % count;
            const auto shuffled = [&](const Answers& each) {
                return Answers{reordered(each.labels, order), reordered(each.predictions, order),
                               reordered(each.confidences, order)};
            };
            const Answers other = shuffled(reference);
            const Impact after = impactOf(shuffled(answers), &other, classes, groupsOf(renamed, count), options);
            for (const auto estimate : {&Impact::balancedAccuracy, &Impact::classSpread, &Impact::worstClasses,
                                        &Impact::demographicParity, &Impact::equalizedOdds, &Impact::cev, &Impact::sde})
                RC_ASSERT(same(before.*estimate, after.*estimate));
            RC_ASSERT(same(before.worstClass.accuracy, after.worstClass.accuracy));
            RC_ASSERT(same(before.worstGroup.accuracy, after.worstGroup.accuracy));
            for (size_t c = 0; c < before.classes.size(); ++c)
                RC_ASSERT(
                    before.classes[c].calibration.has_value() == after.classes[c].calibration.has_value() &&
                    (!before.classes[c].calibration || near(*before.classes[c].calibration, *after.classes[c].calibration)));
        }));
    }

    void differencesStayWithinTheirRange() {
        QVERIFY(rc::check([] {
            Random random(*rc::gen::arbitrary<uint64_t>());
            const int images = 2 + static_cast<int>(random.below(200)), classes = 2 + static_cast<int>(random.below(4));
            const Impact impact = impactOf(randomAnswers(random, images, classes, random.uniform()), nullptr, classes,
                                           groupsOf(randomGroups(random, images, 3), 3), every);
            for (const auto estimate : {&Impact::demographicParity, &Impact::equalizedOdds, &Impact::balancedAccuracy})
                if (const Estimate& each = impact.*estimate; each.value) {
                    RC_ASSERT(*each.value >= 0 && *each.value <= 1);
                    if (each.interval) RC_ASSERT(0 <= each.interval->low && each.interval->low <= each.interval->high);
                    if (each.interval) RC_ASSERT(each.interval->high <= 1);
                }
        }));
    }

    void chanceIsTold() {
        Random random(4);
        Answers answers = randomAnswers(random, 2000, 5, 0.7);
        const Groups groups = groupsOf(randomGroups(random, 2000, 2), 2);
        const ByChance fair = disparityByChance(answers, 5, groups);
        const Impact impact = impactOf(answers, nullptr, 5, groups, {.draws = 100});
        QVERIFY(*fair.equalizedOddsPValue > 0.05 && std::abs(*fair.equalizedOdds - *impact.equalizedOdds.value) < 0.03);
        for (size_t i = 0; i < answers.images(); ++i)
            if (groups.ofImage[i] == 1 && random.chance(0.3)) answers.predictions[i] = 0;
        const ByChance unfair = disparityByChance(answers, 5, groups);
        QCOMPARE(*unfair.equalizedOddsPValue, 1 / 500.0);
        QCOMPARE(*unfair.demographicParityPValue, 1 / 500.0);
        QVERIFY(!disparityByChance(answers, 5, {}).equalizedOdds);
    }

    void aLargeReportIsQuick() {
        Random random(5);
        const Answers network = randomAnswers(random, 10'000, 100, 0.7);
        Answers teacher = randomAnswers(random, 10'000, 100, 0.8);
        teacher.labels = network.labels;
        QElapsedTimer timer;
        timer.start();
        const Impact impact = impactOf(network, &teacher, 100, groupsOf(randomGroups(random, 10'000, 2), 2),
                                       {.trainingCounts = std::vector<std::vector<double>>(100, {2, 1})});
        qInfo("10,000 images, 100 classes, 2,000 resamples: %lld ms", static_cast<long long>(timer.elapsed()));
        QVERIFY(impact.cev.interval && impact.equalizedOdds.interval && impact.amplification.interval);
        QVERIFY(timer.elapsed() < 3000);  // generous: the machine may be busy
    }
};

int runImpactTests(int argc, char** argv) {
    TestImpact test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_impact.moc"
