#include "ui/library/export_dialog.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

namespace gaplab::ui {

ExportDialog::ExportDialog(int runs, QWidget* parent)
    : QDialog(parent), runs_(runs), format_(new QComboBox), help_(new QLabel), path_(new QLineEdit) {
    constexpr int wide = 60;  // in average characters
    setObjectName(QStringLiteral("exportDialog"));
    setWindowTitle(tr("Export %n run(s)", "", runs));
    format_->setObjectName(QStringLiteral("exportFormat"));
    format_->setAccessibleName(tr("Format"));
    for (const Format& format : formats())
        if (format.write) format_->addItem(QString::fromStdString(format.name));
    help_->setWordWrap(true);
    help_->setMinimumHeight(2 * fontMetrics().lineSpacing());
    help_->setForegroundRole(QPalette::PlaceholderText);
    path_->setObjectName(QStringLiteral("exportPath"));
    path_->setAccessibleName(tr("Where to"));
    path_->setMinimumWidth(wide * fontMetrics().averageCharWidth());
    auto* browse = new QPushButton(tr("&Browse…"));
    browse->setObjectName(QStringLiteral("exportBrowse"));
    browse->setAccessibleName(tr("Browse"));
    browse->setAutoDefault(false);
    connect(browse, &QPushButton::clicked, this, &ExportDialog::browse);
    auto* place = new QHBoxLayout;
    place->addWidget(path_, 1);
    place->addWidget(browse);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    now_ = buttons->addButton(tr("&Export"), QDialogButtonBox::AcceptRole);
    now_->setObjectName(QStringLiteral("exportNow"));
    now_->setDefault(true);
    buttons->button(QDialogButtonBox::Cancel)->setAutoDefault(false);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(format_, &QComboBox::currentIndexChanged, this, &ExportDialog::updateState);
    connect(path_, &QLineEdit::textChanged, this, &ExportDialog::updateState);
    auto* form = new QFormLayout(this);
    form->addRow(tr("&Format"), format_);
    form->addRow(QString(), help_);
    auto* label = new QLabel(tr("&Where to"));
    label->setBuddy(path_);
    form->addRow(label, place);
    form->addRow(buttons);
    path_->setFocus();
    updateState();
}

std::string ExportDialog::format() const {
    return format_->currentText().toStdString();
}

std::filesystem::path ExportDialog::path() const {
    return path_->text().trimmed().toStdString();
}

bool ExportDialog::isFolder() const {
    return format() == "tensorboard" || (format() == "json" && runs_ > 1);
}

void ExportDialog::updateState() {
    QString help = QString::fromStdString(gaplab::format(format()).help);
    help[0] = help[0].toUpper();
    help_->setText(help + '.');
    path_->setPlaceholderText(isFolder() ? tr("a folder, made where it is missing") : tr("a file"));
    now_->setEnabled(!path().empty());
}

void ExportDialog::browse() {
    const QString name = format() == "json" ? QStringLiteral("run.json") : QStringLiteral("runs.csv");
    const QString chosen = isFolder() ? QFileDialog::getExistingDirectory(this, tr("Export into a folder"), path_->text())
                                      : QFileDialog::getSaveFileName(this, tr("Export as"), name);
    if (!chosen.isEmpty()) path_->setText(chosen);
}

}  // namespace gaplab::ui
