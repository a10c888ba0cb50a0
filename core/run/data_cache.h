#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "core/data/dataset.h"

namespace gaplab {

/// Hands a loaded data set from whoever prepares a run to the worker that trains it. Holds nothing alive by itself, so that a set
/// that nobody uses any more is looked at afresh the next time. Thread-safe; loading the same set twice at once waits.
class DataCache {
public:
    std::shared_ptr<const Dataset> get(const DataSpec& spec, const LoadOptions& options);

private:
    std::mutex mutex_;
    std::vector<std::pair<DataSpec, std::weak_ptr<const Dataset>>> sets_;
};

}  // namespace gaplab
