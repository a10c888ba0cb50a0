#include "ui/plot/figure.h"

#include <array>
#include <charconv>

#include <QBuffer>
#include <QCoreApplication>
#include <QFileInfo>
#include <QPageSize>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>

#include "core/base/error.h"
#include "core/interop/figure_file.h"
#include "ui/plot/canvas.h"

namespace gaplab::ui {
namespace {

// A plot is laid out in these, whatever it is written to; 96 an inch, as on a screen.
constexpr double pixelsPerMillimetre = 96 / 25.4, pixelsPerPoint = 96 / 72.0;
constexpr int pngDotsPerInch = 300, pdfDotsPerInch = 1200, maximalSide = 20'000;

/// Throws Error (Input) where there is not enough room.
bool paint(Canvas& canvas, QPaintDevice& device, const FigureFormat& format, double scale) {
    QCPPainter painter;
    if (!painter.begin(&device)) return false;
    painter.setMode(QCPPainter::pmVectorized);
    painter.scale(scale, scale);
    const auto needed = canvas.paintFigure(painter, (format.millimetres * pixelsPerMillimetre).toSize(),
                                           format.fontPoints * pixelsPerPoint, format);
    painter.end();
    if (!needed) return true;
    const auto millimetres = [](int pixels) { return std::ceil(pixels / pixelsPerMillimetre); };
    throw inputError(Canvas::tr("The plot needs at least %1 × %2 mm with these letters.")
                         .arg(millimetres(needed->width()))
                         .arg(millimetres(needed->height()))
                         .toStdString(),
                     Canvas::tr("Make the figure larger or its letters smaller, or leave the legend out.").toStdString());
}

bool writePng(Canvas& canvas, QIODevice& file, const FigureFormat& format) {
    QImage image((format.millimetres * pngDotsPerInch / 25.4).toSize(), QImage::Format_RGB32);
    if (image.isNull() || std::max(image.width(), image.height()) > maximalSide) return false;
    image.fill(Qt::white);
    const bool painted = paint(canvas, image, format, pngDotsPerInch / 96.0);
    image.setDotsPerMeterX(qRound(pngDotsPerInch / 0.0254));
    image.setDotsPerMeterY(qRound(pngDotsPerInch / 0.0254));
    return painted && image.save(&file, "PNG");
}

bool writeSvg(Canvas& canvas, QIODevice& file, const FigureFormat& format) {
    QSvgGenerator generator;
    generator.setOutputDevice(&file);
    generator.setResolution(96);
    const QSize size = (format.millimetres * pixelsPerMillimetre).toSize();
    generator.setSize(size);
    generator.setViewBox(QRect(QPoint(), size));
    return paint(canvas, generator, format, 1);
}

/// `carried`: what goes with the picture; null: nothing.
bool writePdf(Canvas& canvas, QIODevice& file, const FigureFormat& format, const FigureFile* carried) {
    QPdfWriter writer(&file);
    writer.setTitle(format.title);
    if (carried) writer.setDocumentXmpMetadata(QByteArray::fromStdString(xmpWithFigure(*carried)));
    writer.setResolution(pdfDotsPerInch);
    writer.setPageMargins({});
    if (!writer.setPageSize(QPageSize(format.millimetres, QPageSize::Millimeter, {}, QPageSize::ExactMatch))) return false;
    return paint(canvas, writer, format, pdfDotsPerInch / 96.0);
}

QString quoted(QString name) {
    return '"' + name.replace('"', QStringLiteral("\"\"")) + '"';
}

/// The shortest number that reads back as the same float.
QString shortest(float value) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.begin(), digits.end(), value).ptr;
    return QString::fromLatin1(digits.data(), end - digits.data());
}

/// The shortest number that a curve keeps as this x.
QString shortestX(double x) {
    constexpr int enough = 17;
    for (int digits = 14; digits < enough; ++digits)
        if (const QString number = QString::number(x, 'g', digits); CurveData::kept(number.toDouble()) == x) return number;
    return QString::number(x, 'g', enough);
}

/// The lines of the table.
class Numbers {
public:
    void addCurve(const QString& panel, const QString& name, const CurveData& data) {
        for (size_t i = 0; i < data.size(); ++i) {
            const double y = data.y(i);
            add(panel, name, shortestX(data.x(i)), std::isnan(y) ? QStringLiteral("nan") : shortest(static_cast<float>(y)));
        }
    }
    /// The target, moved by `offset`.
    void addTarget(const QString& panel, const QString& name, const QVector<QPointF>& target, double offset) {
        constexpr int digits = 15;
        for (const QPointF& point : target)
            add(panel, name, QString::number(point.x(), 'g', digits), QString::number(point.y() + offset, 'g', digits));
    }
    QString text() const { return lines_; }

private:
    void add(const QString& panel, const QString& name, const QString& x, const QString& y) {
        lines_ += quoted(panel) + ',' + quoted(name) + ',' + x + ',' + y + '\n';
    }

