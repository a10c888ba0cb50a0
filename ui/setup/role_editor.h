#pragma once

#include <functional>

#include "ui/forms/simple_editors.h"
#include "ui/setup/context.h"

namespace gaplab::ui {

/// A drop-down of the experiment's roles, which come and go with its teachers. `more`: further names behind the teachers.
ChoiceEditor* makeRoleEditor(const SetupContext& context, const std::vector<std::string>& more, QWidget* parent);

}  // namespace gaplab::ui
