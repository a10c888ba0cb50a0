#include "ui/window/icons.h"

#include <QApplication>
#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QPixmap>
#include <QSvgRenderer>

// Q_INIT_RESOURCE must stand outside of a namespace.
static void initGapLabResources() {
    Q_INIT_RESOURCE(gaplab);
}

namespace gaplab::ui {
namespace {

/// Recolours a one-colour SVG when it is painted, so that icons follow a change of theme by themselves.
class GlyphEngine : public QIconEngine {
public:
    explicit GlyphEngine(QByteArray svg) : svg_(std::move(svg)) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
        const QPalette palette = QApplication::palette();
        const auto group = mode == QIcon::Disabled ? QPalette::Disabled : QPalette::Active;
        const auto role = mode == QIcon::Selected ? QPalette::HighlightedText : QPalette::WindowText;
        QByteArray svg = svg_;
        svg.replace("currentColor", palette.color(group, role).name().toLatin1());
        QSvgRenderer renderer(svg);
        renderer.setAspectRatioMode(Qt::KeepAspectRatio);
        renderer.render(painter, QRectF(rect));
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(0, 0), size), mode, state);
        return pixmap;
    }

    QIconEngine* clone() const override { return new GlyphEngine(svg_); }

private:
    QByteArray svg_;
};

}  // namespace

void loadResources() {
    initGapLabResources();
}

QIcon icon(const QString& name) {
    loadResources();
    QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
    if (!file.open(QIODevice::ReadOnly)) qFatal("There is no icon %s.", qUtf8Printable(name));
    return QIcon(new GlyphEngine(file.readAll()));
}

}  // namespace gaplab::ui
