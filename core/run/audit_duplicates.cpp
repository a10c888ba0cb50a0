#include <algorithm>
#include <set>

#include "core/data/near_duplicates.h"
#include "core/run/audit_parts.h"
#include "core/run/pictures.h"

namespace gaplab {
namespace {

constexpr size_t mostPairs = 200;    // that are listed
constexpr size_t mostPictures = 40;  // pairs whose pictures come along

/// Which pairs a person should see first: those across parts, then those of two labels.
int rankOf(const NearDuplicate& pair, const AuditedImages& images) {
    if (images.partOf(pair.first) != images.partOf(pair.second)) return 0;
    return images.labelOf(pair.first) != images.labelOf(pair.second) ? 1 : 2;
}

void count(DuplicateReport& report, const NearDuplicate& pair, const AuditedImages& images) {
    ++report.pairs;
    report.exact += pair.exact;
    report.otherLabels += images.labelOf(pair.first) != images.labelOf(pair.second);
    const auto first = static_cast<size_t>(images.partOf(pair.first)), second = static_cast<size_t>(images.partOf(pair.second));
    if (first == second)
        ++report.within[first];
    else
        ++report.across[first + second - 1];  // places ascend with the parts: 0-1, 0-2, 1-2
}

}  // namespace

DuplicateReport findDuplicates(const AuditedImages& images, bool plantedTest, const AuditOptions& options) {
    NearDuplicateOptions looking{.threads = options.threads, .stop = options.stop};
    if (options.progress) looking.advanced = [&](double fraction) { options.progress("Looking for near duplicates", fraction); };
    std::vector<NearDuplicate> pairs = nearDuplicates(images.rows(), looking);
    const int64_t tests = images.end(DataPart::Test) - images.begin(DataPart::Test);
    if (plantedTest)
        std::erase_if(pairs, [&](const NearDuplicate& pair) {
            return pair.first >= images.begin(DataPart::Test) && pair.second - pair.first == tests / 2;
        });
    DuplicateReport report{.images = images.size(), .shown = {}};
    std::set<int64_t> leaked[dataParts];
    for (const NearDuplicate& pair : pairs) {
        count(report, pair, images);
        if (images.partOf(pair.first) == DataPart::Training)
            leaked[static_cast<size_t>(images.partOf(pair.second))].insert(pair.second);
    }
    report.leakedValidation = std::ssize(leaked[static_cast<size_t>(DataPart::Validation)]);
    report.leakedTest = std::ssize(leaked[static_cast<size_t>(DataPart::Test)]);
    std::ranges::stable_sort(pairs, {},
                             [&](const NearDuplicate& pair) { return std::pair(rankOf(pair, images), -pair.likeness); });
    if (pairs.size() > mostPairs) pairs.resize(mostPairs);
    report.thumbnailSize = thumbnailSize(images.dataset().height());
    const auto pictureOf = [&](int64_t place) {
        const ImageSet& set = images.partOf(place) == DataPart::Test ? images.dataset().test : images.dataset().train;
        return thumbnail(set.images[images.describe(place).row], report.thumbnailSize);
    };
    for (const NearDuplicate& pair : pairs) {
        DuplicatePair& shown = report.shown.emplace_back(
            DuplicatePair{images.describe(pair.first), images.describe(pair.second), pair.likeness, pair.exact});
        if (report.shown.size() > mostPictures) continue;
        shown.firstPicture = pictureOf(pair.first);
        shown.secondPicture = pictureOf(pair.second);
    }
    return report;
}

}  // namespace gaplab
