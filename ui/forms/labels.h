#pragma once

#include <string>

#include <QString>

namespace gaplab::ui {

/// What a person reads for a key of the document: "weight_decay" -> "Weight decay", "lr" -> "Learning rate".
QString labelOf(const std::string& key);

/// 272474 -> "272,474" in the person's locale.
QString countText(qint64 count);
/// 40813184 -> "40.8 M"
QString shortCount(double count);
/// 1234567 -> "1.2 MB" in the person's locale.
QString bytesText(qint64 bytes);

}  // namespace gaplab::ui
