#pragma once

#include <map>
#include <set>
#include <string>

#include "core/store/store.h"

namespace gaplab {

/// Knows the runs of a store, and those that are about to come in, by uuid, foreign reference and content.
class Duplicates {
public:
    struct Found {
        std::string why;   ///< "run 3 has the same uuid"
        std::string uuid;  ///< of that one
    };

    /// `store` may be null: there is none yet. It must stay.
    explicit Duplicates(const Store* store);

    std::optional<Found> byUuid(const std::string& uuid) const;
    std::optional<Found> find(const WholeRun& run);
    void add(const WholeRun& run);

private:
    struct Known {
        std::string label, uuid;
    };
    struct Row {
        int64_t id;
        Known known;
    };

    void hashRowsLike(const WholeRun& run);

    const Store* store_;
    std::map<std::string, Known> byUuid_, byReference_, byContent_;
    std::multimap<std::string, Row> byOutline_;  ///< not hashed yet: that takes all their points
};

}  // namespace gaplab
