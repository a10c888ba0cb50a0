#include "core/run/waiting_runs.h"

#include <algorithm>

namespace gaplab {

void WaitingRuns::add(int64_t run, std::set<int64_t> needs, std::shared_ptr<const Data> data) {
    waiting_.push_back({run, std::move(needs), std::move(data)});
}

void WaitingRuns::setOrder(const std::vector<int64_t>& wanted) {
    std::deque<Waiting> result;
    const auto add = [&](const auto& self, int64_t run) -> void {
        const auto place = std::ranges::find(waiting_, run, &Waiting::run);
        if (place == waiting_.end() || std::ranges::find(result, run, &Waiting::run) != result.end()) return;
        for (const int64_t needed : place->needs)
            self(self, needed);
        result.push_back(*place);
    };
    for (const int64_t run : wanted)
        add(add, run);
    for (const Waiting& left : waiting_)
        add(add, left.run);
    waiting_ = std::move(result);
}

int64_t WaitingRuns::takeFirst() {
    if (waiting_.empty()) return 0;
    const int64_t run = waiting_.front().run;
    waiting_.pop_front();
    return run;
}

bool WaitingRuns::take(int64_t run) {
    return std::erase_if(waiting_, [run](const Waiting& waiting) { return waiting.run == run; }) > 0;
}

std::vector<int64_t> WaitingRuns::runs() const {
    std::vector<int64_t> runs;
    for (const Waiting& waiting : waiting_)
        runs.push_back(waiting.run);
    return runs;
}

}  // namespace gaplab
