#pragma once

#include "ui/forms/simple_editors.h"
#include "ui/setup/context.h"

namespace gaplab::ui {

/// A drop-down of the experiment's roles, which come and go with its teachers. `more`: further names behind the teachers.
ChoiceEditor* makeRoleEditor(const SetupContext& context, const std::vector<std::string>& more, QWidget* parent);

/// The pair of `gap.between`: a teacher, and the student. Nothing given: the program takes the dynamic or static teacher.
class PairEditor : public Editor {
    Q_OBJECT
public:
    PairEditor(const SetupContext& context, QWidget* parent);
    Json value() const override { return value_; }
    void setValue(const Json& value) override;
    QWidget* target() override { return combo_; }

private:
    void offer();

    SetupContext context_;
    QComboBox* combo_;
    Json value_;
};

}  // namespace gaplab::ui
