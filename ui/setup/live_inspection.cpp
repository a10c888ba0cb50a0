#include "ui/setup/live_inspection.h"

namespace gaplab::ui {
namespace {
constexpr int inspectAfterMilliseconds = 400;
constexpr int thumbnailsPerClass = 6;
}  // namespace

LiveInspection::LiveInspection(QObject* parent) : QObject(parent) {
    timer_.setSingleShot(true);
    timer_.setInterval(inspectAfterMilliseconds);
    connect(&timer_, &QTimer::timeout, this, [this] { ask(false); });
}

LiveInspection::~LiveInspection() = default;

void LiveInspection::follow(const Json& document) {
    if (document == document_) return;
    document_ = document;
    timer_.start();
}

void LiveInspection::check(const Json& document) {
    document_ = document;
    timer_.stop();
    ask(true);
}

void LiveInspection::ask(bool time) {
    if (!inspector_)
        inspector_ = std::make_unique<Inspector>([this](const Inspector::Answer& answer) {
            QMetaObject::invokeMethod(
                this, [this, answer] { take(answer); }, Qt::QueuedConnection);
        });
    InspectOptions options;
    options.time = time;
    options.thumbnails = thumbnailsPerClass;
    options.baselines = true;
    options.threads = 1;
    askedDocument_ = document_;
    asked_ = inspector_->request(document_, options);
    Q_EMIT begun();
}

void LiveInspection::take(const Inspector::Answer& answer) {
    if (answer.request != asked_) return;
    answered_ = asked_;
    if (answer.error) {
        QString message = QString::fromUtf8(answer.error->what());
        if (!answer.error->hint().empty()) message += ' ' + QString::fromStdString(answer.error->hint());
        Q_EMIT failed(message, answer.error->problems());
        return;
    }
    Q_EMIT answered(answer.inspection, askedDocument_);
}

}  // namespace gaplab::ui
