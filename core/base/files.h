#pragma once

#include <filesystem>
#include <functional>
#include <string>

namespace gaplab {

/// Writes a file so that a reader sees either the old or the new content: temporary name beside it, fsync, rename.
/// `write` gets the temporary path. Throws Error (World) and removes the temporary file if anything fails.
void writeFileAtomically(const std::filesystem::path& path, const std::function<void(const std::filesystem::path&)>& write);
void writeTextAtomically(const std::filesystem::path& path, const std::string& text);

/// The whole file. Throws Error (Input) if it cannot be read.
std::string readText(const std::filesystem::path& path);

/// SHA-256 as 64 hex digits.
std::string sha256(const void* data, size_t size);
std::string sha256(const std::string& text);
std::string sha256OfFile(const std::filesystem::path& path);

/// SHA-256 fed in pieces.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;
    void update(const void* data, size_t size);
    void update(const std::string& text) { update(text.data(), text.size()); }
    /// Hex digits; call once.
    std::string finish();

private:
    void* context_;
};

/// ${XDG_CACHE_HOME:-~/.cache}/gaplab and ${XDG_DATA_HOME:-~/.local/share}/gaplab; not created.
std::filesystem::path cacheFolder();
std::filesystem::path dataFolder();

/// A random version 4 UUID in its usual text form.
std::string newUuid();

}  // namespace gaplab
