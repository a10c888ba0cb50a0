#pragma once

#include <map>
#include <unordered_map>
#include <vector>

#include <QPolygonF>
#include <QStyledItemDelegate>
#include <QTimer>

#include "ui/feed/store_reader.h"

namespace gaplab::ui {

/// The course of a series, thinned to what a small picture can show: every extreme stays.
struct SparkLine {
    QPolygonF line;  ///< x and y from 0 to 1, y upwards
};
/// At most two points a `column`; NaN is left out.
SparkLine sparkLine(const std::vector<Point>& points, int columns);

/// Courses of the gap (of the student's accuracy where there is no gap), read for the rows that are painted and kept.
class SparkLines : public QObject {
    Q_OBJECT
public:
    explicit SparkLines(StoreReader& reader, QObject* parent = nullptr);
    /// Null where it is not read yet: it is then, and `read` follows.
    const SparkLine* of(const RunRow& run);

Q_SIGNALS:
    void read(const std::vector<int64_t>& runs);

private:
    struct Held {
        int64_t count = 0;  ///< of the points it was made of
        SparkLine line;
    };
    struct Wish {
        int64_t run = 0, count = 0;
        std::string series;
    };
    void ask();
    void take(std::vector<std::pair<Wish, SparkLine>> lines);

    StoreReader& reader_;
    std::unordered_map<int64_t, Held> held_;
    std::vector<Wish> wishes_;  ///< the latest last
    QTimer timer_;
    bool asked_ = false;
};

/// Paints them.
class SparkDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    explicit SparkDelegate(SparkLines& lines, QObject* parent = nullptr);
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    SparkLines& lines_;
};

}  // namespace gaplab::ui
