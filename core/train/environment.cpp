#include "core/train/environment.h"

#include <array>
#include <fstream>
#include <thread>
#include <unistd.h>

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#include <fmt/format.h>
#include <torch/headeronly/version.h>

#include "core/base/error.h"
#include "core/train/card.h"

namespace gaplab {
namespace {

std::string processorName() {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);)
        if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
    return "unknown";
}

std::string hostName() {
    std::array<char, 256> name{};
    return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

/// Without such instructions each product is converted back and forth, which is slower than float32.
bool multipliesBfloat16() {
#ifdef __x86_64__
    return __builtin_cpu_supports("avx512bf16") != 0;
#else
    return false;
#endif
}

at::Device cudaDevice() {
    if (!at::globalContext().hasCUDA())
        throw inputError("There is no CUDA device on this machine", "Use training.device \"auto\" or \"cpu\".");
    return {at::kCUDA, 0};
}

}  // namespace

Environment resolveEnvironment(const Training& training) {
    Environment environment;
    const bool wantsCuda = training.device == "cuda" || (training.device == "auto" && at::globalContext().hasCUDA());
    if (wantsCuda) environment.device = cudaDevice();
    const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    environment.threads = training.threads > 0 ? static_cast<int>(training.threads) : cores;
    // Where it is fast; what it does to accuracy stands in experiments/README.md, "Precision on a processor".
    const bool fast = environment.device.is_cuda() || multipliesBfloat16();
    environment.bfloat16 = training.precision == "bfloat16" || (training.precision == "auto" && fast);
    return environment;
}

Environment environmentFromJson(const Json& stored) {
    Environment environment;
    if (stored.at("device") == "cuda") environment.device = cudaDevice();
    environment.bfloat16 = stored.at("precision") == "bfloat16";
    environment.threads = stored.at("threads");
    return environment;
}

Json toJson(const Environment& environment) {
    Json stored = {{"device", environment.deviceKind()},
                   {"precision", environment.precision()},
                   {"threads", environment.threads},
                   {"host", hostName()},
                   {"processor", processorName()},
                   {"libtorch", fmt::format("{}.{}.{}", TORCH_VERSION_MAJOR, TORCH_VERSION_MINOR, TORCH_VERSION_PATCH)},
                   {"gaplab", GAPLAB_VERSION}};
    if (environment.device.is_cuda()) stored["card"] = cardName(environment.device);
    return stored;
}

EnvironmentScope::EnvironmentScope(const Environment& environment)
    : type_(environment.device.type()),
      autocastBefore_(at::autocast::is_autocast_enabled(type_)),
      cacheBefore_(at::autocast::is_autocast_cache_enabled()),
      threadsBefore_(at::get_num_threads()) {
    at::set_num_threads(environment.threads);
    if (environment.bfloat16) at::autocast::set_autocast_dtype(type_, at::kBFloat16);
    at::autocast::set_autocast_enabled(type_, environment.bfloat16);
    // It keeps converted weights as long as the scope lives, and so would go on with those of the first step.
    at::autocast::set_autocast_cache_enabled(false);
}

EnvironmentScope::~EnvironmentScope() {
    at::autocast::set_autocast_cache_enabled(cacheBefore_);
    at::autocast::set_autocast_enabled(type_, autocastBefore_);
    at::set_num_threads(threadsBefore_);
}

}  // namespace gaplab
