#include "ui/setup/audit_dialog.h"

#include <QApplication>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QEvent>
#include <QFileDialog>
#include <QVBoxLayout>

#include "core/base/files.h"
#include "ui/setup/audit_report.h"
#include "ui/window/icons.h"

namespace gaplab::ui {

AuditDialog::AuditDialog(LiveAudit& audits, const Json& asked, QWidget* parent)
    : QDialog(parent),
      audits_(&audits),
      what_(new QLabel(tr("Beginning…"), this)),
      bar_(new QProgressBar(this)),
      note_(new NoteLabel(this)),
      report_(new QTextBrowser(this)) {
    setObjectName(QStringLiteral("auditDialog"));
    setWindowTitle(tr("Audit of the data"));
    bar_->setRange(0, 100);
    bar_->setAccessibleName(tr("How far the audit is"));
    note_->setObjectName(QStringLiteral("auditNote"));
    nameWidget(report_, QStringLiteral("auditReport"), tr("Report of the audit"));
    report_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    report_->setTabChangesFocus(true);
    report_->hide();
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(what_);
    layout->addWidget(bar_);
    layout->addWidget(report_, 1);
    layout->addWidget(note_);
    layout->addStretch();
    layout->addWidget(makeButtons());
    resize(900, 640);
    connect(&audits, &LiveAudit::progressed, this, [this](const QString& what, double fraction) {
        what_->setText(what + QStringLiteral("…"));
        bar_->setValue(static_cast<int>(100 * fraction));
    });
    connect(&audits, &LiveAudit::answered, this, &AuditDialog::showAudit);
    connect(&audits, &LiveAudit::failed, this, [this](const QString& message) {
        what_->hide();
        bar_->hide();
        note_->setNote(QStringLiteral("error"), message);
        close_->setText(tr("Close"));
    });
    audits.begin(asked);
}

AuditDialog::~AuditDialog() {
    if (audits_ && !audit_) audits_->cancel();
}

QWidget* AuditDialog::makeButtons() {
    auto* buttons = new QDialogButtonBox(this);
    copy_ = buttons->addButton(tr("Copy as JSON"), QDialogButtonBox::ActionRole);
    save_ = buttons->addButton(tr("Save as JSON…"), QDialogButtonBox::ActionRole);
    close_ = buttons->addButton(tr("Cancel"), QDialogButtonBox::RejectRole);
    copy_->setIcon(icon("copy"));
    save_->setIcon(icon("save"));
    nameWidget(copy_, QStringLiteral("auditCopy"), tr("Copy the report as JSON"));
    nameWidget(save_, QStringLiteral("auditSave"), tr("Save the report as JSON"));
    nameWidget(close_, QStringLiteral("auditClose"), tr("Cancel the audit, or close its report"));
    for (QPushButton* button : {copy_, save_}) {
        button->setAutoDefault(false);
        button->hide();
    }
    close_->setDefault(true);
    connect(copy_, &QPushButton::clicked, this, [this] {
        QApplication::clipboard()->setText(jsonText());
        note_->setNote(QStringLiteral("info"), tr("The report was copied as JSON."));
    });
    connect(save_, &QPushButton::clicked, this, &AuditDialog::chooseFile);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    return buttons;
}

void AuditDialog::showAudit(const std::shared_ptr<const DataAudit>& audit) {
    audit_ = audit;
    what_->hide();
    bar_->hide();
    static_cast<QBoxLayout*>(layout())->setStretch(layout()->count() - 2, 0);
    write();
    report_->show();
    report_->setFocus(Qt::OtherFocusReason);
    copy_->show();
    save_->show();
    close_->setText(tr("Close"));
}

void AuditDialog::write() {
    const AuditReport report(*audit_, palette());
    report.writeTo(*report_->document());
    report_->moveCursor(QTextCursor::Start);
    report_->setAccessibleDescription(report.summary());
}

void AuditDialog::changeEvent(QEvent* event) {
    QDialog::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && audit_) write();
}

QString AuditDialog::jsonText() const {
    return QString::fromStdString(audit_->toJson().dump(2, ' ', false, Json::error_handler_t::replace)) + '\n';
}

void AuditDialog::chooseFile() {
    const QString file =
        QFileDialog::getSaveFileName(this, tr("Save the report"), QStringLiteral("audit.json"), tr("JSON (*.json)"));
    if (!file.isEmpty()) save(file);
}

void AuditDialog::save(const QString& file) {
    try {
        writeTextAtomically(file.toStdString(), jsonText().toStdString());
        note_->setNote(QStringLiteral("info"), tr("Saved as %1.").arg(file));
    } catch (const Error& error) {
        note_->setNote(QStringLiteral("error"), QString::fromStdString(error.describe()));
    }
}

}  // namespace gaplab::ui
