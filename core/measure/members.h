#pragma once

#include "core/measure/measure.h"

namespace gaplab {

MeasureEntry accuracyMeasure();
MeasureEntry agreementMeasure();
MeasureEntry divergenceMeasure();
MeasureEntry distanceMeasure();
MeasureEntry calibrationMeasure();
MeasureEntry sharpnessMeasure();
MeasureEntry overlapMeasure();
MeasureEntry classesMeasure();
MeasureEntry alignmentMeasure();
MeasureEntry groupsMeasure();

/// float64 probabilities [N, K] at a temperature.
at::Tensor probabilities(const at::Tensor& logits, double temperature = 1);
/// Of a mean over the rows.
double meanOf(const at::Tensor& values);

}  // namespace gaplab
