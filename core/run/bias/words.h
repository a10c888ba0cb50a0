#pragma once

#include <string>
#include <vector>

#include "core/run/bias/material.h"

namespace gaplab::bias {

/// 0.7134 -> "71.3 %"; nothing -> "not enough data"
std::string percentText(std::optional<double> share);
/// 0.031 -> "3.1", with its sign where `sign`
std::string pointsText(double difference, bool sign = false);
/// "[69.0, 73.5]" in percent; empty without an interval
std::string intervalText(const std::optional<Interval>& interval, double factor = 100, int digits = 1);
/// 10000 -> "10,000"
std::string countText(int64_t count);
/// "1 seed", "3 seeds"
std::string countText(int64_t count, const std::string& one, const std::string& many);

/// "classes", "classes in groups", "groups"
std::string toText(BiasPropagation::Over over);
/// "passed on", "did not pass on", "cannot tell"
std::string toText(fairness::Propagation verdict);
/// "up", "down", "not beyond noise", "not enough data"
std::string toText(fairness::Moved moved);

/// A sentence that says whether bias was passed on, how surely, and if that cannot be told why.
std::string verdictOf(const BiasPropagation& propagation);

/// The sentences of the report, once all its figures are there: summary and limits.
void addWords(BiasReport& report, const Material& material, const BiasQuestion& question);

/// What happens by chance in training happens to a student and a teacher that are trained together, and looks as if it had been
/// passed on: a warning where it is so.
void warnOfSharedTraining(BiasReport& report, const Catalogue& catalogue);

}  // namespace gaplab::bias
