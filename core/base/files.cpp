#include "core/base/files.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <sstream>
#include <unistd.h>

#include <fmt/format.h>

#include "core/base/error.h"

namespace gaplab {
namespace {

void syncPath(const std::filesystem::path& path, int flags) {
    const int descriptor = open(path.c_str(), flags | O_CLOEXEC);
    if (descriptor < 0) throw systemError("Cannot open " + path.string(), errno);
    const int result = fsync(descriptor);
    const int reason = errno;
    close(descriptor);
    if (result != 0) throw systemError("Cannot write " + path.string() + " to the disk", reason);
}

std::filesystem::path homeFolder(const char* variable, const char* fallback) {
    if (const char* value = std::getenv(variable); value && *value) return std::filesystem::path(value) / "gaplab";
    const char* home = std::getenv("HOME");
    return std::filesystem::path(home ? home : "/tmp") / fallback / "gaplab";
}

/// Some systems tell of a full disk while a file is copied as of any other fault of it.
bool isFull(const std::filesystem::path& folder, const std::error_code& code) {
    constexpr uintmax_t hardlyAny = 1 << 20;
    if (code == std::errc::no_space_on_device || code.value() == EDQUOT) return true;
    std::error_code unknown;
    const auto space = std::filesystem::space(folder.empty() ? "." : folder, unknown);
    return code == std::errc::io_error && !unknown && space.available < hardlyAny;
}

Error writingFailed(const std::filesystem::path& path, const std::error_code& code) {
    if (isFull(path.parent_path(), code))
        return worldError("The disk is full: " + path.string() + " cannot be written", "Make room on the disk, then try again.");
    return worldError(fmt::format("Cannot write {}: {}", path.string(), code.message()));
}

}  // namespace

void writeFileAtomically(const std::filesystem::path& path, const std::function<void(const std::filesystem::path&)>& write) {
    const std::filesystem::path temporary = fmt::format("{}.{}.tmp", path.string(), getpid());
    try {
        write(temporary);
        syncPath(temporary, O_RDONLY);
        std::filesystem::rename(temporary, path);
        syncPath(path.has_parent_path() ? path.parent_path() : ".", O_RDONLY | O_DIRECTORY);
    } catch (const std::filesystem::filesystem_error& error) {
        const Error failed = writingFailed(path, error.code());  // before what was written gives its room back
        std::error_code ignored;
        std::filesystem::remove(temporary, ignored);
        throw failed;
    } catch (const std::exception&) {
        std::error_code ignored;
        std::filesystem::remove(temporary, ignored);
        throw;
    }
}

void writeTextAtomically(const std::filesystem::path& path, const std::string& text) {
    writeFileAtomically(path, [&](const std::filesystem::path& temporary) {
        std::ofstream file(temporary, std::ios::binary);
        file.write(text.data(), static_cast<std::streamsize>(text.size()));
        file.close();
        if (!file) throw systemError("Cannot write " + path.string(), errno);
    });
}

std::string readText(const std::filesystem::path& path) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) throw inputError(path.string() + " is a folder, not a file");
    std::ifstream file(path, std::ios::binary);
    if (!file) throw inputError(fmt::format("Cannot read {}: {}", path.string(), std::generic_category().message(errno)));
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
    EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(context_), EVP_sha256(), nullptr);
}

Sha256::~Sha256() {
    EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_));
}

void Sha256::update(const void* data, size_t size) {
    EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_), data, size);
}

std::string Sha256::finish() {
    std::array<unsigned char, 32> digest{};
    EVP_DigestFinal_ex(static_cast<EVP_MD_CTX*>(context_), digest.data(), nullptr);
    std::string text;
    for (const unsigned char byte : digest)
        text += fmt::format("{:02x}", byte);
    return text;
}

std::string sha256(const void* data, size_t size) {
    Sha256 hash;
    hash.update(data, size);
    return hash.finish();
}

std::string sha256(const std::string& text) {
    return sha256(text.data(), text.size());
}

std::string sha256OfFile(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw worldError("Cannot read " + path.string());
    Sha256 hash;
    std::array<char, 1 << 16> buffer{};
    while (file.read(buffer.data(), buffer.size()) || file.gcount() > 0)
        hash.update(buffer.data(), static_cast<size_t>(file.gcount()));
    return hash.finish();
}

std::filesystem::path cacheFolder() {
    return homeFolder("XDG_CACHE_HOME", ".cache");
}

std::filesystem::path dataFolder() {
    return homeFolder("XDG_DATA_HOME", ".local/share");
}

std::string newUuid() {
    std::array<unsigned char, 16> bytes{};
    RAND_bytes(bytes.data(), bytes.size());
    bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0f) | 0x40);
    bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3f) | 0x80);
    std::string text;
    for (size_t i = 0; i < bytes.size(); ++i)
        text += fmt::format("{}{:02x}", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", bytes[i]);
    return text;
}

}  // namespace gaplab
