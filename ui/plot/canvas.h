#pragma once

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "ui/plot/band_grip.h"
#include "ui/plot/figure.h"
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
    void setPanelLogarithmic(int index, bool logarithmic);
    void setXTitle(const QString& title);
    void setXLogarithmic(bool logarithmic);
    void setXNames(const QStringList& names);
    const QStringList& xNames() const { return xNames_; }
    QString xTitle() const { return xTitle_; }

    void clearContent();
    void clearSeries();
    PlotSeries& addSeries(const QString& id, int panel, const SeriesStyle& style);
    PlotSeries* find(const QString& id);
    const std::vector<std::unique_ptr<PlotSeries>>& series() const { return series_; }
    void setPoints(PlotSeries& series, const QVector<QPointF>& points);
    void setData(PlotSeries& series, CurveData points);
    void append(PlotSeries& series, QPointF point);
    void fillBetween(PlotSeries& first, PlotSeries& second);
    void setBand(int panel, const QVector<QPointF>& target, double halfWidth, const QString& name);
    void setMarkers(const QVector<PlotMarker>& markers);

    void fit();
    bool fitsX() const { return fitsX_; }
    /// As a person would have zoomed to it.
    void showX(const QCPRange& range);
    void showY(int panel, const QCPRange& range);
    void zoom(double factor);
    void pan(double share);
    /// From a fitted view the newest quarter is shown from now on.
    void setFollowing(bool following);
    bool isFollowing() const { return following_; }

    /// Vertical lines through all panels: two that a person sets, and one that goes with the pointer.
    enum Mark { A, B, Pointer };
    void setMark(Mark mark, std::optional<double> x);
    std::optional<double> markAt(Mark mark) const { return cursors_[mark].x; }
    /// Where the pointer is, else the middle of what is shown.
    double pointerOrMiddle() const;
    struct Reading {
        QString name;
        int decimals = 1;
        std::array<std::optional<double>, 2> values;  ///< at A and B: of the nearest point; may be NaN
    };
    /// Of the curves that are shown.
    std::vector<Reading> readings() const;

    /// Lets a person drag the band of a panel: see BandGrip.
    BandGrip& grip() { return grip_; }
    /// Draws what lies above the curves, and moves, at once.
    void redrawOverlay();

    /// Sets ranges, legend and marks to what is there now, and draws.
    void redraw();
    /// Sets ranges to what is there now.
    void updateRanges();
    /// Paints what is shown in the light theme, laid out anew for this size and height of letters, with the titles of `format`.
    /// Returns the least size that there is room in, where that is more than `size`, and paints nothing then.
    std::optional<QSize> paintFigure(QCPPainter& painter, QSize size, double fontPixels, const FigureFormat& format);

protected:
    void changeEvent(QEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;

Q_SIGNALS:
    /// A person has moved or zoomed an axis.
    void rangeTouched();
    /// A person has dragged the band of a panel.
    void bandDragged(int panel, double target, double halfWidth);

private:
    /// Takes the colours and the font of the palette.
    void restyle();
    /// What colours are chosen by: the theme, or paper.
    double lineScale() const;
    QPalette ground() const { return paper_ ? *paper_ : palette(); }
    void arrangePanels();
    void tieAxes(Panel& panel);
    void moveX(const QCPRange& range);
    void styleAxis(QCPAxis* axis);
    void styleSeries(PlotSeries& series);
    void styleBand(Panel& panel);
    void styleMarkers();
    void placeMarkerTexts();
    void addPoint(PlotSeries& series, QPointF point);
    void setLogarithmic(QCPAxis& axis, bool logarithmic);
    void markMissing(PlotSeries& series, double x);
    double marginX() const;
    void showLegendRow(bool shown);
    /// Makes the panels as low as they may be on paper, with as many numbers on their axes as there is room for, or as on the
    /// screen again.
    void fitPanels(std::optional<int> height);
    void setTickRoom(Panel& panel, int height);
    void updateRangeX();
    QCPRange valuesOf(const Panel& panel, int index, const QCPRange& x, QCP::SignDomain signs = QCP::sdBoth) const;
    QCPRange valuesAfterTheFirst(const Panel& panel, int index, const QCPRange& x) const;
    void updateRangeY(Panel& panel, int index);
    void updateLegend(int width);
    void showValues(QMouseEvent* event);
    static bool isNear(const Panel& panel, QPointF point, QPoint pixel);
    struct Cursor {
        std::optional<double> x;
        QList<QCPAbstractItem*> items;
    };
    void drawCursor(Cursor& cursor, const QString& text, Qt::PenStyle dash);
    void restyleCursors();
    /// `x` in the panel's own units, `y` as a share of its height.
    static void placeIn(const Panel& panel, QCPItemPosition* position, double x, double y);

    std::vector<Panel> panels_;
    std::vector<std::unique_ptr<PlotSeries>> series_;
    QVector<PlotMarker> markers_;
    QList<QCPAbstractItem*> markerItems_;
    std::array<Cursor, 3> cursors_;
    BandGrip grip_{*this};
    CurveSheet* sheet_ = nullptr;
    QCPLegend* lineLegend_ = nullptr;
    QCPLayoutGrid* legendRow_ = nullptr;
    QCPMarginGroup* margins_ = nullptr;
    std::optional<QPalette> paper_;  ///< while a figure is painted
    QString xTitle_;
    QStringList xNames_;
    bool fitsX_ = true;
    bool following_ = false;
    bool arranging_ = false;  ///< ranges are being set by us, not by a person
};

}  // namespace gaplab::ui
