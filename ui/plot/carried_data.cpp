#include "ui/plot/carried_data.h"

#include <QDialogButtonBox>
#include <QVBoxLayout>

#include "ui/plot/plot_view.h"

namespace gaplab::ui {

CarriedData::CarriedData(const FigureView& view, const std::vector<FigureCurve>& curves, QWidget* parent) : QDialog(parent) {
    constexpr QSize comfortable(900, 760);
    constexpr int mostNamed = 20, colours = 8;  // a longer legend leaves no room for the curves
    setObjectName(QStringLiteral("carriedData"));
    setWindowTitle(view.title.empty() ? tr("Data that the figure carries")
                                      : tr("Data that the figure carries: %1").arg(QString::fromStdString(view.title)));
    auto* plot = new PlotView;
    plot->setObjectName(QStringLiteral("carriedPlot"));
    plot->setXTitle(QString::fromStdString(view.x.title));
    std::map<std::string, int> panels;
    int number = 0;
    for (const FigureCurve& curve : curves) {
        if (!panels.contains(curve.panel)) panels[curve.panel] = plot->addPanel(QString::fromStdString(curve.panel));
        const QString id = QString::number(number);
        plot->addSeries(
            id, panels[curve.panel],
            {QString::fromStdString(curve.name), identityInk(number), repeatDash(number / colours), 1.5, number < mostNamed});
        QVector<QPointF> points;
        for (const auto& [x, y] : curve.points)
            points += {x, y};
        plot->setPoints(id, points);
        ++number;
    }
    plot->setSentence(tr("%n curve(s) as they were when the figure was made.", "", number));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->addWidget(plot, 1);
    column->addWidget(buttons);
    resize(comfortable);
}

}  // namespace gaplab::ui
