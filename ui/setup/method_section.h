#pragma once

#include "ui/forms/section.h"
#include "ui/setup/context.h"

namespace gaplab::ui {

/// Method: the knowledge terms.
class MethodSection : public Section {
    Q_OBJECT
public:
    explicit MethodSection(const SetupContext& context, QWidget* parent = nullptr);

private:
    QWidget* makeTerm(const std::string& path, QWidget* owner);
    void addTerm();

    SetupContext context_;
};

}  // namespace gaplab::ui
