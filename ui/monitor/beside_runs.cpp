#include "ui/monitor/beside_runs.h"

#include "ui/feed/store_reader.h"

namespace gaplab::ui {

void BesideRuns::choose(const QSet<qint64>& runs) {
    const QSet<qint64> added = runs - chosen_;
    chosen_ = runs;
    if (std::erase_if(runs_, [&](const auto& held) { return !chosen_.contains(held.first); }) > 0) Q_EMIT changed(true);
    for (const qint64 run : added)
        read(run);
}

void BesideRuns::refresh() {
    if (pending_ > 0) return;  // the store tells of the next change
    for (const qint64 run : std::as_const(chosen_))
        if (const auto held = runs_.find(run); held == runs_.end() || isLive(held->second.row.state)) read(run);
}

void BesideRuns::read(qint64 run) {
    ++pending_;
    reader_.ask(
        this,
        [run](const Store& store) {
            try {
                return std::optional(readSnapshot(store, run, {}));
            } catch (const Error&) {
                return std::optional<RunSnapshot>();  // purged meanwhile: there is nothing to draw
            }
        },
        [this, run](std::optional<RunSnapshot> snapshot) {
            --pending_;
            if (!snapshot || !chosen_.contains(run)) return;
            const bool others = !runs_.contains(run);
            runs_[run] = std::move(*snapshot);
            Q_EMIT changed(others);
        });
}

}  // namespace gaplab::ui
