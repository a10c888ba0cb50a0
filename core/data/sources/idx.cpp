#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <memory>
#include <zlib.h>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/data/memory.h"
#include "core/data/source.h"

// The IDX format of LeCun, Cortes and Burges, The MNIST database of handwritten digits: two zero bytes, 8 (unsigned bytes), the
// number of dimensions, each dimension as four bytes with the highest first, then the values.

namespace gaplab {
namespace {

namespace fs = std::filesystem;

/// A file that may be gzip or not; zlib reads both.
class IdxFile {
public:
    IdxFile(const fs::path& path, size_t dimensions) : path_(path), file_(gzopen(path.c_str(), "rb"), gzclose) {
        if (!file_) throw inputError(fmt::format("Cannot read {}", path.string()), "Check data.path.");
        std::array<uint8_t, 4> magic{};
        read(magic.data(), magic.size());
        if (magic != std::array<uint8_t, 4>{0, 0, 8, static_cast<uint8_t>(dimensions)})
            throw inputError(fmt::format("{} is not an IDX file of bytes with {} dimension{}", path.string(), dimensions,
                                         dimensions == 1 ? "" : "s"));
        for (size_t i = 0; i < dimensions; ++i) {
            std::array<uint8_t, 4> bytes{};
            read(bytes.data(), bytes.size());
            shape.push_back(int64_t{bytes[0]} << 24 | int64_t{bytes[1]} << 16 | int64_t{bytes[2]} << 8 | int64_t{bytes[3]});
        }
    }

    /// All values, as uint8 of the file's shape; nothing may follow them.
    at::Tensor values() {
        double bytes = 1;
        for (const int64_t extent : shape)
            bytes *= static_cast<double>(extent);
        requireMemory(static_cast<int64_t>(std::min(bytes, 1e18)), fmt::format("The values that {} announces", path_.string()));
        at::Tensor values = at::empty(shape, at::kByte);
        read(values.mutable_data_ptr<uint8_t>(), values.nbytes());
        if (uint8_t more = 0; gzread(file_.get(), &more, 1) != 0)
            throw inputError(fmt::format("{} goes on behind its last value", path_.string()), "The file is damaged.");
        return values;
    }

    std::vector<int64_t> shape;

private:
    void read(uint8_t* to, size_t count) {
        size_t done = 0;
        while (done < count) {
            const int got = gzread(file_.get(), to + done, static_cast<unsigned>(std::min<size_t>(count - done, 1 << 28)));
            if (got <= 0) {
                int code = 0;
                const std::string reason = gzerror(file_.get(), &code);
                throw inputError(fmt::format("{} ends too early: {} of {} bytes are there{}", path_.string(), done, count,
                                             code == Z_OK || code == Z_BUF_ERROR ? "" : " (" + reason + ")"),
                                 "The file is cut off or damaged: fetch it again.");
            }
            done += static_cast<size_t>(got);
        }
    }

    fs::path path_;
    std::unique_ptr<gzFile_s, int (*)(gzFile)> file_;
};

/// The file given by name, or the one with a usual name.
fs::path find(const DataSpec& spec, const std::string& parameter, const std::string& stem, const std::string& kind) {
    const fs::path folder = spec.path;
    if (const std::string given = spec.parameters.value(parameter, ""); !given.empty()) return folder / given;
    for (const std::string& name : {stem + "-" + kind, stem + "-" + kind + ".gz", stem + "." + kind, stem + "." + kind + ".gz"})
        if (fs::exists(folder / name)) return folder / name;
    throw inputError(fmt::format("There is no {0}-{1} (or {0}-{1}.gz) in {2}", stem, kind, folder.string()),
                     fmt::format("Check data.path, or name the file by data.{}.", parameter));
}

ImageSet readSet(const DataSpec& spec, const std::string& part, const std::string& stem, int64_t channels) {
    const fs::path imagePath = find(spec, part + "_images", stem + "-images", "idx3-ubyte");
    const fs::path labelPath = find(spec, part + "_labels", stem + "-labels", "idx1-ubyte");
    at::Tensor images = IdxFile(imagePath, 3).values().unsqueeze(1);
    const at::Tensor labels = IdxFile(labelPath, 1).values().to(at::kLong);
    if (images.numel() == 0) throw inputError(fmt::format("{} holds no images", imagePath.string()));
    if (images.size(0) != labels.size(0))
        throw inputError(fmt::format("{} holds {} images, but {} holds {} labels", imagePath.string(), images.size(0),
                                     labelPath.string(), labels.size(0)));
    if (channels == 3) {
        requireMemory(3 * images.numel(), "The images");
        images = images.expand({-1, 3, -1, -1}).contiguous();
    }
    return {images, labels, {}};
}

/// The labels that occur become 0, 1, ..; their numbers are the names.
std::vector<std::string> renumber(RawImages& raw) {
    const at::Tensor present = at::bincount(raw.train.labels, {}, 256) > 0;
    const at::Tensor place = present.to(at::kLong).cumsum(0) - 1;
    if (!present.index_select(0, raw.test.labels).all().item<bool>())
        throw inputError("The test labels have classes that no training image has", "The files do not belong together.");
    std::vector<std::string> names;
    for (int64_t label = 0; label < 256; ++label)
        if (present.const_data_ptr<bool>()[label]) names.push_back(std::to_string(label));
    raw.train.labels = place.index_select(0, raw.train.labels);
    raw.test.labels = place.index_select(0, raw.test.labels);
    return names;
}

RawImages load(const DataSpec& spec, const LoadOptions& options) {
    if (!fs::is_directory(spec.path)) throw inputError(fmt::format("There is no folder {}", spec.path), "Check data.path.");
    const int64_t channels = channelsOf(spec, 1);
    Progress progress(options, "Reading IDX files", 2);
    RawImages raw{.train = readSet(spec, "train", "train", channels), .test = {}};
    progress(1);
    raw.test = readSet(spec, "test", "t10k", channels);
    if (raw.train.images.sizes().slice(1) != raw.test.images.sizes().slice(1))
        throw inputError("The training images and the test images are of different size", "The files do not belong together.");
    raw.classes = renumber(raw);
    return raw;
}

Parameter fileParameter(const std::string& name, const std::string& usual) {
    return {.name = name,
            .type = ParameterType::Text,
            .defaultValue = "",
            .help = fmt::format("Name of the file in the folder; empty: {}, with or without .gz.", usual),
            .minimum = {},
            .maximum = {}};
}

}  // namespace

Source idxSource() {
    Parameter path{.name = "path",
                   .type = ParameterType::Path,
                   .help = "Folder with the four files (`data fetch mnist` or fashion_mnist gets them).",
                   .minimum = {},
                   .maximum = {}};
    path.required = true;
    return {
        {.name = "idx",
         .help = "The MNIST family: grey images and labels in IDX files, gzip or not.",
         .source = "LeCun, Cortes and Burges, The MNIST database of handwritten digits",
         .parameters =
             {path, integerParameter("channels", 1, 1, 3, "1: grey as it is; 3: repeated for networks that expect colour."),
              fileParameter("train_images", "train-images-idx3-ubyte"), fileParameter("train_labels", "train-labels-idx1-ubyte"),
              fileParameter("test_images", "t10k-images-idx3-ubyte"), fileParameter("test_labels", "t10k-labels-idx1-ubyte")}},
        load};
}

}  // namespace gaplab
