#include "ui/feed/store_reader.h"

#include <QTimer>

namespace gaplab::ui {
namespace {

constexpr int lookEveryMilliseconds = 500;

QString sentence(const std::exception& exception) {
    QString text = QString::fromUtf8(exception.what());
    const auto* error = dynamic_cast<const Error*>(&exception);
    if (error && !error->hint().empty()) text += QStringLiteral(" ") + QString::fromStdString(error->hint());
    return text;
}

}  // namespace

StoreReader::StoreReader(std::filesystem::path store, QObject* parent) : QObject(parent), path_(std::move(store)) {
    worker_ = new QObject;
    auto* timer = new QTimer(worker_);
    timer->setInterval(lookEveryMilliseconds);
    worker_->moveToThread(&thread_);
    connect(timer, &QTimer::timeout, worker_, [this] { look(); });
    connect(&thread_, &QThread::started, timer, qOverload<>(&QTimer::start));
    connect(&thread_, &QThread::finished, worker_, &QObject::deleteLater);
    thread_.setObjectName("store reader");
    thread_.start();
}

StoreReader::~StoreReader() {
    thread_.quit();
    thread_.wait();
}

void StoreReader::post(std::function<void(const Store&)> job) {
    ++pending_;
    QMetaObject::invokeMethod(
        worker_, [this, job = std::move(job)] { run(job); }, Qt::QueuedConnection);
}

void StoreReader::run(const std::function<void(const Store&)>& job) {
    try {
        // Before the first answer, so that nothing written after it goes unseen.
        if (seenVersion_ < 0) seenVersion_ = store().dataVersion();
        job(store());
    } catch (const std::exception& error) {
        const QString message = sentence(error);
        QMetaObject::invokeMethod(
            this, [this, message] { Q_EMIT failed(message); }, Qt::QueuedConnection);
    }
    // Queued behind the answer, so that an idle reader means that every answer has arrived.
    QMetaObject::invokeMethod(
        this, [this] { --pending_; }, Qt::QueuedConnection);
}

void StoreReader::deliver(const QPointer<QObject>& receiver, std::function<void()> call) {
    QMetaObject::invokeMethod(
        this,
        [receiver, call = std::move(call)] {
            if (receiver) call();
        },
        Qt::QueuedConnection);
}

const Store& StoreReader::store() {
    if (!store_) store_ = std::make_unique<Store>(path_, Store::Mode::Read);
    return *store_;
}

void StoreReader::look() {
    // A store that cannot be looked at is reported by the next question, not twice a second.
    try {
        const int64_t version = store().dataVersion();
        const bool first = seenVersion_ < 0;
        if (version == seenVersion_) return;
        seenVersion_ = version;
        if (first) return;
    } catch (const Error&) {
        return;
    }
    QMetaObject::invokeMethod(
        this, [this] { Q_EMIT changed(); }, Qt::QueuedConnection);
}

}  // namespace gaplab::ui
