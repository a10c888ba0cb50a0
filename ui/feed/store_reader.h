#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include <QObject>
#include <QPointer>
#include <QThread>

#include "core/store/store.h"

namespace gaplab::ui {

/// Reads the store on a thread of its own, so that the window's thread never waits for SQLite. Jobs run in order; the answer is
/// delivered on the window's thread, and not at all once the receiver is gone. Use it from the window's thread.
class StoreReader : public QObject {
    Q_OBJECT
public:
    explicit StoreReader(std::filesystem::path store, QObject* parent = nullptr);
    ~StoreReader() override;

    /// read(const Store&) -> T on the reader's thread, then done(T) on the receiver's. A failure is emitted as `failed`.
    template <typename Read, typename Done>
    void ask(QObject* receiver, Read read, Done done) {
        using Answer = std::invoke_result_t<Read, const Store&>;
        post([this, guard = QPointer<QObject>(receiver), read = std::move(read), done = std::move(done)](const Store& store) {
            auto answer = std::make_shared<Answer>(read(store));
            deliver(guard, [answer, done] { done(std::move(*answer)); });
        });
    }

    const std::filesystem::path& path() const { return path_; }
    /// Every question asked so far is answered.
    bool isIdle() const { return pending_ == 0; }

Q_SIGNALS:
    /// A read failed; a whole sentence for the message bar.
    void failed(const QString& message);
    /// Another connection (a run here, or another process) has written since the last look; looked at twice a second.
    void changed();

private:
    void post(std::function<void(const Store&)> job);
    void deliver(const QPointer<QObject>& receiver, std::function<void()> call);
    void run(const std::function<void(const Store&)>& job);
    void look();
    const Store& store();

    std::filesystem::path path_;
    QThread thread_;
    QObject* worker_ = nullptr;
    std::unique_ptr<Store> store_;  ///< used on the reader's thread only, and opened by its first job
    int64_t seenVersion_ = -1;
    int pending_ = 0;
};

}  // namespace gaplab::ui
