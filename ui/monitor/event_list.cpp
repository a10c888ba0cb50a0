#include "ui/monitor/event_list.h"

#include <QHeaderView>

#include "ui/models/format.h"

namespace gaplab::ui {
namespace {

bool same(const RunEvent& a, const RunEvent& b) {
    return a.step == b.step && a.wall == b.wall && a.kind == b.kind && a.text == b.text;
}

}  // namespace

EventList::EventList(QWidget* parent) : QTableWidget(0, 3, parent) {
    setObjectName(QStringLiteral("events"));
    setAccessibleName(tr("Events of the run"));
    setHorizontalHeaderLabels({tr("Time"), tr("Epoch"), tr("Event")});
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setTabKeyNavigation(false);
    setShowGrid(false);
    setWordWrap(true);
    verticalHeader()->hide();
    verticalHeader()->setMinimumSectionSize(fontMetrics().height());
    verticalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    horizontalHeader()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    horizontalHeader()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    horizontalHeader()->setSectionResizeMode(2, QHeaderView::Stretch);
}

void EventList::setEvents(const std::vector<RunEvent>& events) {
    if (std::ranges::equal(events, events_, same)) return;
    events_ = events;
    setRowCount(static_cast<int>(events.size()));
    int row = static_cast<int>(events.size());
    for (const RunEvent& event : events) {
        --row;
        // A sign in the text rather than an icon: it stays beside the first line of a long sentence.
        const QString sign = event.level == "error"     ? QStringLiteral("✗ ")
                             : event.level == "warning" ? QStringLiteral("⚠ ")
                                                        : QString();
        const QString text = sign + QString::fromStdString(event.text);
        setItem(row, 0, new QTableWidgetItem(timeText(event.wall)));
        setItem(row, 1, new QTableWidgetItem(epochText(event.epoch)));
        setItem(row, 2, new QTableWidgetItem(text));
        for (int column = 0; column < columnCount(); ++column)
            item(row, column)->setTextAlignment(Qt::AlignLeft | Qt::AlignTop);
        item(row, 2)->setToolTip(text);
    }
}

}  // namespace gaplab::ui
