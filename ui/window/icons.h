#pragma once

#include <QIcon>
#include <QString>

namespace gaplab::ui {

/// Makes the embedded files (icons, the quick-start experiment) available; repeating it does nothing.
void loadResources();

/// The embedded icon resources/icons/NAME.svg, drawn in the text colour of the theme at the moment of painting.
QIcon icon(const QString& name);

}  // namespace gaplab::ui
