#pragma once

#include <optional>

#include <QString>

#include "core/base/json.h"

namespace gaplab::ui {

/// A number in its shortest exact form: 0.1, 5e-4, 18446744073709551615; "1.0" reads "1".
QString numberText(const Json& number);

/// Reads a number as a person types it: comma or point, with or without exponent. `whole`: only a whole number, given exactly
/// (signed or unsigned 64 bits). Nothing where the text is no finite number.
std::optional<Json> parseNumber(const QString& text, bool whole);

}  // namespace gaplab::ui
