#pragma once

#include <map>

#include <QWidget>

#include "ui/monitor/forgetting.h"
#include "ui/monitor/gap_reading.h"

class QLabel;

namespace gaplab::ui {

/// The numbers of the shown run in large text.
class Readout : public QWidget {
    Q_OBJECT
public:
    enum Tile { GapNow, InBand, Best, Last, Epoch, Speed, TimeLeft, Forgotten, TileCount };

    explicit Readout(QWidget* parent = nullptr);
    /// An empty text is shown as a dash; `note` stands in small letters below.
    void set(Tile tile, const QString& value, const QString& note = {});
    void setVisible(Tile tile, bool visible);
    using QWidget::setVisible;
    QString value(Tile tile) const;

    void showGap(const std::optional<GapReading>& reading);
    /// The tile is there where there are any.
    void showForgetting(const std::vector<Forgetting>& readings);
    void showAccuracy(const std::vector<Point>& accuracy);

private:
    struct Labels {
        QWidget* box = nullptr;
        QLabel *value = nullptr, *note = nullptr;
    };
    static QString titleOf(Tile tile);
    static const char* nameOf(Tile tile);

    Labels labels_[TileCount];
};

}  // namespace gaplab::ui
