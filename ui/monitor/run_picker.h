#pragma once

#include <map>

#include <QListWidget>
#include <QSet>

#include "core/run/live_feed.h"
#include "core/store/store.h"

namespace gaplab::ui {

/// The live and the most recent runs, newest first, each with its state in icon and text. One is shown; those that are ticked are
/// drawn beside it.
class RunPicker : public QListWidget {
    Q_OBJECT
public:
    explicit RunPicker(QWidget* parent = nullptr);

    /// `rows` ascend by id. Selection and scrolling stay.
    void setRuns(const std::vector<RunRow>& rows);
    /// Ticks these runs and no others, as far as they are listed, without `ticked` being emitted.
    void tick(const QSet<qint64>& runs) { fill(runs); }
    /// The state of a run as the worker tells it, ahead of the store.
    void setState(qint64 run, RunState state);
    std::optional<RunState> state(qint64 run) const;
    /// Without `picked` being emitted.
    void select(qint64 run);
    /// The newest live run, else the newest of all; 0: there is none.
    qint64 suggestion() const;
    /// "stage: teacher static of NAME" for a run that is trained for another; empty for others.
    QString stageText(qint64 run) const;

Q_SIGNALS:
    /// A person chose this run.
    void picked(qint64 run);
    /// A person has ticked or unticked a run: all that are ticked.
    void ticked(const QSet<qint64>& runs);

private:
    struct Entry {
        QString title, stage;
        uint64_t seed = 0;
        RunState state = RunState::Queued;
    };
    void fill(const QSet<qint64>& beside);
    void show(QListWidgetItem* item, const Entry& entry);

    std::map<qint64, Entry, std::greater<>> entries_;
};

}  // namespace gaplab::ui
