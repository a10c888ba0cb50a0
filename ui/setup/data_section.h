#pragma once

#include "ui/forms/section.h"
#include "ui/setup/context.h"

namespace gaplab::ui {

/// Data: source, its parameters, classes, split, groups and augmentation. Names of widgets: data.audit.
class DataSection : public Section {
    Q_OBJECT
public:
    explicit DataSection(const SetupContext& context, QWidget* parent = nullptr);

Q_SIGNALS:
    /// The person asks what the data are like.
    void auditWanted();

private:
    QWidget* makeInherited(QWidget* own);
    QWidget* makeFields();
    QWidget* makeAugmentation();
    QWidget* makeAudit();

    SetupContext context_;
};

}  // namespace gaplab::ui
