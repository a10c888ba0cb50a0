#pragma once

#include <memory>

#include <QDialog>
#include <QLabel>
#include <QPointer>
#include <QProgressBar>
#include <QPushButton>
#include <QTextBrowser>

#include "ui/forms/form_grid.h"
#include "ui/setup/live_audit.h"

namespace gaplab::ui {

/// Audits data (an experiment's "data") and shows what was found; closing it stops an audit that goes on. Names of widgets:
/// auditReport, auditCopy, auditSave, auditNote.
class AuditDialog : public QDialog {
    Q_OBJECT
public:
    AuditDialog(LiveAudit& audits, const Json& asked, QWidget* parent);
    ~AuditDialog() override;

    /// Null until it is there.
    const DataAudit* audit() const { return audit_.get(); }
    /// Writes the report as JSON; says beside the buttons what became of it.
    void save(const QString& file);

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeButtons();
    void showAudit(const std::shared_ptr<const DataAudit>& audit);
    void write();
    void chooseFile();
    QString jsonText() const;

    QPointer<LiveAudit> audits_;  ///< of the page, whose other children may go first
    QLabel* what_;
    QProgressBar* bar_;
    NoteLabel* note_;
    QTextBrowser* report_;
    QPushButton *copy_ = nullptr, *save_ = nullptr, *close_ = nullptr;
    std::shared_ptr<const DataAudit> audit_;
};

}  // namespace gaplab::ui
