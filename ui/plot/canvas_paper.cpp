// How the canvas is put on paper, and how it comes back to the screen.

#include <algorithm>
#include <cmath>

#include "ui/plot/canvas.h"
#include "ui/window/theme.h"

namespace gaplab::ui {
namespace {

/// The titles of a figure, until it is painted.
class FigureTitles {
public:
    FigureTitles(Canvas& canvas, const FigureFormat& format, int height) : canvas_(canvas) {
        int stretches = 0;
        for (const Canvas::Panel& panel : canvas.panels())
            stretches += panel.visible ? panel.stretch : 0;
        for (size_t i = 0; i < canvas.panels().size(); ++i) {
            const Canvas::Panel& panel = canvas.panels()[i];
            QCPAxis *x = panel.x(), *y = panel.y();
            const auto own = format.yTitles.find(static_cast<int>(i));
            const int room = 3 * height * panel.stretch / (4 * std::max(1, stretches));  // the rest is legend and margins
            set(y, inLines(own == format.yTitles.end() ? y->label() : own->second, room));
            if (format.xTitle && !x->label().isEmpty()) set(x, *format.xTitle);
        }
        if (format.title.isEmpty()) return;
        QFont letters = canvas.font();
        letters.setBold(true);
        letters.setPixelSize(std::max(1, static_cast<int>(std::lround(1.15 * letters.pixelSize()))));
        canvas.plotLayout()->insertRow(0);
        title_ = new QCPTextElement(&canvas, format.title, letters);
        canvas.plotLayout()->addElement(0, 0, title_);
        canvas.plotLayout()->setRowStretchFactor(0, 0.001);
        canvas.plotLayout()->setRowStretchFactor(1, 0.001);
    }
    ~FigureTitles() {
        for (const auto& [axis, label] : before_)
            axis->setLabel(label);
        if (title_) canvas_.plotLayout()->remove(title_);
        canvas_.plotLayout()->simplify();
    }
    FigureTitles(const FigureTitles&) = delete;
    FigureTitles& operator=(const FigureTitles&) = delete;

private:
    /// In two lines where one is longer than there is room for.
    QString inLines(QString text, int room) const {
        const qsizetype space = text.lastIndexOf(' ');
        if (space > 0 && canvas_.fontMetrics().horizontalAdvance(text) > room) text[space] = '\n';
        return text;
    }
    void set(QCPAxis* axis, const QString& label) {
        before_.emplace_back(axis, axis->label());
        axis->setLabel(label);
    }

    Canvas& canvas_;
    std::vector<std::pair<QCPAxis*, QString>> before_;
    QCPTextElement* title_ = nullptr;
};

}  // namespace

void Canvas::showLegendRow(bool shown) {
    QCPLayoutGrid& rows = *plotLayout();
    if (shown) {
        rows.insertRow(0);
        rows.addElement(0, 0, legendRow_);
    } else {
        rows.take(legendRow_);
        rows.simplify();
        lineLegend_->setVisible(false);
    }
    arrangePanels();
}

void Canvas::fitPanels(std::optional<int> height) {
    constexpr QSize leastOnScreen(50, 50);  // QCustomPlot's own
    int stretches = 0;
    for (const Panel& panel : panels_)
        stretches += panel.visible ? panel.stretch : 0;
    for (Panel& panel : panels_) {
        panel.rect->setMinimumSize(height ? QSize(leastOnScreen.width(), 3 * fontMetrics().height()) : leastOnScreen);
        if (height) setTickRoom(panel, *height * panel.stretch / std::max(1, stretches));
    }
}

std::optional<QSize> Canvas::paintFigure(QCPPainter& painter, QSize size, double fontPixels, const FigureFormat& format) {
    setMark(Pointer, {});  // a figure has none
    updateRanges();
    const QFont before = font();
    QFont letters = before;
    letters.setPixelSize(std::max(1, static_cast<int>(std::lround(fontPixels))));
    setFont(letters);
    paper_ = lightPalette();
    restyle();
    if (!format.legend) showLegendRow(false);
    std::optional<QSize> needed;
    {
        const FigureTitles titles(*this, format, size.height());
        if (format.legend) updateLegend(size.width());
        fitPanels(size.height());
        const QSize least = plotLayout()->minimumOuterSizeHint();
        if (least.width() > size.width() || least.height() > size.height())
            needed = least.expandedTo({1, 1});
        else
            toPainter(&painter, size.width(), size.height());
    }
    fitPanels({});
    if (!format.legend) showLegendRow(true);
    paper_.reset();
    setFont(before);
    restyle();
    redraw();
    return needed;
}

}  // namespace gaplab::ui
