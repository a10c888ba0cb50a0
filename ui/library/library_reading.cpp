#include "ui/library/library_reading.h"

#include <algorithm>

namespace gaplab::ui {

LibraryReading LibraryReading::read(const Store& store, const std::map<int64_t, uint64_t>& known) {
    const size_t mostAtOnce = known.empty() ? 300 : 1500;  // the first page stands as soon as it can
    LibraryReading reading;
    const auto stamps = store.stamps();
    for (const auto& [run, stamp] : stamps)
        reading.all.push_back(run);
    std::vector<int64_t> changed;
    for (auto entry = stamps.rbegin(); entry != stamps.rend(); ++entry) {
        const auto held = known.find(entry->first);
        if (held != known.end() && held->second == entry->second) continue;
        if (changed.size() == mostAtOnce) {
            reading.more = true;
            break;
        }
        changed.push_back(entry->first);
        reading.stamps.insert(*entry);
    }
    std::ranges::sort(changed);
    if (!changed.empty()) reading.changed = store.runs(changed);
    reading.folders = store.folders();
    return reading;
}

}  // namespace gaplab::ui
