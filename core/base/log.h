#pragma once

#include <string>

#include <spdlog/spdlog.h>

namespace gaplab {

/// The program's log: to standard error from `level` on ("warn" unless GAPLAB_LOG says otherwise), so that standard output stays
/// clean.
void startLog();

/// Seconds since the epoch, UTC.
double now();

/// "2026-11-24 18:37:12" in local time.
std::string formatTime(double secondsSinceEpoch);

}  // namespace gaplab
