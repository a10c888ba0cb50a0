#include "core/run/live_feed.h"

#include <algorithm>
#include <utility>

namespace gaplab {

void LiveFeed::push(FeedItem item) {
    const std::lock_guard lock(mutex_);
    if (items_.size() >= capacity_) {
        // Only points may be dropped: the store has them. What a person must see (events, states) stays.
        const auto point = std::ranges::find(items_, FeedItem::Kind::Point, &FeedItem::kind);
        items_.erase(point != items_.end() ? point : items_.begin());
        overflowed_ = true;
    }
    items_.push_back(std::move(item));
}

LiveFeed::Batch LiveFeed::drain() {
    const std::lock_guard lock(mutex_);
    Batch batch{std::move(items_), overflowed_};
    items_.clear();
    overflowed_ = false;
    return batch;
}

}  // namespace gaplab
