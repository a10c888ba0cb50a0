#include "core/data/near_duplicates.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <mutex>
#include <numbers>
#include <numeric>
#include <span>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include "core/data/parallel.h"
#include "core/data/picture_hash.h"

namespace gaplab {
namespace {

constexpr int quarters = 4, quarterBits = 16;
constexpr size_t quarterValues = size_t{1} << quarterBits;

uint16_t quarterOf(uint64_t hash, int quarter) {
    return static_cast<uint16_t>(hash >> (quarter * quarterBits));
}

std::string_view bytesOf(const ImageRows& rows, int64_t row) {
    return {reinterpret_cast<const char*>(rows.images[static_cast<size_t>(row)]),
            static_cast<size_t>(rows.channels * rows.height * rows.width)};
}

/// Pairs of equal bytes go to `pairs`; what is left is the first of each kind.
std::vector<int64_t> withoutCopies(const ImageRows& rows, std::vector<NearDuplicate>& pairs) {
    std::unordered_map<std::string_view, int64_t> seen;
    std::vector<int64_t> kept;
    for (int64_t row = 0; row < rows.size(); ++row) {
        const auto [place, isNew] = seen.try_emplace(bytesOf(rows, row), row);
        if (isNew)
            kept.push_back(row);
        else
            pairs.push_back({place->second, row, 1, true});
    }
    return kept;
}

/// The ways in which a quarter may differ: in at most so many bits.
std::vector<uint16_t> turns(int bits) {
    std::vector<uint16_t> found;
    for (uint32_t value = 0; value < quarterValues; ++value)
        if (std::popcount(value) <= bits) found.push_back(static_cast<uint16_t>(value));
    return found;
}

/// Hashes by the value of one quarter.
class Buckets {
public:
    Buckets(const std::vector<PictureHashes>& hashes, int quarter) : begin_(quarterValues + 1), members_(hashes.size()) {
        for (const PictureHashes& each : hashes)
            ++begin_[quarterOf(each.front(), quarter) + size_t{1}];
        std::partial_sum(begin_.begin(), begin_.end(), begin_.begin());
        std::vector<uint32_t> next(begin_.begin(), begin_.end() - 1);
        for (uint32_t i = 0; i < hashes.size(); ++i)
            members_[next[quarterOf(hashes[i].front(), quarter)]++] = i;
    }
    std::span<const uint32_t> of(uint16_t value) const {
        return std::span(members_).subspan(begin_[value], begin_[value + size_t{1}] - begin_[value]);
    }

private:
    std::vector<uint32_t> begin_, members_;
};

/// Looks images up in the buckets of one quarter.
class Search {
public:
    Search(const ImageRows& rows, const std::vector<int64_t>& kept, const std::vector<PictureHashes>& hashes, int quarter,
           double leastLikeness)
        : rows_(rows),
          kept_(kept),
          hashes_(hashes),
          buckets_(hashes, quarter),
          quarter_(quarter),
          leastLikeness_(leastLikeness) {}

    /// Pairs of the images `begin` to `end` of those kept; safe from several threads.
    std::vector<NearDuplicate> pairsOf(int64_t begin, int64_t end) const {
        static const std::array<std::vector<uint16_t>, 2> probed = {turns(inPlaceBits), turns(movedBits)};
        PictureComparison compare(rows_);
        std::vector<NearDuplicate> pairs;
        for (auto i = static_cast<uint32_t>(begin); i < end; ++i)
            for (size_t m = 0; m < pictureMoves().size(); ++m) {
                const uint64_t hash = hashes_[i][m];
                for (const uint16_t turn : probed[m == 0 ? 0 : 1])
                    for (const uint32_t other : buckets_.of(quarterOf(hash, quarter_) ^ turn)) {
                        const int most = quarters * ((m == 0 ? inPlaceBits : movedBits) + 1) - 1;
                        if (std::popcount(hash ^ hashes_[other].front()) > most) continue;
                        if (m == 0 ? other <= i : other == i) continue;
                        const double likeness = compare(kept_[i], pictureMoves()[m], kept_[other]);
                        if (likeness < leastLikeness_) continue;
                        pairs.push_back({std::min(kept_[i], kept_[other]), std::max(kept_[i], kept_[other]), likeness});
                    }
            }
        return pairs;
    }

private:
    static constexpr int inPlaceBits = 2, movedBits = 1;

    const ImageRows& rows_;
    const std::vector<int64_t>& kept_;
    const std::vector<PictureHashes>& hashes_;
    Buckets buckets_;
    int quarter_;
    double leastLikeness_;
};

/// A pair that was found in several ways stays once, as the way in which it is most alike.
void keepBest(std::vector<NearDuplicate>& pairs) {
    const auto place = [](const NearDuplicate& pair) { return std::pair(pair.first, pair.second); };
    std::ranges::sort(pairs, {},
                      [&](const NearDuplicate& pair) { return std::tuple_cat(place(pair), std::tuple(-pair.likeness)); });
    const auto repeated = std::ranges::unique(pairs, {}, place);
    pairs.erase(repeated.begin(), repeated.end());
}

}  // namespace

std::vector<NearDuplicate> nearDuplicates(const ImageRows& rows, const NearDuplicateOptions& options) {
    std::vector<NearDuplicate> pairs;
    const std::vector<int64_t> kept = withoutCopies(rows, pairs);
    std::vector<PictureHashes> hashes(kept.size());
    constexpr int parts = quarters + 1;
    const auto parallel = [&](int part) {
        return ParallelOptions{
            .threads = options.threads, .chunk = 256, .stop = options.stop, .advanced = [&, part](int64_t done) {
                const double within = static_cast<double>(done) / static_cast<double>(kept.size());
                if (options.advanced) options.advanced((part + within) / parts);
            }};
    };
    parallelFor(std::ssize(kept), parallel(0), [&](int64_t begin, int64_t end) {
        SmallPlane luma;
        for (auto i = static_cast<size_t>(begin); i < static_cast<size_t>(end); ++i) {
            smallLuma(rows, kept[i], luma);
            hashes[i] = pictureHashes(luma);
        }
    });
    std::mutex mutex;
    for (int quarter = 0; quarter < quarters; ++quarter) {
        const Search search(rows, kept, hashes, quarter, options.leastLikeness);
        parallelFor(std::ssize(kept), parallel(quarter + 1), [&](int64_t begin, int64_t end) {
            const std::vector<NearDuplicate> found = search.pairsOf(begin, end);
            const std::lock_guard lock(mutex);
            pairs.insert(pairs.end(), found.begin(), found.end());
        });
    }
    keepBest(pairs);
    return pairs;
}

}  // namespace gaplab
