#include "ui/library/library_reading.h"

#include <algorithm>

#include "core/store/run_fields.h"

namespace gaplab::ui {
namespace {

constexpr size_t runsOfFirstPage = 200, mostAtOnce = 1000;

std::vector<RunTableModel::Row> withWords(std::vector<RunRow> runs) {
    std::vector<RunTableModel::Row> rows;
    rows.reserve(runs.size());
    for (RunRow& run : runs) {
        std::string words = searchText(run);
        rows.push_back({std::move(run), std::move(words)});
    }
    return rows;
}

}  // namespace

LibraryReading LibraryScan::firstPage(const Store& store) {
    std::vector<RunRow> runs = store.newestRuns({}, runsOfFirstPage);
    std::ranges::reverse(runs);
    LibraryReading reading{.changed = withWords(std::move(runs)), .folders = store.folders(), .more = true};
    begun_ = true;
    return reading;
}

void LibraryScan::look(const Store& store, LibraryReading& reading) {
    waiting_ = store.stamps();
    std::vector<int64_t> all;
    all.reserve(waiting_.size());
    for (const auto& [run, stamp] : waiting_)
        all.push_back(run);
    std::erase_if(known_, [&all](const auto& held) { return !std::ranges::binary_search(all, held.first); });
    std::erase_if(waiting_, [this](const auto& entry) {
        const auto held = known_.find(entry.first);
        return held != known_.end() && held->second == entry.second;
    });
    reading.all = std::move(all);
    reading.folders = store.folders();
}

LibraryReading LibraryScan::next(const Store& store) {
    if (!begun_) return firstPage(store);
    LibraryReading reading;
    if (waiting_.empty()) look(store, reading);
    const auto begin = waiting_.end() - static_cast<std::ptrdiff_t>(std::min(mostAtOnce, waiting_.size()));
    std::vector<int64_t> ids;
    for (auto entry = begin; entry != waiting_.end(); ++entry)
        ids.push_back(entry->first);
    if (!ids.empty()) reading.changed = withWords(store.runs(ids));
    for (auto entry = begin; entry != waiting_.end(); ++entry)
        known_[entry->first] = entry->second;
    waiting_.erase(begin, waiting_.end());
    reading.more = !waiting_.empty();
    return reading;
}

}  // namespace gaplab::ui
