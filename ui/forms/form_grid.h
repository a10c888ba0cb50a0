#pragma once

#include <vector>

#include <QGridLayout>
#include <QLabel>
#include <QMenu>
#include <QToolButton>
#include <QWidget>

#include "core/base/catalogue.h"
#include "ui/forms/editor.h"

namespace gaplab::ui {

/// Icon and text, in the colour of their level; hidden while there is no text.
class NoteLabel : public QWidget {
    Q_OBJECT
public:
    explicit NoteLabel(QWidget* parent = nullptr);
    void setNote(const QString& level, const QString& text);
    QString text() const { return text_->text(); }

protected:
    void changeEvent(QEvent* event) override;

private:
    QLabel *icon_, *text_;
    QString level_;
};

/// One row of a form: label, editor, unit, reset arrow, and the problem below them.
class Field : public QObject {
    Q_OBJECT
public:
    Field(const QString& path, const Parameter& parameter, Editor* editor, const QString& label, QWidget* grid);

    const QString& path() const { return path_; }
    const Parameter& parameter() const { return parameter_; }
    Editor* editor() const { return editor_; }
    QString problem() const { return problemText_; }
    QString label() const { return label_->text(); }

    /// `given`: the document holds the value, else it is a default.
    void setValue(const Json& value, bool given);
    void setProblem(const QString& text);
    /// What should be known although it is allowed; a problem comes before it.
    void setWarning(const QString& text);
    QString warning() const { return warningText_; }
    /// A line that says what else there is about the field; empty: none.
    void setHint(const QString& text) { hint_->setNote(QStringLiteral("info"), text); }
    QString hint() const { return hint_->text(); }
    /// The widgets inside have the keyboard.
    bool contains(const QWidget* widget) const { return editor_ == widget || editor_->isAncestorOf(widget); }
    void setEnabled(bool enabled);
    /// Takes the widgets out of the form; the field goes when the event loop comes round.
    void discard();

Q_SIGNALS:
    void edited(const gaplab::Json& value);
    void resetRequested();
    /// The menu of the field is about to be shown: whoever can do something with the field adds to it.
    void menuAsked(QMenu& menu);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void showNote();

    friend class FormGrid;
    QString path_;
    Parameter parameter_;
    Editor* editor_;
    QLabel *label_, *unit_;
    QToolButton* reset_;
    NoteLabel *problem_, *hint_;
    QString problemText_, warningText_;
};

/// Fields below each other, their columns aligned.
class FormGrid : public QWidget {
    Q_OBJECT
public:
    explicit FormGrid(QWidget* parent = nullptr);

    /// `path`: of the value in the document, e.g. "training.epochs". Without an editor the one that fits the declaration is made.
    Field* add(const QString& path, const Parameter& parameter, Editor* editor = nullptr, const QString& label = {});
    /// A widget over all columns.
    void addWide(QWidget* widget);
    const std::vector<Field*>& fields() const { return fields_; }
    /// Removes every field from number `count` on.
    void truncate(size_t count);

private:
    QGridLayout* grid_;
    std::vector<Field*> fields_;
};

}  // namespace gaplab::ui
