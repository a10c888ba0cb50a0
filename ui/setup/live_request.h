#pragma once

#include <functional>
#include <memory>
#include <string>

#include <QMetaObject>
#include <QObject>
#include <QString>

#include "core/run/latest_request.h"
#include "ui/setup/error_text.h"

namespace gaplab::ui {

/// A slow question on a thread of its own, answered on the window's: one at a time, and what an earlier one still says is not
/// heard. Use it from the window's thread, as a member of its owner.
template <class Result>
class LiveRequest {
public:
    /// What the owner is told of the question that counts.
    struct Told {
        std::function<void(const QString& what, double fraction)> progressed;
        std::function<void(const std::shared_ptr<const Result>&)> answered;
        std::function<void(const QString& sentence)> failed;
    };
    using Work = typename LatestRequest<Result>::Work;

    LiveRequest(QObject* owner, Told told) : owner_(owner), told_(std::move(told)) {}

    /// A question will be asked: what goes on is stopped.
    void expect() {
        cancel();
        isBusy_ = true;
        asked_ = 0;
    }
    void ask(Work work) {
        expect();
        if (!requests_) requests_ = make();
        asked_ = requests_->request(std::move(work));
    }
    void cancel() {
        isBusy_ = false;
        if (requests_) requests_->cancel();
    }
    bool isIdle() const { return !isBusy_; }

private:
    std::unique_ptr<LatestRequest<Result>> make() {
        return std::make_unique<LatestRequest<Result>>(
            [this](int64_t request, std::optional<Result> result, std::optional<Error> error) {
                auto found = result ? std::make_shared<const Result>(std::move(*result)) : nullptr;
                later([this, request, found, error] { take(request, found, error); });
            },
            [this](int64_t request, const std::string& what, double fraction) {
                later([this, request, what, fraction] {
                    if (isBusy_ && request == asked_) told_.progressed(QString::fromStdString(what), fraction);
                });
            });
    }
    template <class Call>
    void later(Call call) {
        QMetaObject::invokeMethod(owner_, std::move(call), Qt::QueuedConnection);
    }
    void take(int64_t request, const std::shared_ptr<const Result>& found, const std::optional<Error>& error) {
        if (!isBusy_ || request != asked_) return;
        isBusy_ = false;
        if (found)
            told_.answered(found);
        else
            told_.failed(sentencesOf(*error));
    }

    QObject* owner_;
    Told told_;
    bool isBusy_ = false;
    int64_t asked_ = 0;
    std::unique_ptr<LatestRequest<Result>> requests_;  ///< made by the first question
};

}  // namespace gaplab::ui
