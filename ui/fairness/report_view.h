#pragma once

#include <QWidget>

#include "core/run/bias.h"

namespace gaplab::ui {

/// One part of a bias report. It is shown the report when it comes into sight, not before.
class ReportView : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;
    /// The report stays where it is until the next one is shown.
    virtual void showReport(const BiasReport& report) = 0;
};

}  // namespace gaplab::ui
