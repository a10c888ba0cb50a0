#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/names.h"
#include "core/data/fetch/archive.h"
#include "core/data/fetch/download.h"

namespace gaplab {
namespace {

namespace fs = std::filesystem;

struct RemoteSet {
    std::string baseUrl;
    std::vector<RemoteFile> files;  ///< `url` relative to baseUrl
    bool unpack = false;            ///< else the files are kept as they are
};

/// The sums were compared with several published lists; the servers themselves were not asked. A wrong one shows as a refused
/// download that prints both sums.
const std::map<std::string, RemoteSet>& remoteSets() {
    static const std::map<std::string, RemoteSet> sets = {
        {"cifar10",
         {"https://www.cs.toronto.edu/~kriz/",
          {{"cifar-10-binary.tar.gz", "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd", 170'052'171}},
          true}},
        {"cifar100",
         {"https://www.cs.toronto.edu/~kriz/",
          {{"cifar-100-binary.tar.gz", "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec", 168'513'733}},
          true}},
        {"mnist",
         {"https://ossci-datasets.s3.amazonaws.com/mnist/",
          {{"train-images-idx3-ubyte.gz", "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609", 9'912'422},
           {"train-labels-idx1-ubyte.gz", "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c", 28'881},
           {"t10k-images-idx3-ubyte.gz", "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6", 1'648'877},
           {"t10k-labels-idx1-ubyte.gz", "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6", 4'542}}}},
        {"fashion_mnist",
         {"https://fashion-mnist.s3.eu-central-1.amazonaws.com/",
          {{"train-images-idx3-ubyte.gz", "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84", 26'421'880},
           {"train-labels-idx1-ubyte.gz", "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845", 29'515},
           {"t10k-images-idx3-ubyte.gz", "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073", 4'422'102},
           {"t10k-labels-idx1-ubyte.gz", "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5", 5'148}}}}};
    return sets;
}

/// All files of a set into `folder`, with one progress over them.
void downloadAll(const RemoteSet& set, const fs::path& folder, const FetchOptions& options) {
    const std::string base =
        options.baseUrl.empty() ? set.baseUrl : options.baseUrl + (options.baseUrl.ends_with('/') ? "" : "/");
    int64_t all = 0, before = 0;
    for (const RemoteFile& file : set.files)
        all += file.bytes;
    for (const RemoteFile& file : set.files) {
        const auto progress = [&](int64_t done, int64_t total) {
            if (options.progress) options.progress(before + done, all - file.bytes + (total > 0 ? total : file.bytes));
        };
        const fs::path path = folder / file.url;
        if (!fs::exists(path) || sha256OfFile(path) != file.sha256)
            downloadFile({base + file.url, file.sha256, file.bytes}, path, progress, options.stop);
        before += file.bytes;
    }
}

}  // namespace

std::vector<std::string> fetchableDatasets() {
    std::vector<std::string> names;
    for (const auto& [name, set] : remoteSets())
        names.push_back(name);
    return names;
}

fs::path datasetFolder(const std::string& name) {
    return dataFolder() / "data" / name;
}

fs::path fetchDataset(const std::string& name, const FetchOptions& options) {
    const auto found = remoteSets().find(name);
    if (found == remoteSets().end())
        throw inputError(fmt::format("There is no data set \"{}\" to fetch", name),
                         "Known are " + join(fetchableDatasets()) + ".");
    const fs::path folder = options.folder.empty() ? datasetFolder(name) : options.folder;
    const fs::path loading = folder.string() + ".loading", unpacked = folder.string() + ".unpacked";
    try {
        if (fs::exists(folder) && !fs::is_empty(folder)) return folder;
        fs::create_directories(loading);
        downloadAll(found->second, loading, options);
        fs::remove(folder);  // an empty one would be in the way
        if (!found->second.unpack) {
            fs::rename(loading, folder);
            return folder;
        }
        fs::remove_all(unpacked);
        fs::create_directories(unpacked);
        for (const RemoteFile& file : found->second.files)
            unpackArchive(loading / file.url, unpacked);
        fs::rename(unpacked, folder);
        fs::remove_all(loading);
    } catch (const fs::filesystem_error& error) {
        throw worldError(fmt::format("Cannot write to {}: {}", error.path1().string(), error.code().message()),
                         "Choose another folder or make room on the disk.");
    } catch (const Error&) {
        std::error_code ignored;
        fs::remove_all(unpacked, ignored);
        fs::remove(loading, ignored);  // only if it is empty: what has arrived is kept
        throw;
    }
    return folder;
}

}  // namespace gaplab
