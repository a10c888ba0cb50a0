#pragma once

#include <vector>

namespace gaplab {

/// One step of the schema, from version i (its index) to i + 1. What has been released is never edited: a change is a new step.
struct SchemaStep {
    const char* sql;
};

const std::vector<SchemaStep>& schemaSteps();

/// PRAGMA application_id of every store: "GapL".
constexpr int storeApplicationId = 0x4761704C;

}  // namespace gaplab
