#pragma once

#include <memory>

#include <QObject>

#include "core/run/audit.h"
#include "ui/feed/store_reader.h"
#include "ui/setup/live_request.h"

namespace gaplab::ui {

/// Audits data on a thread of its own, with the answers of the newest finished run on them where the store has one; one at a
/// time.
class LiveAudit : public QObject {
    Q_OBJECT
public:
    LiveAudit(StoreReader& reader, QObject* parent);

    /// Of an experiment's "data". One that goes on is stopped and not told of any more.
    void begin(const Json& data);
    void cancel() { request_.cancel(); }
    bool isIdle() const { return request_.isIdle(); }

Q_SIGNALS:
    void progressed(const QString& what, double fraction);
    void answered(const std::shared_ptr<const gaplab::DataAudit>& audit);
    /// A whole sentence, and what to do; not after `cancel`.
    void failed(const QString& message);

private:
    StoreReader& reader_;
    int64_t begun_ = 0;
    LiveRequest<DataAudit> request_;
};

}  // namespace gaplab::ui
