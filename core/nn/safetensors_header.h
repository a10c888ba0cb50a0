#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <torch/types.h>

namespace gaplab {

/// One tensor as a safetensors header describes it; the data lies at [begin, end) behind the header.
struct TensorEntry {
    std::string name;
    at::ScalarType type = at::kFloat;
    std::vector<int64_t> shape;
    uint64_t begin = 0, end = 0;
};

struct SafetensorsHeader {
    std::vector<TensorEntry> tensors;  ///< in the order of their data, which they cover without a hole
    std::map<std::string, std::string> metadata;
};

/// Parses and checks a header against the size of the data behind it. `where` names the file in messages. Throws Error (Input).
SafetensorsHeader parseSafetensorsHeader(const std::string& text, uint64_t dataSize, const std::string& where);

/// The JSON text of a header, padded so that the data behind it is aligned.
std::string safetensorsHeaderText(const SafetensorsHeader& header);

/// Throws std::logic_error for an element type that the format has no name for here.
const std::string& safetensorsTypeName(at::ScalarType type);

}  // namespace gaplab
