#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/data/fetch/download.h"
#include "core/data/memory.h"
#include "core/data/source.h"

// Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009; "binary version" of
// https://www.cs.toronto.edu/~kriz/cifar.html: records of one label byte (CIFAR-100: coarse, fine) and 3072 bytes of image,
// planes red, green, blue of 32 rows of 32.

namespace gaplab {
namespace {

namespace fs = std::filesystem;

constexpr int64_t imageBytes = 3 * 32 * 32;

struct File {
    std::string name;
    int64_t images;
};

/// One of the two data sets, and which of its labels is read.
struct Layout {
    std::string source;
    std::string folder;  ///< inside the original archive
    std::vector<File> train, test;
    int64_t labelBytes;
    int64_t labelAt;
    std::string namesFile;
    std::vector<std::string> names;  ///< where the names' file is missing
};

const std::vector<std::string> cifar10Names = {"airplane", "automobile", "bird",  "cat",  "deer",
                                               "dog",      "frog",       "horse", "ship", "truck"};

const std::vector<std::string> fineNames = {
    "apple",       "aquarium_fish", "baby",         "bear",         "beaver",     "bed",        "bee",       "beetle",
    "bicycle",     "bottle",        "bowl",         "boy",          "bridge",     "bus",        "butterfly", "camel",
    "can",         "castle",        "caterpillar",  "cattle",       "chair",      "chimpanzee", "clock",     "cloud",
    "cockroach",   "couch",         "crab",         "crocodile",    "cup",        "dinosaur",   "dolphin",   "elephant",
    "flatfish",    "forest",        "fox",          "girl",         "hamster",    "house",      "kangaroo",  "keyboard",
    "lamp",        "lawn_mower",    "leopard",      "lion",         "lizard",     "lobster",    "man",       "maple_tree",
    "motorcycle",  "mountain",      "mouse",        "mushroom",     "oak_tree",   "orange",     "orchid",    "otter",
    "palm_tree",   "pear",          "pickup_truck", "pine_tree",    "plain",      "plate",      "poppy",     "porcupine",
    "possum",      "rabbit",        "raccoon",      "ray",          "road",       "rocket",     "rose",      "sea",
    "seal",        "shark",         "shrew",        "skunk",        "skyscraper", "snail",      "snake",     "spider",
    "squirrel",    "streetcar",     "sunflower",    "sweet_pepper", "table",      "tank",       "telephone", "television",
    "tiger",       "tractor",       "train",        "trout",        "tulip",      "turtle",     "wardrobe",  "whale",
    "willow_tree", "wolf",          "woman",        "worm"};

const std::vector<std::string> coarseNames = {"aquatic_mammals",
                                              "fish",
                                              "flowers",
                                              "food_containers",
                                              "fruit_and_vegetables",
                                              "household_electrical_devices",
                                              "household_furniture",
                                              "insects",
                                              "large_carnivores",
                                              "large_man-made_outdoor_things",
                                              "large_natural_outdoor_scenes",
                                              "large_omnivores_and_herbivores",
                                              "medium_mammals",
                                              "non-insect_invertebrates",
                                              "people",
                                              "reptiles",
                                              "small_mammals",
                                              "trees",
                                              "vehicles_1",
                                              "vehicles_2"};

/// The names of a file, one a line; those built in where the file does not have exactly as many.
std::vector<std::string> classNames(const fs::path& folder, const Layout& layout) {
    std::ifstream file(folder / layout.namesFile);
    std::vector<std::string> names;
    for (std::string line; std::getline(file, line);) {
        if (line.ends_with('\r')) line.pop_back();
        if (!line.empty()) names.push_back(line);
    }
    return names.size() == layout.names.size() ? names : layout.names;
}

std::vector<char> readWhole(const fs::path& path, int64_t bytes) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file)
        throw inputError(fmt::format("Cannot read {}", path.string()),
                         "data.path names the folder with the original binary files.");
    if (const int64_t found = file.tellg(); found != bytes)
        throw inputError(fmt::format("{} is {} bytes long; {} bytes are expected", path.string(), found, bytes),
                         found < bytes ? "The file is cut off: fetch it again." : "This is another file: fetch it again.");
    std::vector<char> content(static_cast<size_t>(bytes));
    file.seekg(0);
    file.read(content.data(), bytes);
    if (!file) throw worldError("Cannot read all of " + path.string());
    return content;
}

