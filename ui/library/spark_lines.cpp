#include "ui/library/spark_lines.h"

#include <algorithm>
#include <cmath>

#include <QApplication>
#include <QPainter>

#include "ui/models/run_filter.h"
#include "ui/models/run_table_model.h"
#include "ui/models/series_text.h"

namespace gaplab::ui {
namespace {

constexpr int columnsOfPicture = 128;
constexpr size_t mostAtOnce = 64;    // more rows than these are never in sight
constexpr size_t mostHeld = 10'000;  // of a few kilobytes each

const SeriesSummary* shownSeries(const RunRow& run) {
    const SeriesSummary* gap = run.find(gapSeries);
    return gap && gap->count > 1 ? gap : run.find(mainSeries);
}

}  // namespace

SparkLine sparkLine(const std::vector<Point>& points, int columns) {
    std::vector<Point> numbers;
    std::ranges::copy_if(points, std::back_inserter(numbers), [](const Point& point) { return std::isfinite(point.value); });
    if (numbers.empty()) return {};
    const auto [low, high] = std::ranges::minmax(numbers, {}, &Point::value);
    const double first = static_cast<double>(numbers.front().step), width = static_cast<double>(numbers.back().step) - first,
                 bottom = low.value, height = high.value - low.value;
    const auto place = [&](const Point& point) {
        return QPointF(width > 0 ? (static_cast<double>(point.step) - first) / width : 0.5,
                       height > 0 ? (point.value - bottom) / height : 0.5);
    };
    const auto columnOf = [&](const Point& point) { return static_cast<int>(place(point).x() * (columns - 1)); };
    SparkLine spark;
    for (auto begin = numbers.begin(); begin != numbers.end();) {
        const auto end =
            std::find_if(begin, numbers.end(), [&](const Point& point) { return columnOf(point) != columnOf(*begin); });
        auto [least, most] = std::minmax_element(begin, end, [](const Point& a, const Point& b) { return a.value < b.value; });
        if (most < least) std::swap(least, most);
        spark.line << place(*least);
        if (most != least) spark.line << place(*most);
        begin = end;
    }
    return spark;
}

SparkLines::SparkLines(StoreReader& reader, QObject* parent) : QObject(parent), reader_(reader) {
    timer_.setSingleShot(true);
    connect(&timer_, &QTimer::timeout, this, &SparkLines::ask);
    connect(&reader, &StoreReader::failed, this, [this] { asked_ = false; });
}

const SparkLine* SparkLines::of(const RunRow& run) {
    const SeriesSummary* series = shownSeries(run);
    if (!series || series->count == 0) return nullptr;
    const auto found = held_.find(run.id);
    if (found == held_.end() || found->second.count != series->count) {
        std::erase_if(wishes_, [&run](const Wish& wish) { return wish.run == run.id; });
        wishes_.push_back({run.id, series->count, series->name});
        timer_.start(0);  // with the other rows of this picture
    }
    return found == held_.end() ? nullptr : &found->second.line;
}

void SparkLines::ask() {
    if (asked_ || wishes_.empty()) return;
    asked_ = true;
    // What was wished for first has been scrolled away by now.
    if (wishes_.size() > mostAtOnce) wishes_.erase(wishes_.begin(), wishes_.end() - static_cast<std::ptrdiff_t>(mostAtOnce));
    reader_.ask(
        this,
        [wishes = std::exchange(wishes_, {})](const Store& store) {
            std::vector<std::pair<Wish, SparkLine>> lines;
            for (const Wish& wish : wishes)
                lines.emplace_back(wish, sparkLine(store.points(wish.run, wish.series), columnsOfPicture));
            return lines;
        },
        [this](std::vector<std::pair<Wish, SparkLine>> lines) { take(std::move(lines)); });
}

void SparkLines::take(std::vector<std::pair<Wish, SparkLine>> lines) {
    asked_ = false;
    if (held_.size() > mostHeld) held_.clear();
    std::vector<int64_t> runs;
    for (auto& [wish, line] : lines) {
        runs.push_back(wish.run);
        held_[wish.run] = {wish.count, std::move(line)};
    }
    Q_EMIT read(runs);
    ask();
}

SparkDelegate::SparkDelegate(SparkLines& lines, QObject* parent) : QStyledItemDelegate(parent), lines_(lines) {}

void SparkDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    QStyledItemDelegate::paint(painter, option, index);
    const auto* filter = qobject_cast<const RunFilter*>(index.model());
    if (!filter || filter->isHeading(index)) return;
    const auto* runs = qobject_cast<const RunTableModel*>(filter->sourceModel());
    const SparkLine* spark = lines_.of(runs->runAt(filter->mapToSource(index).row()));
    if (!spark || spark->line.isEmpty()) return;
    constexpr int margin = 4;
    const QRectF place = QRectF(option.rect).adjusted(margin, margin, -margin, -margin);
    QPolygonF line;
    for (const QPointF& point : spark->line)
        line << QPointF(place.left() + point.x() * place.width(), place.bottom() - point.y() * place.height());
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(option.palette.color(selected ? QPalette::HighlightedText : QPalette::Text), 1.2));
    if (line.size() == 1)
        painter->drawEllipse(line.front(), 1.5, 1.5);
    else
        painter->drawPolyline(line);
    painter->restore();
}

}  // namespace gaplab::ui
