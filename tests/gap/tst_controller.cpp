#include <cmath>
#include <rapidcheck.h>

#include <QtTest>

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/gap/controller.h"
#include "core/gap/relay.h"

using namespace gaplab;

namespace {

ControlLaw law() {
    return {.kp = 0.25,
            .ki = 0.12,
            .direction = -1,
            .logarithmic = true,
            .start = 1.0 / 16,
            .minimum = 1.0 / 1024,
            .maximum = 1,
            .limit = 100};
}

/// A gap that follows a level of the drive with a lag of one epoch, with noise of half a point.
class Plant {
public:
    Plant(double gain, uint64_t seed) : gain_(gain), random_(seed) {}

    double after(double drive, double epochs) {
        gap_ += (gain_ * drive - gap_) * (1 - std::exp(-epochs));
        return gap_ + 0.5 * random_.normal();
    }

private:
    double gain_, gap_ = 0;
    Random random_;
};

}  // namespace

class ControllerTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theLawIsProportionalAndIntegral_data() {
        QTest::addColumn<bool>("logarithmic");
        QTest::addColumn<double>("direction");
        QTest::newRow("octaves, narrows") << true << -1.0;
        QTest::newRow("octaves, widens") << true << 1.0;
        QTest::newRow("its own unit") << false << 1.0;
    }
    void theLawIsProportionalAndIntegral() {
        QFETCH(bool, logarithmic);
        QFETCH(double, direction);
        ControlLaw given = law();
        given.logarithmic = logarithmic;
        given.direction = direction;
        given.start = 0.25;
        given.minimum = logarithmic ? 1e-6 : -100;
        given.maximum = 100;
        Controller controller(given);
        double integral = 0;
        for (const double error : {1.0, -2.0, 0.5, 3.0}) {
            const double made = controller.act(error, 0.5, false).value;
            integral += error * 0.5;
            const double turn = direction * (0.25 * error + 0.12 * integral);
            QVERIFY(std::abs(made - (logarithmic ? 0.25 * std::exp2(-turn) : 0.25 - turn)) < 1e-12);
        }
    }

    /// A factor for one act is as good as other gains.
    void aGainOfTheActIsAFactorOnBothGains() {
        QVERIFY(rc::check([] {
            const double gain = *rc::gen::element(0.25, 2.0, 8.0);
            ControlLaw other = law();
            other.kp *= gain;
            other.ki *= gain;
            Controller factor(law()), gains(other);
            for (int i = *rc::gen::inRange(1, 20); i > 0; --i) {
                const double error = *rc::gen::inRange(-40, 40) / 4.0;
                RC_ASSERT(factor.act(error, 0.5, false, gain).value == gains.act(error, 0.5, false).value);
            }
        }));
    }

    void theIntegralRestsAtABoundAndLeavesItAtOnce() {
        Controller controller(law());
        for (int i = 0; i < 200; ++i)
            controller.act(-10, 0.5, false);  // asks for a smaller value for ever
        QCOMPARE(controller.value(), 1.0 / 1024);
        QVERIFY(controller.act(-10, 0.5, false).saturated);
        // Wound up it would take hundreds of acts to come back.
        int acts = 0;
        while (controller.act(2, 0.5, false).value < 1.0 / 16 && acts < 1000)
            ++acts;
        QVERIFY2(acts < 40, QByteArray::number(acts));
    }

    void noActTurnsFurtherThanTheLimit() {
        const bool holds = rc::check("the drive moves by at most the limit", [] {
            ControlLaw given = law();
            given.limit = 0.5;
            Controller controller(given);
            double before = std::log2(controller.value());
            for (int i = 0; i < 30; ++i) {
                controller.act(*rc::gen::inRange(-40, 40), 0.5, *rc::gen::arbitrary<bool>());
                const double now = std::log2(controller.value());
                RC_ASSERT(std::abs(now - before) <= 0.5 + 1e-12);
                RC_ASSERT(controller.value() >= given.minimum && controller.value() <= given.maximum);
                before = now;
            }
        });
        QVERIFY(holds);
    }

    void whatIsNotANumberChangesNothing() {
        Controller controller(law());
        controller.act(1, 0.5, false);
        const Json before = controller.state();
        controller.act(std::nan(""), 0.5, false);
        QVERIFY(controller.state() == before);
    }

    void gainsShrinkWhereTheGapAnswersMoreStrongly() {
        ControlLaw given = law();
        given.authority = {{-8, 2.8}, {-4, 0.7}, {0, 0.7}};
        given.start = 1.0 / 256;
        Controller strong(given);
        QVERIFY(std::abs(std::log2(strong.act(1, 0, false).value) - (-8 + 0.25 / 4)) < 1e-12);
        given.start = 0.5;
        Controller weak(given);
        QVERIFY(std::abs(std::log2(weak.act(1, 0, false).value) - (-1 + 0.25)) < 1e-12);
    }

    void newGainsMoveNothingByThemselves() {
        Controller controller(law());
        for (int i = 0; i < 5; ++i)
            controller.act(-1, 0.5, false);
        const double before = controller.value();
        ControlLaw other = law();
        other.ki = 0.5;
        other.minimum = 1e-6;
        controller.change(other);
        QVERIFY(std::abs(controller.value() - before) < 1e-12);
        QVERIFY(std::abs(controller.act(0, 0.5, false).value - before) < 1e-12);
    }

    void stateCarriesItOver() {
        Controller one(law()), other(law());
        for (const double error : {1.0, -3.0, 2.0})
            one.act(error, 0.5, false);
        other.restore(one.state());
        for (const double error : {0.3, -1.0})
            QCOMPARE(other.act(error, 0.5, false).value, one.act(error, 0.5, false).value);
    }

    void aNoisyLaggingGapIsHeld_data() {
        QTest::addColumn<double>("wanted");
        QTest::newRow("2 points") << 2.0;
        QTest::newRow("5 points") << 5.0;
    }
    void aNoisyLaggingGapIsHeld() {
        QFETCH(double, wanted);
        ControlLaw given = law();
        given.limit = 1;
        Controller controller(given);
        Plant plant(-0.8, 1);  // points an octave
        int inside = 0;
        for (int act = 0; act < 60; ++act) {
            const double gap = plant.after(std::log2(controller.value()), 0.5);
            if (act >= 20 && std::abs(gap - wanted) <= 1.5) ++inside;
            controller.act(gap - wanted, 0.5, false);
        }
        QVERIFY2(inside >= 36, QByteArray::number(inside));
    }

    void senselessLawsAreRefused() {
        ControlLaw given = law();
        given.minimum = 2;
        QVERIFY_THROWS_EXCEPTION(Error, Controller{given});
        given = law();
        given.minimum = 0;  // has no logarithm
        QVERIFY_THROWS_EXCEPTION(Error, Controller{given});
    }

    void aRelayFindsDirectionAndAuthority_data() {
        QTest::addColumn<double>("gain");
        QTest::newRow("widens") << 1.5;
        QTest::newRow("narrows") << -1.5;
        QTest::newRow("none") << 0.0;
    }
    void aRelayFindsDirectionAndAuthority() {
        QFETCH(double, gain);
        RelayTest relay({.low = -6, .high = -2, .holdActs = 5});
        Plant plant(gain, 3);
        int acts = 0;
        while (!relay.done() && acts++ < 100)
            relay.feed(plant.after(relay.drive(), 1), 1);
        QVERIFY(relay.done());
        const RelayTest::Result& result = relay.result();
        QCOMPARE(result.found, gain != 0);
        if (gain == 0) return;
        QCOMPARE(result.direction, gain > 0 ? 1.0 : -1.0);
        QVERIFY2(std::abs(result.authority - 1.5) < 0.5, QByteArray::number(result.authority));
        // The gains it proposes hold the gap.
        ControlLaw given{.kp = result.kp,
                         .ki = result.ki,
                         .direction = result.direction,
                         .start = 1.0 / 16,
                         .minimum = 1e-4,
                         .maximum = 1e4,
                         .limit = 2};
        Controller controller(given);
        const double wanted = gain * -3;
        int inside = 0;
        for (int act = 0; act < 80; ++act) {
            const double gap = plant.after(std::log2(controller.value()), 1);
            if (act >= 30 && std::abs(gap - wanted) <= 1.5) ++inside;
            controller.act(gap - wanted, 1, false);
        }
        QVERIFY2(inside >= 45, QByteArray::number(inside));
    }
};

int runControllerTests(int argc, char** argv) {
    ControllerTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_controller.moc"
