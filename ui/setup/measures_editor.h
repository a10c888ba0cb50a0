#pragma once

#include <vector>

#include <QCheckBox>

#include "ui/forms/editor.h"

namespace gaplab::ui {

/// What is measured at each evaluation, one box a measure. The usual ones are ticked where nothing is given.
class MeasuresEditor : public Editor {
    Q_OBJECT
public:
    explicit MeasuresEditor(QWidget* parent);

    Json value() const override { return value_; }
    void setValue(const Json& value) override;
    QWidget* target() override { return boxes_.front(); }
    void setNames(const QString& path, const QString& label, const QString& help) override;

private:
    /// Of the measures that are ticked; null where they are the usual ones.
    Json ticked() const;

    std::vector<QCheckBox*> boxes_;
    std::vector<std::string> names_;
    std::vector<bool> usual_;
    Json value_;
};

}  // namespace gaplab::ui
