#pragma once

#include <map>

#include <QGroupBox>

#include "core/experiment/experiment.h"

class QGridLayout;
class QPushButton;

namespace gaplab::ui {

class NumberSpin;

/// What can be changed while the shown run goes on: target, band, gains, learning rate. Nothing is sent before [Apply]. Names of
/// widgets: steer.PATH, steerApply.
class SteerBox : public QGroupBox {
    Q_OBJECT
public:
    explicit SteerBox(QWidget* parent = nullptr);

    /// The run's document as it stands now, and the epoch at which a target over epochs is read. What a person has typed and not
    /// applied stays.
    void showDocument(const Json& document, double epoch);
    /// Forgets what was typed: for another run.
    void startOver();

Q_SIGNALS:
    /// "gap.target=4"
    void changeRequested(const QString& assignment);

private:
    void offer(const std::string& path, const Parameter& parameter, const QString& label, const Json& value);
    void apply();
    void showButton();

    struct Line {
        QWidget* label = nullptr;
        NumberSpin* spin = nullptr;
        Json shown, typed;
    };
    QGridLayout* grid_;
    QPushButton* apply_;
    std::map<std::string, Line> lines_;
    Json document_;
    double epoch_ = 0;
};

}  // namespace gaplab::ui
