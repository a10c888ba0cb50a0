#pragma once

namespace gaplab {

/// While one lives, in any thread, large blocks of memory that tensors on the processor give back are kept for the next tensor of
/// about the same size; without, each step gets its memory anew from the operating system, which fills every page with zeros
/// first (a fifth of a step with a dynamic teacher of ResNet-18). Blocks that no step has asked for again for a while are given
/// back, and all of them with the last scope or when memory runs out.
class KeptHostMemory {
public:
    KeptHostMemory();
    ~KeptHostMemory();
    KeptHostMemory(const KeptHostMemory&) = delete;
    KeptHostMemory& operator=(const KeptHostMemory&) = delete;
};

}  // namespace gaplab
