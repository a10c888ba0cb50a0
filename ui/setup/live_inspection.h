#pragma once

#include <memory>

#include <QObject>
#include <QTimer>

#include "core/run/inspect.h"

namespace gaplab::ui {

/// Follows the document with inspections on their own thread; a late answer to an older question is dropped.
class LiveInspection : public QObject {
    Q_OBJECT
public:
    explicit LiveInspection(QObject* parent);
    ~LiveInspection() override;

    /// Looks at the document a moment from now. The inspector keeps the data as long as nothing about them changes.
    void follow(const Json& document);
    /// Looks at once, and times a few batches.
    void check(const Json& document);
    bool isIdle() const { return asked_ == answered_ && !timer_.isActive(); }

Q_SIGNALS:
    void begun();
    void answered(const gaplab::Inspection& inspection, const gaplab::Json& document);
    void failed(const QString& message, const std::vector<gaplab::Problem>& problems);

private:
    void ask(bool time);
    void take(const Inspector::Answer& answer);

    QTimer timer_;
    Json document_, askedDocument_;
    int64_t asked_ = 0, answered_ = 0;
    std::unique_ptr<Inspector>
        inspector_;  ///< made by the first question, so that nothing heavy happens before the window is drawn
};

}  // namespace gaplab::ui
