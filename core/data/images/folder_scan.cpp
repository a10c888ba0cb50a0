#include "core/data/images/folder_scan.h"

#include <algorithm>
#include <cerrno>
#include <sys/stat.h>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/names.h"
#include "core/data/images/decode.h"
#include "core/data/parallel.h"

namespace gaplab {
namespace {

namespace fs = std::filesystem;

bool isHidden(const fs::path& path) {
    return path.filename().string().starts_with('.');
}

std::vector<std::string> classFolders(const fs::path& folder) {
    std::vector<std::string> names;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder))
        if (!isHidden(entry.path()) && entry.is_directory()) names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
}

ImageEntry describe(const fs::path& file, const fs::path& root, int64_t label) {
    struct stat facts {};
    if (stat(file.c_str(), &facts) != 0) throw systemError("Cannot look at " + file.string(), errno);
    return {.path = file.lexically_relative(root).string(),
            .label = label,
            .bytes = static_cast<uint64_t>(facts.st_size),
            .modified = facts.st_mtim.tv_sec * int64_t{1'000'000'000} + facts.st_mtim.tv_nsec};
}

std::vector<ImageEntry> imagesOfClass(const fs::path& folder, const fs::path& root, int64_t label) {
    std::vector<ImageEntry> images;
    for (auto at = fs::recursive_directory_iterator(folder); at != fs::recursive_directory_iterator(); ++at) {
        if (isHidden(at->path())) {
            if (at->is_directory()) at.disable_recursion_pending();
        } else if (hasImageExtension(at->path().filename().string()) && !at->is_directory() && !at->is_other()) {
            images.push_back(describe(at->path(), root, label));
        }
    }
    if (images.empty())
        throw inputError(fmt::format("The class folder {} holds no images", folder.string()),
                         "Images end in .jpg, .jpeg, .png, .webp or .bmp. Remove the folder or put images into it.");
    std::ranges::sort(images, {}, &ImageEntry::path);
    return images;
}

/// One class folder to look into.
struct Task {
    fs::path folder;
    int64_t label;
    bool test;
    std::vector<ImageEntry> found;
};

void addTasks(std::vector<Task>& tasks, const fs::path& folder, const std::vector<std::string>& names,
              const FolderListing& listing, bool test) {
    for (const std::string& name : names) {
        const auto found = std::ranges::find(listing.classes, name);
        if (found == listing.classes.end())
            throw inputError(fmt::format("Class \"{}\" is in {} but not among the training classes ({})", name, folder.string(),
                                         join(listing.classes)),
                             "The folders of train/ and test/ must have the same names.");
        tasks.push_back({folder / name, found - listing.classes.begin(), test, {}});
    }
}

void checkFolder(const fs::path& folder) {
    std::error_code error;
    const auto status = fs::status(folder, error);
    if (!fs::exists(status) && (!error || error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory))
        throw inputError(fmt::format("There is no folder {}", folder.string()), "Check data.path.");
    if (error) throw worldError(fmt::format("Cannot look into {}: {}", folder.string(), error.message()));
    if (!fs::is_directory(status))
        throw inputError(fmt::format("{} is not a folder", folder.string()),
                         "data.path names the folder that holds the class folders.");
}

FolderListing scan(const fs::path& folder, int threads, const std::stop_token& stop) {
    FolderListing listing;
    std::vector<std::string> names = classFolders(folder);
    const auto has = [&](const char* name) { return std::ranges::find(names, name) != names.end(); };
    if (has("train") != has("test") && names.size() == 1)
        throw inputError(
            fmt::format("{} has {}/ but no {}/", folder.string(), names[0], has("train") ? "test" : "train"),
            "Add the other folder, or let data.path point to the class folders themselves; a test set is then cut from them.");
    listing.hasTest = has("train") && has("test");
    const fs::path trainFolder = listing.hasTest ? folder / "train" : folder;
    listing.classes = listing.hasTest ? classFolders(trainFolder) : names;
    if (listing.classes.size() < 2)
        throw inputError(
            fmt::format("{} has {}; at least two are needed to tell apart", trainFolder.string(),
                        listing.classes.empty() ? "no class folders" : "only one class, \"" + listing.classes[0] + "\""),
            "Each class is a folder of images.");
    std::vector<Task> tasks;
    addTasks(tasks, trainFolder, listing.classes, listing, false);
    if (listing.hasTest) addTasks(tasks, folder / "test", classFolders(folder / "test"), listing, true);
    parallelFor(std::ssize(tasks), {.threads = threads, .chunk = 1, .stop = stop}, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
            Task& task = tasks[static_cast<size_t>(i)];
            task.found = imagesOfClass(task.folder, folder, task.label);
        }
    });
    for (Task& task : tasks) {
        auto& images = task.test ? listing.test : listing.train;
        std::ranges::move(task.found, std::back_inserter(images));
    }
    if (listing.hasTest && listing.test.empty())
        throw inputError(fmt::format("{} has no class folders", (folder / "test").string()));
    return listing;
}

}  // namespace

std::string FolderListing::hash() const {
    Sha256 hash;
    for (const auto* images : {&train, &test})
        for (const ImageEntry& image : *images)
            hash.update(fmt::format("{}\n{} {}\n", image.path, image.bytes, image.modified));
    return hash.finish();
}

FolderListing scanFolder(const fs::path& folder, int threads, const std::stop_token& stop) {
    checkFolder(folder);
    try {
        return scan(folder, threads, stop);
    } catch (const fs::filesystem_error& error) {
        throw worldError(fmt::format("Cannot read {}: {}", error.path1().empty() ? folder.string() : error.path1().string(),
                                     error.code().message()),
                         "Check the permissions of the folder.");
    }
}

}  // namespace gaplab
