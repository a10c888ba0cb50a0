#pragma once

#include <QTableWidget>

#include "core/store/records.h"

namespace gaplab::ui {

/// What happened in the shown run: time, epoch, text; the newest first.
class EventList : public QTableWidget {
    Q_OBJECT
public:
    explicit EventList(QWidget* parent = nullptr);
    void setEvents(const std::vector<RunEvent>& events);

private:
    std::vector<RunEvent> events_;
};

}  // namespace gaplab::ui
