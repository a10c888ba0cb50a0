#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <torch/types.h>

#include "core/data/dataset.h"
#include "core/nn/network.h"
#include "core/run/transfer.h"

namespace gaplab {

/// Where the weights lie that a student starts from, and what they were trained on.
struct TransferSource {
    std::string what;
    std::filesystem::path weights;
    std::vector<std::string> classes;        ///< empty: not known
    std::shared_ptr<const Dataset> dataset;  ///< null: not there
    InputShape shape = {0, 0, 0};            ///< of its images; zeros: not known
    std::vector<std::string> notes;
};

using DatasetGetter = std::function<std::shared_ptr<const Dataset>(const DataSpec&)>;

/// Throws Error as estimateTransfer does.
TransferSource findTransferSource(const Json& document, const Experiment& experiment, const std::filesystem::path& store,
                                  const DatasetGetter& load);

/// The student's network as the source trained it: with the classes and channels of its file; `source` gets a note of what was
/// not taken over as it is. Throws Error (Input) with what does not fit.
Model sourceModel(const Experiment& experiment, TransferSource& source, const InputShape& target);

/// Some of a data set's training images as a network of another task takes them: grey repeated to three channels, colour as luma,
/// resized (bilinear, antialiased, not cropped) only where the network takes no images of this size; normalised as the data set
/// is.
class TransferImages {
public:
    /// `notes` gets a sentence a conversion; `whose`: "target", "source".
    TransferImages(std::shared_ptr<const Dataset> dataset, const Network& network, const std::string& whose,
                   std::vector<std::string>& notes);

    int64_t size() const { return rows_.size(0); }
    /// int64 [N]
    at::Tensor labels() const;
    const Dataset& dataset() const { return *dataset_; }
    const at::Tensor& rows() const { return rows_; }
    /// float32 [B, C, H, W]
    at::Tensor batch(int64_t begin, int64_t end) const;

private:
    at::Tensor channels(int64_t begin, int64_t end) const;

    std::shared_ptr<const Dataset> dataset_;
    at::Tensor rows_;  ///< int64 [N] of dataset.train, ascending
    InputShape wanted_;
    bool resized_ = false;
    at::Tensor mean_, deviation_;  ///< float32 [1, C, 1, 1] on the scale of the bytes
};

/// What a network makes of images, float64.
struct SeenImages {
    at::Tensor features;       ///< [N, D]
    at::Tensor probabilities;  ///< [N, K]
};
/// In evaluation mode. Throws Error (Stopped), and Error (Input) for an architecture without pooled features.
SeenImages seenBy(const Model& model, const TransferImages& images, const std::string& what, const TransferOptions& options);

/// How the images of two tasks differ, as they lie at their sources.
std::vector<DomainStatistic> domainGap(const TransferImages& source, const TransferImages& target,
                                       const TransferOptions& options);

/// Throws Error (Stopped).
void tellTransfer(const TransferOptions& options, const std::string& what, double fraction = 0);

}  // namespace gaplab
