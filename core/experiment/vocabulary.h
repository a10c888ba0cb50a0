#pragma once

#include <string>
#include <vector>

#include "core/base/catalogue.h"

namespace gaplab {

/// The agreed vocabulary of the document beyond what this version builds: a name found here is answered with "not in this
/// version", any other unknown name with the nearest known one.

/// Names that a registry has or will have.
const std::vector<std::string>& vocabulary(Registry registry);

/// Keys of an object ("", "data", "network", "student", "knowledge", "gap", "evaluation") that are not built yet.
const std::vector<std::string>& plannedKeys(const std::string& group);

/// Values of a choice ("gap.on", "student.head", ..) that are not built yet.
const std::vector<std::string>& plannedValues(const std::string& field);

}  // namespace gaplab
