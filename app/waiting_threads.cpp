#include <cstring>
#include <string_view>
#include <unistd.h>

// LibTorch's OpenMP threads spin for milliseconds while they wait for each other. Where the window or another program wants a
// core too, a waiting thread then keeps the working one from it: a training epoch of 8 s on two cores took 22 to 315 s beside two
// busy programs, and 20 to 27 s with a short spin. Alone it is as fast (7.7 to 8.7 s against 8.4 to 8.8 s); without any spin it
// is not (10.5 s). The spin is read from the environment when the library is loaded, before anything of this program runs, so the
// program starts itself again with it. Before the libraries' constructors have run that costs a few milliseconds.

namespace {

constexpr std::string_view setting = "GOMP_SPINCOUNT=3000";

bool isSet(const char* variable, const char* name) {
    const size_t length = std::strlen(name);
    return std::strncmp(variable, name, length) == 0 && variable[length] == '=';
}

__attribute__((no_sanitize("address", "undefined"))) void shortenSpin(int, char** arguments, char** environment) {
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

__attribute__((section(".preinit_array"), used)) void (*const atStart)(int, char**, char**) = shortenSpin;

}  // namespace
