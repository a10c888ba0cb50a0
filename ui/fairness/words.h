#pragma once

#include <QLabel>
#include <QString>

#include "core/run/bias.h"

namespace gaplab::ui {

/// "71.3 % [69.0, 73.5]" of a share; "not enough data".
QString shareText(const BiasFigure& figure);
/// "+2.1 points [0.4, 3.8]" of a class or group that moved; "not enough data".
QString movementText(const fairness::ClassMovement& movement);
/// "▲ up", "▼ down", "not beyond noise", "not enough data".
QString movedText(fairness::Moved moved);
/// Text that wraps and can be selected.
QLabel* makeText(const QString& text = {});
/// A number of images; an empty text where it is not known.
QString imagesText(std::optional<int64_t> images);
/// What the report calls one of its networks in columns: "Student", "Teacher (static)", "Student alone".
QString studentTitle();
QString teacherTitle(const BiasReport& report);
QString baselineTitle();

}  // namespace gaplab::ui
