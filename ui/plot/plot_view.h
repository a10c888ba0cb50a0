#pragma once

#include <functional>
#include <memory>
#include <optional>

#include <QPointF>
#include <QTimer>
#include <QVector>
#include <QWidget>

#include "ui/plot/curve_data.h"
#include "ui/plot/figure.h"
#include "ui/plot/plot_style.h"

class QAction;
class QLabel;
class QStackedWidget;

namespace gaplab::ui {

class Canvas;
class PlotTableModel;

/// Panels above each other that share the x axis, each with its lines, band and markers; beside it the same numbers as a table,
/// and one sentence that says what is to be seen. Every point given is kept; NaN interrupts a line and is marked on the axis.
/// Changes are drawn together, at most thirty times a second.
class PlotView : public QWidget {
    Q_OBJECT
public:
    explicit PlotView(QWidget* parent = nullptr);
    ~PlotView() override;

    /// Returns the number of the panel. `stretch`: its share of the height; `decimals`: of the numbers in table and read-out.
    int addPanel(const QString& yTitle, int stretch = 1, int decimals = 1);
    void setPanelTitle(int panel, const QString& yTitle);
    void setPanelVisible(int panel, bool visible);
    /// For values above 0 only; others are not shown.
    void setPanelLogarithmic(int panel, bool logarithmic);
    bool isPanelVisible(int panel) const;
    void setXTitle(const QString& title);
    /// For x above 0 only; others are not shown.
    void setXLogarithmic(bool logarithmic);
    /// Words instead of the numbers 0, 1, 2, ...; empty: numbers.
    void setXNames(const QStringList& names);
    /// Shows this part of x, as if a person had zoomed to it.
    void setXRange(double from, double to);
    void setYRange(int panel, double from, double to);

    /// Removes series, bands and markers and shows everything again; panels stay.
    void clear();
    /// Removes the series alone; what a person has zoomed to stays.
    void clearSeries();
    /// Adds a series without points, or changes the style of the one with this id.
    void addSeries(const QString& id, int panel, const SeriesStyle& style);
    bool hasSeries(const QString& id) const;
    /// Replaces the points; they ascend by x.
    void setPoints(const QString& id, const QVector<QPointF>& points);
    /// The same with points that were brought into order elsewhere, as on another thread.
    void setData(const QString& id, CurveData points);
    /// Adds one point behind the others.
    void append(const QString& id, QPointF point);
    QVector<QPointF> points(const QString& id) const;
    /// Fills the area between two series of one panel.
    void fillBetween(const QString& first, const QString& second);
    /// A target line with a band of half-width `halfWidth` around it.
    void setBand(int panel, const QVector<QPointF>& target, double halfWidth, const QString& name);
    QVector<QPointF> band(int panel) const;
    double bandHalfWidth(int panel) const;
    /// Lets a person drag the target and the edges of its band, for what lies right of `from`; nothing: not any more.
    void setBandGrip(int panel, std::optional<double> from);
    void setMarkers(const QVector<PlotMarker>& markers);

    /// One sentence about what is to be seen now: caption, and name for a screen reader.
    void setSentence(const QString& sentence);
    QString sentence() const { return sentence_; }

    /// Shows all points again and follows what is added.
    void fit();
    void zoom(double factor);
    /// The window of x stays as wide as it is and moves with the newest point.
    void setFollowing(bool following);
    void showTable(bool shown);
    bool isTableShown() const;

    /// Visible range of a panel's y axis, and of the x axis.
    QPair<double, double> yRange(int panel) const;
    QPair<double, double> xRange() const;
    /// Nothing waits to be drawn.
    bool isSettled() const;
    /// Draws at once what waits.
    void drawNow();
    /// Two lines, A (0) and B (1), between which the curves are compared below the plot; nothing: none.
    void setCursor(int which, std::optional<double> x);
    QString cursorText() const;
    /// Writes the plot, or its numbers, to a file: see writeFigure.
    QString writeFigure(const QString& path, const FigureFormat& format);
    /// What figures carry of the page around the plot.
    void setFigureSource(std::function<FigureView()> page) { page_ = std::move(page); }
    /// The ranges of a figure; its titles and its size are proposed for the next one. The curves have to be there already.
    void openFigure(const FigureView& view);
    const FigureFormat& figureFormat() const { return format_; }

Q_SIGNALS:
    /// A person has moved or zoomed an axis.
    void rangeTouched();
    /// A person wants to see everything.
    void fitted();
    /// A person has dragged the band of a panel: what is asked for. It is drawn until setBand is called.
    void bandDragged(int panel, double target, double halfWidth);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QAction* addCommand(const QString& name, const QString& text, const QKeySequence& shortcut);
    void buildCommands();
    void buildLayout();
    void zoomByHand(double factor);
    void askForFigure();
    void showCursors();
    void schedule();
    void speak();

    Canvas* canvas_;
    PlotTableModel* table_;
    QStackedWidget* stack_ = nullptr;
    QLabel* caption_ = nullptr;
    QLabel* cursors_ = nullptr;
    int lastCursor_ = 0;
    QAction* follow_ = nullptr;
    QAction* tableShown_ = nullptr;
    QString sentence_;
    FigureFormat format_;
    bool figureAsked_ = false;  ///< its size is one that a person has chosen
    std::function<FigureView()> page_;
    QTimer drawTimer_, speakTimer_;
};

}  // namespace gaplab::ui
