#include "ui/setup/live_transfer.h"

#include "ui/setup/error_text.h"

namespace gaplab::ui {

LiveTransfer::LiveTransfer(StoreReader& reader, QObject* parent) : QObject(parent), reader_(reader) {}

LiveTransfer::~LiveTransfer() = default;

void LiveTransfer::begin(const Json& document) {
    cancel();
    isBusy_ = true;
    asked_ = 0;  // what the one before still says is not the answer
    reader_.ask(
        this, [](const Store& store) { return store.path(); },
        [this, document, number = ++begun_](const std::filesystem::path& store) {
            if (number == begun_ && isBusy_) ask(document, store);
        });
}

void LiveTransfer::ask(const Json& document, const std::filesystem::path& store) {
    if (!estimator_)
        estimator_ = std::make_unique<TransferEstimator>(
            [this](TransferEstimator::Answer answer) {
                auto shared = std::make_shared<TransferEstimator::Answer>(std::move(answer));
                QMetaObject::invokeMethod(
                    this, [this, shared] { take(*shared); }, Qt::QueuedConnection);
            },
            [this](const TransferEstimator::Progress& progress) {
                QMetaObject::invokeMethod(
                    this,
                    [this, progress] {
                        if (isBusy_ && progress.request == asked_)
                            Q_EMIT progressed(QString::fromStdString(progress.what), progress.fraction);
                    },
                    Qt::QueuedConnection);
            });
    asked_ = estimator_->request(document, store);
}

void LiveTransfer::cancel() {
    isBusy_ = false;
    if (estimator_) estimator_->cancel();
}

void LiveTransfer::take(TransferEstimator::Answer& answer) {
    if (!isBusy_ || answer.request != asked_) return;
    isBusy_ = false;
    if (answer.report)
        Q_EMIT answered(std::make_shared<const TransferReport>(std::move(*answer.report)));
    else
        Q_EMIT failed(sentencesOf(*answer.error));
}

}  // namespace gaplab::ui
