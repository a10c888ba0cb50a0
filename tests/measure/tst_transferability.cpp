#include <cmath>
#include <limits>

#include <QtTest>
#include <torch/types.h>

#include "core/base/error.h"
#include "core/measure/transferability.h"

using namespace gaplab;

namespace {

bool near(double a, double b, double tolerance = 1e-9) {
    return std::abs(a - b) <= tolerance * std::max({1.0, std::abs(a), std::abs(b)});
}

/// 40 images of each of `classes` classes, in a row.
at::Tensor labelsOf(int64_t classes, int64_t each = 40) {
    return at::arange(classes).repeat_interleave(each);
}

at::Tensor oneHot(const at::Tensor& labels, int64_t classes) {
    return at::eye(classes, at::kDouble).index_select(0, labels);
}

/// Features of which a third of the variance is that of the classes.
at::Tensor featuresOf(const at::Tensor& labels, int64_t classes, int64_t count) {
    at::manual_seed(3);
    return at::randn({classes, count}, at::kDouble).index_select(0, labels) +
           1.4 * at::randn({labels.size(0), count}, at::kDouble);
}

at::Tensor rotation(int64_t count) {
    return std::get<0>(at::linalg_qr(at::randn({count, count}, at::kDouble)));
}

}  // namespace

/// Closed forms and what may not change an estimate; the formulas themselves are held against NumPy's (ctest -L interop).
class TestTransferability : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aSourceThatKnowsTheClassesHasNoLossByLeep() {
        const at::Tensor labels = labelsOf(3);
        // each target class is a pair of source classes: the map is perfect, though not one to one
        at::Tensor answers = at::zeros({120, 6}, at::kDouble);
        for (int64_t i = 0; i < 120; ++i)
            answers[i][2 * labels[i].item<int64_t>() + i % 2] = 1;
        QVERIFY(near(leep(answers, labels, 3), 0));
    }

    void answersThatSayNothingLeaveTheEntropyOfTheLabels() {
        const at::Tensor labels = at::cat({at::zeros({60}, at::kLong), at::ones({20}, at::kLong), at::full({20}, 2, at::kLong)});
        const at::Tensor same = at::tensor({0.5, 0.2, 0.3}, at::kDouble).repeat({100, 1});
        const double entropy = -(0.6 * std::log(0.6) + 0.4 * std::log(0.2));
        QVERIFY(near(leep(same, labels, 3), -entropy));
    }

    void leepDoesNotSeeTheOrderOfSourceClasses() {
        const at::Tensor labels = labelsOf(4), answers = featuresOf(labels, 4, 5).softmax(1);
        const double value = leep(answers, labels, 4);
        QVERIFY(value < 0 && value > -std::log(4));
        QVERIFY(near(leep(answers.flip({1}), labels, 4), value));
        // a source class that is never answered changes nothing
        QVERIFY(near(leep(at::cat({answers, at::zeros({160, 1}, at::kDouble)}, 1), labels, 4), value));
    }

    void theRelationIsTheMeanAnswerToEachClass() {
        const at::Tensor answers = at::tensor({0.9, 0.1, 0.5, 0.5, 0.2, 0.8}, at::kDouble).reshape({3, 2});
        const at::Tensor relation = classRelation(answers, at::tensor({0, 0, 2}, at::kLong), 3);
        QVERIFY(relation[0].allclose(at::tensor({0.7, 0.3}, at::kDouble)));
        QVERIFY(relation[1].isnan().all().item<bool>());
        QVERIFY(relation[2].allclose(at::tensor({0.2, 0.8}, at::kDouble)));
    }

    void rotationsDoNotChangeWhatFeaturesTell_data() {
        QTest::addColumn<int>("count");
        QTest::newRow("fewer features than images") << 12;
        QTest::newRow("more features than images") << 200;
    }
    void rotationsDoNotChangeWhatFeaturesTell() {
        QFETCH(int, count);
        const at::Tensor labels = labelsOf(4), features = featuresOf(labels, 4, count), turned = features.matmul(rotation(count));
        for (const auto estimate : {logme, hScore, shrunkHScore, labelCka})
            QVERIFY2(near(estimate(turned, labels, 4), estimate(features, labels, 4)),
                     QByteArray::number(estimate(turned, labels, 4)));
        // neither an offset nor a scale does, of those that centre
        for (const auto estimate : {hScore, shrunkHScore, labelCka})
            QVERIFY(near(estimate(turned * 7 + 3, labels, 4), estimate(features, labels, 4), 1e-7));
    }

    void featuresThatAreTheLabelsHaveTheUpperEnd() {
        const at::Tensor labels = labelsOf(5), hot = oneHot(labels, 5);
        QVERIFY(near(hScore(hot, labels, 5), 4));
        QVERIFY(near(labelCka(hot, labels, 5), 1));
        // shrinking takes from it, less the more images there are
        const double few = shrunkHScore(hot, labels, 5), many = shrunkHScore(hot.repeat({50, 1}), labels.repeat({50}), 5);
        QVERIFY2(few > 3 && few < many && many > 3.99 && many < 4, QByteArray::number(few) + ' ' + QByteArray::number(many));
        // that is more than noise has by every estimate
        const at::Tensor noise = featuresOf(at::randperm(200).remainder(5), 5, 5);
        for (const auto estimate : {logme, hScore, shrunkHScore, labelCka})
            QVERIFY(estimate(hot, labels, 5) > estimate(noise, labels, 5));
    }

    void theHScoreOfMoreFeaturesThanImagesSaysNothing() {
        at::manual_seed(4);
        const at::Tensor labels = labelsOf(4, 10), noise = at::randn({40, 100}, at::kDouble);
        QVERIFY(near(hScore(noise, labels, 4), 3));
        QVERIFY2(shrunkHScore(noise, labels, 4) < 0.5, QByteArray::number(shrunkHScore(noise, labels, 4)));
    }

    void theEvidenceOfOneFeatureIsThatOfTheLine() {
        // With one feature the evidence is a normal density of the labels, of covariance 1/beta + ff'/alpha, at its greatest.
        at::manual_seed(6);
        const at::Tensor labels = labelsOf(2, 15);
        const at::Tensor feature = labels.to(at::kDouble).unsqueeze(1) - 0.5 + 0.3 * at::randn({30, 1}, at::kDouble);
        const auto density = [&](const at::Tensor& y, double alpha, double beta) {
            const at::Tensor covariance = at::eye(30, at::kDouble) / beta + feature.matmul(feature.t()) / alpha;
            const double determinant = at::logdet(covariance).item<double>();
            const double distance = y.dot(at::linalg_solve(covariance, y)).item<double>();
            return -0.5 * (determinant + distance + 30 * std::log(2 * M_PI)) / 30;
        };
        double sum = 0;
        for (int64_t c = 0; c < 2; ++c) {
            double best = -std::numeric_limits<double>::infinity();
            for (double alpha = -4; alpha < 6; alpha += 0.05)
                for (double beta = -2; beta < 6; beta += 0.05)
                    best = std::max(best, density((labels == c).to(at::kDouble), std::exp(alpha), std::exp(beta)));
            sum += best;
        }
        QVERIFY2(std::abs(logme(feature, labels, 2) - sum / 2) < 2e-3, QByteArray::number(logme(feature, labels, 2) - sum / 2));
    }

    void featuresThatDoNotVaryTellNothing() {
        const at::Tensor labels = labelsOf(2);
        for (const double value : {0.0, 0.1}) {
            const at::Tensor constant = at::full({80, 6}, value, at::kDouble);
            QCOMPARE(hScore(constant, labels, 2), 0.0);
            QCOMPARE(shrunkHScore(constant, labels, 2), 0.0);
            QCOMPARE(labelCka(constant, labels, 2), 0.0);
            QVERIFY(std::isfinite(logme(constant, labels, 2)));
        }
    }

    void classesWithoutImagesCountForNothing() {
        const at::Tensor labels = labelsOf(3), features = featuresOf(labels, 3, 6), answers = features.softmax(1);
        for (const auto estimate : {logme, hScore, shrunkHScore, labelCka})
            QVERIFY(near(estimate(features, labels * 2, 7), estimate(features, labels, 3)));
        QVERIFY(near(leep(answers, labels * 2, 7), leep(answers, labels, 3)));
    }

    void aTableThatTellsNothingIsRefused() {
        const at::Tensor features = at::rand({6, 3}, at::kDouble), answers = features.softmax(1);
        const at::Tensor labels = at::tensor({0, 0, 1, 1, 2, 2}, at::kLong), one = at::zeros({6}, at::kLong);
        for (const auto estimate : {logme, hScore, shrunkHScore, labelCka, leep}) {
            QVERIFY_THROWS_EXCEPTION(Error, estimate(answers, one, 3));
            QVERIFY_THROWS_EXCEPTION(Error, estimate(answers, labels, 2));
            QVERIFY_THROWS_EXCEPTION(Error, estimate(answers, labels - 1, 3));
            QVERIFY_THROWS_EXCEPTION(Error, estimate(answers, labels.slice(0, 0, 4), 3));
            QVERIFY_THROWS_EXCEPTION(Error, estimate(answers.slice(0, 0, 1), labels.slice(0, 0, 1), 3));
            QVERIFY_THROWS_EXCEPTION(Error, estimate(answers.flatten(), labels, 3));
            QVERIFY_THROWS_EXCEPTION(Error, estimate(answers / 0.0, labels, 3));
        }
        QVERIFY_THROWS_EXCEPTION(Error, leep(features, labels, 3));
        QVERIFY_THROWS_EXCEPTION(Error, leep(answers * 9 - 8.0 / 3, labels, 3));
    }

    void theDistanceOfNormalFeaturesIsKnown() {
        // along one axis: (difference of means)^2 + (difference of deviations)^2; a mirrored pair keeps both exact
        const at::Tensor half = at::tensor({1.0, 2.0, 4.0}, at::kDouble).unsqueeze(1), line = at::cat({half, -half});
        const double deviation = std::sqrt(2 * (1 + 4 + 16) / 5.0);
        QVERIFY(near(frechetDistance(line, line * 3 + 5), 25 + std::pow(2 * deviation, 2)));
        at::manual_seed(8);
        for (const int64_t count : {4, 60}) {
            const at::Tensor a = at::randn({30, count}, at::kDouble), b = 1 + 2 * at::randn({25, count}, at::kDouble);
            const at::Tensor turn = rotation(count);
            QVERIFY(near(frechetDistance(a, a), 0, 1e-9));
            QVERIFY(near(frechetDistance(a, b), frechetDistance(b, a)));
            QVERIFY(near(frechetDistance(a, b), frechetDistance(a.matmul(turn), b.matmul(turn))));
        }
        QVERIFY_THROWS_EXCEPTION(Error, frechetDistance(at::rand({4, 3}), at::rand({4, 2})));
    }
};

QTEST_GUILESS_MAIN(TestTransferability)
#include "tst_transferability.moc"
