#pragma once

#include <memory>
#include <vector>

#include "ui/plot/plot_curve.h"
#include "ui/plot/plot_style.h"

namespace gaplab::ui {

/// One line: the curve that keeps and draws the points, and what marks those that it cannot draw.
struct PlotSeries {
    QString id;
    int panel = 0;
    SeriesStyle style;
    PlotCurve* curve = nullptr;
    QCPGraph* missing = nullptr;  ///< crosses on the axis where a value is not a number; made when the first one comes
};

/// The drawing behind PlotView, and the only class that speaks to QCustomPlot.
class Canvas : public QCustomPlot {
    Q_OBJECT
public:
    explicit Canvas(QWidget* parent = nullptr);

    struct Panel {
        QCPAxisRect* rect = nullptr;
        int stretch = 1;
        int decimals = 1;
        bool visible = true;
        bool fitsY = true;  ///< false once a person has zoomed this axis
        QVector<QPointF> target;
        double halfWidth = 0;
        QCPGraph *lower = nullptr, *upper = nullptr, *line = nullptr;
        QCPAxis* x() const { return rect->axis(QCPAxis::atBottom); }
        QCPAxis* y() const { return rect->axis(QCPAxis::atLeft); }
    };

    int addPanel(const QString& yTitle, int stretch, int decimals);
    Panel& panel(int index) { return panels_[static_cast<size_t>(index)]; }
    const std::vector<Panel>& panels() const { return panels_; }
    void setPanelVisible(int index, bool visible);
    void setXTitle(const QString& title);
    QString xTitle() const { return xTitle_; }

    void clearContent();
    void clearSeries();
    PlotSeries& addSeries(const QString& id, int panel, const SeriesStyle& style);
    PlotSeries* find(const QString& id);
    const std::vector<std::unique_ptr<PlotSeries>>& series() const { return series_; }
    void setPoints(PlotSeries& series, const QVector<QPointF>& points);
    void append(PlotSeries& series, QPointF point);
    void fillBetween(PlotSeries& first, PlotSeries& second);
    void setBand(int panel, const QVector<QPointF>& target, double halfWidth, const QString& name);
    void setMarkers(const QVector<PlotMarker>& markers);

    void fit();
    void zoom(double factor);
    void pan(double share);
    /// From a fitted view the newest quarter is shown from now on.
    void setFollowing(bool following);
    bool isFollowing() const { return following_; }

    /// Sets ranges, legend and marks to what is there now, and draws.
    void redraw();
    /// Paints what is shown, laid out anew for this size and height of letters.
    void paintFigure(QCPPainter& painter, QSize size, double fontPixels);

protected:
    void changeEvent(QEvent* event) override;

Q_SIGNALS:
    /// A person has moved or zoomed an axis.
    void rangeTouched();

private:
    /// Takes the colours and the font of the palette.
    void restyle();
    void arrangePanels();
    void tieAxes(Panel& panel);
    void moveX(const QCPRange& range);
    void styleAxis(QCPAxis* axis);
    void styleSeries(PlotSeries& series);
    void styleBand(Panel& panel);
    void styleMarkers();
    void addPoint(PlotSeries& series, QPointF point);
    void updateRanges();
    void updateRangeX();
    QCPRange valuesOf(const Panel& panel, int index, const QCPRange& x) const;
    QCPRange valuesAfterTheFirst(const Panel& panel, int index, const QCPRange& x) const;
    void updateRangeY(Panel& panel, int index);
    void updateLegend(int width);
    void showValues(QMouseEvent* event);

    std::vector<Panel> panels_;
    std::vector<std::unique_ptr<PlotSeries>> series_;
    QVector<PlotMarker> markers_;
    QList<QCPAbstractItem*> markerItems_;
    CurveSheet* sheet_ = nullptr;
    QCPLegend* lineLegend_ = nullptr;
    QCPMarginGroup* margins_ = nullptr;
    QString xTitle_;
    bool fitsX_ = true;
    bool following_ = false;
    bool arranging_ = false;  ///< ranges are being set by us, not by a person
};

}  // namespace gaplab::ui
