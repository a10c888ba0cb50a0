#include <QFileDialog>
#include <QHBoxLayout>
#include <QMenu>
#include <QPushButton>

#include "ui/forms/simple_editors.h"

namespace gaplab::ui {

PathEditor::PathEditor(Kind kind, QWidget* parent) : Editor(parent), line_(new QLineEdit(this)) {
    auto* button = new QPushButton(tr("Browse…"), this);
    browse_ = button;
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(line_, 1);
    layout->addWidget(button);
    setFocusProxy(line_);
    connect(line_, &QLineEdit::textEdited, this, &PathEditor::take);
    if (kind == Kind::File) {
        connect(button, &QPushButton::clicked, this, [this] { choose(false); });
        return;
    }
    auto* menu = new QMenu(button);
    menu->addAction(tr("Folder…"), this, [this] { choose(true); });
    menu->addAction(tr("File…"), this, [this] { choose(false); });
    button->setMenu(menu);
}

void PathEditor::setNames(const QString& path, const QString& label, const QString& help) {
    Editor::setNames(path, label, help);
    nameWidget(browse_, path + ".browse", tr("Browse for %1").arg(label));
}

void PathEditor::choose(bool folder) {
    const QString chosen = folder ? QFileDialog::getExistingDirectory(window(), tr("Choose a folder"), line_->text())
                                  : QFileDialog::getOpenFileName(window(), tr("Choose a file"), line_->text());
    if (chosen.isEmpty()) return;
    line_->setText(chosen);
    take(chosen);
}

void PathEditor::take(const QString& text) {
    value_ = text.toStdString();
    Q_EMIT edited(value_);
}

void PathEditor::setValue(const Json& value) {
    if (value == value_) return;
    value_ = value;
    line_->setText(plainText(value));
}

}  // namespace gaplab::ui
