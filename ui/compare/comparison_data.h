#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include <QStringList>

#include "core/run/compare.h"

namespace gaplab::ui {

/// What a person wants compared.
struct CompareQuestion {
    std::vector<int64_t> runs;
    std::string baseline;  ///< trial to compare with; empty: that of the first run
    std::string series;    ///< whose curves are drawn
    double level = 0.95;
    double margin = 0.003;  ///< a fraction
    int64_t looks = 1;      ///< how often at most the trials are compared while seeds are added
};

/// Everything the Compare page shows, read in one go on the reader's thread.
struct CompareAnswer {
    struct Trial {
        std::string id;
        QString label;             ///< told apart by the first digits of its identity where two are called the same
        std::vector<RunRow> runs;  ///< ascending by seed
    };
    std::vector<Trial> trials;   ///< the baseline first
    TrialComparison comparison;  ///< its trials in the same order
    std::set<std::string> series;
    std::map<int64_t, std::vector<Point>> curves;  ///< of the series asked for, by run
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

/// The mean of several curves at the steps that all of them have.
std::vector<Point> meanCurve(const std::vector<std::vector<Point>>& curves);

}  // namespace gaplab::ui
