#include "core/data/sources/image_cache.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <mutex>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/log.h"

namespace gaplab {
namespace {

namespace fs = std::filesystem;

// The file: this header, `jsonBytes` of JSON, and behind it, each at a multiple of `alignment`, the images and labels of train
// and test. Little endian, as on every machine this runs on.
struct Header {
    std::array<char, 8> magic{};
    uint32_t version = 0;
    uint32_t jsonBytes = 0;
    std::array<char, 64> jsonHash{};
};
constexpr std::array<char, 8> magic = {'G', 'A', 'P', 'L', 'A', 'B', 'I', 'M'};
constexpr uint32_t version = 1;
constexpr int64_t alignment = 4096;

int64_t aligned(int64_t offset) {
    return (offset + alignment - 1) / alignment * alignment;
}

fs::path fileOf(const fs::path& folder, const CacheKey& key) {
    return folder / (key.set.substr(0, 24) + ".images");
}

/// A file mapped into memory for as long as a tensor looks at it.
class Mapping {
public:
    explicit Mapping(const fs::path& path) {
        const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (descriptor < 0) throw systemError("cannot open it", errno);
        struct stat facts {};
        fstat(descriptor, &facts);
        size_ = static_cast<size_t>(facts.st_size);
        data_ = size_ == 0 ? MAP_FAILED : mmap(nullptr, size_, PROT_READ, MAP_SHARED, descriptor, 0);
        const int reason = errno;
        close(descriptor);
        if (size_ == 0) throw inputError("it is empty");
        if (data_ == MAP_FAILED) throw systemError("cannot map it", reason);
        madvise(data_, size_, MADV_WILLNEED);
    }
    ~Mapping() { munmap(data_, size_); }
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;

