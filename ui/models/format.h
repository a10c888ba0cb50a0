#pragma once

#include <QIcon>
#include <QString>

#include "core/stats/stats.h"
#include "core/store/records.h"

namespace gaplab::ui {

/// Numbers, dates and states as a person reads them, in the language's own spelling (QLocale). Accuracies and gaps come as
/// fractions. NaN is said, except by numberText, for which it is an empty text.
QString numberText(double value, int decimals);
/// 0.7133 -> "71.3 %"
QString percentText(double fraction);
/// 0.034 -> "3.4", in percentage points
QString pointsText(double fraction);
/// "+3.4" or "-1.2", of points
QString signedText(double points, int decimals);
/// "71.30 ± 0.42": mean and standard deviation; the mean alone where there is one value only, nothing where there is none.
QString spreadText(const Summary& summary, int decimals, double scale = 1);
/// "1 h 10 min", "3 min 5 s", "12 s"; empty below zero
QString durationText(double seconds);
/// Seconds since the epoch (UTC) as a local date and time; empty for 0.
QString dateText(double wall);
/// Seconds since the epoch (UTC) as a local time of day.
QString timeText(double wall);
/// An epoch, with a decimal only where it is not whole.
QString epochText(double epoch);

QString stateText(RunState state);
QIcon stateIcon(RunState state);
QString verdictText(Verdict verdict);

/// "Run of kind" as the Library names it.
QString kindText(const std::string& kind);

}  // namespace gaplab::ui
