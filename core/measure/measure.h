#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <torch/types.h>

#include "core/base/catalogue.h"

namespace gaplab {

inline constexpr int64_t stageImages = 2048, stageBatch = 256;

using NamedValues = std::vector<std::pair<std::string, double>>;

/// What two networks say about the same images. Logits float32 or float64 [N, K]; labels int64 [N].
struct PairLogits {
    at::Tensor teacher, student;
    at::Tensor labels;
    double temperature = 1;  ///< at which the student is taught
    at::Tensor groups = {};  ///< int64 [N], -1: not known; undefined where there are none
    int64_t groupCount = 0;
};

/// What one network says about images whose groups are known.
struct GroupedLogits {
    at::Tensor logits, labels;
    at::Tensor groups;  ///< int64 [N], -1: not known
    int64_t groupCount = 0;
};

/// The share of right answers in each group, 0 to 1; nothing for a group without images.
std::vector<std::optional<double>> accuracyOfGroups(const GroupedLogits& said);

/// The gap, teacher minus student, of the group of which the student gets least right, a fraction; nothing where no image has a
/// group.
std::optional<double> gapOfWorstGroup(const PairLogits& pair);

/// A measure of features, batch by batch.
class StageMeasure {
public:
    virtual ~StageMeasure() = default;
    /// Outputs::stages of both networks for the same images (at least four).
    virtual void add(const std::vector<at::Tensor>& teacher, const std::vector<at::Tensor>& student) = 0;
    virtual NamedValues read() const = 0;
};

/// Something that is measured on held-out images. One file each; a measure may give several numbers.
struct MeasureEntry {
    Member member;
    /// Of one network: series role/validation/NAME; the gap's is the student's minus the teacher's.
    NamedValues (*ofNetwork)(const at::Tensor& logits, const at::Tensor& labels) = nullptr;
    /// Of a pair: series gap/validation/NAME.
    NamedValues (*ofPair)(const PairLogits& pair) = nullptr;
    /// Of one network, where images have groups: series role/validation/NAME. The gap's come from ofPair.
    NamedValues (*ofGroups)(const GroupedLogits& said) = nullptr;
    /// Of a pair's features on at most `stageImages` images, in batches of `stageBatch`: series gap/validation/NAME.
    std::unique_ptr<StageMeasure> (*ofStages)() = nullptr;
};

const std::vector<MeasureEntry>& measures();
/// The entries of the given names, in the registry's order. Throws Error (Input) for an unknown one.
std::vector<const MeasureEntry*> measuresNamed(const std::vector<std::string>& names);

/// Describes every measure.
void addMeasures(Catalogue& catalogue);

}  // namespace gaplab
