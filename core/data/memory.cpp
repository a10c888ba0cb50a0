#include "core/data/memory.h"

#include <algorithm>
#include <fstream>
#include <limits>

#include <fmt/format.h>

#include "core/base/error.h"

namespace gaplab {
namespace {

/// The number in a file that holds just one; `otherwise` where there is none ("max", or no such file).
int64_t numberIn(const char* path, int64_t otherwise) {
    std::ifstream file(path);
    int64_t number = 0;
    return file >> number ? number : otherwise;
}

}  // namespace

int64_t availableMemory() {
    constexpr int64_t unlimited = std::numeric_limits<int64_t>::max();
    int64_t available = unlimited;
    std::ifstream file("/proc/meminfo");
    std::string key, unit;
    for (int64_t kilobytes = 0; file >> key >> kilobytes;) {
        if (key == "MemAvailable:") available = kilobytes * 1024;
        std::getline(file, unit);
    }
    const int64_t limit = numberIn("/sys/fs/cgroup/memory.max", unlimited);
    if (limit < unlimited)
        available = std::min(available, std::max<int64_t>(0, limit - numberIn("/sys/fs/cgroup/memory.current", 0)));
    return available;
}

void requireMemory(int64_t bytes, const std::string& what, int64_t available) {
    if (bytes <= available / 2) return;
    throw worldError(fmt::format("{} need {}, but this machine has {} free and at most half of that is used", what,
                                 formatBytes(bytes), formatBytes(available)),
                     "Choose a smaller data.size or a data set of fewer images.");
}

std::string formatBytes(int64_t bytes) {
    if (bytes >= 1'000'000'000) return fmt::format("{:.1f} GB", static_cast<double>(bytes) / 1e9);
    if (bytes >= 1'000'000) return fmt::format("{:.0f} MB", static_cast<double>(bytes) / 1e6);
    return fmt::format("{} kB", (bytes + 999) / 1000);
}

}  // namespace gaplab
