#include "core/train/checkpoint.h"

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/nn/tensor_file.h"

namespace gaplab {
namespace {

constexpr const char* progressKey = "gaplab.progress";

void putNetwork(TensorFile& file, const Role& student, const State& state, const std::string& suffix) {
    if (isElastic(*student.network)) {
        putState(file, "elastic" + suffix + "/", *student.network, state);
        const Model alone = extract({student.network, state});
        putState(file, "student" + suffix + "/", *alone.network, alone.state);
    } else {
        putState(file, "student" + suffix + "/", *student.network, state);
    }
}

/// Trained beside the student with values of its own.
bool isPeer(const std::vector<Role>& roles, const Role& role) {
    return role.trained && role.apart && &role != &roles.front();
}

void putNetworks(TensorFile& file, const std::vector<Role>& roles, const State* ema) {
    const Role& student = roles.front();
    putNetwork(file, student, student.state, "");
    if (ema) putNetwork(file, student, *ema, "_ema");
    for (const Role& role : roles)
        if (isPeer(roles, role)) putState(file, "teachers/" + role.name + "/", *role.network, role.state);
}

void takeNetworks(const TensorFile& file, std::vector<Role>& roles, State* ema, const std::string& where) {
    Role& student = roles.front();
    const std::string kind = isElastic(*student.network) ? "elastic" : "student";
    takeState(file, kind + "/", *student.network, student.state, where);
    if (ema) takeState(file, kind + "_ema/", *student.network, *ema, where);
    for (Role& role : roles)
        if (isPeer(roles, role)) takeState(file, "teachers/" + role.name + "/", *role.network, role.state, where);
}

void takeTensor(const TensorFile& file, const std::string& name, at::Tensor target, const std::filesystem::path& path) {
    const auto found = file.tensors.find(name);
    if (found == file.tensors.end() || found->second.sizes() != target.sizes())
        throw inputError(fmt::format("{} does not fit this run: {} is missing or has another shape", path.string(), name));
    target.copy_(found->second);
}

}  // namespace

void saveTraining(const std::filesystem::path& path, const TrainingState& state) {
    const at::NoGradGuard noGradient;
    TensorFile file;
    putNetworks(file, state.roles, state.ema);
    for (const auto& [name, tensor] : state.optimizer.state())
        file.tensors["optimizer/" + name] = tensor;
    for (size_t i = 0; i < state.tallies.size(); ++i)
        file.tensors[fmt::format("log/tally.{}", i)] = state.tallies[i].sums();
    for (size_t i = 0; i < state.terms.size(); ++i)
        if (const Model* adapters = state.terms[i].loss->adapters())
            putState(file, fmt::format("terms/{}/", i), *adapters->network, adapters->state);
    for (size_t i = 0; i < state.mitigations.size(); ++i)
        if (const at::Tensor learned = state.mitigations[i]->state(); learned.defined())
            file.tensors[fmt::format("mitigations/{}", i)] = learned;
    file.tensors["log/terms"] = state.termSums;
    if (state.gapSums.defined()) file.tensors["log/gap"] = state.gapSums;
    file.metadata[progressKey] = state.progress.dump();
    saveTensors(path, file);
}

SavedTraining readTraining(const std::filesystem::path& path) {
    SavedTraining saved{path, loadTensors(path), {}};
    const auto progress = saved.file.metadata.find(progressKey);
    if (progress == saved.file.metadata.end()) throw inputError(path.string() + " is not a checkpoint of a training run");
    saved.progress = Json::parse(progress->second);
    return saved;
}

void takeTraining(const SavedTraining& saved, TrainingState state) {
    const at::NoGradGuard noGradient;
    const auto& [path, file, progress] = saved;
    takeNetworks(file, state.roles, state.ema, path.string());
    for (size_t i = 0; i < state.terms.size(); ++i)
        if (Model* adapters = state.terms[i].loss->adapters())
            takeState(file, fmt::format("terms/{}/", i), *adapters->network, adapters->state, path.string());
    for (size_t i = 0; i < state.mitigations.size(); ++i)
        if (const at::Tensor learned = state.mitigations[i]->state(); learned.defined())
            takeTensor(file, fmt::format("mitigations/{}", i), learned, path);
    for (const auto& [name, tensor] : state.optimizer.state())
        takeTensor(file, "optimizer/" + name, tensor, path);
    for (size_t i = 0; i < state.tallies.size(); ++i) {
        at::Tensor sums = at::empty_like(state.tallies[i].sums());
        takeTensor(file, fmt::format("log/tally.{}", i), sums, path);
        state.tallies[i].restore(sums);
    }
    takeTensor(file, "log/terms", state.termSums, path);
    if (state.gapSums.defined()) takeTensor(file, "log/gap", state.gapSums, path);
}

void saveWeights(const std::filesystem::path& path, const std::vector<Role>& roles, const State* ema, const Json& facts) {
    const at::NoGradGuard noGradient;
    TensorFile file;
    putNetworks(file, roles, ema);
    file.metadata["gaplab.facts"] = facts.dump();
    saveTensors(path, file);
}

void loadAllWeights(const std::filesystem::path& path, std::vector<Role>& roles, State* ema) {
    const at::NoGradGuard noGradient;
    takeNetworks(loadTensors(path), roles, ema, path.string());
}

}  // namespace gaplab
