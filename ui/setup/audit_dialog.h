#pragma once

#include <memory>

#include <QPointer>

#include "ui/setup/live_audit.h"
#include "ui/setup/report_dialog.h"

namespace gaplab::ui {

/// Audits data (an experiment's "data") and shows what was found; closing it stops an audit that goes on. Names of widgets: as
/// ReportDialog with "audit".
class AuditDialog : public ReportDialog {
    Q_OBJECT
public:
    AuditDialog(LiveAudit& audits, const Json& asked, QWidget* parent);
    ~AuditDialog() override;

    /// Null until it is there.
    const DataAudit* audit() const { return audit_.get(); }

protected:
    QString writeTo(QTextDocument& document) const override;
    Json json() const override { return audit_->toJson(); }

private:
    QPointer<LiveAudit> audits_;  ///< of the page, whose other children may go first
    std::shared_ptr<const DataAudit> audit_;
};

}  // namespace gaplab::ui