    QString lines_ = QStringLiteral("panel,curve,x,y\n");
};

FigureAxis axisOf(const QString& title, const QCPRange& range, bool fitted) {
    return {title.toStdString(), range.lower, range.upper, fitted};
}

bool isPicture(const QString& kind) {
    return QStringList({QStringLiteral("png"), QStringLiteral("svg"), QStringLiteral("pdf")}).contains(kind);
}

/// A picture of this kind with what it carries; nothing where it cannot be drawn.
std::optional<QByteArray> pictureOf(Canvas& canvas, const QString& kind, const FigureFormat& format, const FigureFile* carried) {
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    const bool png = kind == QStringLiteral("png"), svg = kind == QStringLiteral("svg");
    const bool drawn = png   ? writePng(canvas, buffer, format)
                       : svg ? writeSvg(canvas, buffer, format)
                             : writePdf(canvas, buffer, format, carried);
    if (!drawn) return {};
    const QByteArray bare = buffer.data();
    if (!carried || !(png || svg)) return bare;
    return QByteArray::fromStdString((png ? pngWithFigure : svgWithFigure)(bare.toStdString(), *carried));
}

}  // namespace

QString figureNumbers(const Canvas& canvas) {
    Numbers numbers;
    for (size_t i = 0; i < canvas.panels().size(); ++i) {
        const Canvas::Panel& panel = canvas.panels()[i];
        if (!panel.visible) continue;
        const QString title = panel.y()->label();
        for (const auto& series : canvas.series())
            if (series->panel == static_cast<int>(i)) numbers.addCurve(title, series->style.name, series->curve->data());
        if (!panel.line) continue;
        numbers.addTarget(title, panel.line->name(), panel.target, 0);
        numbers.addTarget(title, Canvas::tr("%1, upper edge").arg(panel.line->name()), panel.target, panel.halfWidth);
        numbers.addTarget(title, Canvas::tr("%1, lower edge").arg(panel.line->name()), panel.target, -panel.halfWidth);
    }
    return numbers.text();
}

FigureView figureView(const Canvas& canvas, const FigureFormat& format, FigureView page) {
    FigureView view = std::move(page);
    view.app = QCoreApplication::applicationVersion().toStdString();
    view.title = format.title.toStdString();
    view.width = format.millimetres.width();
    view.height = format.millimetres.height();
    view.fontPoints = format.fontPoints;
    view.legend = format.legend;
    if (!canvas.panels().empty())
        view.x = axisOf(format.xTitle.value_or(canvas.xTitle()), canvas.panels().front().x()->range(), canvas.fitsX());
    for (size_t i = 0; i < canvas.panels().size(); ++i) {
        const Canvas::Panel& panel = canvas.panels()[i];
        const auto own = format.yTitles.find(static_cast<int>(i));
        view.panels.push_back(
            axisOf(own == format.yTitles.end() ? panel.y()->label() : own->second, panel.y()->range(), panel.fitsY));
    }
    return view;
}

QString writeFigure(Canvas& canvas, const QString& path, const FigureFormat& format, const FigureView& page) {
    const QString kind = QFileInfo(path).suffix().toLower();
    if (!isPicture(kind) && kind != QStringLiteral("csv")) return Canvas::tr("The name has to end in .png, .svg, .pdf or .csv.");
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly)) return file.errorString();
    std::optional<QByteArray> content;
    try {
        if (!isPicture(kind)) {
            content = figureNumbers(canvas).toUtf8();
        } else if (format.carries) {
            canvas.updateRanges();
            const FigureFile carried{figureView(canvas, format, page), figureNumbers(canvas).toStdString()};
            content = pictureOf(canvas, kind, format, &carried);
        } else {
            content = pictureOf(canvas, kind, format, nullptr);
        }
    } catch (const Error& error) {
        return QString::fromStdString(error.describe());
    }
    if (!content) return Canvas::tr("The figure could not be drawn in this size.");
    file.write(*content);
    return file.commit() ? QString() : file.errorString();
}

}  // namespace gaplab::ui
