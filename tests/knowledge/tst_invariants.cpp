#include <algorithm>
#include <cmath>
#include <set>

#include <QtTest>
#include <torch/csrc/autograd/autograd.h>

#include "core/base/error.h"
#include "tests/knowledge/support.h"

using namespace gaplab;

namespace {

const std::vector<LossCase>& rows() {
    static const std::vector<LossCase> all = [] {
        std::vector<LossCase> cases = logitCases();
        std::ranges::copy(featureCases(), std::back_inserter(cases));
        return cases;
    }();
    return all;
}

/// A test's data: every row for which `fits`.
void eachRow(const std::function<bool(const LossCase&)>& fits = [](const LossCase&) { return true; }) {
    QTest::addColumn<int>("index");
    for (int i = 0; i < static_cast<int>(rows().size()); ++i)
        if (fits(rows()[static_cast<size_t>(i)])) QTest::newRow(rows()[static_cast<size_t>(i)].name().c_str()) << i;
}

const LossCase& thisRow() {
    return rows()[static_cast<size_t>(*static_cast<int*>(QTest::qData("index", qMetaTypeId<int>())))];
}

const Catalogue& catalogue() {
    static const Catalogue all = [] {
        Catalogue losses;
        addLosses(losses);
        return losses;
    }();
    return all;
}

const Member& memberOf(const LossCase& row) {
    return *catalogue().find(Registry::Loss, row.loss);
}

bool hasParameter(const LossCase& row, const std::string& name) {
    return std::ranges::find(memberOf(row).parameters, name, &Parameter::name) != memberOf(row).parameters.end();
}

bool near(double a, double b, double tolerance = thisRow().tolerance) {
    return std::abs(a - b) <= tolerance * std::max({1.0, std::abs(a), std::abs(b)});
}

Example chosen(Example example, const at::Tensor& images) {
    example = mapped(std::move(example), [&](const at::Tensor& values) { return values.index_select(0, images); });
    example.batch.labels = example.batch.labels.index_select(0, images);
    example.batch.indices = example.batch.indices.index_select(0, images);
    return example;
}

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
    return row;
}

}  // namespace

/// What must hold of every loss of the registry: a new one cannot be added without a row.
class InvariantTests : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyLossHasARow() {
        std::set<std::string> tested, registered, variants;
        for (const LossCase& row : rows()) {
            tested.insert(row.loss);
            variants.insert(row.loss + " " + row.plan.parameters.value("variant", ""));
            if (row.standardise) variants.insert(row.loss + " standardised");
        }
        for (const Member& member : catalogue().members(Registry::Loss)) {
            registered.insert(member.name);
            for (const Parameter& parameter : member.parameters) {
                if (parameter.name == "standardise")
                    QVERIFY2(variants.contains(member.name + " standardised"), member.name.c_str());
                if (parameter.name != "variant") continue;
                for (const std::string& choice : parameter.choices)
                    QVERIFY2(variants.contains(member.name + " " + choice), (member.name + ": " + choice).c_str());
            }
        }
        QVERIFY(tested == registered);
    }

    void everyLossIsDescribed() {
        for (const Member& member : catalogue().members(Registry::Loss)) {
            const std::string formula = member.facts.value("formula", "");
            QVERIFY2(!formula.empty() && formula.find('\n') == std::string::npos, member.name.c_str());
            QVERIFY2(!member.help.empty() && !member.source.empty(), member.name.c_str());
            for (const Parameter& parameter : member.parameters)
                QVERIFY2(!parameter.help.empty() && !parameter.source.empty(), (member.name + "." + parameter.name).c_str());
        }
    }

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

    void theOrderOfClassesDoesNotMatter_data() { eachRow(); }
    void theOrderOfClassesDoesNotMatter() {
        const auto loss = lossOf(thisRow());
        Example example = exampleOf(thisRow().plan, 4, 5);
        const double before = valueOf(*loss, thisRow(), example);
        const at::Tensor order = at::arange(thisRow().plan.classes, at::kLong).roll(1), back = order.argsort();
        for (Outputs* outputs : {&example.from, &example.to})
            outputs->logits = outputs->logits.index_select(1, order);
        example.batch.labels = back.index_select(0, example.batch.labels);
        QVERIFY(near(before, valueOf(*loss, thisRow(), example)));
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
        const Example example = exampleOf(cold.plan, 3, 7);
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
        QVERIFY(staysFinite(thisRow(), example));
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

int runInvariantTests(int argc, char** argv) {
    InvariantTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_invariants.moc"
