#include <cmath>

#include <QtTest>
#include <torch/types.h>

#include "tests/knowledge/closed_forms.h"
#include "tests/knowledge/support.h"

using namespace gaplab;

namespace {

Matrix matrixOf(const at::Tensor& values) {
    Matrix rows;
    for (int64_t b = 0; b < values.size(0); ++b) {
        const at::Tensor row = values[b].contiguous();
        rows.emplace_back(row.data_ptr<double>(), row.data_ptr<double>() + row.numel());
    }
    return rows;
}

std::vector<int64_t> numbersOf(const at::Tensor& labels) {
    return {labels.data_ptr<int64_t>(), labels.data_ptr<int64_t>() + labels.numel()};
}

/// Values other than the defaults for every number that the loss takes.
Json unusual(const Member& member, Json parameters) {
    for (const Parameter& parameter : member.parameters)
        if (parameter.type == ParameterType::Real) {
            const double value = parameter.defaultValue.get<double>();
            parameters[parameter.name] = parameter.maximum && *parameter.maximum <= 1 ? value / 2 + 0.2 : value * 0.7 + 0.3;
        }
    return parameters;
}

}  // namespace

/// Every loss of logits equals its formula, written once more without tensors.
class ClosedFormTests : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyLossOfLogitsHasOne() {
        Catalogue catalogue;
        addLosses(catalogue);
        for (const Member& member : catalogue.members(Registry::Loss))
            QCOMPARE(closedForms().contains(member.name), member.facts.at("knowledge") == "logits");
    }

    void theValueIsThatOfTheFormula_data() {
        QTest::addColumn<int>("index");
        const std::vector<LossCase> rows = logitCases();
        for (size_t i = 0; i < rows.size(); ++i)
            if (rows[i].readsSource) QTest::newRow(rows[i].name().c_str()) << static_cast<int>(i);
    }
    void theValueIsThatOfTheFormula() {
        QFETCH(int, index);
        Catalogue catalogue;
        addLosses(catalogue);
        const LossCase plain = logitCases()[static_cast<size_t>(index)];
        LossCase changed = plain;
        changed.plan.parameters = unusual(*catalogue.find(Registry::Loss, plain.loss), plain.plan.parameters);
        uint64_t seed = 100;
        for (LossCase row : {plain, changed})
            for (const int64_t classes : {3, 10})
                for (const int64_t images : {1, 2, 7}) {
                    row.plan.classes = classes;
                    const Example example = exampleOf(row.plan, images, ++seed);
                    const Matrix t = matrixOf(example.from.logits), s = matrixOf(example.to.logits);
                    const ClosedForm formula = closedForms().at(row.loss);
                    const double expected =
                        formula(row.standardise ? standardisedRows(t) : t, row.standardise ? standardisedRows(s) : s,
                                numbersOf(example.batch.labels), row.plan.parameters);
                    const double value = valueOf(*lossOf(row), row, example);
                    QVERIFY2(std::abs(value - expected) <= std::max(row.tolerance, 1e-9) * std::max(1.0, std::abs(expected)),
                             qPrintable(QString("%1 instead of %2 for %3 images").arg(value).arg(expected).arg(images)));
                }
    }
};

int runClosedFormTests(int argc, char** argv) {
    ClosedFormTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_closed_forms.moc"
