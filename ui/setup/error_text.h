#pragma once

#include <QString>

#include "core/base/error.h"

namespace gaplab::ui {

/// What happened, its problems and what to do, a line each.
QString sentencesOf(const Error& error);

}  // namespace gaplab::ui
