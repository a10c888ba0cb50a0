#include <cmath>

#include <QtTest>
#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>

#include "core/base/error.h"
#include "core/knowledge/loss.h"
#include "core/measure/tally.h"

using namespace gaplab;

namespace {

at::Tensor logits(std::initializer_list<std::initializer_list<double>> rows) {
    std::vector<at::Tensor> tensors;
    for (const auto& row : rows)
        tensors.push_back(at::tensor(std::vector<double>(row), at::kDouble));
    return at::stack(tensors);
}

/// Largest difference between the gradient by autograd and by central differences, at `point`.
double gradientError(const std::function<at::Tensor(const at::Tensor&)>& function, const at::Tensor& point) {
    at::Tensor leaf = point.clone().set_requires_grad(true);
    torch::autograd::backward({function(leaf)}, {});
    double worst = 0;
    constexpr double h = 1e-6;
    for (int64_t i = 0; i < point.numel(); ++i) {
        at::Tensor up = point.clone(), down = point.clone();
        up.view({-1})[i] += h;
        down.view({-1})[i] -= h;
        const double numeric = (function(up).item<double>() - function(down).item<double>()) / (2 * h);
        worst = std::max(worst, std::abs(numeric - leaf.grad().view({-1})[i].item<double>()));
    }
    return worst;
}

Batch labelled(std::vector<int64_t> labels) {
    return {{}, at::tensor(labels, at::kLong)};
}

}  // namespace

class TestKnowledge : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void crossEntropyEqualsItsClosedForm() {
        const Outputs to{.logits = logits({{1, 2, 3}, {0, 0, 0}}), .stages = {}, .pooled = {}};
        const at::Tensor loss = makeLoss("ce", Json::object())->perSample(nullptr, to, labelled({2, 0}));
        const double z = std::exp(1) + std::exp(2) + std::exp(3);
        QVERIFY(std::abs(loss[0].item<double>() - (std::log(z) - 3)) < 1e-12);
        QVERIFY(std::abs(loss[1].item<double>() - std::log(3)) < 1e-12);
    }

    void smoothedCrossEntropyMixesWithTheUniformDistribution() {
        const Outputs to{.logits = logits({{1, 2, 3}}), .stages = {}, .pooled = {}};
        const double smoothed = makeLoss("ce", Json::object(), 0.1)->perSample(nullptr, to, labelled({2})).item<double>();
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
        const double value = (*makeLoss("kd", {{"temperature", temperature}}))(&teacher, student, labelled({0})).item<double>();
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
        const auto kd = makeLoss("kd", {{"temperature", 4.0}});
        QVERIFY(std::abs((*kd)(&teacher, teacher, labelled({0, 1})).item<double>()) < 1e-12);
        QVERIFY(std::abs((*kd)(&teacher, shifted, labelled({0, 1})).item<double>()) < 1e-12);
    }

    void gradientsAgreeWithFiniteDifferences_data() {
        QTest::addColumn<QString>("loss");
        Catalogue catalogue;
        addLosses(catalogue);
        for (const Member& member : catalogue.members(Registry::Loss))
            QTest::newRow(member.name.c_str()) << QString::fromStdString(member.name);
    }
    void gradientsAgreeWithFiniteDifferences() {
        QFETCH(QString, loss);
        const auto made = makeLoss(loss.toStdString(), Json::object(), 0.1);
        const Outputs teacher{.logits = logits({{3, 1, 0.5, 0}, {-2, 0, 2, 1}}), .stages = {}, .pooled = {}};
        const auto value = [&](const at::Tensor& z) {
            return (*made)(&teacher, Outputs{.logits = z, .stages = {}, .pooled = {}}, labelled({0, 3}));
        };
        QVERIFY(gradientError(value, logits({{0.3, -1, 2, 0.1}, {1, 1, -0.5, 0}})) < 1e-8);
    }

    void noGradientReachesTheTeacher() {
        Outputs teacher{.logits = logits({{3, 1, 0.5}}).set_requires_grad(true), .stages = {}, .pooled = {}};
        Outputs student{.logits = logits({{1, 2, -1}}).set_requires_grad(true), .stages = {}, .pooled = {}};
        torch::autograd::backward({(*makeLoss("kd", Json::object()))(&teacher, student, labelled({0}))}, {});
        QVERIFY(!teacher.logits.grad().defined());
        QVERIFY(student.logits.grad().defined());
    }

    void anUnknownLossIsRefused() { QVERIFY_THROWS_EXCEPTION(Error, makeLoss("kdd", Json::object())); }

    void aTallyAveragesOverUnequalBatches() {
        Tally tally(at::kCPU);
        tally.update(logits({{2, 1}, {0, 1}}), at::tensor({0L, 0L}), at::tensor({1.0, 3.0}));
        tally.update(logits({{2, 1}}), at::tensor({0L}), at::tensor({5.0}));
        const Tally::Values values = tally.read();
        QCOMPARE(values.count, 3);
        QCOMPARE(values.accuracy, 2.0 / 3.0);
        QCOMPARE(values.loss, 3.0);
        tally.reset();
        QCOMPARE(tally.read().count, 0);
    }
};

QTEST_GUILESS_MAIN(TestKnowledge)
#include "tst_knowledge.moc"
