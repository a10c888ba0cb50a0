#pragma once

#include <vector>

#include "core/data/dataset.h"
#include "core/data/small_picture.h"
#include "core/run/audit.h"

namespace gaplab {

/// The images of an experiment: those trained on, then validation, then test.
class AuditedImages {
public:
    explicit AuditedImages(std::shared_ptr<const Dataset> dataset);

    const Dataset& dataset() const { return *dataset_; }
    const ImageRows& rows() const { return rows_; }
    int64_t size() const { return rows_.size(); }
    DataPart partOf(int64_t place) const;
    /// The first place of a part; of one more than the last, the number of images.
    int64_t begin(DataPart part) const { return begin_[static_cast<size_t>(part)]; }
    int64_t end(DataPart part) const { return begin_[static_cast<size_t>(part) + 1]; }
    int labelOf(int64_t place) const { return labels_[static_cast<size_t>(place)]; }
    int groupOf(int64_t place) const { return groups_[static_cast<size_t>(place)]; }
    AuditedImage describe(int64_t place) const;

private:
    void add(const ImageSet& set, int64_t row);

    std::shared_ptr<const Dataset> dataset_;
    ImageRows rows_;
    std::vector<int64_t> rowOf_;
    std::vector<int> labels_, groups_;
    int64_t begin_[dataParts + 1] = {};
};

/// `plantedTest`: the second half of the test images are those of the first in grey, on purpose.
DuplicateReport findDuplicates(const AuditedImages& images, bool plantedTest, const AuditOptions& options);

/// Validation images that the network takes for another class with more confidence than it mostly has in that class.
/// (C. G. Northcutt et al., Confident learning, J. Artif. Intell. Res. 70, 2021: a class's threshold is its mean confidence.)
/// Throws Error (Input) where the answers are to other images.
LabelReport findLabelDoubts(const AuditedImages& images, const RunAnswers& answers);

/// Fills findings and what was looked at from the rest.
void concludeAudit(DataAudit& audit);

}  // namespace gaplab
