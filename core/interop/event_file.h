#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace gaplab {

// TensorBoard's event files, written by hand after their definitions in TensorFlow (core/lib/io/record_writer.h,
// core/util/event.proto, core/framework/{summary,tensor}.proto).

/// One scalar of an event file.
struct Scalar {
    std::string tag;
    int64_t step = 0;
    double wall = 0;  ///< seconds since the epoch, UTC
    double value = 0;
};

/// What else was met in an event file.
struct EventFileNotes {
    bool torn = false;                             ///< the last record is cut off: the writer was killed
    std::map<std::string, int64_t> notUnderstood;  ///< what it was -> how often
};

/// The record that names the format; it stands first in a file.
std::string versionRecord(double wall);
/// As "simple_value", which every reader understands: a float of 32 bits.
std::string scalarRecord(const Scalar& scalar);

/// Hands over every scalar in file order: plain ones, and tensors of one float or double. Throws Error (Input) with the byte for
/// a wrong checksum or a broken record; a last record that is cut off is only noted.
EventFileNotes readEventFile(const std::filesystem::path& path, const std::function<void(const Scalar&)>& use);

/// CRC-32C (Castagnoli), rotated and shifted as the records have it.
uint32_t maskedChecksum(std::string_view bytes);

}  // namespace gaplab
