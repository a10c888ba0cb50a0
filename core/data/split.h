#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace gaplab {

/// Rows of a labelled set, ascending.
using Rows = std::vector<int64_t>;

/// How many of each class to take so that `total` are taken and the proportions are kept (largest remainder, ties to the class
/// that comes first). Never more than a class has.
std::vector<int64_t> stratifiedCounts(const std::vector<int64_t>& available, int64_t total);

struct Selection {
    int64_t perClass = 0;  ///< rows kept a class at most; 0: all
    int64_t limit = 0;     ///< rows kept in total at most, stratified; 0: all
    uint64_t seed = 0;
};
/// The rows that are kept: first perClass, then limit, drawn from the seed and the class alone, so that another class's images
/// change nothing.
Rows selectRows(std::span<const int64_t> labels, size_t classes, const Selection& selection);

struct Split {
    Rows kept;
    Rows held;
};
/// Holds `fraction` of every class's rows back (rounded to the nearest whole number). `what` names the part that is held back for
/// the message. Throws Error (Input), naming the class, if a class would be left without a row on either side.
Split holdBack(const Rows& rows, std::span<const int64_t> labels, const std::vector<std::string>& classes, double fraction,
               uint64_t seed, const std::string& what);

}  // namespace gaplab
