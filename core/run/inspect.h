#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/catalogue.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/run/baselines.h"

namespace gaplab {

/// Everything the registries of this program hold. Built once; safe from any thread; cheap (no tensors).
const Catalogue& catalogue();

/// A data set in brief, for previews.
struct DataPreview {
    int64_t train = 0, validation = 0, test = 0;
    int64_t channels = 0, height = 0, width = 0;
    std::vector<std::string> classes;
    std::vector<int64_t> perClass;  ///< training rows a class
    std::vector<std::string> groups;
    std::vector<std::vector<int64_t>> perGroup;  ///< [class][group], training rows of known group; empty: there are no groups
    std::vector<std::string> skippedFiles;
    std::string fingerprint;
    /// RGB thumbnails, size x size x 3 bytes each, a few a class, row by row of classes
    int64_t thumbnailSize = 0;
    std::vector<std::vector<unsigned char>> thumbnails;
};

/// What `check` prints and Set-up shows. Parts that could not be told are empty, with a problem that says why.
struct Inspection {
    std::vector<Problem> problems;  ///< of the document; the rest is filled only where there are none
    /// role -> {"architecture", "parameters", "macs", "stage_shapes"}; the student's "parts" too: names of its layers in brief
    Json networks = Json::object();
    /// How each knowledge term compares features of unlike shapes, a line a pair; in the order of the terms.
    std::vector<std::vector<std::string>> adaptations;
    /// Tensor bytes at the fullest moment of training on its device: counted in real steps where batches were timed, else
    /// estimated.
    int64_t memoryBytes = 0;
    int64_t imageBytes = 0;      ///< of the data set in memory; on a GPU memoryBytes holds them too
    int64_t residentBytes = 0;   ///< the most this process has held in memory; 0: nothing was run
    double secondsPerEpoch = 0;  ///< from timed batches; 0: not timed
    std::string notTried;        ///< why no batch was run although it was asked for
    std::optional<DataPreview> data;
    std::vector<Baseline> baselines;  ///< of a student that starts from weights, where they were asked for
};

struct InspectOptions {
    bool data = true;    ///< load the data set (else image shape and class count are taken from the source's declaration where it
                         ///< tells them)
    bool time = true;    ///< time a few batches of each network (needs data)
    int thumbnails = 0;  ///< a class
    bool baselines = false;  ///< the transfer baselines too (needs data)
    int threads = 0;         ///< 0: all cores
};

/// Validates, profiles, loads data and runs one batch through every network. Throws Error (Input) for data faults. Slow: call it
/// off the window's thread, or use Inspector.
Inspection inspect(const Json& document, const InspectOptions& options = {});

/// The low-priority inspection thread of the window: one intra-op thread, only the latest request counts.
class Inspector {
public:
    struct Answer {
        int64_t request = 0;
        Inspection inspection;
        std::optional<Error> error;  ///< data faults
    };
    /// `deliver` is called on the inspection thread.
    explicit Inspector(std::function<void(Answer)> deliver);
    ~Inspector();
    /// Replaces a request that has not begun. Returns its number.
    int64_t request(const Json& document, const InspectOptions& options);

private:
    struct Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace gaplab
