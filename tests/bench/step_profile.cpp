#include "tests/bench/step_profile.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include <ATen/record_function.h>
#include <fmt/format.h>
#include <torch/csrc/autograd/profiler_kineto.h>

namespace gaplab {
namespace {

constexpr size_t longestName = 90;

struct Sum {
    std::string name;
    int64_t count = 0;
    double microseconds = 0;
};

/// Calls that only describe memory, or get it.
bool moves(const std::string& name) {
    static const std::set<std::string> none = {"view",
                                               "reshape",
                                               "as_strided",
                                               "slice",
                                               "narrow",
                                               "select",
                                               "permute",
                                               "transpose",
                                               "t",
                                               "expand",
                                               "unsqueeze",
                                               "squeeze",
                                               "detach",
                                               "detach_",
                                               "empty",
                                               "empty_like",
                                               "empty_strided",
                                               "alias",
                                               "unfold",
                                               "_reshape_alias",
                                               "unbind",
                                               "result_type",
                                               "to",
                                               "flatten",
                                               "expand_as",
                                               "_unsafe_view",
                                               "resize_",
                                               "set_",
                                               "view_as",
                                               "unflatten",
                                               "new_empty_strided",
                                               "is_nonzero",
                                               "item",
                                               "set_data",
                                               "as_strided_",
                                               "resolve_conj",
                                               "resolve_neg",
                                               "promote_types",
                                               "_has_compatible_shallow_copy_type"};
    return name.starts_with("aten::") && !none.contains(name.substr(6));
}

/// Innermost operations, counted on all threads.
class Counter {
public:
    Counter() {
        current() = this;
        handle_ =
            at::addGlobalCallback(at::RecordFunctionCallback(&Counter::begin, &Counter::end).scopes({at::RecordScope::FUNCTION}));
    }
    ~Counter() { at::removeCallback(handle_); }
    Counter(const Counter&) = delete;
    Counter& operator=(const Counter&) = delete;

    std::map<std::string, int64_t> counts;

private:
    static Counter*& current() {
        static Counter* counter = nullptr;
        return counter;
    }
    /// Of each operation that runs on this thread, whether another one has run inside it.
    static std::vector<bool>& inside() {
        thread_local std::vector<bool> open;
        return open;
    }
    static std::unique_ptr<at::ObserverContext> begin(const at::RecordFunction& function) {
        std::vector<bool>& open = inside();
        if (!open.empty() && moves(function.name())) open.back() = true;
        open.push_back(false);
        return nullptr;
    }
    static void end(const at::RecordFunction& function, at::ObserverContext*) {
        std::vector<bool>& open = inside();
        if (open.empty()) return;
        const bool outer = open.back();
        open.pop_back();
        if (outer || !moves(function.name())) return;
        const std::lock_guard lock(current()->mutex_);
        ++current()->counts[function.name()];
    }

    std::mutex mutex_;
    at::CallbackHandle handle_ = 0;
};

/// Time spent in operations themselves, without those inside them, of one thread.
class Watch {
public:
    Watch() {
        current() = this;
        handle_ = at::addThreadLocalCallback(at::RecordFunctionCallback(&Watch::begin, &Watch::end)
                                                 .scopes({at::RecordScope::FUNCTION, at::RecordScope::BACKWARD_FUNCTION}));
    }
    ~Watch() { at::removeCallback(handle_); }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    std::map<std::string, Sum> sums;
    double outermost = 0;  ///< microseconds in operations that are in no other

private:
    using Clock = std::chrono::steady_clock;
    struct Open {
        Clock::time_point since;
        double inside = 0;
    };

    static Watch*& current() {
        static Watch* watch = nullptr;
        return watch;
    }
    static std::unique_ptr<at::ObserverContext> begin(const at::RecordFunction&) {
        current()->open_.push_back({Clock::now()});
        return nullptr;
    }
    static void end(const at::RecordFunction& function, at::ObserverContext*) {
        Watch& watch = *current();
        if (watch.open_.empty()) return;
        const Open ended = watch.open_.back();
        watch.open_.pop_back();
        const double took = std::chrono::duration<double, std::micro>(Clock::now() - ended.since).count();
        Sum& sum = watch.sums[function.name()];
        sum.name = function.name();
        sum.microseconds += took - ended.inside;
        ++sum.count;
        (watch.open_.empty() ? watch.outermost : watch.open_.back().inside) += took;
    }

    std::vector<Open> open_;
    at::CallbackHandle handle_ = 0;
};

void print(std::vector<Sum> sums, size_t most) {
    std::ranges::sort(
        sums, [](const Sum& a, const Sum& b) { return std::pair(a.microseconds, a.count) > std::pair(b.microseconds, b.count); });
    for (size_t i = 0; i < std::min(most, sums.size()); ++i)
        fmt::print("    {:>8.1f} us {:>6} x  {}\n", sums[i].microseconds, sums[i].count, sums[i].name.substr(0, longestName));
}

}  // namespace

void printOperations(const std::function<void()>& step) {
    step();
    std::map<std::string, int64_t> counts;
    {
        const Counter counter;
        step();
        counts = counter.counts;
    }
    int64_t total = 0;
    std::vector<Sum> sums;
    for (const auto& [name, count] : counts) {
        sums.push_back({name, count});
        total += count;
    }
    fmt::print("  {} operations\n", total);
    std::ranges::sort(sums, std::ranges::greater(), &Sum::count);
    for (size_t i = 0; i < std::min<size_t>(25, sums.size()); ++i)
        fmt::print("    {:>6} x  {}\n", sums[i].count, sums[i].name);
}

void printTimes(const std::function<void()>& step, int steps) {
    for (int i = 0; i < 2; ++i)
        step();
    Watch watch;
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < steps; ++i)
        step();
    const double all = std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count();
    std::vector<Sum> sums = {{"(outside all operations)", 0, (all - watch.outermost) / steps}};
    for (const auto& [name, sum] : watch.sums)
        sums.push_back({name, sum.count / steps, sum.microseconds / steps});
    fmt::print("  {:.1f} ms a step\n", all / steps / 1e3);
    print(std::move(sums), 20);
}

void printKernels(const std::function<void()>& step, int steps) {
    using namespace torch::autograd::profiler;
    using torch::profiler::impl::ActivityType;
    const torch::profiler::impl::ProfilerConfig config(torch::profiler::impl::ProfilerState::KINETO);
    const std::set<ActivityType> activities = {ActivityType::CPU, ActivityType::CUDA};
    step();
    prepareProfiler(config, activities);
    enableProfiler(config, activities);
    for (int i = 0; i < steps; ++i)
        step();
    const auto result = disableProfiler();
    std::map<std::string, Sum> sums;
    int64_t started = 0;
    double busy = 0;
    for (const KinetoEvent& event : result->events()) {
        if (event.deviceType() != c10::kCUDA) continue;
        Sum& sum = sums[event.name()];
        sum.name = event.name();
        sum.microseconds += static_cast<double>(event.durationNs()) / 1e3 / steps;
        ++sum.count;
        ++started;
        busy += static_cast<double>(event.durationNs()) / 1e6 / steps;
    }
    std::vector<Sum> all;
    for (auto& [name, sum] : sums) {
        sum.count = (sum.count + steps / 2) / steps;
        all.push_back(sum);
    }
    fmt::print("  {} kernels and copies a step, the GPU is busy for {:.2f} ms of it\n", started / steps, busy);
    print(std::move(all), 15);
}

}  // namespace gaplab
