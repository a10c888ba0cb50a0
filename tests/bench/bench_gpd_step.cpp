// One training step of gap preserving distillation against a plain step of the student and one of a network of double width. Each
// figure comes from a process of its own, alternated, since networks in one process disturb each other through the allocator; the
// ratio is one of medians.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "core/train/environment.h"
#include "core/train/optimizer.h"
#include "core/train/steps/sequential.h"

using namespace gaplab;

namespace {

struct Setting {
    std::string architecture = "resnet20", kind = "student", precision = "float32";
    int64_t size = 32, batch = 128;
    int steps = 5;
};

constexpr int expansion = 2;

Experiment experimentOf(const Setting& setting) {
    Experiment experiment;
    experiment.student.architecture = setting.architecture;
    if (setting.kind == "double") experiment.student.parameters = {{"width", static_cast<double>(expansion)}};
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

Dataset noise(const Setting& setting) {
    Dataset dataset;
    dataset.train.images = at::randint(256, {4, 3, setting.size, setting.size}, at::kByte);
    dataset.train.labels = at::zeros({4}, at::kLong);
    dataset.classes.resize(10);
    return dataset;
}

/// Milliseconds of the median step, after two that pay for memory and kernels.
double measure(const Setting& setting) {
    const Experiment experiment = experimentOf(setting);
    const EnvironmentScope scope(resolveEnvironment(experiment.training));
    const std::vector<Role> roles = buildRoles(experiment, noise(setting), 0, {}, at::kCPU);
    const std::vector<Term> terms = makeTerms(experiment, roles, 128, 0);
    const auto optimizer = makeOptimizer({{"kind", "sgd"}, {"momentum", 0.9}, {"weight_decay", 5e-4}, {"nesterov", false}},
                                         roles.front().state.parameters);
    const Batch batch{at::randn({setting.batch, 3, setting.size, setting.size}).contiguous(at::MemoryFormat::ChannelsLast),
                      at::randint(10, {setting.batch}, at::kLong),
                      {}};
    std::vector<double> times;
    for (int i = 0; i < setting.steps + 2; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        for (const at::Tensor& parameter : roles.front().state.parameters)
            parameter.mutable_grad() = at::Tensor();
        sequentialStep(roles, terms, batch, {});
        optimizer->step(0.05);
        if (i >= 2) times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
    }
    std::ranges::sort(times);
    return times[times.size() / 2];
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

/// The figure of a process of its own.
double measureApart(const std::string& program, const Setting& s) {
    const std::string command =
        fmt::format("{} --one {} {} {} {} {} {}", program, s.architecture, s.kind, s.precision, s.size, s.batch, s.steps);
    FILE* pipe = popen(command.c_str(), "r");
    if (!pipe) throw std::runtime_error("cannot start " + command);
    std::array<char, 64> line{};
    const bool read = std::fgets(line.data(), line.size(), pipe) != nullptr;
    if (pclose(pipe) != 0 || !read) throw std::runtime_error("it failed: " + command);
    return std::atof(line.data());
}

void report(const std::string& program, Setting setting, int rounds) {
    std::map<std::string, std::vector<double>> times;
    for (int round = 0; round < rounds; ++round)
        for (const char* kind : {"student", "double", "gpd"}) {
            setting.kind = kind;
            times[kind].push_back(measureApart(program, setting));
        }
    const double student = median(times["student"]), twice = median(times["double"]), gpd = median(times["gpd"]);
    fmt::print(
        "{} {}x{} batch {} {}: student {:.1f} ms, double width {:.1f} ms, gpd {:.1f} ms, gpd / (student + double) {:.3f}\n",
        setting.architecture, setting.size, setting.size, setting.batch, setting.precision, student, twice, gpd,
        gpd / (student + twice));
    std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv, argv + argc);
    if (arguments.size() == 8 && arguments[1] == "--one") {
        const Setting setting{.architecture = arguments[2],
                              .kind = arguments[3],
                              .precision = arguments[4],
                              .size = std::stoll(arguments[5]),
                              .batch = std::stoll(arguments[6]),
                              .steps = std::stoi(arguments[7])};
        fmt::print("{}\n", measure(setting));
        return 0;
    }
    const int rounds = arguments.size() > 1 ? std::atoi(arguments[1].c_str()) : 5;
    report(arguments[0], {}, rounds);
    report(arguments[0], {.precision = "bfloat16"}, rounds);
    return 0;
}
