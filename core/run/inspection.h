#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "core/data/dataset.h"
#include "core/nn/network.h"
#include "core/run/inspect.h"

namespace gaplab {

using DatasetLoader = std::function<std::shared_ptr<const Dataset>(const DataSpec&)>;

/// `inspect` with the caller's way of getting the data set (the window's inspector keeps the last one).
Inspection inspectWith(const Json& document, const InspectOptions& options, const DatasetLoader& load);

/// Image shape and class count as far as the document tells them; 3 x 32 x 32 and 10 classes where it does not.
std::pair<InputShape, int64_t> declaredShape(const DataSpec& data);

}  // namespace gaplab
