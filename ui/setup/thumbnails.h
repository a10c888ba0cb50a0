#pragma once

#include <QImage>
#include <QWidget>

#include "core/run/inspect.h"

namespace gaplab::ui {

/// A few images a class, one row a class, with the class's name and count; as many as there is room for.
class Thumbnails : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;
    void setPreview(const DataPreview& preview);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    struct Row {
        QString label;
        std::vector<QImage> images;
    };
    int rowHeight() const;
    int labelWidth() const;

    std::vector<Row> rows_;
};

}  // namespace gaplab::ui
