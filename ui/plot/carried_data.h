#pragma once

#include <QDialog>

#include "core/interop/figure_file.h"

namespace gaplab::ui {

/// The curves that a figure carries, drawn without any store. Name of the plot: carriedPlot.
class CarriedData : public QDialog {
    Q_OBJECT
public:
    CarriedData(const FigureView& view, const std::vector<FigureCurve>& curves, QWidget* parent = nullptr);
};

}  // namespace gaplab::ui
