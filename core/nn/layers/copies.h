#pragma once

#include <stdexcept>

namespace gaplab {

/// How many times the student's input and output features of a layer are there in the dynamic teacher; 1: the layer is plain.
struct Copies {
    int in = 1;
    int out = 1;
};

/// Layers slice nothing by view yet, so a widened one would silently compute something else.
inline void requirePlain(Copies copies) {
    if (copies.in != 1 || copies.out != 1)
        throw std::logic_error("Layers with more than one copy of their features cannot be built yet");
}

}  // namespace gaplab
