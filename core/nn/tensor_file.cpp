#include "core/nn/tensor_file.h"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <fstream>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/nn/safetensors_header.h"

static_assert(std::endian::native == std::endian::little, "safetensors data is little endian and read as it lies");

namespace gaplab {
namespace {

constexpr uint64_t largestHeader = 100'000'000;

/// Places the tensors with the widest elements first: every one is then aligned without padding between them.
SafetensorsHeader layOut(const TensorFile& file) {
    SafetensorsHeader header{.tensors = {}, .metadata = file.metadata};
    for (const auto& [name, tensor] : file.tensors) {
        const auto bytes = static_cast<uint64_t>(tensor.numel()) * tensor.element_size();
        header.tensors.push_back(
            {.name = name, .type = tensor.scalar_type(), .shape = tensor.sizes().vec(), .begin = 0, .end = bytes});
    }
    std::ranges::stable_sort(header.tensors, std::greater(),
                             [](const TensorEntry& entry) { return c10::elementSize(entry.type); });
    uint64_t position = 0;
    for (TensorEntry& entry : header.tensors) {
        const uint64_t bytes = entry.end;
        entry.begin = position;
        entry.end = position += bytes;
    }
    return header;
}

void writeBytes(std::ofstream& stream, const void* data, size_t size, const std::filesystem::path& path) {
    errno = 0;
    if (!stream.write(static_cast<const char*>(data), static_cast<std::streamsize>(size)))
        throw systemError("Cannot write " + path.string(), errno, "Is the disk full, or the folder read-only?");
}

void writeTensors(const std::filesystem::path& path, const TensorFile& file, const std::filesystem::path& finalPath) {
    const SafetensorsHeader header = layOut(file);
    const std::string text = safetensorsHeaderText(header);
    const uint64_t length = text.size();
    errno = 0;
    std::ofstream stream(path, std::ios::binary);
    if (!stream) throw systemError("Cannot write " + finalPath.string(), errno);
    writeBytes(stream, &length, sizeof length, finalPath);
    writeBytes(stream, text.data(), text.size(), finalPath);
    for (const TensorEntry& entry : header.tensors) {
        const at::Tensor tensor = file.tensors.at(entry.name).detach().to(at::kCPU).contiguous();  // one copy at a time
        writeBytes(stream, tensor.const_data_ptr(), tensor.nbytes(), finalPath);
    }
    stream.close();
    if (!stream) throw systemError("Cannot write " + finalPath.string(), errno, "Is the disk full?");
}

void readBytes(std::ifstream& stream, void* data, size_t size, const std::filesystem::path& path) {
    if (!stream.read(static_cast<char*>(data), static_cast<std::streamsize>(size)))
        throw inputError(path.string() + " ends too early, or cannot be read");
}

std::string readHeader(std::ifstream& stream, uint64_t fileSize, const std::filesystem::path& path) {
    uint64_t length = 0;
    if (fileSize < sizeof length) throw inputError(path.string() + " is not a safetensors file: it is too short");
    readBytes(stream, &length, sizeof length, path);
    if (length > largestHeader || length > fileSize - sizeof length)
        throw inputError(fmt::format("{} is not a safetensors file: its header would have {} bytes", path.string(), length));
    std::string text(length, ' ');
    readBytes(stream, text.data(), length, path);
    return text;
}

at::Tensor newTensor(const TensorEntry& entry, at::ScalarType type, const std::filesystem::path& path) {
    try {
        return at::empty(entry.shape, type);
    } catch (const c10::Error&) {
        throw worldError(fmt::format("Not enough memory for {} of {}", entry.name, path.string()));
    }
}

at::Tensor readTensor(std::ifstream& stream, const TensorEntry& entry, const std::filesystem::path& path) {
    const bool truth = entry.type == at::kBool;  // a byte other than 0 and 1 must not become a bool as it is
    at::Tensor tensor = newTensor(entry, truth ? at::kByte : entry.type, path);
    readBytes(stream, tensor.mutable_data_ptr(), entry.end - entry.begin, path);
    return truth ? tensor.ne(0) : tensor;
}

}  // namespace

void saveTensors(const std::filesystem::path& path, const TensorFile& file) {
    writeFileAtomically(path, [&](const std::filesystem::path& temporary) { writeTensors(temporary, file, path); });
}

TensorFile loadTensors(const std::filesystem::path& path) {
    std::error_code reason;
    const uint64_t size = std::filesystem::file_size(path, reason);
    if (reason) throw inputError(fmt::format("Cannot read {}: {}", path.string(), reason.message()));
    std::ifstream stream(path, std::ios::binary);
    if (!stream) throw inputError(fmt::format("Cannot read {}: it cannot be opened", path.string()));
    const std::string text = readHeader(stream, size, path);
    SafetensorsHeader header = parseSafetensorsHeader(text, size - sizeof(uint64_t) - text.size(), path.string());
    TensorFile file{.tensors = {}, .metadata = std::move(header.metadata)};
    for (const TensorEntry& entry : header.tensors)
        file.tensors.emplace(entry.name, readTensor(stream, entry, path));
    return file;
}

}  // namespace gaplab
