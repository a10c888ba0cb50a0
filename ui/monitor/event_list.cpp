#include "ui/monitor/event_list.h"

#include <QHeaderView>

#include "ui/models/format.h"
#include "ui/window/icons.h"

namespace gaplab::ui {
EventList::EventList(QWidget* parent) : QTreeWidget(parent) {
    setObjectName(QStringLiteral("events"));
    setAccessibleName(tr("Events of the run"));
    setHeaderLabels({tr("Time"), tr("Epoch"), tr("Event")});
    setRootIsDecorated(false);
    setWordWrap(true);
    header()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    header()->setSectionResizeMode(2, QHeaderView::Stretch);
}

void EventList::setEvents(const std::vector<RunEvent>& events) {
    const double newest = events.empty() ? 0 : events.back().wall;
    if (events.size() == shown_ && newest == newest_) return;
    shown_ = events.size();
    newest_ = newest;
    clear();
    QList<QTreeWidgetItem*> items;
    for (auto event = events.rbegin(); event != events.rend(); ++event) {
        const QString text = QString::fromStdString(event->text);
        auto* item = new QTreeWidgetItem({timeText(event->wall), epochText(event->epoch), text});
        item->setToolTip(2, text);
        if (event->level != "info")
            item->setIcon(0, icon(event->level == "error" ? QStringLiteral("error") : QStringLiteral("warning")));
        items += item;
    }
    addTopLevelItems(items);
}

}  // namespace gaplab::ui
