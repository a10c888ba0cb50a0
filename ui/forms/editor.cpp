#include "ui/forms/editor.h"

namespace gaplab::ui {

void nameWidget(QWidget* widget, const QString& objectName, const QString& label, const QString& help) {
    widget->setObjectName(objectName);
    widget->setAccessibleName(label);
    widget->setAccessibleDescription(help);
    widget->setToolTip(help);
}

void Editor::setNames(const QString& path, const QString& label, const QString& help) {
    nameWidget(target(), path, label, help);
}

}  // namespace gaplab::ui
