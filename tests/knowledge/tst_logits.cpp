#include <cmath>

#include <QtTest>
#include <torch/types.h>

#include "tests/knowledge/support.h"

using namespace gaplab;

/// Losses of labels and logits by hand.
class LogitTests : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void crossEntropyEqualsItsClosedForm() {
        const Outputs to{.logits = logits({{1, 2, 3}, {0, 0, 0}}), .stages = {}, .pooled = {}};
        const at::Tensor loss = perSample("ce", {}, nullptr, to, labelled({2, 0}));
        const double z = std::exp(1) + std::exp(2) + std::exp(3);
        QVERIFY(std::abs(loss[0].item<double>() - (std::log(z) - 3)) < 1e-12);
        QVERIFY(std::abs(loss[1].item<double>() - std::log(3)) < 1e-12);
    }

    void smoothedCrossEntropyMixesWithTheUniformDistribution() {
        const Outputs to{.logits = logits({{1, 2, 3}}), .stages = {}, .pooled = {}};
        const double smoothed = perSample("ce", {.labelSmoothing = 0.1}, nullptr, to, labelled({2})).item<double>();
        const double z = std::log(std::exp(1) + std::exp(2) + std::exp(3));
        const double expected = 0.9 * (z - 3) + 0.1 * (z - 2);  // the mean logit is 2
        QVERIFY(std::abs(smoothed - expected) < 1e-12);
    }

    void kdEqualsItsClosedForm_data() {
        QTest::addColumn<double>("temperature");
        for (const double t : {1.0, 2.0, 4.0, 20.0})
            QTest::addRow("T=%g", t) << t;
    }
    void kdEqualsItsClosedForm() {
        QFETCH(double, temperature);
        const Outputs teacher{.logits = logits({{3, 1, 0.5}}), .stages = {}, .pooled = {}};
        const Outputs student{.logits = logits({{1, 2, -1}}), .stages = {}, .pooled = {}};
        const double value =
            (*makeLoss("kd", {.parameters = {{"temperature", temperature}}}))(&teacher, student, labelled({0})).item<double>();
        const std::vector<double> t = {3, 1, 0.5}, s = {1, 2, -1};
        double zt = 0, zs = 0, expected = 0;
        for (const double x : t)
            zt += std::exp(x / temperature);
        for (const double x : s)
            zs += std::exp(x / temperature);
        for (size_t i = 0; i < t.size(); ++i) {
            const double p = std::exp(t[i] / temperature) / zt;
            expected += p * (std::log(p) - (s[i] / temperature - std::log(zs)));
        }
        QVERIFY2(std::abs(value - temperature * temperature * expected) < 1e-12, qPrintable(QString::number(value)));
    }

    void kdIsZeroForEqualLogitsAndIgnoresAConstantShift() {
        const at::Tensor z = logits({{3, 1, 0.5}, {-2, 0, 2}});
        const Outputs teacher{.logits = z, .stages = {}, .pooled = {}}, shifted{.logits = z + 7, .stages = {}, .pooled = {}};
        const auto kd = makeLoss("kd", {.parameters = {{"temperature", 4.0}}});
        QVERIFY(std::abs((*kd)(&teacher, teacher, labelled({0, 1})).item<double>()) < 1e-12);
        QVERIFY(std::abs((*kd)(&teacher, shifted, labelled({0, 1})).item<double>()) < 1e-12);
    }

    void theSquaredDistanceIsASumOverClassesAndAMeanOverImages() {
        const Outputs from = outputsOf(logits({{3, 1, 0.5}, {-2, 0, 2}})), to = outputsOf(logits({{1, 1, 0}, {-2, 1, 4}}));
        const auto cost = makeLoss("mse");
        QVERIFY(std::abs((*cost)(&from, to, labelled({0, 1})).item<double>() - (4 + 0.25 + 1 + 4) / 2) < 1e-12);
        QCOMPARE((*cost)(&from, from, labelled({0, 1})).item<double>(), 0.0);
    }

    void softLabelsAreAMixtureOfLabels() {
        const Outputs to = outputsOf(logits({{1, 2, 3}}));
        const auto cost = [&](int64_t label) { return perSample("ce", {}, nullptr, to, labelled({label})).item<double>(); };
        Batch mixed = labelled({2});
        mixed.softLabels = logits({{0.3, 0, 0.7}});
        QVERIFY(std::abs(perSample("ce", {}, nullptr, to, mixed).item<double>() - (0.3 * cost(0) + 0.7 * cost(2))) < 1e-12);
        mixed.softLabels = logits({{0, 0, 1}});
        QVERIFY(std::abs(perSample("ce", {.labelSmoothing = 0.2}, nullptr, to, mixed).item<double>() -
                         perSample("ce", {.labelSmoothing = 0.2}, nullptr, to, labelled({2})).item<double>()) < 1e-12);
    }

    void theSmoothedTeacherIsATarget() {  // [16]
        const at::Tensor teacher = logits({{3, 1, 0.5, -1}, {-2, 0, 2, 1}}),
                         student = logits({{0.3, -1, 2, 0.1}, {1, 1, -0.5, 0}});
        const Outputs from = outputsOf(teacher);
        const at::Tensor target = 0.9 * at::softmax(teacher, 1) + 0.1 / 4;
        const auto cost = [&](const at::Tensor& z) {
            return perSample("smoothed_ce", {}, &from, outputsOf(z), labelled({0, 0}));
        };
        QVERIFY(cost(student).allclose(-(target * at::log_softmax(student, 1)).sum(1), 1e-12, 1e-12));
        // The minimum lies where the student's softmax is the target: no step away from there costs less.
        const at::Tensor best = cost(target.log());
        for (int64_t c = 0; c < 4; ++c)
            for (const double step : {0.01, -0.01}) {
                const at::Tensor moved = target.log();
                moved.select(1, c).add_(step);
                QVERIFY(cost(moved).gt(best).all().item<bool>());
            }
    }

    void decoupledKdIsTheWholeWhenItsPartsAreWeightedSo() {  // [17]
        const at::Tensor teacher = logits({{3, 1, 0.5, -1}, {-2, 0, 2, 1}}),
                         student = logits({{0.3, -1, 2, 0.1}, {1, 1, -0.5, 0}});
        const Outputs from = outputsOf(teacher), to = outputsOf(student);
        const Batch batch = labelled({0, 2});
        const auto part = [&](double alpha, double beta, const Outputs& t, const Outputs& s) {
            return perSample("dkd", {.parameters = {{"alpha", alpha}, {"beta", beta}, {"temperature", 1.0}}}, &t, s, batch);
        };
        const at::Tensor p = at::softmax(teacher, 1).gather(1, batch.labels.unsqueeze(1)).squeeze(1);
        const at::Tensor whole = perSample("kd", {.parameters = {{"temperature", 1.0}}}, &from, to, batch);
        QVERIFY(whole.allclose(part(1, 0, from, to) + (1 - p) * part(0, 1, from, to), 1e-10, 1e-12));
        QVERIFY(part(1, 1, from, from).abs().max().item<double>() < 1e-12);
        // By hand for one image: target class 0, the others by themselves.
        const double zt = std::exp(3.0) + std::exp(1.0) + std::exp(0.5) + std::exp(-1.0), pt = std::exp(3.0) / zt;
        const double zs = std::exp(0.3) + std::exp(-1.0) + std::exp(2.0) + std::exp(0.1), qt = std::exp(0.3) / zs;
        const double target = pt * std::log(pt / qt) + (1 - pt) * std::log((1 - pt) / (1 - qt));
        QVERIFY(std::abs(part(1, 0, from, to)[0].item<double>() - target) < 1e-10);
    }

    void decoupledKdTakesABatchOfOneAndMixedLabels() {  // [17]
        const Outputs from = outputsOf(logits({{3, 1, 0.5}})), to = outputsOf(logits({{1, 2, -1}}));
        Batch mixed = labelled({0});
        mixed.softLabels = logits({{0.6, 0.4, 0}});
        const auto dkd = makeLoss("dkd");
        QVERIFY(std::isfinite((*dkd)(&from, to, mixed).item<double>()));
        QCOMPARE((*dkd)(&from, to, mixed).item<double>(), (*dkd)(&from, to, labelled({0})).item<double>());
        // A teacher that is all but sure.
        const Outputs sure = outputsOf(logits({{60, 0, 1}}));
        QVERIFY(std::isfinite((*dkd)(&sure, to, mixed).item<double>()));
    }
};

int runLogitTests(int argc, char** argv) {
    LogitTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_logits.moc"
