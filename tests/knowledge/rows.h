#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/knowledge/cases.h"

// The rows as data of Qt tests: NAME_data() { eachRow(); } and thisRow() in NAME().

namespace gaplab {

const std::vector<LossCase>& rows();
/// A test's data: every row for which `fits`.
void eachRow(const std::function<bool(const LossCase&)>& fits = [](const LossCase&) { return true; });
const LossCase& thisRow();

/// All losses and nothing else. Not called catalogue(): a test that links the program's own as well would get one of the two.
const Catalogue& lossCatalogue();
bool hasParameter(const LossCase& row, const std::string& name);

/// Relative to the greater one, absolute below 1.
bool near(double a, double b, double tolerance = thisRow().tolerance);

}  // namespace gaplab
