#pragma once

#include <vector>

#include "core/data/dataset.h"
#include "core/data/small_picture.h"
#include "core/run/audit.h"

namespace gaplab {

/// The smallest experiment with these data: what else an experiment holds has no say.
Json auditedDocument(const Json& data);

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

/// Validation images that the network takes for another class, surer than of half of those that it rightly takes for it (after C.
/// G. Northcutt et al., Confident learning, J. Artif. Intell. Res. 70, 2021, whose threshold is a class's mean confidence).
/// Candidates: of 25 in four classes of CIFAR-10 with 2 % of labels changed, 16 had been changed (14 of the surest 20), by a
/// network that was right on 85 %; of the 72 surest of one right on 63 %, of all ten classes as they are, none by eye. Throws
/// Error (Input) where the answers are to other images.
LabelReport findLabelDoubts(const AuditedImages& images, const RunAnswers& answers);

/// Fills findings and what was looked at from the rest.
void concludeAudit(DataAudit& audit);

}  // namespace gaplab
