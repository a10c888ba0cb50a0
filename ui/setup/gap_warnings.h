#pragma once

#include <QString>

#include "core/run/inspect.h"
#include "ui/setup/context.h"
#include "ui/setup/gap_shape.h"
#include "ui/setup/past_gaps.h"

namespace gaplab::ui {

/// Images of the data set, as far as it has been looked at; 0: not known yet.
struct ImageCounts {
    int64_t train = 0, validation = 0;
    double smallestGroup = 1;  ///< its share of the training images
};

ImageCounts countsOf(const DataPreview& data);

/// What a person should know of the gap target before starting; each is empty where there is nothing to say.
struct GapWarnings {
    QString teacher;     ///< there is none
    QString belowZero;   ///< the student is asked to beat its teacher
    QString thinBand;    ///< thinner than what can be measured
    QString outOfReach;  ///< more than earlier runs had without a controller
    QString weak;        ///< the actuator hardly moves this kind of teacher
};

/// `shape` and `past` are null where they are not known.
GapWarnings gapWarnings(const Json& experiment, const GapShape* shape, const PastGaps* past, const ImageCounts& images);

}  // namespace gaplab::ui
