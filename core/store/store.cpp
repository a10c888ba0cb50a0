#include "core/store/store.h"

#include "core/store/implementation.h"
#include "core/store/store_file.h"

namespace gaplab {
namespace {

/// Working directory may change later; the store must not.
std::filesystem::path settled(const std::filesystem::path& path) {
    if (path.empty()) throw inputError("The path of the store is empty", "Name a file with --store.");
    return std::filesystem::absolute(path).lexically_normal();
}

}  // namespace

Store::Store(const std::filesystem::path& path, Mode mode) {
    const std::filesystem::path place = settled(path);
    OpenStore opened = openStore(place, mode);
    implementation_ = std::make_unique<Implementation>(Implementation{place, std::move(opened.connection), opened.newer});
}

Store::~Store() = default;
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;

const std::filesystem::path& Store::path() const {
    return implementation_->path;
}
bool Store::isNewer() const {
    return implementation_->newer;
}

std::filesystem::path Store::runFolder(const std::string& uuid) const {
    const std::filesystem::path folder = path().parent_path() / implementation_->filesOf(uuid);
    std::error_code failure;
    std::filesystem::create_directories(folder, failure);
    if (failure)
        throw systemError("Cannot make the folder " + folder.string(), failure.value(),
                          "Checkpoints are kept there: check the disk and the permissions.");
    return folder;
}

std::string Store::Implementation::filesOf(const std::string& uuid) const {
    return (std::filesystem::path(path.stem().string() + "-files") / uuid).string();
}

int64_t Store::dataVersion() const {
    return implementation_->connection->patiently([&] { return implementation_->dataVersion(); });
}

int64_t Store::Implementation::dataVersion() {
    Query query(*connection, "PRAGMA data_version");
    query.next();
    return query.integer(0);
}

}  // namespace gaplab
