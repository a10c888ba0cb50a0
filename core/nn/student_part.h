#pragma once

#include "core/nn/network.h"

namespace gaplab {

/// The student's block of a stored tensor, a view: from the first element of each copied axis.
at::Tensor studentBlock(const at::Tensor& stored, const Layout& layout);

/// Where the gradient of a stored tensor is to be put while a backward pass runs. A slice's own backward pass would fill a tensor
/// as large as the teacher's with zeros and add it to the gradient that is there: two passes over memory and two starts of a
/// kernel for every tensor. What is there already is added to in place instead.
struct GradientPlace {
    at::Tensor tensor;   ///< of the stored shape
    bool adds = false;   ///< holds the gradient so far
    bool fresh = false;  ///< has to be handed on; else it is where it belongs
};

/// `whole`: every element will be written, so that a fresh one need not be zeros.
GradientPlace gradientPlace(const at::Tensor& stored, bool whole);

}  // namespace gaplab
