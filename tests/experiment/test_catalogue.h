#pragma once

#include <QString>

#include "core/experiment/experiment.h"

namespace gaplab::test {

/// A catalogue like the program's, without the rooms behind it: enough members and parameters of every type.
const Catalogue& catalogue();

/// The shortest valid document: shapes, resnet8.
Json smallest();
/// A teacher called "static" that is trained first, kd, and a gap target.
Json distillation();
/// Every field that this version has, none at its default.
Json everything();

/// `distillation()` with one assignment.
Json with(const QString& assignment);
/// Its problems under the test's catalogue.
std::vector<Problem> check(const Json& document);

/// The problem at a path, or null.
const Problem* problemAt(const std::vector<Problem>& problems, const std::string& path);
/// "path: message" a line, for comparing.
std::string listed(const std::vector<Problem>& problems);

}  // namespace gaplab::test
