// One training step of gap preserving distillation against a plain step of the student and one of a network of double width: on
// the processor, the median of a few steps, as benchmarks (step/NET/PRECISION/KIND). Each wants a process of its own, as bench.py
// gives it, since networks in one process disturb each other through the allocator. Other modes:
//
//   bench_gpd_step --count           how many operations of LibTorch each of the three steps takes
//   bench_gpd_step --device cuda     on the GPU: kernel by kernel and as a recorded whole, with the most memory held; --small:
//                                    resnet20 only
//   bench_gpd_step --profile         where the time of a step goes; with --device cuda the kernels that take longest

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include <ATen/Parallel.h>
#include <fmt/format.h>

#include "core/reparam/fused_merge.h"
#include "core/train/card.h"
#include "core/train/environment.h"
#include "core/train/optimizer.h"
#include "core/train/steps/captured.h"
#include "core/train/steps/sequential.h"
#include "tests/bench/step_profile.h"
#include "tests/bench/suite.h"

#ifdef GAPLAB_CUDA
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAFunctions.h>
#endif

using namespace gaplab;

namespace {

struct Setting {
    std::string architecture = "resnet20", kind = "student", precision = "float32";
    int64_t size = 32, batch = 128;
    int steps = 5;
    bool kernels = true;  ///< merged by ours; else by LibTorch
};

const Setting resnet20, resnet18 = {.architecture = "resnet18", .size = 64, .batch = 32, .steps = 3};

constexpr int expansion = 2;

Experiment experimentOf(const Setting& setting) {
    Experiment experiment;
    experiment.student.architecture = setting.architecture;
    if (setting.architecture == "resnet18") experiment.student.parameters["stem"] = "imagenet";
    if (setting.kind == "double") experiment.student.parameters["width"] = static_cast<double>(expansion);
    experiment.knowledge.push_back({.from = "labels", .to = "student", .loss = "ce"});
    if (setting.kind == "gpd") {
        Teacher dynamic{.name = "dynamic", .kind = "gpd", .trained = true, .apart = false};
        dynamic.parameters = {
            {"expansion", expansion}, {"branches", 6}, {"scales", "default"}, {"noise", 0.0}, {"private_init", "copies"}};
        experiment.teachers.push_back(dynamic);
        experiment.knowledge.push_back({.from = "labels", .to = "dynamic", .loss = "ce"});
        experiment.knowledge.push_back({.from = "dynamic", .to = "student", .loss = "smoothed_ce"});
    }
    experiment.training.precision = setting.precision;
    return experiment;
}

/// As many as the reference program has.
int64_t classesOf(const Setting& setting) {
    return setting.size > 32 ? 1000 : 10;
}

Dataset noise(const Setting& setting) {
    Dataset dataset;
    dataset.train.images = at::randint(256, {4, 3, setting.size, setting.size}, at::kByte);
    dataset.train.labels = at::zeros({4}, at::kLong);
    dataset.classes.resize(static_cast<size_t>(classesOf(setting)));
    return dataset;
}

/// The networks of a setting with everything a step takes.
class Bench {
public:
    Bench(const Setting& setting, at::Device device)
        : experiment_(experimentOf(setting)),
          roles_(buildRoles(experiment_, noise(setting), 0, {}, device)),
          terms_(makeTerms(experiment_, roles_, 128, 0)),
          optimizer_(makeOptimizer({{"kind", "sgd"}, {"momentum", 0.9}, {"weight_decay", 5e-4}, {"nesterov", false}},
                                   roles_.front().state.parameters)),
          device_(device) {
        setBatch(setting);
        setWish(CapturedStep::Wish::Off);
    }

    void setBatch(const Setting& setting) {
        batch_ = {
            at::randn({setting.batch, 3, setting.size, setting.size}).contiguous(at::MemoryFormat::ChannelsLast).to(device_),
            at::randint(10, {setting.batch}, at::kLong).to(device_),
            {}};
    }
    void setWish(CapturedStep::Wish wish) { captured_.emplace(device_, wish); }
    const std::string& obstacle() const { return captured_->obstacle(); }

