#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "core/base/error.h"
#include "core/run/task_thread.h"

namespace gaplab {

/// Slow questions of the window, answered one after another on a thread of low priority; a new one stops the one before.
template <class Result>
class LatestRequest {
public:
    struct Told {
        std::function<void(const std::string& what, double fraction)> progress;
        std::stop_token stop;
    };
    using Work = std::function<Result(const Told&)>;
    using Deliver = std::function<void(int64_t request, std::optional<Result>, std::optional<Error>)>;
    using Progress = std::function<void(int64_t request, const std::string& what, double fraction)>;

    LatestRequest(Deliver deliver, Progress progress) : deliver_(std::move(deliver)), progress_(std::move(progress)) {}
    ~LatestRequest() { cancel(); }

    int64_t request(Work work) {
        const std::lock_guard lock(mutex_);
        stop_.request_stop();
        stop_ = {};
        const int64_t number = ++latest_;
        thread_.post([this, number, work = std::move(work), stop = stop_.get_token()](std::stop_token) {
            answer(number, work,
                   {.progress = [this, number](const auto& what, double part) { progress_(number, what, part); }, .stop = stop});
        });
        return number;
    }

    void cancel() {
        const std::lock_guard lock(mutex_);
        stop_.request_stop();
    }

private:
    void answer(int64_t number, const Work& work, const Told& told) {
        std::optional<Result> result;
        std::optional<Error> failure;
        try {
            result = work(told);
        } catch (const Error& error) {
            failure = error;
        } catch (const std::exception& error) {
            const std::string text = error.what();
            failure = worldError(text.substr(0, text.find('\n')));
        }
        deliver_(number, std::move(result), std::move(failure));
    }

    Deliver deliver_;
    Progress progress_;
    std::mutex mutex_;
    int64_t latest_ = 0;
    std::stop_source stop_;                         ///< of the latest request
    TaskThread thread_{TaskThread::Priority::Low};  // last: its tasks use the others
};

}  // namespace gaplab
