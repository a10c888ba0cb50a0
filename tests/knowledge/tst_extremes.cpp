#include <algorithm>
#include <cmath>

#include <QtTest>
#include <torch/csrc/autograd/autograd.h>

#include "core/base/error.h"
#include "tests/knowledge/rows.h"
#include "tests/knowledge/support.h"

using namespace gaplab;

namespace {

/// The value and every gradient are finite, of what the trained network gave and of the adapters.
bool staysFinite(const LossCase& row, Example example) {
    const auto loss = lossOf(row, at::kFloat);
    example = mapped(std::move(example), [](const at::Tensor& values) { return values.to(at::kFloat); });
    for (at::Tensor* tensor : tensorsOf(example.to))
        tensor->set_requires_grad(true);
    const at::Tensor cost = costOf(*loss, row, example);
    torch::autograd::backward({cost}, {});
    bool finite = std::isfinite(cost.item<double>());
    const auto look = [&](const at::Tensor& values) {
        if (values.grad().defined()) finite = finite && values.grad().isfinite().all().item<bool>();
    };
    for (const at::Tensor* tensor : tensorsOf(example.to))
        look(*tensor);
    if (const Model* adapters = loss->adapters()) std::ranges::for_each(adapters->state.parameters, look);
    return finite;
}

LossCase withClasses(LossCase row, int64_t classes) {
    row.plan.classes = classes;
    if (row.plan.fromClasses > 0) row.plan.fromClasses = classes;
    return row;
}

}  // namespace

/// Values and gradients of every loss of the registry stay finite where outputs are extreme or few.
class ExtremesTests : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void equalOutputsStayFinite_data() {
        eachRow([](const LossCase& row) { return row.plan.fromShapes == row.plan.toShapes; });
    }
    void equalOutputsStayFinite() {
        for (const int64_t images : {thisRow().fewestImages, int64_t{4}}) {
            Example example = exampleOf(thisRow().plan, images, 9);
            example.from = example.to;
            QVERIFY(staysFinite(thisRow(), example));
        }
    }

    void nothingVaryingStaysFinite_data() { eachRow(); }
    void nothingVaryingStaysFinite() {
        for (const int64_t images : {thisRow().fewestImages, int64_t{3}})
            for (const double value : {0.0, 0.3, -7.0}) {
                const Example varied = exampleOf(thisRow().plan, images, 10);
                const Example flat = mapped(varied, [&](const at::Tensor& values) { return at::full_like(values, value); });
                QVERIFY(staysFinite(thisRow(), flat));
                QVERIFY(staysFinite(thisRow(), {flat.from, varied.to, varied.batch}));
                QVERIFY(staysFinite(thisRow(), {varied.from, flat.to, varied.batch}));
            }
    }

    void certainOutputsStayFinite_data() { eachRow(); }
    void certainOutputsStayFinite() {
        const Example example = exampleOf(thisRow().plan, 3, 11);
        for (const double factor : {60.0, 1000.0})
            QVERIFY(staysFinite(thisRow(), mapped(example, [&](const at::Tensor& values) { return factor * values; })));
    }

    void twoClassesWorkOrAreRefused_data() { eachRow(); }
    void twoClassesWorkOrAreRefused() {
        const LossCase row = withClasses(thisRow(), 2);
        if (!row.twoClasses) {
            QVERIFY_THROWS_EXCEPTION(Error, makeLoss(row.loss, row.plan));
            return;
        }
        for (const int64_t images : {row.fewestImages, int64_t{4}})
            QVERIFY(staysFinite(row, exampleOf(row.plan, images, 12)));
    }

    void aHundredClassesWork_data() { eachRow(); }
    void aHundredClassesWork() {
        const LossCase row = withClasses(thisRow(), 100);
        QVERIFY(staysFinite(row, exampleOf(row.plan, 4, 13)));
    }

    void roundedInputsCostAboutTheSame_data() { eachRow(); }
    void roundedInputsCostAboutTheSame() {  // bfloat16 has 8 bits
        const auto loss = lossOf(thisRow(), at::kFloat);
        const Example example =
            mapped(exampleOf(thisRow().plan, 6, 14), [](const at::Tensor& values) { return values.to(at::kFloat); });
        const Example rounded = mapped(example, [](const at::Tensor& values) { return values.to(at::kBFloat16).to(at::kFloat); });
        QVERIFY(near(valueOf(*loss, thisRow(), example), valueOf(*loss, thisRow(), rounded), 0.02));
        const Example exact = mapped(example, [](const at::Tensor& values) { return values.to(at::kDouble); });
        const double wide = valueOf(*lossOf(thisRow()), thisRow(), exact);
        QVERIFY2(near(valueOf(*loss, thisRow(), example), wide, 1e-4), qPrintable(QString::number(wide)));
    }
};

int runExtremesTests(int argc, char** argv) {
    ExtremesTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_extremes.moc"
