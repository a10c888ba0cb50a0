#include <cmath>
#include <map>

#include <QtTest>
#include <torch/types.h>

#include "core/base/error.h"
#include "core/measure/measure.h"
#include "core/measure/switokd.h"

using namespace gaplab;

namespace {

std::map<std::string, double> named(const NamedValues& values) {
    return {values.begin(), values.end()};
}

const MeasureEntry& entry(const char* name) {
    return *measuresNamed({name}).front();
}

/// Logits whose softmax are these rows.
at::Tensor logitsOf(std::vector<std::vector<double>> rows) {
    at::Tensor probability = at::empty({std::ssize(rows), std::ssize(rows.front())}, at::kDouble);
    for (int64_t i = 0; i < probability.size(0); ++i)
        for (int64_t j = 0; j < probability.size(1); ++j)
            probability[i][j] = rows[static_cast<size_t>(i)][static_cast<size_t>(j)];
    return probability.log();
}

/// Four images, three classes. The teacher is right on 0, 1, 2; the student on 0, 1, and on 3 both say class 2.
struct Example {
    at::Tensor labels = at::tensor({0, 1, 2, 0}, at::kLong);
    at::Tensor teacher = logitsOf({{.8, .1, .1}, {.19, .62, .19}, {.1, .2, .7}, {.28, .1, .62}});
    at::Tensor student = logitsOf({{.5, .3, .2}, {.1, .8, .1}, {.4, .3, .3}, {.2, .2, .6}});
    PairLogits pair(double temperature = 1) const { return {teacher, student, labels, temperature}; }
};

bool near(double a, double b, double tolerance = 1e-9) {
    return std::abs(a - b) < tolerance;
}

}  // namespace

