#pragma once

#include <QObject>
#include <QSocketNotifier>

namespace gaplab::ui {

/// Turns SIGTERM, SIGINT and SIGHUP into a Qt signal on the window's thread. One object at a time.
class StopSignals : public QObject {
    Q_OBJECT
public:
    explicit StopSignals(QObject* parent = nullptr);
    ~StopSignals() override;

Q_SIGNALS:
    void received();

private:
    QSocketNotifier* notifier_;
};

}  // namespace gaplab::ui
