#include "core/run/task_thread.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>

namespace gaplab {

TaskThread::TaskThread(Priority priority)
    : thread_([this, priority](std::stop_token stop) {
          if (priority == Priority::Low) setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), 10);  // of this alone
          work(std::move(stop));
      }) {}

TaskThread::~TaskThread() {
    thread_.request_stop();
    thread_.join();
}

void TaskThread::post(Task task) {
    {
        const std::lock_guard lock(mutex_);
        tasks_.push_back(std::move(task));
    }
    changed_.notify_all();
}

void TaskThread::clear() {
    const std::lock_guard lock(mutex_);
    tasks_.clear();
    changed_.notify_all();
}

bool TaskThread::idle() const {
    const std::lock_guard lock(mutex_);
    return tasks_.empty() && !running_;
}

void TaskThread::waitUntilIdle() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return tasks_.empty() && !running_; });
}

void TaskThread::work(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [this] { return !tasks_.empty(); })) {
        if (stop.stop_requested()) return;
        Task task = std::move(tasks_.front());
        tasks_.pop_front();
        running_ = true;
        lock.unlock();
        task(stop);
        task = nullptr;  // what it holds is released before the thread counts as idle
        lock.lock();
        running_ = false;
        changed_.notify_all();
    }
}

}  // namespace gaplab
