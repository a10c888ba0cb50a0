#pragma once

#include <vector>

#include <QObject>
#include <QTimer>

#include "core/run/live_feed.h"

namespace gaplab::ui {

/// Drains the live feed thirty times a second and turns it into signals on the window's thread.
class FeedPump : public QObject {
    Q_OBJECT
public:
    explicit FeedPump(LiveFeed& feed, QObject* parent = nullptr);

Q_SIGNALS:
    /// The points of one drain, in order, of any run.
    void points(const std::vector<gaplab::FeedItem>& items);
    void event(const gaplab::FeedItem& item);
    void progress(const gaplab::RunProgress& progress);
    /// `done`: of those that were asked for, the ones found finished.
    void submitted(qint64 submission, const std::vector<int64_t>& runs, const std::vector<int64_t>& done);
    void rejected(qint64 submission, const gaplab::Json& error);
    /// Points were dropped: re-read the store.
    void overflowed();

private:
    void drain();

    LiveFeed& feed_;
    QTimer timer_;
};

}  // namespace gaplab::ui
