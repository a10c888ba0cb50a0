#include "ui/plot/figure_dialog.h"

#include <array>
#include <cmath>

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>

namespace gaplab::ui {
namespace {

struct Unit {
    double millimetres;
    int decimals;
    double step;
};
constexpr std::array units = {Unit{1, 1, 1}, Unit{10, 2, 0.1}, Unit{25.4, 3, 0.1}};
constexpr std::array columnWidths = {FigureFormat::oneColumn, FigureFormat::twoColumns};
constexpr double leastSide = 20, mostSide = 1000, leastFont = 4, mostFont = 36;

QDoubleSpinBox* number(double low, double high) {
    auto* box = new QDoubleSpinBox;
    box->setRange(low, high);
    box->setDecimals(1);
    return box;
}

}  // namespace

FigureDialog::FigureDialog(const FigureFormat& format, const PlotTitles& titles, QWidget* parent)
    : QDialog(parent), format_(format), titles_(titles) {
    setWindowTitle(tr("Export the plot"));
    setObjectName(QStringLiteral("figureDialog"));
    auto* form = new QFormLayout(this);
    buildSize(*form);
    buildTitles(*form);
    carries_ = new QCheckBox(tr("Carry view and &data, so that the figure can be opened again"));
    carries_->setObjectName(QStringLiteral("figureCarries"));
    carries_->setToolTip(
        tr("Names of runs and the drawn numbers go into the file. Switch it off to give only the picture away."));
    carries_->setChecked(format.carries);
    form->addRow(carries_);
    auto* note = new QLabel(tr("A figure always has the colours of the light theme."));
    note->setForegroundRole(QPalette::PlaceholderText);
    form->addRow(note);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel);
    buttons->button(QDialogButtonBox::Save)->setText(tr("&Save as…"));
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    form->addRow(buttons);
}

template <typename Widget>
Widget* FigureDialog::add(QFormLayout& form, Widget* widget, const char* name, const QString& label) {
    widget->setObjectName(QLatin1String(name));
    widget->setAccessibleName(QString(label).remove('&'));
    form.addRow(label, widget);
    return widget;
}

void FigureDialog::buildSize(QFormLayout& form) {
    columns_ = add(form, new QComboBox, "figureColumns", tr("&Columns"));
    for (const auto& text : {tr("1 column (%1 mm)"), tr("2 columns (%1 mm)")})
        columns_->addItem(text.arg(columnWidths[static_cast<size_t>(columns_->count())]));
    columns_->addItem(tr("Another width"));
    unit_ = add(form, new QComboBox, "figureUnit", tr("&Unit"));
    unit_->addItems({tr("millimetres"), tr("centimetres"), tr("inches")});
    width_ = add(form, number(leastSide, mostSide), "figureWidth", tr("&Width"));
    height_ = add(form, number(leastSide, mostSide), "figureHeight", tr("&Height"));
    font_ = add(form, number(leastFont, mostFont), "figureFont", tr("&Font size"));
    font_->setSuffix(' ' + tr("pt"));
    font_->setValue(format_.fontPoints);
    showSize();
    showColumns();
    connect(columns_, &QComboBox::currentIndexChanged, this, &FigureDialog::chooseColumns);
    connect(unit_, &QComboBox::currentIndexChanged, this, &FigureDialog::showSize);
    for (QDoubleSpinBox* box : {width_, height_})
        connect(box, &QDoubleSpinBox::valueChanged, this, &FigureDialog::takeSize);
}

void FigureDialog::buildTitles(QFormLayout& form) {
    title_ = add(form, new QLineEdit(format_.title), "figureTitle", tr("&Title"));
    title_->setPlaceholderText(tr("none"));
    x_ = add(form, new QLineEdit(format_.xTitle.value_or(titles_.x)), "figureX", tr("Title of the &x axis"));
    for (const auto& [panel, own] : titles_.y) {
        const auto chosen = format_.yTitles.find(panel);
        const QString label = titles_.y.size() == 1 ? tr("Title of the &y axis") : tr("Title of y axis %1").arg(y_.size() + 1);
        y_[panel] = add(form, new QLineEdit(chosen == format_.yTitles.end() ? own : chosen->second),
                        QStringLiteral("figureY%1").arg(panel).toLatin1().constData(), label);
    }
    legend_ = new QCheckBox(tr("&Legend"));
    legend_->setObjectName(QStringLiteral("figureLegend"));
    legend_->setChecked(format_.legend);
    form.addRow(legend_);
}

void FigureDialog::takeSize() {
    const double unit = units[static_cast<size_t>(unit_->currentIndex())].millimetres;
    format_.millimetres = {width_->value() * unit, height_->value() * unit};
    showColumns();
}

void FigureDialog::chooseColumns(int index) {
    if (index < static_cast<int>(columnWidths.size())) format_.millimetres.setWidth(columnWidths[static_cast<size_t>(index)]);
    showSize();
}

void FigureDialog::showSize() {
    const Unit unit = units[static_cast<size_t>(unit_->currentIndex())];
    const auto show = [&](QDoubleSpinBox* box, double millimetres) {
        const QSignalBlocker quiet(box);  // what is shown is rounded: the size stays what it is
        box->setDecimals(unit.decimals);
        box->setSingleStep(unit.step);
        box->setRange(leastSide / unit.millimetres, mostSide / unit.millimetres);
        box->setValue(millimetres / unit.millimetres);
    };
    show(width_, format_.millimetres.width());
    show(height_, format_.millimetres.height());
}

void FigureDialog::showColumns() {
    const QSignalBlocker quiet(columns_);
    constexpr double alike = 0.05;
    size_t place = 0;
    while (place < columnWidths.size() && std::abs(columnWidths[place] - format_.millimetres.width()) > alike)
        ++place;
    columns_->setCurrentIndex(static_cast<int>(place));
}

FigureFormat FigureDialog::format() const {
    FigureFormat format = format_;
    format.fontPoints = font_->value();
    format.title = title_->text().trimmed();
    // A title that was left as it is follows the plot from now on.
    format.xTitle = x_->text() == titles_.x ? std::nullopt : std::optional(x_->text());
    for (const auto& [panel, edit] : y_)
        if (edit->text() == titles_.y.at(panel))
            format.yTitles.erase(panel);
        else
            format.yTitles[panel] = edit->text();
    format.legend = legend_->isChecked();
    format.carries = carries_->isChecked();
    return format;
}

}  // namespace gaplab::ui
