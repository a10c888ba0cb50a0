#pragma once

#include <functional>

namespace gaplab {

/// Prints how many operations of LibTorch `step` takes that work on values, by name: about as many kernels are started on a GPU.
/// Views and allocations do not count.
void printOperations(const std::function<void()>& step);

/// Prints where the time of a step goes on the processor: operations and nodes of the backward pass by the time spent in
/// themselves, and what is spent outside all of them.
void printTimes(const std::function<void()>& step, int steps);

/// Prints the kernels of the GPU that take longest, with how often they are started, and how long the GPU is busy, a step.
void printKernels(const std::function<void()>& step, int steps);

}  // namespace gaplab
