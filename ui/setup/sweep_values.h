#pragma once

#include <QString>

#include "core/base/json.h"

namespace gaplab::ui {

class Draft;
class Field;

/// How the values of a swept field are given; the text is that of the command line.
enum class SweepForm {
    Values,  ///< "0.1, 0.2"
    Range,   ///< from, to, step
    Linear,  ///< from, to, count
    Log,     ///< from, to, count
};

struct SweepValues {
    SweepForm form = SweepForm::Values;
    QString text;  ///< the values, or the three numbers without what stands around them

    /// "0.1, 0.2" or "{"log": [0.01, 0.1, 3]}"; a text that is not finished stays as it is.
    QString toText() const;
    static SweepValues fromText(const QString& text);
};

/// One value as the command line reads it back: a list or an object stands in a list, or it would be taken for the values.
std::string sweepText(const Json& value);

/// Seeds are repeats, name and notes change nothing.
bool isSweepable(const Field& field);
/// Adds the field to what is swept, with one value to begin with.
void beginSweep(Draft& draft, const std::string& path, const Json& value);
/// Sweeps the field, beginning with the value it has, or not any more.
void toggleSweep(Draft& draft, const Field& field);

}  // namespace gaplab::ui
