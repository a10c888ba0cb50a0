#pragma once

#include <map>

#include <QObject>
#include <QTimer>

#include "core/run/sweep_plan.h"
#include "ui/feed/store_reader.h"

namespace gaplab::ui {

/// The assignments of a draft ("path" -> "values") as a specification; what cannot be read is a problem at its path.
Json specificationOf(const Json& sweep, std::vector<Problem>& problems);

/// A sweep in brief, for the form.
struct SweepSummary {
    size_t members = 0, runs = 0, invalid = 0;
    std::map<std::string, std::vector<Json>> values;  ///< path -> every value of the field, in order
    std::vector<Problem> problems;                    ///< each once; a path of the sweep, or where a member is at fault
};
SweepSummary summarize(const Json& document, const Json& sweep);

/// Follows the draft with summaries, which are worked out on the reader's thread: a sweep may have a thousand members.
class SweepFollower : public QObject {
    Q_OBJECT
public:
    SweepFollower(StoreReader& reader, QObject* parent);

    /// Looks a moment from now.
    void follow(const Json& document, const Json& sweep);
    const SweepSummary& summary() const { return summary_; }
    bool isIdle() const { return !timer_.isActive() && answered_ == asked_; }

Q_SIGNALS:
    void changed();

private:
    void ask();

    StoreReader& reader_;
    QTimer timer_;
    Json document_, sweep_;
    SweepSummary summary_;
    int asked_ = 0, answered_ = 0;
};

}  // namespace gaplab::ui
