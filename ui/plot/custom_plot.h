#pragma once

// QCustomPlot's header is written with Qt's short keywords, which this project turns off (QT_NO_KEYWORDS). They are lent to it
// here.
#include <QtCore>

#define signals Q_SIGNALS
#define slots Q_SLOTS
#define emit
#define foreach Q_FOREACH
#include <qcustomplot.h>
#undef signals
#undef slots
#undef emit
#undef foreach