ImageSet readSet(const fs::path& folder, const std::vector<File>& files, const Layout& layout, const LoadOptions& options) {
    int64_t count = 0, row = 0;
    for (const File& file : files)
        count += file.images;
    ImageSet set{at::empty({count, 3, 32, 32}, at::kByte), at::empty({count}, at::kLong), {}};
    auto* images = set.images.mutable_data_ptr<uint8_t>();
    auto* labels = set.labels.mutable_data_ptr<int64_t>();
    for (const File& file : files) {
        if (options.stop.stop_requested()) throw Error(Fault::Stopped, "Loading the images was stopped");
        const int64_t record = layout.labelBytes + imageBytes;
        const std::vector<char> content = readWhole(folder / file.name, file.images * record);
        for (int64_t i = 0; i < file.images; ++i, ++row) {
            const char* at = content.data() + i * record;
            labels[row] = static_cast<uint8_t>(at[layout.labelAt]);
            if (labels[row] >= std::ssize(layout.names))
                throw inputError(fmt::format("Image {} of {} has label {}; labels go to {}", i, (folder / file.name).string(),
                                             labels[row], layout.names.size() - 1),
                                 "The file is damaged: fetch it again.");
            std::memcpy(images + row * imageBytes, at + layout.labelBytes, imageBytes);
        }
    }
    return set;
}

RawImages load(const DataSpec& spec, const LoadOptions& options, const Layout& layout) {
    fs::path folder = spec.path.empty() ? datasetFolder(layout.source) : fs::path(spec.path);
    if (!fs::is_directory(folder))
        throw inputError(fmt::format("There is no folder {}", folder.string()),
                         spec.path.empty() ? fmt::format("Fetch the data set first: gaplab-cli data fetch {}", layout.source)
                                           : "Check data.path.");
    if (fs::exists(folder / layout.folder)) folder /= layout.folder;
    requireMemory(60'000 * imageBytes, "The images");
    Progress progress(options, "Reading " + layout.source, 2);
    RawImages raw{.train = readSet(folder, layout.train, layout, options), .test = {}, .classes = classNames(folder, layout)};
    progress(1);
    raw.test = readSet(folder, layout.test, layout, options);
    return raw;
}

RawImages loadCifar10(const DataSpec& spec, const LoadOptions& options) {
    Layout layout{"cifar10", "cifar-10-batches-bin", {}, {{"test_batch.bin", 10'000}}, 1, 0, "batches.meta.txt", cifar10Names};
    for (int i = 1; i <= 5; ++i)
        layout.train.push_back({fmt::format("data_batch_{}.bin", i), 10'000});
    return load(spec, options, layout);
}

RawImages loadCifar100(const DataSpec& spec, const LoadOptions& options) {
    const bool fine = spec.parameters.value("label", "fine") == "fine";
    return load(spec, options,
                {"cifar100",
                 "cifar-100-binary",
                 {{"train.bin", 50'000}},
                 {{"test.bin", 10'000}},
                 2,
                 fine ? 1 : 0,
                 fine ? "fine_label_names.txt" : "coarse_label_names.txt",
                 fine ? fineNames : coarseNames});
}

Parameter pathParameter(const std::string& source) {
    return {.name = "path",
            .type = ParameterType::Path,
            .help = fmt::format("Folder with the original binary files; left out: where `data fetch {}` puts them.", source),
            .minimum = {},
            .maximum = {}};
}

const std::string paper = "Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009";

}  // namespace

Source cifar10Source() {
    return {{.name = "cifar10",
             .help = "CIFAR-10: 60,000 photographs of 32 x 32 pixels in 10 classes.",
             .source = paper,
             .parameters = {pathParameter("cifar10")}},
            loadCifar10};
}

Source cifar100Source() {
    return {{.name = "cifar100",
             .help = "CIFAR-100: 60,000 photographs of 32 x 32 pixels in 100 classes.",
             .source = paper,
             .parameters = {pathParameter("cifar100"), choiceParameter("label", "fine", {"fine", "coarse"},
                                                                       "The 100 classes, or the 20 groups they form.")}},
            loadCifar100};
}

}  // namespace gaplab
