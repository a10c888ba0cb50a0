#pragma once

#include <QWidget>

#include "core/run/live_feed.h"

class QLabel;
class QProgressBar;

namespace gaplab::ui {

/// An experiment on its way into the store: "Preparing NAME: loading data", with how far it is. Hidden while there is none.
class PreparationBar : public QWidget {
    Q_OBJECT
public:
    explicit PreparationBar(QWidget* parent = nullptr);
    void showProgress(const RunProgress& progress);
    /// The submission has become runs, or was refused.
    void finish(qint64 submission);

private:
    QLabel* text_;
    QProgressBar* bar_;
    qint64 submission_ = 0;
};

}  // namespace gaplab::ui
