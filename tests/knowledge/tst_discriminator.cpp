#include <cmath>

#include <ATen/Parallel.h>
#include <QtTest>
#include <torch/types.h>

#include "tests/knowledge/feature_cases.h"

using namespace gaplab;

class TestDiscriminator : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { at::set_num_threads(1); }  // for tensors as small as these more only wait for each other

    void theStudentsPartEqualsAPlainLoop_data() {
        QTest::addColumn<double>("accuracy");
        QTest::addColumn<QString>("sees");
        QTest::newRow("logits") << 0.8 << "logits";
        QTest::newRow("pooled, through an adaptor") << 0.8 << "pooled";
        QTest::newRow("a fooled discriminator does not teach") << 0.5 << "logits";
    }
    void theStudentsPartEqualsAPlainLoop() {
        QFETCH(double, accuracy);
        QFETCH(QString, sees);
        const Outputs from = maps(6, 0.3), to = maps(3, 5);
        const auto loss =
            inDouble("adversarial", planFor(from, to, {{"sees", sees.toStdString()}, {"adversarial", 0.3}, {"distance", 2.0}}));
        fill(*loss, "discriminator.accuracy", accuracy);
        const bool pooled = sees == "pooled";
        const at::Tensor& source = pooled ? from.pooled : from.logits;
        const auto times = [](const at::Tensor& weight, const at::Tensor& bias, const std::vector<double>& x) {
            std::vector<double> y;
            for (int64_t i = 0; i < weight.size(0); ++i) {
                y.push_back(bias[i].item<double>());
                for (int64_t k = 0; k < weight.size(1); ++k)
                    y.back() += weight[i][k].item<double>() * x[static_cast<size_t>(k)];
            }
            return y;
        };
        double deceiving = 0, distance = 0;
        for (int64_t b = 0; b < 3; ++b) {
            const at::Tensor row = (pooled ? to.pooled : to.logits)[b].contiguous();
            std::vector<double> x(row.const_data_ptr<double>(), row.const_data_ptr<double>() + row.numel());
            if (pooled) x = times(named(*loss, "adaptor.weight"), named(*loss, "adaptor.bias"), x);
            for (size_t i = 0; i < x.size(); ++i)
                distance +=
                    std::abs(x[i] - source[b][static_cast<int64_t>(i)].item<double>()) / static_cast<double>(source.numel());
            for (int layer = 0; layer < 3; ++layer) {
                const std::string name = "discriminator." + std::to_string(layer) + ".";
                const at::Tensor weight = named(*loss, name + "weight"), left = named(*loss, name + "direction");
                const at::Tensor largest = at::mv(weight.t(), left / left.norm()).norm();
                if (layer > 0)
                    for (double& value : x)
                        value = value > 0 ? value : 0.2 * value;
                x = times(weight / largest, named(*loss, name + "bias"), x);
            }
            deceiving += std::log1p(std::exp(-x[0])) / 3;
        }
        const double expected = (accuracy < 0.55 ? 0.0 : 0.3 * deceiving) + 2 * distance;
        const double value = valueOf(*loss, from, to, batchOf(3));
        QVERIFY2(std::abs(value - expected) < 1e-12, qPrintable(QString("%1 %2").arg(value).arg(expected)));
        QVERIFY(gradientError(*loss, from, to, batchOf(3)) < 1e-8);
    }

    void theDiscriminatorStaysFiniteAndLearns() {
        const Outputs to = cast(maps(3, 5, 8), at::kFloat, at::kFloat);
        const auto loss = makeLoss("adversarial", planFor(to, to));
        Batch batch = batchOf(8);
        int frozen = 0;
        double accuracy = 0;
        for (int step = 0; step < 2000; ++step) {
            const Outputs from = cast(maps(3, 0.01 * step + 1, 8), at::kFloat, at::kFloat);
            Outputs shifted = to;
            shifted.logits = to.logits + 3;
            QVERIFY(std::isfinite(valueOf(*loss, from, shifted, batch)));
            loss->learn(&from, shifted, batch);
            if (step % 10 != 0) continue;
            const LossReport report = loss->report();
            QCOMPARE(report.series.front().first, std::string("discriminator_accuracy"));
            accuracy = report.series.front().second;
            if (report.event.empty()) continue;
            QCOMPARE(report.event, std::string("discriminator"));
            QVERIFY2(says(report.text, "it waits until"), report.text.c_str());
            ++frozen;
        }
        QVERIFY2(accuracy > 0.9, qPrintable(QString::number(accuracy)));
        QCOMPARE(frozen, 1);  // told once, although it stays so
        for (const at::Tensor& buffer : loss->adapters()->state.buffers)
            QVERIFY(buffer.isfinite().all().item<bool>());
    }

    void itsWeightsHaveTheNormOne() {
        const Outputs from = maps(3, 0.3, 8), to = maps(3, 5, 8);
        const auto loss = inDouble("adversarial", planFor(from, to, {{"discriminator_lr", 1e-9}}));
        for (int step = 0; step < 150; ++step)
            loss->learn(&from, to, batchOf(8));
        for (int layer = 0; layer < 3; ++layer) {
            const std::string name = "discriminator." + std::to_string(layer) + ".";
            const at::Tensor weight = named(*loss, name + "weight"), left = named(*loss, name + "direction");
            const double largest = std::get<1>(at::linalg_svd(weight)).max().item<double>();
            QVERIFY2(std::abs(at::mv(weight.t(), left).norm().item<double>() / largest - 1) < 0.01,
                     qPrintable(QString::number(layer)));
        }
    }

    void aFooledDiscriminatorIsToldOnce() {
        const Outputs same = cast(maps(3, 5, 8), at::kFloat, at::kFloat);
        const auto loss = makeLoss("adversarial", planFor(same, same));
        std::vector<std::string> told;
        for (int step = 0; step < 1500; ++step) {
            loss->learn(&same, same, batchOf(8));
            if (step % 10 != 0) continue;
            if (const LossReport report = loss->report(); !report.event.empty()) told.push_back(report.text);
        }
        QCOMPARE(told.size(), size_t{1});
        QVERIFY2(says(told[0], "cannot tell the networks apart"), told[0].c_str());
    }

    void aValueThatIsNotFiniteBeginsItAnew() {
        const Outputs from = cast(maps(3, 5, 8), at::kFloat, at::kFloat), to = cast(maps(3, 1, 8), at::kFloat, at::kFloat);
        const auto loss = makeLoss("adversarial", planFor(from, to));
        const State fresh = loss->adapters()->state.clone();
        for (int step = 0; step < 20; ++step)
            loss->learn(&from, to, batchOf(8));
        QVERIFY(!named(*loss, "discriminator.0.weight").equal(fresh.buffers[0]));
        Outputs broken = detachedCopy(to);
        broken.logits[2][1] = std::nan("");
        loss->learn(&from, broken, batchOf(8));
        QVERIFY(named(*loss, "discriminator.0.weight").equal(fresh.buffers[0]));
        QCOMPARE(named(*loss, "discriminator.step").item<double>(), 0.0);
        const LossReport report = loss->report();
        QVERIFY2(says(report.text, "begun anew"), report.text.c_str());
        QVERIFY(loss->report().event.empty());
        QVERIFY(std::isfinite(valueOf(*loss, from, to, batchOf(8))));
    }

    void itsAccuracyFreezesIt() {
        const Outputs from = cast(maps(3, 5, 8), at::kFloat, at::kFloat), to = cast(maps(3, 1, 8), at::kFloat, at::kFloat);
        const auto loss = makeLoss("adversarial", planFor(from, to));
        fill(*loss, "discriminator.accuracy", 0.99);
        const at::Tensor before = named(*loss, "discriminator.0.weight").clone();
        loss->learn(&from, to, batchOf(8));
        QVERIFY(named(*loss, "discriminator.0.weight").equal(before));
        QCOMPARE(named(*loss, "discriminator.step").item<double>(), 0.0);
        fill(*loss, "discriminator.accuracy", 0.9);
        loss->learn(&from, to, batchOf(8));
        QVERIFY(!named(*loss, "discriminator.0.weight").equal(before));
    }
};

QTEST_GUILESS_MAIN(TestDiscriminator)
#include "tst_discriminator.moc"
