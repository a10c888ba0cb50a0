#include "ui/setup/live_audit.h"

#include "ui/setup/error_text.h"

namespace gaplab::ui {
namespace {

/// A store that cannot be read has no answers: the data are looked at all the same.
std::optional<RunAnswers> readAnswers(const Store& store, const Json& data) {
    try {
        return newestAnswers(store, data);
    } catch (const Error&) {
        return {};
    }
}

}  // namespace

LiveAudit::LiveAudit(StoreReader& reader, QObject* parent) : QObject(parent), reader_(reader) {}

LiveAudit::~LiveAudit() = default;

void LiveAudit::begin(const Json& data) {
    cancel();
    isBusy_ = true;
    asked_ = 0;  // what the one before still says is not the answer
    reader_.ask(
        this, [data](const Store& store) { return readAnswers(store, data); },
        [this, data, number = ++begun_](std::optional<RunAnswers> answers) {
            if (number == begun_ && isBusy_) ask(data, std::move(answers));
        });
}

void LiveAudit::ask(const Json& data, std::optional<RunAnswers> answers) {
    if (!auditor_)
        auditor_ = std::make_unique<Auditor>(
            [this](Auditor::Answer answer) {
                auto shared = std::make_shared<Auditor::Answer>(std::move(answer));
                QMetaObject::invokeMethod(
                    this, [this, shared] { take(*shared); }, Qt::QueuedConnection);
            },
            [this](const Auditor::Progress& progress) {
                QMetaObject::invokeMethod(
                    this,
                    [this, progress] {
                        if (isBusy_ && progress.request == asked_)
                            Q_EMIT progressed(QString::fromStdString(progress.what), progress.fraction);
                    },
                    Qt::QueuedConnection);
            });
    asked_ = auditor_->request(data, std::move(answers));
}

void LiveAudit::cancel() {
    isBusy_ = false;
    if (auditor_) auditor_->cancel();
}

void LiveAudit::take(Auditor::Answer& answer) {
    if (!isBusy_ || answer.request != asked_) return;
    isBusy_ = false;
    if (answer.audit)
        Q_EMIT answered(std::make_shared<const DataAudit>(std::move(*answer.audit)));
    else
        Q_EMIT failed(sentencesOf(*answer.error));
}

}  // namespace gaplab::ui
