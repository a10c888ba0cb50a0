#include <cstring>
#include <string_view>
#include <unistd.h>

// LibTorch's OpenMP threads spin while they wait for each other. Where the window or another program wants a core too, that makes
// training several times slower (measured: 3 times, beside two compilers on two cores), and for nothing: alone it is as fast with
// threads that sleep. The policy is read from the environment when the library is loaded, before anything of this program runs,
// so the program starts itself again with it. Before the libraries' constructors have run that costs a few milliseconds.

namespace {

constexpr std::string_view setting = "OMP_WAIT_POLICY=passive";

bool isSet(const char* variable, const char* name) {
    const size_t length = std::strlen(name);
    return std::strncmp(variable, name, length) == 0 && variable[length] == '=';
}

__attribute__((no_sanitize("address", "undefined"))) void letThreadsSleep(int, char** arguments, char** environment) {
    size_t count = 0;
    for (; environment[count]; ++count)
        if (isSet(environment[count], "OMP_WAIT_POLICY") || isSet(environment[count], "GOMP_SPINCOUNT")) return;
    constexpr size_t most = 4096;
    static const char* extended[most + 2];
    if (count > most) return;
    for (size_t i = 0; i < count; ++i)
        extended[i] = environment[i];
    extended[count] = setting.data();
    execve("/proc/self/exe", arguments, const_cast<char**>(extended));
    // Without /proc it goes on as it is.
}

__attribute__((section(".preinit_array"), used)) void (*const atStart)(int, char**, char**) = letThreadsSleep;

}  // namespace
