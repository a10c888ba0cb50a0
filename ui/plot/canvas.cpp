#include "ui/plot/canvas.h"

#include <algorithm>
#include <cmath>

namespace gaplab::ui {
namespace {

const QString curveLayer = QStringLiteral("curves"), sheetLayer = QStringLiteral("curveSheet");

}  // namespace

Canvas::Canvas(QWidget* parent) : QCustomPlot(parent) {
    setMinimumSize(80, 60);  // QCustomPlot complains when it has nothing to paint on
    plotLayout()->clear();   // the axes and the legend that QCustomPlot brings along
    setAutoAddPlottableToLegend(false);
    addLayer(curveLayer, layer(QStringLiteral("main")), limBelow);
    addLayer(sheetLayer, layer(curveLayer), limAbove);
    sheet_ = new CurveSheet(this, sheetLayer);
    margins_ = new QCPMarginGroup(this);
    lineLegend_ = new QCPLegend;
    lineLegend_->setFillOrder(QCPLegend::foColumnsFirst);
    // An empty legend allows no width at all, to itself and so to the panels below: a filler beside it takes what is left.
    legendRow_ = new QCPLayoutGrid;
    plotLayout()->addElement(0, 0, legendRow_);
    legendRow_->addElement(0, 0, lineLegend_);
    legendRow_->addElement(0, 1, new QCPLayoutElement(this));
    legendRow_->setColumnStretchFactor(1, 0.001);
    lineLegend_->setLayer(QStringLiteral("legend"));
    setInteractions(QCP::iRangeZoom);
    setSelectionRectMode(QCP::srmZoom);
    setNoAntialiasingOnDrag(true);
    connect(this, &QCustomPlot::mouseDoubleClick, this, [this] {
        fit();
        Q_EMIT rangeTouched();
    });
    connect(this, &QCustomPlot::mouseMove, this, &Canvas::showValues);
    connect(this, &QCustomPlot::afterLayout, this, &Canvas::placeMarkerTexts);
    restyle();
}

int Canvas::addPanel(const QString& yTitle, int stretch, int decimals) {
    Panel panel;
    panel.rect = new QCPAxisRect(this);
    panel.stretch = stretch;
    panel.decimals = decimals;
    plotLayout()->addElement(plotLayout()->rowCount(), 0, panel.rect);
    panel.rect->setMarginGroup(QCP::msLeft | QCP::msRight, margins_);
    panel.rect->setRangeZoom(Qt::Horizontal);
    panel.rect->setRangeZoomAxes(panel.x(), panel.y());
    panel.rect->axis(QCPAxis::atRight)->setRange(0, 1);  // hidden; places marks on the lower edge whatever y shows
    panel.y()->setLabel(yTitle);
    for (QCPAxis* axis : panel.rect->axes()) {
        axis->setLayer(QStringLiteral("axes"));
        axis->grid()->setLayer(QStringLiteral("grid"));
    }
    tieAxes(panel);
    panels_.push_back(panel);
    restyle();
    arrangePanels();
    return static_cast<int>(panels_.size()) - 1;
}

void Canvas::tieAxes(Panel& panel) {
    connect(panel.x(), qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this, [this](const QCPRange& range) {
        if (arranging_) return;
        fitsX_ = false;
        moveX(range);
        Q_EMIT rangeTouched();
    });
    connect(panel.y(), qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this, [this, place = panels_.size()] {
        if (arranging_) return;
        panels_[place].fitsY = false;
        Q_EMIT rangeTouched();
    });
}

void Canvas::moveX(const QCPRange& range) {
    arranging_ = true;
    for (Panel& panel : panels_)
        panel.x()->setRange(range);
    arranging_ = false;
}

void Canvas::setPanelVisible(int index, bool visible) {
    if (panel(index).visible == visible) return;
    panel(index).visible = visible;
    arrangePanels();
}

void Canvas::setLogarithmic(QCPAxis& axis, bool logarithmic) {
    if ((axis.scaleType() == QCPAxis::stLogarithmic) == logarithmic) return;
    arranging_ = true;
    axis.setScaleType(logarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    axis.setTicker(logarithmic ? QSharedPointer<QCPAxisTicker>(new QCPAxisTickerLog) : QSharedPointer<QCPAxisTicker>::create());
    arranging_ = false;
}

void Canvas::setPanelLogarithmic(int index, bool logarithmic) {
    setLogarithmic(*panel(index).y(), logarithmic);
}

void Canvas::setXLogarithmic(bool logarithmic) {
    for (Panel& panel : panels_)
        setLogarithmic(*panel.x(), logarithmic);
}

void Canvas::setXNames(const QStringList& names) {
    if (names == xNames_) return;
    xNames_ = names;
    for (Panel& panel : panels_) {
        auto ticker = QSharedPointer<QCPAxisTicker>::create();
        if (!names.isEmpty()) {
            const auto words = QSharedPointer<QCPAxisTickerText>::create();
            for (int i = 0; i < names.size(); ++i)
                words->addTick(i, names[i]);
            ticker = words;
        }
        panel.x()->setTicker(ticker);
        constexpr int slope = 30;  // degrees: names are longer than numbers
        panel.x()->setTickLabelRotation(names.isEmpty() ? 0 : slope);
    }
}

void Canvas::arrangePanels() {
    for (const Panel& panel : panels_)
        if (panel.rect->layout()) plotLayout()->take(panel.rect);
    plotLayout()->simplify();
    if (plotLayout()->rowCount() > 0) plotLayout()->setRowStretchFactor(0, 0.001);  // the legend's
    Panel* last = nullptr;
    for (Panel& panel : panels_) {
        panel.rect->setVisible(panel.visible);
        if (!panel.visible) continue;
        const int row = plotLayout()->rowCount();
        plotLayout()->addElement(row, 0, panel.rect);
        plotLayout()->setRowStretchFactor(row, panel.stretch);
        panel.x()->setTickLabels(false);
        panel.x()->setLabel({});
        last = &panel;
    }
    if (!last) return;
    last->x()->setTickLabels(true);
    last->x()->setLabel(xTitle_);
}

void Canvas::setXTitle(const QString& title) {
    xTitle_ = title;
    arrangePanels();
}

void Canvas::clearContent() {
    clearSeries();
    grip_.cancel();
    for (Panel& panel : panels_) {
        panel.target.clear();
        for (QCPGraph* graph : {panel.lower, panel.upper, panel.line})
            if (graph) {
                graph->removeFromLegend(lineLegend_);
                removeGraph(graph);
            }
        panel.lower = panel.upper = panel.line = nullptr;
    }
    setMarkers({});
    for (const Mark mark : {A, B, Pointer})
        setMark(mark, {});
    fit();
}

void Canvas::clearSeries() {
    for (const auto& series : series_) {
        series->curve->removeFromLegend(lineLegend_);
        removePlottable(series->curve);
        if (series->missing) removeGraph(series->missing);
    }
    series_.clear();
}

PlotSeries& Canvas::addSeries(const QString& id, int panel, const SeriesStyle& style) {
    PlotSeries* series = find(id);
    if (!series) {
        series_.push_back(std::make_unique<PlotSeries>());
        series = series_.back().get();
        series->id = id;
        series->panel = panel;
        series->curve = new PlotCurve(this->panel(panel).x(), this->panel(panel).y(), sheet_);
        series->curve->setLayer(curveLayer);
    }
    series->style = style;
    styleSeries(*series);
    return *series;
}

PlotSeries* Canvas::find(const QString& id) {
    const auto found = std::ranges::find_if(series_, [&id](const auto& series) { return series->id == id; });
    return found == series_.end() ? nullptr : found->get();
}

void Canvas::setPoints(PlotSeries& series, const QVector<QPointF>& points) {
    series.curve->data().clear();
    if (series.missing) series.missing->data()->clear();
    for (const QPointF& point : points)
        addPoint(series, point);
    styleSeries(series);
}

void Canvas::setData(PlotSeries& series, CurveData points) {
    series.curve->data() = std::move(points);
    if (series.missing) series.missing->data()->clear();
    const CurveData& kept = series.curve->data();
    for (size_t i = 0; i < kept.size(); ++i)
        if (std::isnan(kept.finiteY(i))) markMissing(series, kept.x(i));
    styleSeries(series);
}

void Canvas::append(PlotSeries& series, QPointF point) {
    addPoint(series, point);
    styleSeries(series);
}

void Canvas::addPoint(PlotSeries& series, QPointF point) {
    series.curve->data().append(point.x(), point.y());
    if (!std::isfinite(point.y())) markMissing(series, point.x());
}

void Canvas::markMissing(PlotSeries& series, double x) {
    if (!series.missing) {
        const Panel& place = panel(series.panel);
        series.missing = addGraph(place.x(), place.rect->axis(QCPAxis::atRight));
        series.missing->setLineStyle(QCPGraph::lsNone);
        series.missing->removeFromLegend(lineLegend_);
    }
    series.missing->addData(x, 0.03);
}

void Canvas::fillBetween(PlotSeries& first, PlotSeries& second) {
    first.curve->fillTo(second.curve);
    styleSeries(first);
}

void Canvas::setBand(int index, const QVector<QPointF>& target, double halfWidth, const QString& name) {
    Panel& place = panel(index);
    place.target = target;
    place.halfWidth = halfWidth;
    if (!place.line) {
        place.lower = addGraph(place.x(), place.y());
        place.upper = addGraph(place.x(), place.y());
        place.line = addGraph(place.x(), place.y());
        place.upper->setChannelFillGraph(place.lower);
        place.line->addToLegend(lineLegend_);
    }
    place.line->setName(name);
    for (QCPGraph* graph : {place.lower, place.upper, place.line}) {
        graph->data()->clear();
        graph->setLayer(QStringLiteral("grid"));  // behind the lines
    }
    for (const QPointF& point : target) {
        place.lower->addData(point.x(), point.y() - halfWidth);
        place.upper->addData(point.x(), point.y() + halfWidth);
        place.line->addData(point.x(), point.y());
    }
    styleBand(place);
    grip_.bandChanged(index);
}

void Canvas::placeIn(const Panel& panel, QCPItemPosition* position, double x, double y) {
    position->setType(QCPItemPosition::ptPlotCoords);
    position->setTypeY(QCPItemPosition::ptAxisRectRatio);
    position->setAxes(panel.x(), panel.y());
    position->setAxisRect(panel.rect);
    position->setCoords(x, y);
}

void Canvas::setMarkers(const QVector<PlotMarker>& markers) {
    for (QCPAbstractItem* item : markerItems_)
        removeItem(item);
    markerItems_.clear();
    markers_ = markers;
    for (const PlotMarker& marker : markers) {
        for (const Panel& panel : panels_) {
            auto* line = new QCPItemLine(this);
            placeIn(panel, line->start, marker.x, 0);
            placeIn(panel, line->end, marker.x, 1);
            line->setClipAxisRect(panel.rect);
            line->setVisible(panel.visible);
            markerItems_ += line;
        }
        if (panels_.empty() || marker.text.isEmpty()) continue;
        auto* text = new QCPItemText(this);
        placeIn(panels_.front(), text->position, marker.x, 0.02);
        text->setClipAxisRect(panels_.front().rect);
        text->setText(marker.text);
        text->setRotation(90);
        text->setPadding({0, 2, 0, 2});
        markerItems_ += text;
    }
    styleMarkers();
}

void Canvas::placeMarkerTexts() {
    for (QCPAbstractItem* item : markerItems_) {
        auto* text = qobject_cast<QCPItemText*>(item);
        if (!text) continue;
        // Left of its line, since the last ones lie at the right edge; the first ones at the left edge need the other side.
        const bool fits =
            text->position->pixelPosition().x() - panels_.front().rect->left() >= QFontMetrics(text->font()).height();
        text->setPositionAlignment(Qt::AlignLeft | (fits ? Qt::AlignTop : Qt::AlignBottom));
    }
}

}  // namespace gaplab::ui
