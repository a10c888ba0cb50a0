#pragma once

#include <memory>

#include <QPointer>

#include "ui/setup/live_transfer.h"
#include "ui/setup/report_dialog.h"

namespace gaplab::ui {

/// Estimates how related an experiment's task is to that of its student's weights, and shows it; closing it stops what goes on.
/// Names of widgets: as ReportDialog with "transfer".
class TransferDialog : public ReportDialog {
    Q_OBJECT
public:
    TransferDialog(LiveTransfer& estimates, const Json& document, QWidget* parent);
    ~TransferDialog() override;

    /// Null until it is there.
    const TransferReport* report() const { return report_.get(); }

protected:
    QString writeTo(QTextDocument& document) const override;
    Json json() const override { return report_->toJson(); }

private:
    QPointer<LiveTransfer> estimates_;  ///< of the button, which may go first
    std::shared_ptr<const TransferReport> report_;
};

}  // namespace gaplab::ui
