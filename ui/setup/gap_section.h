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
    QWidget* makeController();
    QWidget* makeBaseline();
    void setWanted(bool wanted);
    void setSteered(bool steered);
    std::string gapTeacher() const;
    /// What there is to know of the chosen actuator and this kind of teacher; empty: nothing.
    QString hold() const;
    void refresh();
    QString warning() const;

    SetupContext context_;
    QCheckBox* wanted_;
    QWidget* target_;
    QCheckBox* steered_;
    QWidget* controller_;
    NoteLabel* hold_;
    NoteLabel* warning_;
    QString bandWarning_;
};

}  // namespace gaplab::ui
