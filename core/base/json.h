#pragma once

#include <nlohmann/json.hpp>

namespace gaplab {

/// Keys are kept sorted, which is what the canonical form of a document needs.
using Json = nlohmann::json;

}  // namespace gaplab
