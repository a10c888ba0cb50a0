#include "ui/setup/audit_dialog.h"

#include "ui/setup/audit_report.h"

namespace gaplab::ui {

AuditDialog::AuditDialog(LiveAudit& audits, const Json& asked, QWidget* parent)
    : ReportDialog({.key = QStringLiteral("audit"),
                    .title = tr("Audit of the data"),
                    .progress = tr("How far the audit is"),
                    .report = tr("Report of the audit"),
                    .cancel = tr("Cancel the audit, or close its report"),
                    .file = QStringLiteral("audit.json")},
                   parent),
      audits_(&audits) {
    connect(&audits, &LiveAudit::progressed, this, &AuditDialog::showProgress);
    connect(&audits, &LiveAudit::failed, this, &AuditDialog::showFailure);
    connect(&audits, &LiveAudit::answered, this, [this](const std::shared_ptr<const DataAudit>& audit) {
        audit_ = audit;
        showReport();
    });
    audits.begin(asked);
}

AuditDialog::~AuditDialog() {
    if (audits_ && !audit_) audits_->cancel();
}

QString AuditDialog::writeTo(QTextDocument& document) const {
    const AuditReport report(*audit_, palette());
    report.writeTo(document);
    return report.summary();
}

}  // namespace gaplab::ui
