#include <cmath>

#include <QtTest>
#include <torch/types.h>

#include "core/train/optimizer.h"
#include "core/train/schedule.h"

using namespace gaplab;

class TestSchedule : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theRateFollowsItsSchedule_data() {
        QTest::addColumn<QString>("schedule");
        QTest::addColumn<int>("step");
        QTest::addColumn<double>("rate");
        // base 0.4, 10 steps an epoch, 20 epochs
        const char* cosine = R"({"kind":"cosine","minimum":0,"warmup":0})";
        QTest::newRow("constant") << R"({"kind":"constant"})" << 150 << 0.4;
        QTest::newRow("cosine starts at the peak") << cosine << 0 << 0.4;
        QTest::newRow("cosine is half in the middle") << cosine << 100 << 0.2;
        QTest::newRow("cosine near the end") << cosine << 199 << 0.2 * (1 + std::cos(M_PI * 199 / 200));
        QTest::newRow("cosine with a floor") << R"({"kind":"cosine","minimum":0.1})" << 100 << 0.25;
        const char* step = R"({"kind":"step","milestones":[10,15],"gamma":0.1})";
        QTest::newRow("just before a milestone") << step << 99 << 0.4;
        QTest::newRow("at a milestone") << step << 100 << 0.04;
        QTest::newRow("after both") << step << 150 << 0.004;
        const char* warm = R"({"kind":"cosine","minimum":0,"warmup":1})";
        QTest::newRow("warm-up rises from its first step") << warm << 0 << 0.4 / 11;
        QTest::newRow("warm-up, last step") << warm << 9 << 0.4 * 10 / 11;
        QTest::newRow("the peak follows") << warm << 10 << 0.4;
        const char* cycle = R"({"kind":"one_cycle"})";
        QTest::newRow("one cycle starts low") << cycle << 0 << 0.4 / 25;
        QTest::newRow("one cycle peaks at 30 %") << cycle << 60 << 0.4;
    }
    void theRateFollowsItsSchedule() {
        QFETCH(QString, schedule);
        QFETCH(int, step);
        QFETCH(double, rate);
        const double found = learningRate(Json::parse(schedule.toStdString()), 0.4, {step, 10, 20});
        QVERIFY2(std::abs(found - rate) < 1e-12, qPrintable(QString::number(found, 'g', 17)));
    }

    void sgdFollowsItsRecurrence_data() {
        QTest::addColumn<bool>("nesterov");
        QTest::newRow("heavy ball") << false;
        QTest::newRow("nesterov") << true;
    }
    void sgdFollowsItsRecurrence() {
        QFETCH(bool, nesterov);
        at::Tensor w = at::tensor({1.0, -2.0}, at::kDouble).set_requires_grad(true);
        const auto optimizer =
            makeOptimizer({{"kind", "sgd"}, {"momentum", 0.9}, {"weight_decay", 0.01}, {"nesterov", nesterov}}, {w});
        std::array<double, 2> value = {1, -2}, velocity = {0, 0};
        const std::array<double, 2> gradient = {0.5, 0.25};
        for (int step = 0; step < 5; ++step) {
            w.mutable_grad() = at::tensor({gradient[0], gradient[1]}, at::kDouble);
            optimizer->step(0.1);
            for (size_t i = 0; i < 2; ++i) {
                const double g = gradient[i] + 0.01 * value[i];
                velocity[i] = 0.9 * velocity[i] + g;
                value[i] -= 0.1 * (nesterov ? g + 0.9 * velocity[i] : velocity[i]);
            }
        }
        for (int i = 0; i < 2; ++i)
            QVERIFY(std::abs(w[i].item<double>() - value[static_cast<size_t>(i)]) < 1e-12);
    }

    void adamwFollowsItsRecurrence() {
        at::Tensor w = at::tensor({1.0}, at::kDouble).set_requires_grad(true);
        const auto optimizer =
            makeOptimizer({{"kind", "adamw"}, {"beta1", 0.9}, {"beta2", 0.99}, {"eps", 1e-8}, {"weight_decay", 0.1}}, {w});
        double value = 1, m = 0, v = 0;
        for (int step = 1; step <= 5; ++step) {
            const double g = 0.3 * step;
            w.mutable_grad() = at::tensor({g}, at::kDouble);
            optimizer->step(0.01);
            value -= 0.01 * 0.1 * value;
            m = 0.9 * m + 0.1 * g;
            v = 0.99 * v + 0.01 * g * g;
            value -= 0.01 * (m / (1 - std::pow(0.9, step))) / (std::sqrt(v / (1 - std::pow(0.99, step))) + 1e-8);
        }
        QVERIFY(std::abs(w.item<double>() - value) < 1e-12);
    }

    void clippingScalesToTheGlobalNorm() {
        std::vector<at::Tensor> parameters = {at::zeros({1}, at::kDouble).set_requires_grad(true),
                                              at::zeros({1}, at::kDouble).set_requires_grad(true)};
        parameters[0].mutable_grad() = at::tensor({3.0}, at::kDouble);
        parameters[1].mutable_grad() = at::tensor({4.0}, at::kDouble);
        clipGradients(parameters, 10);
        QCOMPARE(parameters[1].grad().item<double>(), 4.0);
        clipGradients(parameters, 1);
        QVERIFY(std::abs(parameters[0].grad().item<double>() - 0.6) < 1e-6);
        QVERIFY(std::abs(parameters[1].grad().item<double>() - 0.8) < 1e-6);
    }
};

QTEST_GUILESS_MAIN(TestSchedule)
#include "tst_schedule.moc"
