#pragma once

#include "core/mitigation/mitigation.h"

namespace gaplab {

/// The parts of a data set that are to be treated alike: classes, groups, or both together.
struct Cells {
    std::vector<std::string> names;
    std::vector<int64_t> images;  ///< training images of each
    int64_t groups = 0;           ///< 0: cells are classes
    bool byClass = true;

    int64_t count() const { return static_cast<int64_t>(names.size()); }
    /// int64, -1 for an image of unknown group; on the device of the labels.
    at::Tensor of(const at::Tensor& labels, const at::Tensor& groupsOfImages) const;
};

/// The parameter "of": "class", "group" or "class_and_group".
Parameter cellsParameter(const char* usual, const char* help);
/// Throws Error (Input) with the field "of" for groups where there are none.
Cells cellsOf(const std::string& of, const TrainingImages& images);
/// A factor for each training image of a cell, [cells] float64 and mean 1 over the images: n^-power. Cells without images: 0.
at::Tensor inversePower(const Cells& cells, double power);

}  // namespace gaplab
