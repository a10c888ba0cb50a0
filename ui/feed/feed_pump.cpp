#include "ui/feed/feed_pump.h"

namespace gaplab::ui {
namespace {
constexpr int drainEveryMilliseconds = 33;
}

FeedPump::FeedPump(LiveFeed& feed, QObject* parent) : QObject(parent), feed_(feed) {
    connect(&timer_, &QTimer::timeout, this, &FeedPump::drain);
    timer_.start(drainEveryMilliseconds);
}

void FeedPump::drain() {
    LiveFeed::Batch batch = feed_.drain();
    if (batch.overflowed) Q_EMIT overflowed();
    // Points of one drain go out together, but never past something that happened between them.
    std::vector<FeedItem> gathered;
    const auto flush = [&] {
        if (!gathered.empty()) Q_EMIT points(gathered);
        gathered.clear();
    };
    for (FeedItem& item : batch.items) {
        if (item.kind == FeedItem::Kind::Point) {
            gathered.push_back(std::move(item));
            continue;
        }
        flush();
        switch (item.kind) {
            case FeedItem::Kind::Point: break;
            case FeedItem::Kind::Event: Q_EMIT event(item); break;
            case FeedItem::Kind::Progress: Q_EMIT progress(item.progress); break;
            case FeedItem::Kind::Submitted: Q_EMIT submitted(item.submission, item.runs, item.done); break;
            case FeedItem::Kind::Rejected: Q_EMIT rejected(item.submission, item.error); break;
        }
    }
    flush();
}

}  // namespace gaplab::ui
