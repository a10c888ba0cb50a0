#pragma once

#include <QComboBox>
#include <QPushButton>

#include "ui/setup/draft.h"

namespace gaplab::ui {

/// Chooses what the form shows: the experiment itself or one of its stages; adds and removes stages.
class StageBar : public QWidget {
    Q_OBJECT
public:
    StageBar(Draft& draft, QWidget* parent);

    /// "" for the experiment itself.
    QString stage() const { return choice_->currentData().toString(); }
    void choose(const QString& stage);

Q_SIGNALS:
    void stageChosen(const QString& stage);

private:
    void refresh();
    void addStage();

    Draft& draft_;
    QComboBox* choice_;
    QPushButton *add_, *remove_;
};

}  // namespace gaplab::ui
