#pragma once

#include <QWidget>

#include "core/run/workbench.h"

class QLabel;
class QPushButton;

namespace gaplab::ui {

/// The state of the shown run in icon and words, why it ended, and what can be done with it now.
class StateCard : public QWidget {
    Q_OBJECT
public:
    explicit StateCard(QWidget* parent = nullptr);

    /// `stage`: what the run is trained for, where it is a stage.
    void setTitle(const QString& name, const QString& stage);
    /// `summary` is the one line that remains of a run that has ended well.
    void setState(RunState state, const QString& detail, const QString& reason, const QString& summary);
    RunState state() const { return state_; }

Q_SIGNALS:
    void commanded(gaplab::Command command);
    /// Go on with a run that has ended, from its last checkpoint.
    void resumeRequested();
    void compareRequested();
    void cloneRequested();

private:
    void buildButtons();
    QPushButton* addButton(const QString& name, const QString& iconName, const QString& text, const QString& help);
    void showText(QLabel* label, const QString& text);
    QString detailText(const QString& detail) const;
    void command(Command command, const QString& detail);

    RunState state_ = RunState::Queued;
    QString asked_;  ///< what was asked of the run and has not happened yet: "pausing"
    QPushButton* icon_;
    QLabel *name_, *stage_, *text_, *reason_;
    QPushButton *pause_ = nullptr, *resume_ = nullptr, *stop_ = nullptr, *stopAfterEpoch_ = nullptr, *compare_ = nullptr,
                *clone_ = nullptr;
};

}  // namespace gaplab::ui
