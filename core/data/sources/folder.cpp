#include <algorithm>
#include <cerrno>
#include <fstream>
#include <map>
#include <mutex>
#include <numeric>
#include <set>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/log.h"
#include "core/data/images/decode.h"
#include "core/data/images/folder_scan.h"
#include "core/data/images/resize.h"
#include "core/data/memory.h"
#include "core/data/parallel.h"
#include "core/data/source.h"
#include "core/data/sources/image_cache.h"
#include "core/data/split.h"

namespace gaplab {
namespace {

namespace fs = std::filesystem;

/// Changes when images are decoded or resized in another way, so that older caches are not used.
constexpr int decodingVersion = 1;

/// The content of a file; `buffer` is used again and again.
Bytes readFile(const fs::path& path, std::vector<uint8_t>& buffer) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file) throw systemError("Cannot read " + path.string(), errno, "Check the permissions of the file.");
    buffer.resize(static_cast<size_t>(file.tellg()));
    file.seekg(0);
    file.read(reinterpret_cast<char*>(buffer.data()), static_cast<std::streamsize>(buffer.size()));
    if (!file) throw systemError("Cannot read " + path.string(), errno);
    return buffer;
}

/// Decodes the images of one folder with the same parameters.
class FolderLoader {
public:
    FolderLoader(const DataSpec& spec, const LoadOptions& options)
        : folder_(spec.path),
          skipBroken_(spec.skipBroken),
          channels_(channelsOf(spec)),
          size_(spec.parameters.value("size", 0)),
          options_(options) {}

    RawImages load(const FolderListing& listing) {
        const ImageSize target = size_ > 0 ? ImageSize{size_, size_} : mostCommonSize(listing);
        const auto count = static_cast<int64_t>(listing.train.size() + listing.test.size());
        requireMemory(count * channels_ * target.width * target.height,
                      fmt::format("{} images of {} x {} pixels", count, target.width, target.height));
        RawImages raw{
            .train = decodeAll(listing.train, target, "Decoding training images"), .test = {}, .classes = listing.classes};
        raw.test = listing.hasTest ? decodeAll(listing.test, target, "Decoding test images") : ImageSet{};
        raw.skippedFiles = std::move(skipped_);
        return raw;
    }

private:
    /// The size that most images have (of the training images; the larger one of equals).
    ImageSize mostCommonSize(const FolderListing& listing) {
        std::map<std::pair<int64_t, int64_t>, int64_t> tally;
        std::mutex mutex;
        Progress progress(options_, "Looking at the images", std::ssize(listing.train));
        parallelFor(std::ssize(listing.train), parallel(progress), [&](int64_t begin, int64_t end) {
            std::vector<uint8_t> buffer;
            for (int64_t i = begin; i < end; ++i) {
                const Bytes file = readFile(folder_ / listing.train[static_cast<size_t>(i)].path, buffer);
                try {
                    const ImageSize size = readImageSize(file);
                    const std::lock_guard lock(mutex);
                    ++tally[{size.height, size.width}];
                } catch (const Error&) {
                    // a broken image has no say; decoding names it
                }
            }
        });
        if (tally.empty())
            throw inputError(
                fmt::format("None of the {} training images in {} can be read", listing.train.size(), folder_.string()));
        const auto most = std::ranges::max_element(tally, std::less_equal(), [](const auto& entry) { return entry.second; });
        return {most->first.second, most->first.first};
    }

    ImageSet decodeAll(const std::vector<ImageEntry>& entries, ImageSize target, const char* what) {
        const int64_t count = std::ssize(entries);
        ImageSet set{at::empty({count, channels_, target.height, target.width}, at::kByte), at::empty({count}, at::kLong), {}};
        std::vector<std::string> broken(entries.size());
        Progress progress(options_, what, count);
        parallelFor(count, parallel(progress), [&](int64_t begin, int64_t end) {
            std::vector<uint8_t> buffer;
            for (int64_t i = begin; i < end; ++i) {
                const ImageEntry& entry = entries[static_cast<size_t>(i)];
                set.labels.mutable_data_ptr<int64_t>()[i] = entry.label;
                broken[static_cast<size_t>(i)] = decodeInto(
                    entry, target, set.images.mutable_data_ptr<uint8_t>() + i * channels_ * target.width * target.height, buffer);
            }
        });
        return withoutBroken(std::move(set), entries, broken);
    }

    ParallelOptions parallel(Progress& progress) const {
        return {
            .threads = options_.threads, .chunk = 64, .stop = options_.stop, .advanced = [&](int64_t done) { progress(done); }};
    }

    /// Why the image is broken; empty where it is not.
    std::string decodeInto(const ImageEntry& entry, ImageSize target, uint8_t* planes, std::vector<uint8_t>& buffer) const {
        const fs::path path = folder_ / entry.path;
        const Bytes file = readFile(path, buffer);
        try {
            const DecodedImage image = resizeImage(decodeImage(file), target);
            toPlanes(image, planes);
            return {};
        } catch (const Error& error) {
            if (skipBroken_) return error.what();
            throw inputError(fmt::format("The image {} is broken: {}", path.string(), error.what()),
                             "Repair or remove it, or set data.on_error to \"skip\" to go on without it.");
        }
    }

    /// Interleaved RGB to planes; to grey by the weights of ITU-R BT.601.
    void toPlanes(const DecodedImage& image, uint8_t* planes) const {
        const int64_t pixels = image.size.width * image.size.height;
        const uint8_t* from = image.pixels.data();
        for (int64_t i = 0; i < pixels; ++i, from += 3) {
            if (channels_ == 1) {
                planes[i] = static_cast<uint8_t>((299 * from[0] + 587 * from[1] + 114 * from[2] + 500) / 1000);
                continue;
            }
            for (int64_t c = 0; c < 3; ++c)
                planes[c * pixels + i] = from[c];
        }
    }

