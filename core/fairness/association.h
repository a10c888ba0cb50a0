#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/fairness/representation.h"
#include "core/stats/stats.h"

namespace gaplab::fairness {

/// counts[class][group]: images.
using Contingency = std::vector<std::vector<int64_t>>;

struct AuditOptions {
    double level = 0.95;
    double smallestV = 0.1;   ///< the smallest association that matters (small, after J. Cohen, 1988)
    double leastShare = 0.5;  ///< under-represented: surely below this part of an even share
    int draws = 2000;         ///< resamples and shuffles
    uint64_t seed = 0;
};

/// A class and a group: whether they come together more or less often than if they had nothing to do with each other.
struct CellAssociation {
    int64_t images = 0;
    double expected = 0;  ///< images, without association
    double residual = 0;  ///< adjusted residual, about standard normal without association (S. J. Haberman, Biometrics 29, 1973)
    double pValue = 1;    ///< Fisher's exact test of the cell against the rest, two-sided (twice the tail on its side)
    bool stands = false;  ///< beyond noise after Holm over the cells, in a table whose association is reported
};

struct Association {
    int64_t images = 0;
    bool enough = false;                    ///< at least two classes and two groups have images
    std::optional<double> cramersV = {};    ///< bias corrected, 0 to 1 (W. Bergsma, J. Korean Statist. Soc. 42, 2013)
    std::optional<Interval> interval = {};  ///< of V: biasCorrected of V squared
    double chiSquare = 0;
    double pValue = 1;
    bool permuted = false;  ///< the p value comes from shuffled groups: an expected count lies below 5
    bool reported = false;  ///< p value below 1 - level, and V at least `smallestV`
    std::vector<std::vector<CellAssociation>> cells = {};  ///< [class][group]
};

/// Without association at most 1 - level of all tables are reported, and no cell stands in one that is not. Throws Error (Input)
/// for an empty or ragged table, or negative counts.
Association associationOf(const Contingency& table, const AuditOptions& options = {});

/// A data set's classes and groups.
struct Audit {
    Association association = {};
    std::vector<Representation> classes = {}, groups = {};
    bool reportsAnything() const;
};
Audit audit(const Contingency& table, const AuditOptions& options = {});

}  // namespace gaplab::fairness
