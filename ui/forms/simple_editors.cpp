#include "ui/forms/simple_editors.h"

#include <QHBoxLayout>
#include <QWheelEvent>

#include "ui/forms/list_editor.h"

namespace gaplab::ui {
namespace {

void fill(Editor* editor, QWidget* widget) {
    auto* layout = new QHBoxLayout(editor);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(widget);
    editor->setFocusProxy(widget);
}

}  // namespace

QString plainText(const Json& value) {
    if (value.is_null()) return {};
    return QString::fromStdString(value.is_string() ? value.get<std::string>() : value.dump());
}

Editor* makeEditor(const Parameter& parameter, QWidget* parent) {
    switch (parameter.type) {
        case ParameterType::Boolean: return new BooleanEditor(parent);
        case ParameterType::Integer:
        case ParameterType::Real: return new NumberEditor(parameter, parent);
        case ParameterType::Choice: return new ChoiceEditor(parameter.choices, parent);
        case ParameterType::Path: return new PathEditor(PathEditor::Kind::FileOrFolder, parent);
        case ParameterType::Text: break;
    }
    return new TextEditor(parameter.name == "notes", parent);
}

NumberEditor::NumberEditor(const Parameter& parameter, QWidget* parent) : Editor(parent), spin_(new NumberSpin(parameter, this)) {
    fill(this, spin_);
    connect(spin_, &NumberSpin::edited, this, &Editor::edited);
}

BooleanEditor::BooleanEditor(QWidget* parent) : Editor(parent), box_(new QCheckBox(this)) {
    fill(this, box_);
    connect(box_, &QCheckBox::clicked, this, [this](bool checked) { Q_EMIT edited(checked); });
}

void BooleanEditor::setValue(const Json& value) {
    // Anything but true and false (a faulty document) is shown as neither.
    box_->setTristate(!value.is_boolean() && !value.is_null());
    box_->setCheckState(value.is_boolean() ? (value.get<bool>() ? Qt::Checked : Qt::Unchecked)
                        : value.is_null()  ? Qt::Unchecked
                                           : Qt::PartiallyChecked);
}

ComboBox::ComboBox(QWidget* parent) : QComboBox(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setSizeAdjustPolicy(AdjustToContents);
}

void ComboBox::wheelEvent(QWheelEvent* event) {
    if (hasFocus())
        QComboBox::wheelEvent(event);
    else
        event->ignore();
}

ChoiceEditor::ChoiceEditor(const std::vector<std::string>& choices, QWidget* parent)
    : Editor(parent), combo_(new ComboBox(this)) {
    fill(this, combo_);
    setChoices(choices);
    connect(combo_, &QComboBox::activated, this, [this](int index) {
        value_ = combo_->itemText(index).toStdString();
        Q_EMIT edited(value_);
    });
}

void ChoiceEditor::setChoices(const std::vector<std::string>& choices) {
    combo_->clear();
    for (const std::string& choice : choices)
        combo_->addItem(QString::fromStdString(choice));
    setValue(value_);
}

void ChoiceEditor::setChoiceHelp(const std::string& choice, const QString& help) {
    combo_->setItemData(combo_->findText(QString::fromStdString(choice)), help, Qt::ToolTipRole);
}

void ChoiceEditor::setValue(const Json& value) {
    value_ = value;
    const QString text = plainText(value);
    if (!text.isEmpty() && combo_->findText(text) < 0) combo_->addItem(text);
    combo_->setCurrentIndex(combo_->findText(text));
}

TextEditor::TextEditor(bool multiline, QWidget* parent) : Editor(parent) {
    if (multiline) {
        lines_ = new QPlainTextEdit(this);
        lines_->setTabChangesFocus(true);
        lines_->setFixedHeight(fontMetrics().lineSpacing() * 4 + fontMetrics().height());
        setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
        connect(lines_, &QPlainTextEdit::textChanged, this, [this] {
            if (lines_->toPlainText() != plainText(value_)) take(lines_->toPlainText());
        });
    } else {
        line_ = new QLineEdit(this);
        connect(line_, &QLineEdit::textEdited, this, &TextEditor::take);
    }
    fill(this, target());
}

QWidget* TextEditor::target() {
    return lines_ ? static_cast<QWidget*>(lines_) : line_;
}

void TextEditor::take(const QString& text) {
    value_ = text.toStdString();
    Q_EMIT edited(value_);
}

void TextEditor::setValue(const Json& value) {
    if (value == value_) return;
    value_ = value;
    if (line_) line_->setText(plainText(value));
    if (lines_) lines_->setPlainText(plainText(value));
}

}  // namespace gaplab::ui
