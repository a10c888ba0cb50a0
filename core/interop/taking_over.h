#pragma once

#include <map>
#include <string>

#include "core/interop/duplicates.h"
#include "core/interop/import.h"

namespace gaplab {

/// Decides run after run what comes in. What a run is made from has to be considered before it.
class TakingOver {
public:
    /// `store` may be null in a dry run. It must stay.
    TakingOver(const Store* store, const ImportOptions& options);

    std::optional<Duplicates::Found> byUuid(const std::string& uuid) const { return duplicates_.byUuid(uuid); }
    /// Gives the run its uuid and the lineage that it has here. The result has no id yet.
    ImportResult consider(IncomingRun& incoming);

private:
    void followLineage(IncomingRun& incoming);

    ImportOptions options_;
    Duplicates duplicates_;
    std::map<std::string, std::string> standsFor_;  ///< uuid of a duplicate -> uuid of the run that is here
};

}  // namespace gaplab
