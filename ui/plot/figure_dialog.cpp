#include "ui/plot/figure_dialog.h"

#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFormLayout>

namespace gaplab::ui {
namespace {

QDoubleSpinBox* number(double value, double low, double high, const QString& unit) {
    auto* box = new QDoubleSpinBox;
    box->setRange(low, high);
    box->setDecimals(1);
    box->setSuffix(' ' + unit);
    box->setValue(value);
    return box;
}

}  // namespace

FigureDialog::FigureDialog(const FigureFormat& format, QWidget* parent)
    : QDialog(parent),
      width_(number(format.millimetres.width(), 30, 1000, tr("mm"))),
      height_(number(format.millimetres.height(), 20, 1000, tr("mm"))),
      font_(number(format.fontPoints, 4, 36, tr("pt"))) {
    setWindowTitle(tr("Export the plot"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* form = new QFormLayout(this);
    form->addRow(tr("&Width"), width_);
    form->addRow(tr("&Height"), height_);
    form->addRow(tr("&Font size"), font_);
    form->addRow(buttons);
}

FigureFormat FigureDialog::format() const {
    return {{width_->value(), height_->value()}, font_->value()};
}

}  // namespace gaplab::ui
