#pragma once

#include <functional>
#include <vector>

#include <QStringList>
#include <QWidget>

namespace gaplab::ui {

/// A square of numbers in shades: rows are labels, columns are answers. A cell has the keyboard: arrows, Home and End move it,
/// and what it holds is said. Values from 0 are shaded from the ground to blue; with negative ones, orange stands below 0.
class HeatMap : public QWidget {
    Q_OBJECT
public:
    explicit HeatMap(QWidget* parent = nullptr);

    /// values[row][column]; as many as there are names, both ways.
    void setValues(const QStringList& names, std::vector<std::vector<double>> values);
    /// How a cell reads; the default is its number.
    void setText(std::function<QString(int row, int column)> text) { text_ = std::move(text); }
    int row() const { return row_; }
    int column() const { return column_; }
    void setCell(int row, int column);
    QString cellText() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void cellChanged();

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool event(QEvent* event) override;

private:
    int count() const { return static_cast<int>(names_.size()); }
    QRectF square() const;
    bool cellAt(QPointF place, int& row, int& column) const;
    QColor shade(double value) const;
    void paintNames(QPainter& painter, const QRectF& area) const;

    QStringList names_;
    std::vector<std::vector<double>> values_;
    std::function<QString(int, int)> text_;
    double largest_ = 1;
    bool signed_ = false;
    int row_ = 0, column_ = 0;
};

}  // namespace gaplab::ui
