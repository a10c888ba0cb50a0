#include "ui/window/icons.h"

#include <QApplication>
#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QPixmap>
#include <QPixmapCache>
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
        const QByteArray color = palette.color(group, role).name().toLatin1();
        const qreal scale = painter->device()->devicePixelRatio();
        // A table paints the same few of them in every row.
        const QString name = QStringLiteral("%1 %2 %3x%4 %5")
                                 .arg(qHash(svg_))
                                 .arg(QString::fromLatin1(color))
                                 .arg(rect.width())
                                 .arg(rect.height())
                                 .arg(scale);
        QPixmap picture;
        if (!QPixmapCache::find(name, &picture)) {
            picture = draw(color, rect.size(), scale);
            QPixmapCache::insert(name, picture);
        }
        painter->drawPixmap(rect.topLeft(), picture);
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
    QPixmap draw(const QByteArray& color, const QSize& size, qreal scale) const {
        QPixmap picture(size * scale);
        picture.setDevicePixelRatio(scale);
        picture.fill(Qt::transparent);
        QByteArray svg = svg_;
        svg.replace("currentColor", color);
        QSvgRenderer renderer(svg);
        renderer.setAspectRatioMode(Qt::KeepAspectRatio);
        QPainter painter(&picture);
        renderer.render(&painter, QRectF(QPointF(0, 0), QSizeF(size)));
        return picture;
    }

    QByteArray svg_;
};

}  // namespace

void loadResources() {
    initGapLabResources();
}

QIcon icon(const QString& name) {
    static QHash<QString, QByteArray> read;
    QByteArray& svg = read[name];
    if (svg.isEmpty()) {
        loadResources();
        QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
        if (!file.open(QIODevice::ReadOnly)) qFatal("There is no icon %s.", qUtf8Printable(name));
        svg = file.readAll();
    }
    return QIcon(new GlyphEngine(svg));
}

}  // namespace gaplab::ui
