#pragma once

#include <QComboBox>

#include "ui/forms/editor.h"

namespace gaplab::ui {

/// A number or one of a few words, in an editable drop-down: a seed or "same", an epoch or "best" or "last", "epoch" or "50
/// steps".
class WordEditor : public Editor {
    Q_OBJECT
public:
    WordEditor(const QStringList& words, QWidget* parent);
    Json value() const override { return value_; }
    void setValue(const Json& value) override;
    QWidget* target() override { return combo_; }

private:
    void take(const QString& text);

    QComboBox* combo_;
    Json value_;
};

}  // namespace gaplab::ui
