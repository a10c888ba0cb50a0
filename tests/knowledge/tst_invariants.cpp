#include <algorithm>
#include <cmath>

#include <QtTest>
#include <torch/csrc/autograd/autograd.h>

#include "core/base/error.h"
#include "tests/knowledge/rows.h"
#include "tests/knowledge/support.h"

using namespace gaplab;

namespace {

Example chosen(Example example, const at::Tensor& images) {
    example = mapped(std::move(example), [&](const at::Tensor& values) { return values.index_select(0, images); });
    example.batch.labels = example.batch.labels.index_select(0, images);
    example.batch.indices = example.batch.indices.index_select(0, images);
    return example;
}

}  // namespace

/// What holds of every loss of the registry, or does not, as its row says.
class InvariantTests : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void gradientsAgreeWithFiniteDifferences_data() { eachRow(); }
    void gradientsAgreeWithFiniteDifferences() {
        const LossCase& row = thisRow();
        const auto loss = lossOf(row);
        for (const int64_t images : {row.fewestImages, int64_t{3}, int64_t{5}}) {
            const Example example = exampleOf(row.plan, images, static_cast<uint64_t>(images));
            Outputs shape = example.to;
            const double scale = std::max(1.0, std::abs(valueOf(*loss, row, example)));
            for (size_t i = 0; i < tensorsOf(shape).size(); ++i) {
                const auto value = [&](const at::Tensor& values) {
                    Example moved = example;
                    *tensorsOf(moved.to)[i] = values;
                    return costOf(*loss, row, moved);
                };
                const double error = gradientError(value, *tensorsOf(shape)[i]);
                QVERIFY2(error < 1e-7 * scale, qPrintable(QString("%1 images, tensor %2: %3").arg(images).arg(i).arg(error)));
            }
        }
    }

    void noGradientReachesTheSource_data() {
        eachRow([](const LossCase& row) { return row.readsSource; });
    }
    void noGradientReachesTheSource() {
        Example example = exampleOf(thisRow().plan, 3, 1);
        for (Outputs* outputs : {&example.from, &example.to})
            for (at::Tensor* tensor : tensorsOf(*outputs))
                tensor->set_requires_grad(true);
        torch::autograd::backward({costOf(*lossOf(thisRow()), thisRow(), example)}, {});
        double learned = 0;
        for (const at::Tensor* tensor : tensorsOf(example.from))
            QVERIFY(!tensor->grad().defined());
        for (const at::Tensor* tensor : tensorsOf(example.to))
            if (tensor->grad().defined()) learned += tensor->grad().abs().sum().item<double>();
        QVERIFY(learned > 0);
    }

    void aBatchTwiceOverCostsTheSameWhereImagesDoNotMeet_data() { eachRow(); }
    void aBatchTwiceOverCostsTheSameWhereImagesDoNotMeet() {
        const auto loss = lossOf(thisRow());
        const Example once = exampleOf(thisRow().plan, 4, 2);
        const Example twice = chosen(once, at::arange(8, at::kLong).remainder(4));
        QCOMPARE(near(valueOf(*loss, thisRow(), once), valueOf(*loss, thisRow(), twice)), thisRow().perImage);
    }

    void theCostIsTheMeanOverItsImages_data() {
        eachRow([](const LossCase& row) { return dynamic_cast<const PerSampleLoss*>(lossOf(row).get()); });
    }
    void theCostIsTheMeanOverItsImages() {
        const auto loss = lossOf(thisRow());
        const Example all = exampleOf(thisRow().plan, 4, 3);
        double sum = 0;
        for (int64_t i = 0; i < 4; ++i)
            sum += valueOf(*loss, thisRow(), chosen(all, at::tensor({i}, at::kLong)));
        QVERIFY(near(sum / 4, valueOf(*loss, thisRow(), all)));
    }

    void aBatchOfOneIsRefusedWhereTheTableSaysSo_data() {
        eachRow([](const LossCase& row) { return row.fewestImages > 1; });
    }
    void aBatchOfOneIsRefusedWhereTheTableSaysSo() {
        const Example one = exampleOf(thisRow().plan, 1, 1);
        QVERIFY_THROWS_EXCEPTION(Error, costOf(*lossOf(thisRow()), thisRow(), one));
    }

    void theOrderOfImagesDoesNotMatter_data() { eachRow(); }
    void theOrderOfImagesDoesNotMatter() {
        const auto loss = lossOf(thisRow());
        const Example example = exampleOf(thisRow().plan, 4, 4);
        const Example moved = chosen(example, at::tensor({2, 0, 3, 1}, at::kLong));
        QVERIFY(near(valueOf(*loss, thisRow(), example), valueOf(*loss, thisRow(), moved)));
    }

    void theOrderOfClassesMattersWhereTheTableSaysSo_data() { eachRow(); }
    void theOrderOfClassesMattersWhereTheTableSaysSo() {
        const auto loss = lossOf(thisRow());
        Example example = exampleOf(thisRow().plan, 4, 5);
        const double before = valueOf(*loss, thisRow(), example);
        const at::Tensor order = at::arange(thisRow().plan.classes, at::kLong).roll(1), back = order.argsort();
        for (Outputs* outputs : {&example.from, &example.to})
            outputs->logits = outputs->logits.index_select(1, order);
        example.batch.labels = back.index_select(0, example.batch.labels);
        QCOMPARE(near(before, valueOf(*loss, thisRow(), example)), thisRow().ignoresClassOrder);
    }

    void aShiftOfTheLogitsMattersWhereTheTableSaysSo_data() { eachRow(); }
    void aShiftOfTheLogitsMattersWhereTheTableSaysSo() {
        const auto loss = lossOf(thisRow());
        const Example example = exampleOf(thisRow().plan, 3, 6);
        const double before = valueOf(*loss, thisRow(), example);
        for (Outputs Example::*side : {&Example::from, &Example::to}) {
            Example moved = example;
            (moved.*side).logits = (moved.*side).logits + 0.7;
            const bool ignored = side == &Example::from ? thisRow().ignoresShiftFrom : thisRow().ignoresShiftTo;
            QCOMPARE(near(before, valueOf(*loss, thisRow(), moved)), ignored);
        }
    }

    void logitsAndTemperatureGrowTogether_data() {
        eachRow([](const LossCase& row) { return hasParameter(row, "temperature"); });
    }
    void logitsAndTemperatureGrowTogether() {
        constexpr double T = 3;
        LossCase cold = thisRow(), hot = thisRow();
        cold.plan.parameters["temperature"] = 1.0;
        hot.plan.parameters["temperature"] = T;
        const Example example = exampleOf(cold.plan, 3, 71);
        const Example larger = mapped(example, [](const at::Tensor& values) { return T * values; });
        const double value = valueOf(*lossOf(cold), cold, example);
        QCOMPARE(near(T * T * value, valueOf(*lossOf(hot), hot, larger)), thisRow().temperatureLaw);
    }

    void anotherTemperatureIsThatOfTheDocument_data() { eachRow(); }
    void anotherTemperatureIsThatOfTheDocument() {
        const auto loss = lossOf(thisRow());
        const Example example = exampleOf(thisRow().plan, 3, 8);
        const double before = valueOf(*loss, thisRow(), example);
        const bool has = hasParameter(thisRow(), "temperature");
        QCOMPARE(loss->setTemperature(2.5), has);
        if (!has) return;
        LossCase other = thisRow();
        other.plan.parameters["temperature"] = 2.5;
        QCOMPARE(valueOf(*loss, thisRow(), example), valueOf(*lossOf(other), other, example));
        QVERIFY(!near(before, valueOf(*loss, thisRow(), example)));
        loss->setTemperature(0);
        QCOMPARE(valueOf(*loss, thisRow(), example), before);
    }

    void equalOutputsCostNothingWhereTheTableSaysSo_data() {
        eachRow([](const LossCase& row) { return row.plan.fromShapes == row.plan.toShapes; });
    }
    void equalOutputsCostNothingWhereTheTableSaysSo() {
        Example example = exampleOf(thisRow().plan, 4, 9);
        example.from = example.to;
        const double value = valueOf(*lossOf(thisRow()), thisRow(), example);
        QCOMPARE(near(value, 0), thisRow().zeroWhenEqual);
    }
};

int runInvariantTests(int argc, char** argv) {
    InvariantTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_invariants.moc"
