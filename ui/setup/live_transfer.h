#pragma once

#include <memory>

#include <QObject>

#include "core/run/transfer.h"
#include "ui/feed/store_reader.h"

namespace gaplab::ui {

/// Estimates on a thread of its own how related the tasks of an experiment are; one at a time.
class LiveTransfer : public QObject {
    Q_OBJECT
public:
    LiveTransfer(StoreReader& reader, QObject* parent);
    ~LiveTransfer() override;

    /// One that goes on is stopped and not told of any more.
    void begin(const Json& document);
    void cancel();
    bool isIdle() const { return !isBusy_; }

Q_SIGNALS:
    void progressed(const QString& what, double fraction);
    void answered(const std::shared_ptr<const gaplab::TransferReport>& report);
    /// A whole sentence, and what to do; not after `cancel`.
    void failed(const QString& message);

private:
    void ask(const Json& document, const std::filesystem::path& store);
    void take(TransferEstimator::Answer& answer);

    StoreReader& reader_;
    bool isBusy_ = false;
    int64_t begun_ = 0, asked_ = 0;
    std::unique_ptr<TransferEstimator> estimator_;  ///< made by the first question
};

}  // namespace gaplab::ui
