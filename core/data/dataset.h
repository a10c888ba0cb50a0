#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include <torch/types.h>

#include "core/base/catalogue.h"
#include "core/experiment/experiment.h"

namespace gaplab {

/// Images with their labels in memory (or mapped from the cache file), never changed after loading.
struct ImageSet {
    at::Tensor images;  ///< uint8 [N, C, H, W]
    at::Tensor labels;  ///< int64 [N]
    at::Tensor groups;  ///< int64 [N], undefined where there are none

    int64_t size() const { return labels.defined() ? labels.size(0) : 0; }
};

/// A data set as it lies at its source, and the split of one experiment over it.
struct Dataset {
    ImageSet train;  ///< everything the source offers for training, classes already filtered
    ImageSet test;
    std::vector<std::string> classes;
    std::vector<std::string> groups;         ///< names of group labels; empty where there are none
    std::vector<int64_t> trainIndices;       ///< rows of `train` that are trained on, ascending
    std::vector<int64_t> validationIndices;  ///< rows of `train` held out for validation, ascending
    std::vector<int64_t> feedbackIndices;    ///< rows of `train` held out for teachers that learn from feedback, ascending
    std::vector<float> mean, deviation;      ///< a channel, of the training rows, on the 0..1 scale
    std::string fingerprint;  ///< SHA-256 of images, labels and class names: the same content, the same text, on every machine
    std::vector<std::string> skippedFiles;  ///< broken images left out (data.on_error: skip)
    std::vector<std::string> trainFiles;    ///< of each row of `train`, relative to the data set; empty where images are no files
    std::vector<std::string> testFiles;

    int64_t channels() const { return train.images.size(1); }
    int64_t height() const { return train.images.size(2); }
    int64_t width() const { return train.images.size(3); }
};

/// [class][group]: training images of known group. Of a data set with groups.
std::vector<std::vector<int64_t>> imagesOfGroups(const Dataset& dataset);

struct LoadOptions {
    int threads = 0;                                                         ///< 0: all cores
    std::filesystem::path cacheFolder;                                       ///< empty: gaplab::cacheFolder() / "data"
    std::function<void(const std::string& what, double fraction)> progress;  ///< from any thread, at most some 20 times a second
    std::stop_token stop;  ///< throws Error (Stopped) soon after a stop is asked for
};

/// Loads, checks and splits. Throws Error (Input) for a missing folder, fewer than two classes, a truncated file, a broken image
/// (named, unless data.on_error is "skip"), an empty split; Error (World) for memory or a full disk.
std::shared_ptr<const Dataset> loadDataset(const DataSpec& spec, const LoadOptions& options = {});

/// Describes every source and augmentation.
void addDataMembers(Catalogue& catalogue);

/// One training batch.
struct TrainingBatch {
    at::Tensor images;      ///< float32 [B, C, H, W], channels last in memory, normalised
    at::Tensor labels;      ///< int64 [B]; of mixed images the one with the greater share
    at::Tensor softLabels;  ///< float32 [B, K]; undefined where no image is mixed
    at::Tensor groups;      ///< int64 [B], -1: not known; of mixed images that of the label; undefined where there are none
};

/// Training batches: gathers rows, augments and normalises on `device`, all of the batch at once.
class BatchMaker {
public:
    /// `augment` as in DataSpec. The set is copied to the device once.
    BatchMaker(const Dataset& dataset, const std::vector<Json>& augment, at::Device device);

    /// float32 [B, C, H, W], channels last in memory, normalised; the same seed gives the same batch. `rows` index dataset.train.
    at::Tensor trainingImages(const at::Tensor& rows, uint64_t seed) const;
    /// The same with labels, and with what mixes images.
    TrainingBatch trainingBatch(const at::Tensor& rows, uint64_t seed) const;
    /// How often in a row an epoch shows each of its images.
    int64_t repeats() const;
    /// Normalised only. `set` is dataset.train or dataset.test.
    at::Tensor evaluationImages(const ImageSet& set, const at::Tensor& rows) const;
    /// int64 [B] on the device
    at::Tensor labels(const ImageSet& set, const at::Tensor& rows) const;
    /// int64 [B] on the device, -1: not known; undefined where there are no groups
    at::Tensor groups(const ImageSet& set, const at::Tensor& rows) const;

private:
    void mix(TrainingBatch& batch, uint64_t seed) const;
    at::Tensor normalise(const at::Tensor& images) const;  ///< uint8 [B, H, W, C]
    const ImageSet& onDevice(const ImageSet& set) const;

    const Dataset& dataset_;
    std::vector<Json> augment_;
    at::Device device_;
    at::Tensor mean_, scale_;  ///< float32 [1, C, H, W], on the scale of the bytes
    at::Tensor colour_;        ///< uint8 [C], the mean rounded
    ImageSet train_, test_;
};

}  // namespace gaplab
