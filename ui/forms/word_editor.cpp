#include "ui/forms/word_editor.h"

#include <QHBoxLayout>
#include <QLineEdit>

#include "ui/forms/number_text.h"
#include "ui/forms/simple_editors.h"

namespace gaplab::ui {

WordEditor::WordEditor(const QStringList& words, QWidget* parent) : Editor(parent), combo_(new ComboBox(this)) {
    combo_->setEditable(true);
    combo_->setInsertPolicy(QComboBox::NoInsert);
    combo_->addItems(words);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(combo_);
    layout->addStretch();
    setFocusProxy(combo_);
    connect(combo_->lineEdit(), &QLineEdit::textEdited, this, &WordEditor::take);
    connect(combo_, &QComboBox::activated, this, [this] { take(combo_->currentText()); });
}

void WordEditor::take(const QString& text) {
    const auto number = parseNumber(text, false);
    if (text.trimmed().isEmpty()) return;
    value_ = number ? *number : Json(text.trimmed().toStdString());
    Q_EMIT edited(value_);
}

void WordEditor::setValue(const Json& value) {
    if (value == value_) return;
    value_ = value;
    combo_->setCurrentText(value.is_number() ? numberText(value) : plainText(value));
}

}  // namespace gaplab::ui
