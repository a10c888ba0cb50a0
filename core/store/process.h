#pragma once

#include <cstdint>
#include <string>

namespace gaplab {

/// Who holds a run. The origin names the boot of the machine, the process-id namespace (containers of one machine share the boot
/// but not the ids) and the moment the process began (ids are used again).
struct ProcessMark {
    int64_t pid = 0;     ///< 0: nobody
    std::string origin;  ///< "BOOT/NAMESPACE/START"
    bool operator==(const ProcessMark&) const = default;
};

ProcessMark thisProcess();

enum class Life { Alive, Dead, Unknown };
/// Unknown for a process of another machine, container or boot: it cannot be seen from here.
Life lifeOf(const ProcessMark& process);

}  // namespace gaplab
