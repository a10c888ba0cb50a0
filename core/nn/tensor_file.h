#pragma once

#include <filesystem>
#include <map>
#include <string>

#include <torch/types.h>

#include "core/nn/network.h"

namespace gaplab {

/// Named tensors and text metadata in one safetensors file.
struct TensorFile {
    std::map<std::string, at::Tensor> tensors;
    std::map<std::string, std::string> metadata;
};

/// Written to a temporary name, synced, renamed. Throws Error (World).
void saveTensors(const std::filesystem::path& path, const TensorFile& file);

/// A file from outside is hostile until checked: header length, JSON, offsets (inside the file, no overlap), shapes against
/// sizes. Throws Error (Input) with what is wrong.
TensorFile loadTensors(const std::filesystem::path& path);

/// The values of a network under "PREFIX" + slot name; buffers likewise.
void putState(TensorFile& file, const std::string& prefix, const Network& network, const State& state);
/// The other way round, into the existing tensors of `state` (their memory layout is kept). Throws Error (Input) with a list of
/// what is missing or has another shape; nothing is half-loaded.
void takeState(const TensorFile& file, const std::string& prefix, const Network& network, State& state, const std::string& where);

}  // namespace gaplab
