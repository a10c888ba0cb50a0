#pragma once

#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QPlainTextEdit>

#include "ui/forms/editor.h"
#include "ui/forms/number_spin.h"

namespace gaplab::ui {

class NumberEditor : public Editor {
    Q_OBJECT
public:
    NumberEditor(const Parameter& parameter, QWidget* parent);
    Json value() const override { return spin_->value(); }
    void setValue(const Json& value) override { spin_->setValue(value); }
    QWidget* target() override { return spin_; }

private:
    NumberSpin* spin_;
};

class BooleanEditor : public Editor {
    Q_OBJECT
public:
    explicit BooleanEditor(QWidget* parent);
    Json value() const override { return box_->isChecked(); }
    void setValue(const Json& value) override;
    QWidget* target() override { return box_; }

private:
    QCheckBox* box_;
};

/// A drop-down that the wheel turns only while it has the focus.
class ComboBox : public QComboBox {
    Q_OBJECT
public:
    explicit ComboBox(QWidget* parent = nullptr);

protected:
    void wheelEvent(QWheelEvent* event) override;
};

/// Names; a value outside of them is shown too (and judged by validation).
class ChoiceEditor : public Editor {
    Q_OBJECT
public:
    ChoiceEditor(const std::vector<std::string>& choices, QWidget* parent);
    Json value() const override { return value_; }
    void setValue(const Json& value) override;
    QWidget* target() override { return combo_; }
    void setChoices(const std::vector<std::string>& choices);
    /// The line under the pointer in the drop-down.
    void setChoiceHelp(const std::string& choice, const QString& help);

private:
    QComboBox* combo_;
    Json value_;
};

/// One line, or several (`multiline`).
class TextEditor : public Editor {
    Q_OBJECT
public:
    TextEditor(bool multiline, QWidget* parent);
    Json value() const override { return value_; }
    void setValue(const Json& value) override;
    QWidget* target() override;

private:
    void take(const QString& text);

    QLineEdit* line_ = nullptr;
    QPlainTextEdit* lines_ = nullptr;
    Json value_;
};

/// A file or folder: a line and [Browse...].
class PathEditor : public Editor {
    Q_OBJECT
public:
    enum class Kind { File, FileOrFolder };
    PathEditor(Kind kind, QWidget* parent);
    Json value() const override { return value_; }
    void setValue(const Json& value) override;
    QWidget* target() override { return line_; }
    void setNames(const QString& path, const QString& label, const QString& help) override;

private:
    void choose(bool folder);
    void take(const QString& text);

    QLineEdit* line_;
    QWidget* browse_;
    Json value_;
};

/// What a text field shows for any JSON value: texts as they are, the rest as JSON.
QString plainText(const Json& value);

}  // namespace gaplab::ui
