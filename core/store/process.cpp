#include "core/store/process.h"

#include <array>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace gaplab {
namespace {

std::string bootAndNamespace() {
    std::string boot = "unknown";
    std::ifstream("/proc/sys/kernel/random/boot_id") >> boot;
    std::array<char, 64> name{};
    const ssize_t length = readlink("/proc/self/ns/pid", name.data(), name.size() - 1);
    return boot + "/" + (length > 0 ? name.data() : "unknown");
}

/// The moment the process began, in clock ticks after boot; empty if there is no such process, or only what its parent has not
/// collected yet.
std::string startOf(int64_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string text;
    if (!std::getline(file, text)) return {};
    // the second field is the program's name in brackets and may hold anything: count from the last bracket
    const size_t bracket = text.rfind(')');
    if (bracket == std::string::npos) return {};
    std::istringstream fields(text.substr(bracket + 1));
    std::string state, field;
    fields >> state;
    if (state == "Z" || state == "X") return {};
    constexpr int startField = 22, stateField = 3;
    for (int i = stateField; i < startField; ++i)
        fields >> field;
    return field;
}

}  // namespace

ProcessMark thisProcess() {
    const int64_t pid = getpid();
    return {pid, bootAndNamespace() + "/" + startOf(pid)};
}

Life lifeOf(const ProcessMark& process) {
    const size_t slash = process.origin.rfind('/');
    if (slash == std::string::npos || process.origin.substr(0, slash) != bootAndNamespace()) return Life::Unknown;
    return startOf(process.pid) == process.origin.substr(slash + 1) ? Life::Alive : Life::Dead;
}

}  // namespace gaplab
