#include "ui/monitor/readout.h"

#include <algorithm>
#include <cmath>

#include <QGridLayout>
#include <QLabel>
#include <QVBoxLayout>

#include "ui/models/format.h"

namespace gaplab::ui {
namespace {

constexpr double valueScale = 1.55;

const QString unknown = QStringLiteral("–");

}  // namespace

QString Readout::titleOf(Tile tile) {
    switch (tile) {
        case GapNow: return tr("Gap now");
        case InBand: return tr("In band");
        case Best: return tr("Best validation");
        case Last: return tr("Last validation");
        case Epoch: return tr("Epoch");
        case Speed: return tr("Images a second");
        case TimeLeft: return tr("Time left");
        case Forgotten: return tr("Forgetting");
        case TileCount: break;
    }
    return {};
}

const char* Readout::nameOf(Tile tile) {
    static constexpr const char* names[] = {"gapNow", "inBand", "bestValidation", "lastValidation",
                                            "epoch",  "speed",  "timeLeft",       "forgetting"};
    return names[tile];
}

Readout::Readout(QWidget* parent) : QWidget(parent) {
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins({});
    for (int i = 0; i < TileCount; ++i) {
        Labels& labels = labels_[i];
        labels.box = new QWidget;
        auto* column = new QVBoxLayout(labels.box);
        column->setContentsMargins(0, 2, 0, 2);
        column->setSpacing(0);
        auto* title = new QLabel(titleOf(static_cast<Tile>(i)));
        title->setForegroundRole(QPalette::PlaceholderText);
        labels.value = new QLabel;
        labels.value->setObjectName(QLatin1String(nameOf(static_cast<Tile>(i))));
        labels.value->setTextInteractionFlags(Qt::TextSelectableByMouse);
        QFont large = font();
        large.setPointSizeF(large.pointSizeF() * valueScale);
        labels.value->setFont(large);
        labels.value->setMinimumHeight(QFontMetrics(large).height());  // a dock below takes room, not the numbers
        labels.note = new QLabel;
        labels.note->setWordWrap(true);
        for (QLabel* label : {title, labels.value, labels.note})
            column->addWidget(label);
        column->addStretch();
        grid->addWidget(labels.box, i / 2, i % 2);
        set(static_cast<Tile>(i), {});
    }
    for (const int column : {0, 1})
        grid->setColumnStretch(column, 1);
}

void Readout::set(Tile tile, const QString& value, const QString& note) {
    const Labels& labels = labels_[tile];
    labels.value->setText(value.isEmpty() ? unknown : value);
    labels.value->setAccessibleName(
        QStringLiteral("%1: %2 %3").arg(titleOf(tile), value.isEmpty() ? tr("not known") : value, note).trimmed());
    labels.note->setText(note);
    labels.note->setVisible(!note.isEmpty());
}

void Readout::setVisible(Tile tile, bool visible) {
    labels_[tile].box->setVisible(visible);
}

QString Readout::value(Tile tile) const {
    return labels_[tile].value->text();
}

void Readout::showGap(const std::optional<GapReading>& reading) {
    if (!reading) {
        set(GapNow, {});
        set(InBand, {});
        return;
    }
    const QString now = tr("%1 points").arg(pointsText(reading->now));
    if (!reading->low) {
        set(GapNow, now, tr("no target"));
        set(InBand, {}, tr("no target"));
        return;
    }
    const QString range = tr("%1 to %2").arg(pointsText(*reading->low), pointsText(*reading->high));
    QString note = reading->insideNow ? tr("✓ inside %1").arg(range) : tr("✗ outside %1").arg(range);
    if (reading->measured) note += QLatin1Char('\n') + tr("on validation %1").arg(pointsText(*reading->measured));
    set(GapNow, now, note);
    set(InBand, tr("%1 %").arg(numberText(100.0 * reading->inside / reading->evaluations, 0)),
        tr("%1 of %n evaluation(s)", "", reading->evaluations).arg(reading->inside));
}

void Readout::showForgetting(const std::vector<Forgetting>& readings) {
    setVisible(Forgotten, !readings.empty());
    if (readings.empty()) return;
    QStringList notes;
    for (const Forgetting& reading : readings)
        notes << tr("%1: %2 at the start, %3 now")
                     .arg(QString::fromStdString(reading.data), percentText(reading.start), percentText(reading.now));
    const Forgetting& most = *std::ranges::max_element(readings, {}, &Forgetting::lost);
    set(Forgotten, tr("%1 points").arg(pointsText(most.lost())), notes.join('\n'));
}

void Readout::showAccuracy(const std::vector<Point>& accuracy) {
    const Point* best = nullptr;
    for (const Point& point : accuracy)
        if (std::isfinite(point.value) && (!best || point.value > best->value)) best = &point;
    set(Best, best ? percentText(best->value) : QString(), best ? tr("epoch %1").arg(epochText(best->epoch)) : QString());
    const Point* last = accuracy.empty() ? nullptr : &accuracy.back();
    set(Last, last ? percentText(last->value) : QString(), last ? tr("epoch %1").arg(epochText(last->epoch)) : QString());
}

}  // namespace gaplab::ui
