#include "ui/setup/transfer_dialog.h"

#include "ui/setup/transfer_text.h"

namespace gaplab::ui {

TransferDialog::TransferDialog(LiveTransfer& estimates, const Json& document, QWidget* parent)
    : ReportDialog({.key = QStringLiteral("transfer"),
                    .title = tr("How related are the tasks?"),
                    .progress = tr("How far the look at the tasks is"),
                    .report = tr("How related the tasks are"),
                    .cancel = tr("Cancel the look at the tasks, or close its report"),
                    .file = QStringLiteral("transfer.json")},
                   parent),
      estimates_(&estimates) {
    connect(&estimates, &LiveTransfer::progressed, this, &TransferDialog::showProgress);
    connect(&estimates, &LiveTransfer::failed, this, &TransferDialog::showFailure);
    connect(&estimates, &LiveTransfer::answered, this, [this](const std::shared_ptr<const TransferReport>& report) {
        report_ = report;
        showReport();
    });
    estimates.begin(document);
}

TransferDialog::~TransferDialog() {
    if (estimates_ && !report_) estimates_->cancel();
}

QString TransferDialog::writeTo(QTextDocument& document) const {
    const TransferText text(*report_, palette());
    text.writeTo(document);
    return text.summary();
}

}  // namespace gaplab::ui
