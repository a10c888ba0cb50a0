#pragma once

#include "core/run/command_box.h"
#include "core/run/data_cache.h"
#include "core/run/live_feed.h"
#include "core/store/store.h"

namespace gaplab {

/// Trains one queued run to its end on the calling thread: from its last checkpoint if it has one. Whatever goes wrong ends up as
/// the run's state and reason; throws only where even that could not be stored.
void executeRun(Store& store, LiveFeed& feed, CommandBox& commands, DataCache& cache, int64_t run);

}  // namespace gaplab
