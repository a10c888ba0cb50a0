#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "core/measure/measure.h"
#include "core/train/evaluation.h"
#include "core/train/roles.h"

namespace gaplab {

/// A data set beside the experiment's own.
struct AlsoData {
    std::string name;
    std::shared_ptr<const Dataset> dataset;
};

/// How the student does on another data set while it learns: on one of the same classes with its own classifier, on one of the
/// classes it comes from with the classifier it had there, so that what it has forgotten shows. Images of another number of
/// channels are brought to the student's: the mean of three, or one three times.
class AlsoSet {
public:
    /// `weights`: the file that the student starts from. Throws Error (Input) where the student has no classifier for these
    /// classes, or is made for images of another size.
    AlsoSet(AlsoData data, const Experiment& experiment, const Dataset& own, const std::optional<std::filesystem::path>& weights,
            at::Device device);

    const std::string& name() const { return data_.name; }
    /// "accuracy" and "loss" on the held-out images of that set; with the classifier from there also "forgetting": the accuracy
    /// of what the student starts from, less its own now.
    NamedValues measure(const Role& student);

private:
    /// Some layers, positions of patches above all, are made for one size of images.
    void requireSameBody(const Network& other, const Network& own) const;

    AlsoData data_;
    BatchMaker batches_;
    int64_t batch_;
    std::optional<Model> source_;  ///< what the student starts from, with the classifier it had there
    std::optional<double> atStart_;
};

}  // namespace gaplab