    void step() {
        captured_->run(roles_, terms_, batch_, {}, {}, roles_.front().state.parameters);
        optimizer_->step(0.05);
    }

private:
    Experiment experiment_;
    std::vector<Role> roles_;
    std::vector<Term> terms_;
    std::unique_ptr<Optimizer> optimizer_;
    std::optional<CapturedStep> captured_;
    at::Device device_;
    Batch batch_;
};

/// After two steps that pay for memory and kernels.
double measure(benchmark::State& state, const Setting& setting) {
    const EnvironmentScope scope(resolveEnvironment(experimentOf(setting).training));
    setMergeBy(setting.kernels ? MergeBy::Best : MergeBy::ATen);
    Bench bench(setting, at::kCPU);
    for (int i = 0; i < 2; ++i)
        bench.step();
    const double seconds = medianSeconds(setting.steps, [&] { bench.step(); });
    state.counters["images_per_second"] = static_cast<double>(setting.batch) / seconds;
    return seconds;
}

void addSteps(Setting setting) {
    for (const char* precision : {"float32", "bfloat16"}) {
        setting.precision = precision;
        const auto add = [&](const char* kind, const char* name, bool kernels) {
            setting.kind = kind;
            setting.kernels = kernels;
            addBenchmark(fmt::format("step/{}/{}/{}", setting.architecture, precision, name),
                         [setting](benchmark::State& state) { return measure(state, setting); });
        };
        add("student", "student", true);
        add("double", "double", true);
        add("gpd", "gpd", true);
        add("gpd", "gpd_merged_by_LibTorch", false);
    }
}

void countOperations() {
    at::set_num_threads(1);
    const auto count = [](const char* kind, const char* how) {
        const Setting setting{.kind = kind, .batch = 8};
        Bench bench(setting, at::kCPU);
        fmt::print("{} {}{}\n", setting.architecture, kind, how);
        printOperations([&] { bench.step(); });
    };
    count("student", "");
    setMergeBy(MergeBy::ATen);
    count("gpd", ", merged by ATen");
    setMergeBy(MergeBy::Arithmetic);
    count("gpd", ", merged as by kernels, whose own starts come on top: three a merged layer and view");
}

void profileOnProcessor() {
    for (const Setting& of : {resnet20, resnet18})
        for (const char* precision : {"float32", "bfloat16"})
            for (const char* kind : {"student", "double", "gpd"}) {
                Setting setting = of;
                setting.kind = kind;
                setting.precision = precision;
                const EnvironmentScope scope(resolveEnvironment(experimentOf(setting).training));
                Bench bench(setting, at::kCPU);
                fmt::print("{} {} {}\n", setting.architecture, kind, precision);
                printTimes([&] { bench.step(); }, 3);
                std::fflush(stdout);
            }
}

#ifdef GAPLAB_CUDA

const at::Device gpu(at::kCUDA, 0);

Environment environmentOf(const std::string& precision) {
    Environment environment{.device = gpu, .bfloat16 = precision == "bfloat16"};
    environment.threads = 2;
    return environment;
}

/// Milliseconds a step, the GPU never being waited for in between.
double pace(Bench& bench, int steps) {
    for (int i = 0; i < 6; ++i)
        bench.step();
    c10::cuda::device_synchronize();
    c10::cuda::CUDACachingAllocator::resetPeakStats(0);
    const BenchClock::time_point begin = BenchClock::now();
    for (int i = 0; i < steps; ++i)
        bench.step();
    c10::cuda::device_synchronize();
    return 1e3 * secondsSince(begin) / steps;
}

void reportOnGpu(Setting setting, const std::vector<int64_t>& batches) {
    for (const char* kind : {"student", "double", "gpd"}) {
        setting.kind = kind;
        Bench bench(setting, gpu);
        for (const int64_t batch : batches) {
            setting.batch = batch;
            bench.setBatch(setting);
            for (const char* precision : {"float32", "bfloat16"}) {
                const EnvironmentScope scope(environmentOf(precision));
                for (const bool whole : {false, true}) {
                    bench.setWish(whole ? CapturedStep::Wish::On : CapturedStep::Wish::Off);
                    const double time = pace(bench, 20);
                    const int64_t peak = c10::cuda::CUDACachingAllocator::getDeviceStats(0).allocated_bytes[0].peak;
                    fmt::print("{} {}x{} batch {} {} {:7} {}: {:.2f} ms, {:.0f} images/s, peak {:.0f} MiB {}\n",
                               setting.architecture, setting.size, setting.size, batch, precision, kind,
                               whole ? "graph" : "eager", time, 1000.0 * static_cast<double>(batch) / time,
                               static_cast<double>(peak) / (1 << 20), bench.obstacle());
                    std::fflush(stdout);
                }
            }
        }
    }
}

void profileOnGpu() {
    for (const char* kind : {"student", "gpd"}) {
        const Setting setting{.kind = kind};
        Bench bench(setting, gpu);
        for (const char* precision : {"float32", "bfloat16"}) {
            const EnvironmentScope scope(environmentOf(precision));
            fmt::print("{} {} {}\n", setting.architecture, kind, precision);
            printKernels(
                [&] {
                    bench.step();
                    c10::cuda::device_synchronize();
                },
                5);
            std::fflush(stdout);
        }
    }
}

#endif

int runOnGpu([[maybe_unused]] bool profile, [[maybe_unused]] bool small) {
#ifdef GAPLAB_CUDA
    if (c10::cuda::device_count() > 0) {
        fmt::print("{}\n", cardName(gpu));
        if (profile) {
            profileOnGpu();
            return 0;
        }
        reportOnGpu(resnet20, {128});
        if (!small) reportOnGpu(resnet18, {32, 128});
        return 0;
    }
#endif
    fmt::print("There is no GPU on this machine\n");
    return 77;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv, argv + argc);
    const auto has = [&](const char* flag) { return std::ranges::find(arguments, flag) != arguments.end(); };
    if (has("--count")) {
        countOperations();
        return 0;
    }
    if (has("cuda")) return runOnGpu(has("--profile"), has("--small"));
    if (has("--profile")) {
        profileOnProcessor();
        return 0;
    }
    addSteps(resnet20);
    addSteps(resnet18);
    return runBenchmarks(argc, argv);
}
