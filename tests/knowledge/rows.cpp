#include "tests/knowledge/rows.h"

#include <algorithm>
#include <cmath>

#include <QtTest>

namespace gaplab {

const std::vector<LossCase>& rows() {
    static const std::vector<LossCase> all = [] {
        std::vector<LossCase> cases = logitCases();
        std::ranges::copy(featureCases(), std::back_inserter(cases));
        return cases;
    }();
    return all;
}

void eachRow(const std::function<bool(const LossCase&)>& fits) {
    QTest::addColumn<int>("index");
    for (int i = 0; i < static_cast<int>(rows().size()); ++i)
        if (fits(rows()[static_cast<size_t>(i)])) QTest::newRow(rows()[static_cast<size_t>(i)].name().c_str()) << i;
}

const LossCase& thisRow() {
    return rows()[static_cast<size_t>(*static_cast<int*>(QTest::qData("index", qMetaTypeId<int>())))];
}

const Catalogue& lossCatalogue() {
    static const Catalogue all = [] {
        Catalogue losses;
        addLosses(losses);
        return losses;
    }();
    return all;
}

bool hasParameter(const LossCase& row, const std::string& name) {
    const std::vector<Parameter>& parameters = lossCatalogue().find(Registry::Loss, row.loss)->parameters;
    return std::ranges::find(parameters, name, &Parameter::name) != parameters.end();
}

bool near(double a, double b, double tolerance) {
    return std::abs(a - b) <= tolerance * std::max({1.0, std::abs(a), std::abs(b)});
}

}  // namespace gaplab
