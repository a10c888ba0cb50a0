#pragma once

#include <string>
#include <vector>

#include "core/run/bias.h"

namespace gaplab::bias {

/// Inline SVG figures that take their colours from the document's style sheet, each with a title and a description for who cannot
/// see it. `id` is unique in the document.

/// A bar a class or group (the student), with marks for teacher and student alone, and for what moved beyond noise. By rising
/// accuracy of the student.
std::string barsFigure(const std::string& id, const std::string& title, const std::vector<BiasPart>& parts);
/// The student's shift against the teacher's weakness, in points, with the slope where it is told.
std::string propagationFigure(const std::string& id, const BiasPropagation& told);
/// Student, teacher where there is one, and their difference: shares of each class's images.
std::string confusionFigure(const std::string& id, const BiasReport& report);

/// Student's accuracies by rising value, those without enough data last.
std::vector<const BiasPart*> byRisingAccuracy(const std::vector<BiasPart>& parts);

}  // namespace gaplab::bias
