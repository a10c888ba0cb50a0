#pragma once

#include <QDialog>

#include "ui/plot/figure.h"

class QDoubleSpinBox;

namespace gaplab::ui {

/// Asks for the size of a figure on paper.
class FigureDialog : public QDialog {
    Q_OBJECT
public:
    explicit FigureDialog(const FigureFormat& format, QWidget* parent = nullptr);
    FigureFormat format() const;

private:
    QDoubleSpinBox *width_, *height_, *font_;
};

}  // namespace gaplab::ui
