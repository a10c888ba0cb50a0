#pragma once

#include <deque>
#include <memory>
#include <set>
#include <vector>

#include "core/data/dataset.h"

namespace gaplab {

/// Runs that wait for the worker, in their order. What a run needs always stands before it. Not thread-safe.
class WaitingRuns {
public:
    using Data = std::vector<std::shared_ptr<const Dataset>>;

    /// Behind the others. `needs`: runs whose weights it starts from; `data` is kept alive until the run is taken.
    void add(int64_t run, std::set<int64_t> needs, std::shared_ptr<const Data> data);
    /// Runs that do not wait are ignored, those that are not named go behind; what a run needs moves before it.
    void setOrder(const std::vector<int64_t>& wanted);
    /// 0: none waits.
    int64_t takeFirst();
    /// False where the run does not wait.
    bool take(int64_t run);
    std::vector<int64_t> runs() const;
    size_t count() const { return waiting_.size(); }

private:
    struct Waiting {
        int64_t run = 0;
        std::set<int64_t> needs;
        std::shared_ptr<const Data> data;
    };
    std::deque<Waiting> waiting_;
};

}  // namespace gaplab