    int64_t size() const { return static_cast<int64_t>(size_); }
    const char* at(int64_t offset) const { return static_cast<const char*>(data_) + offset; }

private:
    void* data_ = nullptr;
    size_t size_ = 0;
};

Json readDescription(const Mapping& file) {
    Header header;
    if (file.size() < static_cast<int64_t>(sizeof(header))) throw inputError("it is too short");
    std::memcpy(&header, file.at(0), sizeof(header));
    if (header.magic != magic) throw inputError("it is not a cache of images");
    if (header.version != version)
        throw inputError(fmt::format("it is of version {}, this program reads {}", header.version, version));
    const auto begin = static_cast<int64_t>(sizeof(header));
    if (begin + header.jsonBytes > file.size()) throw inputError("it ends in its header");
    if (sha256(file.at(begin), header.jsonBytes) != std::string(header.jsonHash.begin(), header.jsonHash.end()))
        throw inputError("the checksum of its header is wrong");
    return Json::parse(std::string(file.at(begin), header.jsonBytes));
}

/// A tensor that looks into the mapping and keeps it alive.
at::Tensor mappedTensor(const std::shared_ptr<const Mapping>& file, int64_t offset, const std::vector<int64_t>& shape,
                        at::ScalarType type) {
    int64_t bytes = static_cast<int64_t>(at::elementSize(type));
    for (const int64_t extent : shape)
        bytes *= extent;
    if (offset < 0 || bytes < 0 || offset > file->size() || bytes > file->size() - offset)
        throw inputError("it is shorter than its header says");
    // the mapping is read-only: image sets are never changed after loading
    return at::from_blob(
        const_cast<char*>(file->at(offset)), shape, [file](void*) {}, at::TensorOptions(type));
}

ImageSet mappedSet(const std::shared_ptr<const Mapping>& file, const Json& part) {
    const auto shape = part.at("shape").get<std::vector<int64_t>>();
    if (shape.size() != 4) throw inputError("its header is damaged");
    return {.images = mappedTensor(file, part.at("images"), shape, at::kByte),
            .labels = mappedTensor(file, part.at("labels"), {shape[0]}, at::kLong),
            .groups = {}};
}

/// The description of one set whose images begin at `offset`, which is moved behind its labels.
Json describe(const ImageSet& set, int64_t& offset) {
    Json part = {{"shape", set.images.sizes().vec()}, {"images", offset}};
    offset = aligned(offset + static_cast<int64_t>(set.images.nbytes()));
    part["labels"] = offset;
    offset = aligned(offset + static_cast<int64_t>(set.labels.nbytes()));
    return part;
}

/// The JSON holds offsets behind itself: room for them is set aside before their texts are known.
Json describe(const CacheKey& key, const RawImages& raw) {
    Json json = {
        {"content", key.content}, {"classes", raw.classes}, {"fingerprint", raw.fingerprint}, {"skipped", raw.skippedFiles}};
    int64_t offset = aligned(static_cast<int64_t>(sizeof(Header) + json.dump().size()) + 1024);
    json["train"] = describe(raw.train, offset);
    json["test"] = describe(raw.test, offset);
    return json;
}

void write(const fs::path& path, const Json& json, const RawImages& raw) {
    const std::string text = json.dump();
    const std::string hash = sha256(text);
    Header header{.magic = magic, .version = version, .jsonBytes = static_cast<uint32_t>(text.size())};
    std::ranges::copy(hash, header.jsonHash.begin());
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(&header), sizeof(header));
    file << text;
    for (const auto& [name, set] : {std::pair{"train", &raw.train}, std::pair{"test", &raw.test}}) {
        file.seekp(json.at(name).at("images").get<int64_t>());
        file.write(static_cast<const char*>(set->images.const_data_ptr()), static_cast<std::streamsize>(set->images.nbytes()));
        file.seekp(json.at(name).at("labels").get<int64_t>());
        file.write(static_cast<const char*>(set->labels.const_data_ptr()), static_cast<std::streamsize>(set->labels.nbytes()));
    }
    file.close();
    if (!file) throw systemError("Cannot write " + path.string(), errno);
}

/// Removes the least recently used caches until the rest fits.
void trim(const fs::path& folder, const fs::path& keep, int64_t mostBytes) {
    std::vector<fs::directory_entry> files;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder))
        if (entry.path().extension() == ".images") files.push_back(entry);
    std::ranges::sort(files, std::greater(),
                      [&](const fs::directory_entry& entry) { return std::pair(entry.path() == keep, entry.last_write_time()); });
    for (const fs::directory_entry& entry : files) {
        mostBytes -= static_cast<int64_t>(entry.file_size());
        if (mostBytes < 0 && entry.path() != keep) fs::remove(entry.path());
    }
}

}  // namespace

std::optional<RawImages> readImageCache(const fs::path& folder, const CacheKey& key) {
    const fs::path path = fileOf(folder, key);
    std::error_code ignored;
    if (!fs::exists(path, ignored)) return {};
    try {
        const auto file = std::make_shared<const Mapping>(path);
        const Json json = readDescription(*file);
        if (json.at("content") != key.content) return {};
        RawImages raw{.train = mappedSet(file, json.at("train")),
                      .test = mappedSet(file, json.at("test")),
                      .classes = json.at("classes"),
                      .groups = {},
                      .fingerprint = json.at("fingerprint"),
                      .skippedFiles = json.at("skipped")};
        fs::last_write_time(path, fs::file_time_type::clock::now(), ignored);  // for trim
        return raw;
    } catch (const std::exception& error) {
        spdlog::warn("The image cache {} is made anew: {}", path.string(), error.what());
        return {};
    }
}

void writeImageCache(const fs::path& folder, const CacheKey& key, const RawImages& raw, int64_t mostBytes) {
    static std::mutex mutex;  // the temporary name is the same for all threads of a process
    const std::lock_guard lock(mutex);
    const fs::path path = fileOf(folder, key);
    try {
        fs::create_directories(folder);
        const Json json = describe(key, raw);
        writeFileAtomically(path, [&](const fs::path& temporary) { write(temporary, json, raw); });
        trim(folder, path, mostBytes);
    } catch (const fs::filesystem_error& error) {
        throw worldError(fmt::format("Cannot write to {}: {}", folder.string(), error.code().message()));
    }
}

}  // namespace gaplab
