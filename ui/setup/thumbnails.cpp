#include "ui/setup/thumbnails.h"

#include <algorithm>

#include <QPainter>

#include "ui/forms/labels.h"

namespace gaplab::ui {
namespace {

constexpr size_t mostRows = 12;
constexpr int gap = 3;
constexpr int fewestImages = 3;
constexpr int widestLabel = 32;  // characters

QImage toImage(const std::vector<unsigned char>& pixels, int side) {
    return QImage(pixels.data(), side, side, side * 3, QImage::Format_RGB888).copy();
}

}  // namespace

void Thumbnails::setPreview(const DataPreview& preview) {
    rows_.clear();
    const int side = static_cast<int>(preview.thumbnailSize);
    const size_t classes = std::min(preview.classes.size(), mostRows);
    const size_t perClass = preview.classes.empty() || side == 0 ? 0 : preview.thumbnails.size() / preview.classes.size();
    for (size_t i = 0; i < classes; ++i) {
        Row row;
        row.label = QString::fromStdString(preview.classes[i]);
        if (i < preview.perClass.size()) row.label += QStringLiteral(" · ") + countText(preview.perClass[i]);
        for (size_t k = 0; k < perClass; ++k)
            row.images.push_back(toImage(preview.thumbnails[i * perClass + k], side));
        rows_.push_back(std::move(row));
    }
    setAccessibleName(tr("Sample images of %n class(es)", "", static_cast<int>(preview.classes.size())));
    updateGeometry();
    update();
}

int Thumbnails::rowHeight() const {
    return fontMetrics().height() * 2;
}

int Thumbnails::labelWidth() const {
    int widest = 0;
    for (const Row& row : rows_)
        widest = std::max(widest, fontMetrics().horizontalAdvance(row.label));
    return std::min(widest, fontMetrics().averageCharWidth() * widestLabel) + 2 * gap;
}

QSize Thumbnails::sizeHint() const {
    size_t most = 0;
    for (const Row& row : rows_)
        most = std::max(most, row.images.size());
    return {labelWidth() + static_cast<int>(most) * (rowHeight() + gap), static_cast<int>(rows_.size()) * (rowHeight() + gap)};
}

QSize Thumbnails::minimumSizeHint() const {
    return {std::min(sizeHint().width(), labelWidth() + fewestImages * (rowHeight() + gap)), sizeHint().height()};
}

void Thumbnails::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
    int top = 0;
    for (const Row& row : rows_) {
        const QString label = fontMetrics().elidedText(row.label, Qt::ElideMiddle, labelWidth() - gap);
        painter.drawText(QRect(0, top, labelWidth() - gap, rowHeight()), Qt::AlignVCenter | Qt::AlignLeft, label);
        int left = labelWidth();
        for (const QImage& image : row.images) {
            if (left + rowHeight() > width()) break;
            painter.drawImage(QRect(left, top, rowHeight(), rowHeight()), image);
            left += rowHeight() + gap;
        }
        top += rowHeight() + gap;
    }
}

}  // namespace gaplab::ui
