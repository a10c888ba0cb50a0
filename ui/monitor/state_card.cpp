#include "ui/monitor/state_card.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

#include "ui/models/format.h"
#include "ui/window/icons.h"

namespace gaplab::ui {

StateCard::StateCard(QWidget* parent)
    : QWidget(parent), icon_(new QPushButton), name_(new QLabel), stage_(new QLabel), text_(new QLabel), reason_(new QLabel) {
    // A flat button that takes no clicks: unlike a label's pixmap, its icon follows the theme.
    icon_->setFlat(true);
    icon_->setFocusPolicy(Qt::NoFocus);
    icon_->setAttribute(Qt::WA_TransparentForMouseEvents);
    icon_->setIconSize({2 * fontMetrics().height(), 2 * fontMetrics().height()});
    icon_->setObjectName(QStringLiteral("stateIcon"));
    icon_->setAccessibleName(tr("State of the run"));
    name_->setObjectName(QStringLiteral("runName"));
    text_->setObjectName(QStringLiteral("runState"));
    reason_->setObjectName(QStringLiteral("runReason"));
    reason_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    QFont bold = font();
    bold.setBold(true);
    name_->setFont(bold);
    for (QLabel* label : {name_, stage_, text_, reason_})
        label->setWordWrap(true);
    buildButtons();
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins({});
    grid->setColumnStretch(1, 1);
    grid->setColumnStretch(2, 1);
    grid->addWidget(icon_, 0, 0, 2, 1, Qt::AlignTop);
    grid->addWidget(name_, 0, 1, 1, 2);
    grid->addWidget(text_, 1, 1, 1, 2);
    grid->addWidget(stage_, 2, 0, 1, 3);
    grid->addWidget(reason_, 3, 0, 1, 3);
    int row = 4;
    for (const QList<QPushButton*>& buttons : {QList{pause_, resume_, stop_}, QList{stopAfterEpoch_}, QList{compare_, clone_}}) {
        auto* line = new QHBoxLayout;
        for (QPushButton* button : buttons)
            line->addWidget(button, 1);
        grid->addLayout(line, row++, 0, 1, 3);
    }
}

QPushButton* StateCard::addButton(const QString& name, const QString& iconName, const QString& text, const QString& help) {
    auto* button = new QPushButton(icon(iconName), text);
    button->setObjectName(name);
    button->setAccessibleName(text);
    button->setToolTip(help);
    return button;
}

void StateCard::buildButtons() {
    pause_ = addButton(QStringLiteral("pause"), QStringLiteral("pause"), tr("Pause"), tr("Pause after this step"));
    resume_ = addButton(QStringLiteral("resume"), QStringLiteral("start"), tr("Resume"), tr("Go on from where the run stands"));
    stop_ = addButton(QStringLiteral("stop"), QStringLiteral("stop"), tr("Stop"), tr("Stop after this step, with a checkpoint"));
    stopAfterEpoch_ = addButton(QStringLiteral("stopAfterEpoch"), QStringLiteral("stop-epoch"), tr("Stop after epoch"),
                                tr("Stop at the end of this epoch, with a checkpoint"));
    compare_ = addButton(QStringLiteral("compareRun"), QStringLiteral("compare"), tr("Compare…"),
                         tr("Show this run on the Compare page"));
    clone_ =
        addButton(QStringLiteral("cloneRun"), QStringLiteral("clone"), tr("Clone"), tr("Open this run's experiment in Set-up"));
    connect(pause_, &QPushButton::clicked, this, [this] { command(Command::Pause, tr("pausing")); });
    connect(stop_, &QPushButton::clicked, this, [this] { command(Command::StopAfterStep, tr("stopping")); });
    connect(stopAfterEpoch_, &QPushButton::clicked, this,
            [this] { command(Command::StopAfterEpoch, tr("stopping after this epoch")); });
    connect(resume_, &QPushButton::clicked, this, [this] {
        if (state_ == RunState::Paused) return command(Command::Resume, tr("resuming"));
        Q_EMIT resumeRequested();
    });
    connect(compare_, &QPushButton::clicked, this, &StateCard::compareRequested);
    connect(clone_, &QPushButton::clicked, this, &StateCard::cloneRequested);
}

void StateCard::command(Command command, const QString& detail) {
    asked_ = detail;
    setState(state_, {}, reason_->text(), {});
    Q_EMIT commanded(command);
}

void StateCard::showText(QLabel* label, const QString& text) {
    label->setText(text);
    label->setVisible(!text.isEmpty());
}

void StateCard::setTitle(const QString& name, const QString& stage) {
    if (name_->text() != name) asked_.clear();
    name_->setText(name);
    showText(stage_, stage);
}

QString StateCard::detailText(const QString& detail) const {
    return asked_.isEmpty() ? detail : asked_;
}

void StateCard::setState(RunState state, const QString& detail, const QString& reason, const QString& summary) {
    if (state != state_) asked_.clear();
    state_ = state;
    icon_->setIcon(stateIcon(state));
    icon_->setAccessibleName(tr("State: %1").arg(stateText(state)));
    const QString more = detailText(detail);
    text_->setText(more.isEmpty() ? stateText(state) : tr("%1 – %2").arg(stateText(state), more));
    showText(reason_, reason.isEmpty() ? summary : reason);
    const bool resumable = isResumable(state), live = isLive(state);
    pause_->setVisible(live && state != RunState::Paused);
    pause_->setEnabled(state == RunState::Running);
    resume_->setVisible(state == RunState::Paused || resumable);
    stop_->setVisible(live);
    stopAfterEpoch_->setVisible(live);
    stopAfterEpoch_->setEnabled(state == RunState::Running || state == RunState::Paused);
    compare_->setVisible(!live);
}

}  // namespace gaplab::ui
