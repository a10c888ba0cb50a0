#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/base/json.h"

namespace gaplab {

/// How related the task of an experiment is to the one that its student's weights come from, told before anything is trained on
/// it.

/// The most images of each task that are looked at: of the target's training images, stratified by class, always the same.
constexpr int64_t mostTransferImages = 5000;

/// One estimate, with what it says and what it cannot say in a sentence each.
struct TransferEstimate {
    std::string key;   ///< "leep", "logme", "h_score", "shrunk_h_score", "label_cka"
    std::string name;  ///< "LEEP"
    std::string says, saysNot;
    double source = 0;  ///< of the source's weights; higher: the source knows more of the target
    double fresh = 0;   ///< of the same network with fresh weights: what no source at all gives
    std::string range;  ///< between what it lies here: "-1.609 to 0"
};

/// Target class and the source classes that the source takes its images for.
struct NearestClasses {
    std::string klass;
    int64_t images = 0;                                   ///< that were looked at
    std::vector<std::pair<std::string, double>> nearest;  ///< at most three, with their mean probability, the greatest first
};

/// A statistic of images, the mean over those looked at. Levels of 0 to 255, or pixels.
struct DomainStatistic {
    std::string name;  ///< "brightness", "red mean", "height"
    double source = 0, target = 0;
    std::optional<double> difference;  ///< in standard deviations between source images; nothing where those do not vary
};

/// One of the two tasks.
struct TransferTask {
    std::string what;  ///< "run 3 (resnet8 on folder)"
    std::string fingerprint;
    std::vector<std::string> classes;  ///< of a file: numbers
    int64_t images = 0, looked = 0;    ///< training images; 0: they are not there
    int64_t channels = 0, height = 0, width = 0;
};

struct TransferReport {
    TransferTask source, target;
    std::string architecture;
    int64_t features = 0;  ///< that the classifier sees
    std::vector<TransferEstimate> estimates;
    std::vector<NearestClasses> nearest;
    std::vector<DomainStatistic> domain;  ///< empty: the source's images are not there
    /// Squared Fréchet distance of the source network's pooled features: source to target images, and between two halves of the
    /// source images, which noise alone gives.
    std::optional<double> frechet, frechetOfHalves;
    std::vector<std::string> notes;   ///< conversions, what could not be looked at; whole sentences
    std::string conclusion;           ///< one sentence
    std::vector<std::string> limits;  ///< what none of this can say; whole sentences

    Json toJson() const;
};

struct TransferOptions {
    std::filesystem::path store;                                             ///< where stored runs and trained stages are
    int threads = 0;                                                         ///< 0: as the experiment says
    std::function<void(const std::string& what, double fraction)> progress;  ///< from any thread
    std::stop_token stop;
};

/// Of an experiment whose student starts from a file, a stored run or a stage. Slow: call it off the window's
/// thread. Throws Error (Input) for a document that is not valid or whose student starts from fresh weights, for a
/// stage that is not trained yet (with what would be trained), weights of another architecture (with what does not fit), and
/// faults of the target's images; Error (Stopped).
TransferReport estimateTransfer(const Json& document, const TransferOptions& options);

/// What estimateTransfer says of Fréchet distance and of the statistics of images, a sentence each.
extern const char* const frechetMeaning;
extern const char* const domainMeaning;

}  // namespace gaplab
