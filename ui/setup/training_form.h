#pragma once

#include "ui/setup/context.h"

namespace gaplab::ui {

/// Every field of `training`: of the experiment ("training"), or of one teacher's own training ("teachers.NAME.training"), whose
/// fields fall back to the experiment's.
class TrainingForm : public QWidget {
    Q_OBJECT
public:
    TrainingForm(const SetupContext& context, const std::string& base, const std::string& fallback, QWidget* parent = nullptr);

private:
    QWidget* makeFields(const std::string& base, const std::string& fallback);
    QWidget* makeSchedule(const std::string& base, const std::string& fallback);

    SetupContext context_;
};

}  // namespace gaplab::ui
