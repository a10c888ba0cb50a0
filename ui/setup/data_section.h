#pragma once

#include "ui/forms/section.h"
#include "ui/setup/context.h"

namespace gaplab::ui {

/// Data: source, its parameters, classes, split and augmentation.
class DataSection : public Section {
    Q_OBJECT
public:
    explicit DataSection(const SetupContext& context, QWidget* parent = nullptr);

private:
    QWidget* makeInherited(QWidget* own);
    QWidget* makeFields();
    QWidget* makeAugmentation();

    SetupContext context_;
};

}  // namespace gaplab::ui
