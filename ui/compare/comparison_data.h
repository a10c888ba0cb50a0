#pragma once

#include <set>
#include <string>
#include <vector>

#include <QStringList>

#include "core/run/compare.h"
#include "ui/compare/drawn_curves.h"

namespace gaplab::ui {

/// What a person wants compared.
struct CompareQuestion {
    std::vector<int64_t> runs;
    std::string baseline;  ///< trial to compare with; empty: that of the first run
    CurveView view;
    double level = 0.95;
    double margin = 0.003;  ///< a fraction
    int64_t looks = 1;      ///< how often at most the trials are compared while seeds are added
};

/// Everything the Compare page shows, read in one go on the reader's thread.
struct CompareAnswer {
    std::vector<ComparedTrial> trials;  ///< the baseline first
    TrialComparison comparison;         ///< its trials in the same order
    std::set<std::string> series;
    DrawnCurves curves;
    std::vector<RunRow> sources;  ///< runs whose weights these use, and those whose weights those use
    double level = 0.95, margin = 0.003;
    int64_t looks = 1;
    bool live = false;  ///< one of the runs still goes on

    QStringList labels() const;
};

/// Runs that are no longer in the store are left out. Throws Error as the store does.
CompareAnswer readComparison(const Store& store, const CompareQuestion& question);

/// The finished runs of the `count` trials that were worked on last, ascending; nothing where there are fewer trials. `runs`
/// ascend by id.
std::vector<int64_t> newestTrials(const std::vector<RunRow>& runs, size_t count);

}  // namespace gaplab::ui
