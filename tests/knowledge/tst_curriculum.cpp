#include <cmath>

#include <QtTest>
#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>

#include "core/base/error.h"
#include "core/knowledge/reversal.h"
#include "tests/knowledge/support.h"

using namespace gaplab;

namespace {

LossCase curriculum(const std::string& variant) {
    return {.loss = "ctkd", .plan = {.parameters = {{"variant", variant}}, .classes = 4, .seed = 3}};
}

/// dKD/dtheta by central differences of plain distillation, theta 1 for every image.
double slopeOfTheta(const Example& example) {
    const auto cost = [&](double theta) {
        const LossCase kd{.loss = "kd", .plan = {.parameters = {{"temperature", 1 + 20 / (1 + std::exp(-theta))}}}};
        return valueOf(*lossOf(kd), kd, example);
    };
    return (cost(1 + 1e-5) - cost(1 - 1e-5)) / 2e-5;
}

}  // namespace

class CurriculumTests : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theGradientComesBackReversed() {
        const at::Tensor x = at::tensor({1.0, 2.0}, at::kDouble).set_requires_grad(true);
        const at::Tensor y = reverseGradient(x, 0.25);
        QVERIFY(y.equal(x));
        torch::autograd::backward({(y * y).sum()}, {});
        QVERIFY(x.grad().equal(at::tensor({-0.5, -1.0}, at::kDouble)));
    }

    void thetaClimbsTheLossByTheScheduledStrength_data() {
        QTest::addColumn<double>("epoch");
        QTest::addColumn<double>("strength");
        QTest::newRow("at first") << 0.0 << 0.0;
        QTest::newRow("half-way") << 5.0 << 0.5;
        QTest::newRow("a third") << 10.0 / 3 << 0.25;
        QTest::newRow("at the end") << 10.0 << 1.0;
        QTest::newRow("afterwards") << 200.0 << 1.0;
    }
    void thetaClimbsTheLossByTheScheduledStrength() {
        QFETCH(double, epoch);
        QFETCH(double, strength);
        for (const std::string variant : {"global", "instance"}) {
            const LossCase row = curriculum(variant);
            Example example = exampleOf(row.plan, 5, 1);
            example.batch.epoch = epoch;
            const auto loss = lossOf(row);
            torch::autograd::backward({costOf(*loss, row, example)}, {});
            // The last parameter is added to every image's theta.
            const double gradient = loss->adapters()->state.parameters.back().grad().item<double>();
            QVERIFY(std::abs(gradient + strength * slopeOfTheta(example)) < 1e-6);
        }
    }

    void everyImageCanGetItsOwnTemperature() {
        const LossCase row = curriculum("instance");
        const auto loss = lossOf(row);
        State& state = loss->adapters()->state;
        Example example = exampleOf(row.plan, 3, 2);
        const double before = valueOf(*loss, row, example);
        QVERIFY(std::abs(loss->report().series.at(0).second - (1 + 20 / (1 + std::exp(-1.0)))) < 1e-9);
        const at::NoGradGuard noGradient;
        state.parameters[state.parameters.size() - 2].fill_(0.5);  // the last weights
        QVERIFY(std::abs(valueOf(*loss, row, example) - before) > 1e-6);
        double sum = 0;
        for (int64_t i = 0; i < 3; ++i) {
            const at::Tensor both = at::cat({example.from.logits[i], example.to.logits[i]});
            const at::Tensor hidden = (state.parameters[0].mv(both) + state.parameters[1]).clamp_min(0);
            sum += 1 + 20 / (1 + std::exp(-(0.5 * hidden.sum().item<double>() + 1)));
        }
        QCOMPARE(loss->report().series.at(0).first, std::string("temperature"));
        QVERIFY(std::abs(loss->report().series.at(0).second - sum / 3) < 1e-9);
    }

    void learningMakesItHarder() {
        const LossCase row = curriculum("global");
        const auto loss = lossOf(row);
        Example example = exampleOf(row.plan, 8, 4);
        example.batch.epoch = 20;
        at::Tensor theta = loss->adapters()->state.parameters.front();
        const double before = valueOf(*loss, row, example);
        for (int step = 0; step < 50; ++step) {
            theta.mutable_grad().reset();
            torch::autograd::backward({costOf(*loss, row, example)}, {});
            const at::NoGradGuard noGradient;
            theta.sub_(theta.grad() * 0.1);  // as an optimiser does: downhill by the gradient that it is given
        }
        QVERIFY(valueOf(*loss, row, example) > before);
    }

    void aTemperatureForEachImageNeedsTheClasses() {
        LossCase row = curriculum("instance");
        row.plan.classes = 0;
        QVERIFY_THROWS_EXCEPTION(Error, lossOf(row));
        row = curriculum("global");
        row.plan.classes = 0;
        QVERIFY(lossOf(row));
    }

    void nothingIsReportedBeforeTheFirstBatch() { QVERIFY(lossOf(curriculum("global"))->report().series.empty()); }
};

int runCurriculumTests(int argc, char** argv) {
    CurriculumTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_curriculum.moc"
