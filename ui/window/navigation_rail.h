#pragma once

#include <QAction>
#include <QFrame>

namespace gaplab::ui {

/// The pages as a column of buttons, icon over text.
class NavigationRail : public QFrame {
    Q_OBJECT
public:
    explicit NavigationRail(const QList<QAction*>& pages, QWidget* parent = nullptr);
};

}  // namespace gaplab::ui
