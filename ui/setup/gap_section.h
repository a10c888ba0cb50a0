#pragma once

#include <QCheckBox>

#include "ui/forms/form_grid.h"
#include "ui/forms/section.h"
#include "ui/setup/context.h"

namespace gaplab::ui {

/// Gap target: the pair, the wanted gap over the epochs, its band, and what a person should know before starting.
class GapSection : public Section {
    Q_OBJECT
public:
    explicit GapSection(const SetupContext& context, QWidget* parent = nullptr);

    /// A warning that only the data can give; empty: none.
    void showBandWarning(const QString& text);

private:
    QWidget* makeTarget();
    QWidget* makeBaseline();
    void setWanted(bool wanted);
    void refresh();
    QString warning() const;

    SetupContext context_;
    QCheckBox* wanted_;
    QWidget* target_;
    NoteLabel* warning_;
    QString bandWarning_;
};

}  // namespace gaplab::ui