    ImageSet withoutBroken(ImageSet set, const std::vector<ImageEntry>& entries, const std::vector<std::string>& broken) {
        std::vector<int64_t> good;
        for (size_t i = 0; i < broken.size(); ++i) {
            if (broken[i].empty())
                good.push_back(static_cast<int64_t>(i));
            else
                skipped_.push_back(entries[i].path + ": " + broken[i]);
        }
        if (good.size() == broken.size()) return set;
        const at::Tensor rows = at::tensor(good, at::kLong);
        return {set.images.index_select(0, rows), set.labels.index_select(0, rows), {}};
    }

    fs::path folder_;
    bool skipBroken_;
    int64_t channels_, size_;
    const LoadOptions& options_;
    std::vector<std::string> skipped_;
};

Split testSplit(std::span<const int64_t> labels, const std::vector<std::string>& classes, const DataSpec& spec) {
    Rows all(labels.size());
    std::iota(all.begin(), all.end(), int64_t{0});
    return holdBack(all, labels, classes, spec.parameters.value("test_fraction", 0.2), spec.splitSeed, "test");
}

/// Without a test/ folder, the test set is cut from every class.
void cutTest(RawImages& raw, const DataSpec& spec) {
    const at::Tensor labels = raw.train.labels;
    const Split split = testSplit({labels.const_data_ptr<int64_t>(), static_cast<size_t>(labels.size(0))}, raw.classes, spec);
    const ImageSet whole = raw.train;
    const auto part = [&](const Rows& rows) {
        const at::Tensor index = at::tensor(rows, at::kLong);
        return ImageSet{whole.images.index_select(0, index), whole.labels.index_select(0, index), {}};
    };
    raw.train = part(split.kept);
    raw.test = part(split.held);
}

/// The files of the images that were not left out, in their order.
void nameFiles(RawImages& raw, const FolderListing& listing, const DataSpec& spec) {
    std::set<std::string> skipped;
    for (const std::string& line : raw.skippedFiles)
        skipped.insert(line.substr(0, line.find(": ")));
    std::vector<int64_t> labels;
    const auto kept = [&](const std::vector<ImageEntry>& entries, bool train) {
        std::vector<std::string> files;
        for (const ImageEntry& entry : entries) {
            if (skipped.contains(entry.path)) continue;
            files.push_back(entry.path);
            if (train) labels.push_back(entry.label);
        }
        return files;
    };
    raw.trainFiles = kept(listing.train, true);
    raw.testFiles = kept(listing.test, false);
    if (listing.hasTest) return;
    const Split split = testSplit(labels, listing.classes, spec);
    const auto part = [all = raw.trainFiles](const Rows& rows) {
        std::vector<std::string> files;
        for (const int64_t row : rows)
            files.push_back(all[static_cast<size_t>(row)]);
        return files;
    };
    raw.trainFiles = part(split.kept);
    raw.testFiles = part(split.held);
}

CacheKey cacheKey(const DataSpec& spec, const FolderListing& listing) {
    std::error_code ignored;
    const fs::path place = fs::weakly_canonical(spec.path, ignored);
    Json how = {{"folder", place.string()},
                {"size", spec.parameters.value("size", 0)},
                {"channels", spec.parameters.value("channels", 3)}};
    if (!listing.hasTest) {
        how["test_fraction"] = spec.parameters.value("test_fraction", 0.2);
        how["split_seed"] = spec.splitSeed;
    }
    return {sha256(how.dump()), fmt::format("{}-{}", decodingVersion, listing.hash())};
}

RawImages loadFolder(const DataSpec& spec, const LoadOptions& options) {
    const FolderListing listing = scanFolder(spec.path, options.threads, options.stop);
    const fs::path cache = options.cacheFolder.empty() ? cacheFolder() / "data" : options.cacheFolder;
    const CacheKey key = cacheKey(spec, listing);
    auto cached = readImageCache(cache, key);
    // a cache made while broken images were skipped does not serve where they must be named
    const auto named = [&](RawImages raw) {
        nameFiles(raw, listing, spec);
        return raw;
    };
    if (cached && (cached->skippedFiles.empty() || spec.skipBroken)) return named(*std::move(cached));
    RawImages raw = FolderLoader(spec, options).load(listing);
    if (!listing.hasTest) cutTest(raw, spec);
    raw.fingerprint = contentFingerprint(raw);
    try {
        writeImageCache(cache, key, raw);
        if (auto mapped = readImageCache(cache, key)) return named(*std::move(mapped));  // gives the memory back
    } catch (const Error& error) {
        spdlog::warn("The decoded images stay in memory and are decoded again next time: {}", error.what());
    }
    return named(std::move(raw));
}

}  // namespace

Source folderSource() {
    Parameter path{.name = "path",
                   .type = ParameterType::Path,
                   .help = "Folder with train/ and test/, or with one folder a class.",
                   .minimum = {},
                   .maximum = {}};
    path.required = true;
    return {{.name = "folder",
             .help = "Images (JPEG, PNG, WebP, BMP) in one folder a class, in train/ and test/ or together.",
             .parameters =
                 {path,
                  integerParameter(
                      "size", 0, 0, 2048,
                      "Side to which images are brought: the centre is cropped to the target's shape and scaled bilinearly, "
                      "averaging when shrinking; 0: the size most training images have.",
                      "pixels"),
                  integerParameter("channels", 3, 1, 3, "3: colour (grey images are repeated); 1: grey."),
                  realParameter("test_fraction", 0.2, 0.01, 0.9,
                                "Share of every class that becomes the test set where there is no test/ folder.")}},
            loadFolder};
}

}  // namespace gaplab
