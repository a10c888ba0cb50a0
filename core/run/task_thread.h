#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace gaplab {

/// One background thread that runs tasks in the order in which they were posted. Thread-safe. A task must not throw.
class TaskThread {
public:
    using Task = std::function<void(std::stop_token)>;

    enum class Priority {
        Normal,
        Low,  ///< gives way to trainings and to the window
    };
    explicit TaskThread(Priority priority = Priority::Normal);
    /// Asks the running task to stop (its stop token), drops those that have not begun, and waits.
    ~TaskThread();

    void post(Task task);
    /// Tasks that have not begun are dropped.
    void clear();
    /// Nothing is running or waiting.
    bool idle() const;
    void waitUntilIdle();

private:
    void work(std::stop_token stop);

    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<Task> tasks_;
    bool running_ = false;
    std::jthread thread_;  // last: it uses the others
};

}  // namespace gaplab
