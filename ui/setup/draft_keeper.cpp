#include "ui/setup/draft_keeper.h"

#include <algorithm>

namespace gaplab::ui {
namespace {
constexpr int saveAfterMilliseconds = 700;
}

DraftKeeper::DraftKeeper(Session& session, Draft& draft, QObject* parent) : QObject(parent), session_(session), draft_(draft) {
    timer_.setSingleShot(true);
    timer_.setInterval(saveAfterMilliseconds);
    connect(&timer_, &QTimer::timeout, this, &DraftKeeper::save);
    connect(&draft_, &Draft::changed, this, [this] {
        dirty_ = true;
        timer_.start();
    });
    connect(&session_.reader, &StoreReader::changed, this, [this] {
        if (waitsForId_) lookForDrafts();
    });
    lookForDrafts();
}

void DraftKeeper::lookForDrafts() {
    session_.reader.ask(
        this, [](const Store& store) { return store.drafts(); },
        [this](const std::vector<Store::Draft>& drafts) {
            const bool first = !looked_;
            looked_ = true;
            for (const Store::Draft& draft : drafts) {
                if (waitsForId_ && draft.id > newest_) id_ = draft.id;
                newest_ = std::max(newest_, draft.id);
            }
            if (waitsForId_ && id_ != 0) waitsForId_ = false;
            if (!first || drafts.empty() || dirty_) return;
            const auto& last = *std::ranges::max_element(drafts, {}, &Store::Draft::updated);
            id_ = last.id;
            Q_EMIT restored(last.document);
            dirty_ = false;
            timer_.stop();
        });
}

void DraftKeeper::beginNew() {
    flush();
    id_ = 0;
    waitsForId_ = false;
}

void DraftKeeper::flush() {
    timer_.stop();
    if (dirty_) save();
}

void DraftKeeper::save() {
    // Sending a second new draft before the first one's id is known would make two of it.
    if (waitsForId_ || !looked_) return timer_.start();
    dirty_ = false;
    session_.workbench.saveDraft(id_, draft_.text("name"), draft_.stored());
    waitsForId_ = id_ == 0;
}

}  // namespace gaplab::ui
