#include "ui/window/navigation_rail.h"

#include <QToolButton>
#include <QVBoxLayout>

namespace gaplab::ui {

NavigationRail::NavigationRail(const QList<QAction*>& pages, QWidget* parent) : QFrame(parent) {
    setObjectName("rail");
    auto* layout = new QVBoxLayout(this);
    const int line = fontMetrics().height();
    layout->setContentsMargins(line / 4, line / 2, line / 4, line / 2);
    for (QAction* page : pages) {
        auto* button = new QToolButton(this);
        button->setDefaultAction(page);
        button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
        button->setIconSize(QSize(line * 3 / 2, line * 3 / 2));
        button->setAutoRaise(true);
        button->setFocusPolicy(Qt::TabFocus);
        button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        button->setObjectName("rail." + page->data().toString());
        button->setAccessibleName(page->text());
        layout->addWidget(button);
    }
    layout->addStretch();
}

}  // namespace gaplab::ui
