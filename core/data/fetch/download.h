#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace gaplab {

/// One file on a server.
struct RemoteFile {
    std::string url;
    std::string sha256;
    int64_t bytes = 0;  ///< for the progress bar only; 0: unknown
};

using DownloadProgress = std::function<void(int64_t bytesDone, int64_t bytesTotal)>;  ///< total 0: unknown

/// Downloads to `path` by way of `path`.part, which is kept when the connection breaks and continued by the next call (from the
/// start where the server cannot). A broken connection is tried again a few times. The file appears under its name only when its
/// SHA-256 is right; a wrong one is removed. Throws Error (World) for network, server, hash and disk, Error (Stopped).
void downloadFile(const RemoteFile& file, const std::filesystem::path& path, const DownloadProgress& progress,
                  const std::stop_token& stop);

struct FetchOptions {
    std::filesystem::path folder;  ///< empty: datasetFolder(name)
    std::string baseUrl;           ///< instead of the official server: the files' names are appended
    DownloadProgress progress;     ///< over all files of the set
    std::stop_token stop;
};

/// The names that fetchDataset knows.
std::vector<std::string> fetchableDatasets();

/// Where `data fetch NAME` puts a data set, and where the source of that name looks for it: dataFolder()/data/NAME.
std::filesystem::path datasetFolder(const std::string& name);

/// Downloads, checks and unpacks a data set; returns its folder. The folder appears only when it is complete; one that is already
/// there is left alone. Throws Error (Input) for an unknown name, and what downloadFile and unpackArchive throw.
std::filesystem::path fetchDataset(const std::string& name, const FetchOptions& options = {});

}  // namespace gaplab
