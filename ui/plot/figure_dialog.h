#pragma once

#include <QDialog>

#include "ui/plot/figure.h"

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLineEdit;

namespace gaplab::ui {

/// The titles that a plot has of its own.
struct PlotTitles {
    QString x;
    std::map<int, QString> y;  ///< of the panels that are shown
};

/// Asks how a plot is put on paper: size, letters, titles, legend. Names of widgets: figureColumns, figureUnit, figureWidth,
/// figureHeight, figureFont, figureTitle, figureX, figureYN, figureLegend, figureCarries.
class FigureDialog : public QDialog {
    Q_OBJECT
public:
    FigureDialog(const FigureFormat& format, const PlotTitles& titles, QWidget* parent = nullptr);
    FigureFormat format() const;

private:
    void buildSize(QFormLayout& form);
    void buildTitles(QFormLayout& form);
    template <typename Widget>
    Widget* add(QFormLayout& form, Widget* widget, const char* name, const QString& label);
    void takeSize();
    void chooseColumns(int index);
    /// Shows the size in the chosen unit.
    void showSize();
    void showColumns();

    FigureFormat format_;
    PlotTitles titles_;
    QComboBox *columns_ = nullptr, *unit_ = nullptr;
    QDoubleSpinBox *width_ = nullptr, *height_ = nullptr, *font_ = nullptr;
    QLineEdit *title_ = nullptr, *x_ = nullptr;
    std::map<int, QLineEdit*> y_;
    QCheckBox *legend_ = nullptr, *carries_ = nullptr;
};

}  // namespace gaplab::ui
