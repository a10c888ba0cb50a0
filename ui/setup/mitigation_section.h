#pragma once

#include "ui/forms/section.h"
#include "ui/setup/context.h"

namespace gaplab::ui {

/// What is done against bias while training.
class MitigationSection : public Section {
    Q_OBJECT
public:
    explicit MitigationSection(const SetupContext& context, QWidget* parent = nullptr);
};

}  // namespace gaplab::ui
