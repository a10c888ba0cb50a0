#pragma once

#include <spdlog/common.h>

namespace gaplab {

/// The sink behind logLines; startLog adds it to the program's log.
spdlog::sink_ptr keptLinesSink();

}  // namespace gaplab
