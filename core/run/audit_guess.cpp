#include <filesystem>

#include "core/base/error.h"
#include "core/run/audit.h"

namespace gaplab {

Json guessData(const std::string& folder) {
    namespace fs = std::filesystem;
    const auto has = [&](const char* name) { return fs::exists(fs::path(folder) / name); };
    if (!fs::is_directory(folder))
        throw inputError("There is no folder " + folder, "Name a folder of images, or the JSON file of an experiment.");
    const auto found = [&](const char* source) { return Json{{"source", source}, {"path", folder}}; };
    if (has("data_batch_1.bin") || has("cifar-10-batches-bin")) return found("cifar10");
    if (has("train.bin") || has("cifar-100-binary")) return found("cifar100");
    if (has("train-images-idx3-ubyte") || has("train-images-idx3-ubyte.gz")) return found("idx");
    // What is broken shall be named, not stop the rest from being looked at.
    return {{"source", "folder"}, {"path", folder}, {"on_error", "skip"}};
}

}  // namespace gaplab
