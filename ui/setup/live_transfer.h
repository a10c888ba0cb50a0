#pragma once

#include <memory>

#include <QObject>

#include "core/run/transfer.h"
#include "ui/feed/store_reader.h"
#include "ui/setup/live_request.h"

namespace gaplab::ui {

/// Estimates on a thread of its own how related the tasks of an experiment are; one at a time.
class LiveTransfer : public QObject {
    Q_OBJECT
public:
    LiveTransfer(const StoreReader& reader, QObject* parent);

    /// One that goes on is stopped and not told of any more.
    void begin(const Json& document);
    void cancel() { request_.cancel(); }
    bool isIdle() const { return request_.isIdle(); }

Q_SIGNALS:
    void progressed(const QString& what, double fraction);
    void answered(const std::shared_ptr<const gaplab::TransferReport>& report);
    /// A whole sentence, and what to do; not after `cancel`.
    void failed(const QString& message);

private:
    std::filesystem::path store_;
    LiveRequest<TransferReport> request_;
};

}  // namespace gaplab::ui
