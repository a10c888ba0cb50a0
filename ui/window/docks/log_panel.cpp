#include "ui/window/docks/log_panel.h"

#include <algorithm>

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollBar>
#include <QStyle>
#include <QVBoxLayout>

#include "ui/forms/editor.h"
#include "ui/forms/simple_editors.h"

namespace gaplab::ui {
namespace {
constexpr int lookEveryMilliseconds = 400;
}

LogPanel::LogPanel(QWidget* parent) : QWidget(parent), model_(new LogModel(this)), view_(new QListView(this)) {
    view_->setModel(model_);
    view_->setUniformItemSizes(true);
    const int icons = style()->pixelMetric(QStyle::PM_SmallIconSize);
    view_->setIconSize({icons, icons});
    const QScrollBar* scroll = view_->verticalScrollBar();
    connect(scroll, &QScrollBar::actionTriggered, this,
            [this, scroll] { follow_ = scroll->sliderPosition() >= scroll->maximum(); });
    view_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    view_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    nameWidget(view_, "log", tr("Log"), tr("What the program has noted since it was started"));
    auto* level = new ComboBox(this);
    level->addItem(tr("Everything"), QStringLiteral("debug"));
    level->addItem(tr("From info on"), QStringLiteral("info"));
    level->addItem(tr("Warnings and errors"), QStringLiteral("warning"));
    level->addItem(tr("Errors"), QStringLiteral("error"));
    level->setCurrentIndex(1);
    nameWidget(level, "log.level", tr("Lines that are shown"));
    connect(level, &QComboBox::currentIndexChanged, this,
            [this, level] { model_->setLevel(level->currentData().toString().toStdString()); });
    auto* copyButton = new QPushButton(tr("Copy"), this);
    nameWidget(copyButton, "log.copy", tr("Copy lines of the log"), tr("The selected lines, or all of them"));
    connect(copyButton, &QPushButton::clicked, this, &LogPanel::copy);
    auto* copyAction = new QAction(tr("Copy"), view_);
    copyAction->setShortcut(QKeySequence::Copy);
    copyAction->setShortcutContext(Qt::WidgetShortcut);
    connect(copyAction, &QAction::triggered, this, &LogPanel::copy);
    view_->addAction(copyAction);
    auto* label = new QLabel(tr("Show:"), this);
    label->setBuddy(level);
    auto* bar = new QHBoxLayout;
    bar->addWidget(label);
    bar->addWidget(level);
    bar->addStretch();
    bar->addWidget(copyButton);
    auto* layout = new QVBoxLayout(this);
    const int gap = fontMetrics().averageCharWidth() / 2;
    layout->setContentsMargins(gap, 0, gap, 0);
    layout->addLayout(bar);
    layout->addWidget(view_, 1);
    timer_.setInterval(lookEveryMilliseconds);
    connect(&timer_, &QTimer::timeout, this, &LogPanel::takeLines);
}

void LogPanel::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    takeLines();
    timer_.start();
}

void LogPanel::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    timer_.stop();
}

void LogPanel::takeLines() {
    // New lines would take the selection away from under a person who is about to copy.
    if (view_->selectionModel()->hasSelection() && view_->hasFocus()) return;
    model_->update();
    if (follow_) view_->scrollToBottom();
}

void LogPanel::copy() {
    QModelIndexList rows = view_->selectionModel()->selectedRows();
    std::ranges::sort(rows, {}, &QModelIndex::row);
    QStringList lines;
    for (const QModelIndex& row : rows)
        lines << model_->text(row.row());
    for (int row = 0; rows.isEmpty() && row < model_->rowCount(); ++row)
        lines << model_->text(row);
    QApplication::clipboard()->setText(lines.join('\n'));
}

}  // namespace gaplab::ui
