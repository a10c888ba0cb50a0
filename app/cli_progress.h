#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/run/live_feed.h"

namespace gaplab::cli {

/// Shows on standard error how the training goes: one line that is redrawn on a terminal, else one line an evaluation.
class ProgressDisplay {
public:
    explicit ProgressDisplay(bool terminal);

    void take(const FeedItem& item);
    /// Redraws the line; after each batch of items.
    void refresh();
    /// A line that stays.
    void say(const std::string& line);

private:
    struct Run {
        RunProgress progress;
        std::vector<std::string> roles;          ///< in the order in which they were first seen
        std::map<std::string, double> accuracy;  ///< role -> latest validation accuracy; "gap" -> teacher minus student
        int64_t evaluatedStep = -1;
        double evaluatedEpoch = 0;
        bool evaluationUntold = false;
    };

    void takePoint(Run& run, const FeedItem& item);
    void takeProgress(Run& run, const FeedItem& item);
    void tellEvaluation(Run& run);
    void tellEnd(Run& run);
    std::string title(const Run& run) const;

    const bool terminal_;
    std::map<int64_t, Run> runs_;  ///< by id; 0: what is being prepared
    int64_t shown_ = 0;            ///< the run of the redrawn line; -1: none
    std::vector<int64_t> order_;   ///< what was submitted
    std::string drawn_;
};

/// "epoch 3.4/12  1,234 images/s  0:42 left": the part that needs no run around it.
std::string progressFacts(const RunProgress& progress);
/// "student 61.20 %  static 72.10 %  gap 10.90 points"
std::string accuracyFacts(const std::vector<std::string>& roles, const std::map<std::string, double>& accuracy);

}  // namespace gaplab::cli
