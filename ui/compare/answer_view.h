#pragma once

#include <QWidget>

#include "ui/compare/comparison_data.h"

namespace gaplab::ui {

/// One way to look at a comparison. It is shown the answer when it comes into sight, not before: most views are never opened.
class AnswerView : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;

    /// The answer stays where it is until the next one is shown.
    virtual void showAnswer(const CompareAnswer& answer) = 0;
};

}  // namespace gaplab::ui
