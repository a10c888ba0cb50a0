#pragma once

#include <string>

namespace gaplab {

/// A text as one word of letters and digits, compressed (zlib, then base64): fit to stand in a file of another kind.
std::string packed(const std::string& text);
/// The text again; spaces and line ends between the letters are skipped. Throws Error (Input) for what was not packed so, is cut
/// off, or would be longer than `most` bytes.
std::string unpacked(std::string word, size_t most);

}  // namespace gaplab
