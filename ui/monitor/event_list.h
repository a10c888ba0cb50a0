#pragma once

#include <QTreeWidget>

#include "core/store/records.h"

namespace gaplab::ui {

/// What happened in the shown run: time, epoch, text; the newest first.
class EventList : public QTreeWidget {
    Q_OBJECT
public:
    explicit EventList(QWidget* parent = nullptr);
    void setEvents(const std::vector<RunEvent>& events);

private:
    size_t shown_ = 0;
    double newest_ = 0;
};

}  // namespace gaplab::ui
