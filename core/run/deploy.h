#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "core/store/store.h"

namespace gaplab {

struct DeployOptions {
    std::string epoch = "best";  ///< "best" (validation), "last", or an epoch kept by training.keep_epochs
    bool average = false;        ///< the moving average's student
    bool fold = false;           ///< batch norm folded into the convolutions before it
};

struct Deployed {
    std::string architecture;
    int64_t parameters = 0;
    int64_t macs = 0;                 ///< an image
    std::filesystem::path card = {};  ///< the model card, NAME.model-card.md beside NAME.safetensors
};

/// Writes the student of a stored run alone, in plain layers, as safetensors with the parameter names of its architecture. Text
/// metadata beside them: architecture, parameters, classes, image shape and the normalisation it was trained with. A model card
/// beside the file tells people what it is. Throws Error.
Deployed deployRun(const Store& store, int64_t run, const DeployOptions& options, const std::filesystem::path& out);

}  // namespace gaplab
