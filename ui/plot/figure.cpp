#include "ui/plot/figure.h"

#include <array>
#include <charconv>

#include <QFileInfo>
#include <QPageSize>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>

#include "ui/plot/canvas.h"

namespace gaplab::ui {
namespace {

// A plot is laid out in these, whatever it is written to; 96 an inch, as on a screen.
constexpr double pixelsPerMillimetre = 96 / 25.4, pixelsPerPoint = 96 / 72.0;
constexpr int pngDotsPerInch = 300, pdfDotsPerInch = 1200, maximalSide = 20'000;

bool paint(Canvas& canvas, QPaintDevice& device, const FigureFormat& format, double scale) {
    QCPPainter painter;
    if (!painter.begin(&device)) return false;
    painter.setMode(QCPPainter::pmVectorized);
    painter.scale(scale, scale);
    canvas.paintFigure(painter, (format.millimetres * pixelsPerMillimetre).toSize(), format.fontPoints * pixelsPerPoint);
    return painter.end();
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

bool writePdf(Canvas& canvas, QIODevice& file, const FigureFormat& format) {
    QPdfWriter writer(&file);
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

}  // namespace

QString figureNumbers(const Canvas& canvas) {
    QString lines = QStringLiteral("curve,x,y\n");
    for (const auto& series : canvas.series()) {
        if (!canvas.panels()[static_cast<size_t>(series->panel)].visible) continue;
        const CurveData& data = series->curve->data();
        for (size_t i = 0; i < data.size(); ++i) {
            const double y = data.y(i);
            const QString value = std::isnan(y) ? QStringLiteral("nan") : shortest(static_cast<float>(y));
            lines += quoted(series->style.name) + ',' + shortestX(data.x(i)) + ',' + value + '\n';
        }
    }
    return lines;
}

QString writeFigure(Canvas& canvas, const QString& path, const FigureFormat& format) {
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly)) return file.errorString();
    const QString kind = QFileInfo(path).suffix().toLower();
    bool written = false;
    if (kind == QStringLiteral("png"))
        written = writePng(canvas, file, format);
    else if (kind == QStringLiteral("svg"))
        written = writeSvg(canvas, file, format);
    else if (kind == QStringLiteral("pdf"))
        written = writePdf(canvas, file, format);
    else if (kind == QStringLiteral("csv"))
        written = file.write(figureNumbers(canvas).toUtf8()) > 0;
    else
        return Canvas::tr("The name has to end in .png, .svg, .pdf or .csv.");
    if (!written) return Canvas::tr("The figure could not be drawn in this size.");
    return file.commit() ? QString() : file.errorString();
}

}  // namespace gaplab::ui
