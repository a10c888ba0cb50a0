#include "ui/setup/report_dialog.h"

#include <QApplication>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QEvent>
#include <QFileDialog>
#include <QVBoxLayout>

#include "core/base/error.h"
#include "core/base/files.h"
#include "ui/window/icons.h"

namespace gaplab::ui {

ReportDialog::ReportDialog(const Words& words, QWidget* parent)
    : QDialog(parent),
      words_(words),
      what_(new QLabel(tr("Beginning…"), this)),
      bar_(new QProgressBar(this)),
      note_(new NoteLabel(this)),
      report_(new QTextBrowser(this)) {
    setObjectName(words_.key + QStringLiteral("Dialog"));
    setWindowTitle(words_.title);
    bar_->setRange(0, 100);
    bar_->setAccessibleName(words_.progress);
    note_->setObjectName(words_.key + QStringLiteral("Note"));
    nameWidget(report_, words_.key + QStringLiteral("Report"), words_.report);
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
}

QWidget* ReportDialog::makeButtons() {
    auto* buttons = new QDialogButtonBox(this);
    copy_ = buttons->addButton(tr("Copy as JSON"), QDialogButtonBox::ActionRole);
    save_ = buttons->addButton(tr("Save as JSON…"), QDialogButtonBox::ActionRole);
    close_ = buttons->addButton(tr("Cancel"), QDialogButtonBox::RejectRole);
    copy_->setIcon(icon("copy"));
    save_->setIcon(icon("save"));
    nameWidget(copy_, words_.key + QStringLiteral("Copy"), tr("Copy the report as JSON"));
    nameWidget(save_, words_.key + QStringLiteral("Save"), tr("Save the report as JSON"));
    nameWidget(close_, words_.key + QStringLiteral("Close"), words_.cancel);
    for (QPushButton* button : {copy_, save_}) {
        button->setAutoDefault(false);
        button->hide();
    }
    close_->setDefault(true);
    connect(copy_, &QPushButton::clicked, this, [this] {
        QApplication::clipboard()->setText(jsonText());
        note_->setNote(QStringLiteral("info"), tr("The report was copied as JSON."));
    });
    connect(save_, &QPushButton::clicked, this, &ReportDialog::chooseFile);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    return buttons;
}

void ReportDialog::showProgress(const QString& what, double fraction) {
    what_->setText(what + QStringLiteral("…"));
    bar_->setValue(static_cast<int>(100 * fraction));
}

void ReportDialog::showFailure(const QString& message) {
    what_->hide();
    bar_->hide();
    note_->setNote(QStringLiteral("error"), message);
    close_->setText(tr("Close"));
}

void ReportDialog::showReport() {
    isShown_ = true;
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

void ReportDialog::write() {
    report_->setAccessibleDescription(writeTo(*report_->document()));
    report_->moveCursor(QTextCursor::Start);
}

void ReportDialog::changeEvent(QEvent* event) {
    QDialog::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && isShown_) write();
}

QString ReportDialog::jsonText() const {
    return QString::fromStdString(json().dump(2, ' ', false, Json::error_handler_t::replace)) + '\n';
}

void ReportDialog::chooseFile() {
    const QString file = QFileDialog::getSaveFileName(this, tr("Save the report"), words_.file, tr("JSON (*.json)"));
    if (!file.isEmpty()) save(file);
}

void ReportDialog::save(const QString& file) {
    try {
        writeTextAtomically(file.toStdString(), jsonText().toStdString());
        note_->setNote(QStringLiteral("info"), tr("Saved as %1.").arg(file));
    } catch (const Error& error) {
        note_->setNote(QStringLiteral("error"), QString::fromStdString(error.describe()));
    }
}

}  // namespace gaplab::ui
