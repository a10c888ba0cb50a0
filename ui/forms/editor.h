#pragma once

#include <QWidget>

#include "core/base/catalogue.h"

namespace gaplab::ui {

/// Edits one value of the document. Showing a value never changes it; null stands for "nothing given".
class Editor : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;

    virtual Json value() const = 0;
    /// Emits nothing.
    virtual void setValue(const Json& value) = 0;
    /// The widget that takes the keyboard: the label's buddy.
    virtual QWidget* target() = 0;
    /// Names the widgets inside: objectName = path in the document, accessible name = label.
    virtual void setNames(const QString& path, const QString& label, const QString& help);

Q_SIGNALS:
    /// By the person, not by setValue.
    void edited(const gaplab::Json& value);
};

/// The editor that fits the declaration. A text may be given suggestions through its choices.
Editor* makeEditor(const Parameter& parameter, QWidget* parent);

/// Names one widget for people, tests and screen readers.
void nameWidget(QWidget* widget, const QString& objectName, const QString& label, const QString& help = {});

}  // namespace gaplab::ui
