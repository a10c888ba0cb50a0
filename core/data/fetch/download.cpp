#include "core/data/fetch/download.h"

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <curl/curl.h>
#include <fcntl.h>
#include <memory>
#include <mutex>
#include <sys/file.h>
#include <unistd.h>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/log.h"

namespace gaplab {
namespace {

namespace fs = std::filesystem;

/// The unfinished file, locked so that two programs do not write it at once.
class PartFile {
public:
    explicit PartFile(const fs::path& path) : path_(path), descriptor_(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
        if (descriptor_ < 0) throw systemError("Cannot write " + path.string(), errno, "Choose another folder.");
        if (flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
            close(descriptor_);
            throw worldError(path.string() + " is being downloaded by another program", "Wait for it to finish.");
        }
        done_ = lseek(descriptor_, 0, SEEK_END);
    }
    ~PartFile() { close(descriptor_); }
    PartFile(const PartFile&) = delete;
    PartFile& operator=(const PartFile&) = delete;

    int64_t done() const { return done_; }

    void clear() {
        if (ftruncate(descriptor_, 0) != 0) throw systemError("Cannot write " + path_.string(), errno);
        done_ = lseek(descriptor_, 0, SEEK_SET);
    }

    /// False where the disk refuses; errno says why.
    bool append(const char* data, size_t size) {
        while (size > 0) {
            const ssize_t count = write(descriptor_, data, size);
            if (count < 0) return false;
            data += count;
            size -= static_cast<size_t>(count);
            done_ += count;
        }
        return true;
    }

private:
    fs::path path_;
    int descriptor_;
    int64_t done_ = 0;
};

/// One request; the callbacks of libcurl get it as their argument.
struct Transfer {
    CURL* curl;
    PartFile& part;
    const RemoteFile& file;
    const DownloadProgress& progress;
    const std::stop_token& stop;
    bool begun = false;  ///< content is arriving
    int diskError = 0;

    long status() const {
        long code = 0;
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
        return code;
    }

    static size_t receive(const char* data, size_t one, size_t count, void* argument) {
        auto& self = *static_cast<Transfer*>(argument);
        const size_t size = one * count;
        if (self.status() >= 300) return size;  // the text of an error page
        try {
            if (!self.begun && self.status() != 206) self.part.clear();  // the server sends all of it from the start
            self.begun = true;
        } catch (const Error&) {
            self.diskError = errno;
            return 0;
        }
        if (self.part.append(data, size)) return size;
        self.diskError = errno;
        return 0;
    }

    static int beat(void* argument, curl_off_t total, curl_off_t received, curl_off_t, curl_off_t) {
        const auto& self = *static_cast<Transfer*>(argument);
        if (self.progress && self.begun)
            self.progress(self.part.done(), total > 0 ? self.part.done() - received + total : self.file.bytes);
        return self.stop.stop_requested() ? 1 : 0;
    }
};

void configure(CURL* curl, Transfer& transfer) {
    curl_easy_setopt(curl, CURLOPT_URL, transfer.file.url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "GapLab/" GAPLAB_VERSION);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, 20L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);  // a server that sends nothing for half a minute is gone
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, 30L);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, Transfer::beat);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &transfer);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, Transfer::receive);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
}

/// True when the whole file has arrived, false when it is worth another try.
bool transferOnce(const RemoteFile& file, PartFile& part, const DownloadProgress& progress, const std::stop_token& stop,
                  std::string& reason) {
    const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), curl_easy_cleanup);
    Transfer transfer{.curl = curl.get(), .part = part, .file = file, .progress = progress, .stop = stop};
    configure(curl.get(), transfer);
    const std::string range = fmt::format("{}-", part.done());
    if (part.done() > 0) curl_easy_setopt(curl.get(), CURLOPT_RANGE, range.c_str());
    const CURLcode result = curl_easy_perform(curl.get());
    if (stop.stop_requested()) throw Error(Fault::Stopped, "The download was stopped; fetch again to go on from there");
    if (transfer.diskError != 0)
        throw systemError("Cannot write the download to the disk", transfer.diskError,
                          "Make room on the disk or choose another folder.");
    const long status = transfer.status();
    if (status == 416) return true;  // nothing is behind what we have: complete, or not this file at all; the hash tells
    if (status >= 400 && status < 500)
        throw worldError(fmt::format("The server answers {} for {}", status, file.url), "The data set may have moved.");
    if (result == CURLE_UNSUPPORTED_PROTOCOL || result == CURLE_URL_MALFORMAT || result == CURLE_TOO_MANY_REDIRECTS ||
        result == CURLE_PEER_FAILED_VERIFICATION)
        throw worldError(fmt::format("Cannot download {}: {}", file.url, curl_easy_strerror(result)));
    reason = status >= 500 ? fmt::format("the server answers {}", status) : curl_easy_strerror(result);
    return result == CURLE_OK && status < 300;
}

/// Waits for `duration`, or until a stop is asked for.
void pauseFor(std::chrono::milliseconds duration, const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any condition;
    std::unique_lock lock(mutex);
    condition.wait_for(lock, stop, duration, [] { return false; });
}

void transferAll(const RemoteFile& file, PartFile& part, const DownloadProgress& progress, const std::stop_token& stop) {
    constexpr int tries = 5;
    std::string reason;
    for (int attempt = 1; attempt <= tries; ++attempt) {
        if (transferOnce(file, part, progress, stop, reason)) return;
        spdlog::info("{}: {}; attempt {} of {}", file.url, reason, attempt, tries);
        if (attempt < tries) pauseFor(std::chrono::milliseconds(100) * (1 << attempt), stop);
    }
    throw worldError(fmt::format("Cannot download {}: {}", file.url, reason),
                     "Check the connection and fetch again: what has arrived is kept and the download goes on from there.");
}

}  // namespace

void downloadFile(const RemoteFile& file, const fs::path& path, const DownloadProgress& progress, const std::stop_token& stop) {
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (ready != CURLE_OK) throw worldError("Cannot start the network library");
    const fs::path partPath = path.string() + ".part";
    PartFile part(partPath);
    bool resumed = part.done() > 0;
    while (true) {
        transferAll(file, part, progress, stop);
        const std::string found = sha256OfFile(partPath);
        if (found == file.sha256) break;
        part.clear();
        if (resumed) {  // the beginning may be of an older file
            resumed = false;
            continue;
        }
        fs::remove(partPath);
        throw worldError(fmt::format("{} is not the expected file: its SHA-256 is {}, expected {}", file.url, found, file.sha256),
                         "The server sends something else; nothing was kept.");
    }
    fs::rename(partPath, path);
}

}  // namespace gaplab