/// Each measure against a hand-made case.
class TestMeasure : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theGapIsAShareAndHasAnInterval() {
        const auto values = named(entry("accuracy").ofPair(Example().pair()));
        QVERIFY(near(values.at("relative"), (0.75 - 0.5) / 0.75));
        // One image of four is right in one network only.
        QVERIFY(near(values.at("interval"), 1.96 * std::sqrt((0.25 - 0.0625) / 4)));
    }

    void agreementBeyondChance() {
        const auto values = named(entry("agreement").ofPair(Example().pair()));
        QVERIFY(near(values.at("agreement"), 0.75));  // classes 0 1 2 2 and 0 1 0 2
        const double chance = 0.25 * 0.5 + 0.25 * 0.25 + 0.5 * 0.25;
        QVERIFY(near(values.at("kappa"), (0.75 - chance) / (1 - chance)));
    }

    void divergencesOfTwoDistributions() {
        const Example example;
        const auto values = named(entry("divergence").ofPair(example.pair(4)));
        const at::Tensor p = example.teacher.exp(), q = example.student.exp(), m = (p + q) / 2;
        const auto kl = [](const at::Tensor& a, const at::Tensor& b) { return (a * (a / b).log()).sum(1).mean().item<double>(); };
        QVERIFY(near(values.at("kl"), kl(p, q)));
        QVERIFY(near(values.at("js"), (kl(p, m) + kl(q, m)) / 2));
        QVERIFY(near(values.at("kl_temperature"), kl((example.teacher / 4).softmax(1), (example.student / 4).softmax(1))));
        // Neither an offset nor a scale of a network's logits changes the standardised one.
        const auto moved =
            named(entry("divergence").ofPair({example.teacher * 3 + 1, example.student * 0.5 - 2, example.labels, 1}));
        QVERIFY(near(moved.at("kl_standardised"), values.at("kl_standardised"), 1e-5));
        QVERIFY(near(named(entry("divergence").ofPair({p, p, example.labels, 1})).at("kl"), 0));
    }

    void aCertainTeacherGivesFiniteDivergences() {
        const at::Tensor certain = at::tensor({1e4, 0.0, 0.0}, at::kDouble).unsqueeze(0), labels = at::zeros({1}, at::kLong);
        for (const auto& [name, value] : entry("divergence").ofPair({certain, certain.flip(1), labels, 1}))
            QVERIFY2(std::isfinite(value), name.c_str());
    }

    void switokdsDistancesAndThreshold() {
        const Example example;
        const auto values = named(entry("distance").ofPair(example.pair()));
        // |p - q| by rows: .6 .36 .8 .2 ; 2 (1 - q_y): 1 .4 1.4 1.6 ; 2 (1 - p_y): .4 .76 .6 1.44
        const double gap = 1.96 / 4, s = 4.4 / 4, t = 3.2 / 4;
        QVERIFY(near(values.at("l1"), gap));
        QVERIFY(near(values.at("switokd_delta"), s - std::exp(-t / (s + t)) * t));
    }

    void calibrationOfBinsFilledByHand() {
        // Confidences .8 .62 .7 .62 of the teacher, right right right wrong: bins of width 1/15.
        const auto values = named(entry("calibration").ofNetwork(Example().teacher, Example().labels));
        // .8 -> bin 12: |1 - .8|; .7 -> bin 10: |1 - .7|; .62 twice -> bin 9: |1 - 1.24|
        QVERIFY2(near(values.at("ece"), (0.2 + 0.3 + 0.24) / 4), QByteArray::number(values.at("ece")));
        QVERIFY(near(values.at("nll"), -(std::log(.8) + std::log(.62) + std::log(.7) + std::log(.28)) / 4));
        QVERIFY(near(values.at("brier"), (.06 + .2166 + .14 + .9128) / 4));
        QVERIFY(values.at("classwise_ece") >= 0 && values.at("classwise_ece") <= 1);
    }

    void sharpnessOfADistribution() {
        const auto values = named(entry("sharpness").ofNetwork(logitsOf({{.5, .3, .2}}), at::tensor({0}, at::kLong)));
        QVERIFY(near(values.at("entropy"), -(.5 * std::log(.5) + .3 * std::log(.3) + .2 * std::log(.2))));
        QVERIFY(near(values.at("wrong_variance"), (.05 * .05 + .05 * .05) / 2));
        QVERIFY(!named(entry("sharpness").ofNetwork(at::zeros({3, 2}), at::zeros({3}, at::kLong))).contains("wrong_variance"));
    }

    void transferOfRightAndWrongAnswers() {
        const auto values = named(entry("overlap").ofPair(Example().pair()));
        QVERIFY(near(values.at("positive_transfer"), 2.0 / 3) && near(values.at("negative_transfer"), 1));
        const at::Tensor right = at::eye(3, at::kDouble);
        QVERIFY(near(named(entry("overlap").ofPair({right, right, at::arange(3), 1})).at("negative_transfer"), 0));
    }

    void gapsOfEachClassThatOccurs() {
        const auto values = named(entry("classes").ofPair(Example().pair()));
        QVERIFY(near(values.at("class.0"), 0) && near(values.at("class.1"), 0) && near(values.at("class.2"), 1));
        QVERIFY(!named(entry("classes").ofPair({at::zeros({1, 3}), at::zeros({1, 3}), at::zeros({1}, at::kLong), 1}))
                     .contains("class.1"));
    }

    void alignmentDoesNotSeeRotations() {
        at::manual_seed(5);
        const at::Tensor features = at::randn({256, 8, 2, 2}, at::kDouble);
        const auto rotation = std::get<0>(at::linalg_qr(at::randn({32, 32}, at::kDouble)));
        const at::Tensor turned = features.flatten(1).matmul(rotation) * 3;
        const auto measure = entry("cka").ofStages();
        measure->add({features, at::randn({256, 40}, at::kDouble)}, {turned});
        const auto values = named(measure->read());
        QVERIFY2(near(values.at("cka.0.0"), 1), QByteArray::number(values.at("cka.0.0")));
        QVERIFY2(std::abs(values.at("cka.1.0")) < 0.1, QByteArray::number(values.at("cka.1.0")));
    }

    void alignmentOverBatchesIsThatOfAllImages() {
        at::manual_seed(6);
        const at::Tensor common = at::randn({1024, 6}, at::kDouble);
        const at::Tensor one = at::cat({common, at::randn({1024, 6}, at::kDouble)}, 1),
                         two = at::cat({common, at::randn({1024, 6}, at::kDouble)}, 1);
        const auto whole = entry("cka").ofStages(), parts = entry("cka").ofStages();
        whole->add({one}, {two});
        for (int64_t begin = 0; begin < 1024; begin += 256)
            parts->add({one.slice(0, begin, begin + 256)}, {two.slice(0, begin, begin + 256)});
        QVERIFY(near(named(whole->read()).at("cka.0.0"), named(parts->read()).at("cka.0.0"), 0.05));
    }

    void unknownMeasuresAreRefused() { QVERIFY_THROWS_EXCEPTION(Error, measuresNamed({"agrement"})); }
};

QTEST_GUILESS_MAIN(TestMeasure)
#include "tst_measure.moc"
