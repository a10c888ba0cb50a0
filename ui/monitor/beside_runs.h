#pragma once

#include <map>

#include <QObject>
#include <QSet>

#include "ui/monitor/run_snapshot.h"

namespace gaplab::ui {

class StoreReader;

/// The runs that are drawn beside the one that is shown, as the store has them.
class BesideRuns : public QObject {
    Q_OBJECT
public:
    explicit BesideRuns(StoreReader& reader, QObject* parent = nullptr) : QObject(parent), reader_(reader) {}

    void choose(const QSet<qint64>& runs);
    /// Reads again what may have grown.
    void refresh();
    /// By number. A run that was just chosen comes once it is read.
    const std::map<qint64, RunSnapshot>& runs() const { return runs_; }
    const QSet<qint64>& chosen() const { return chosen_; }
    bool isSettled() const { return pending_ == 0; }

Q_SIGNALS:
    /// `others`: there are more runs or fewer, not only more points.
    void changed(bool others);

private:
    void read(qint64 run);

    StoreReader& reader_;
    QSet<qint64> chosen_;
    std::map<qint64, RunSnapshot> runs_;
    int pending_ = 0;
};

}  // namespace gaplab::ui
