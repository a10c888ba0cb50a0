#include "core/train/checkpoint.h"

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/nn/tensor_file.h"

namespace gaplab {
namespace {

constexpr const char* progressKey = "gaplab.progress";

void putNetworks(TensorFile& file, const Role& student, const State* ema) {
    putState(file, "student/", *student.network, student.state);
    if (ema) putState(file, "student_ema/", *student.network, *ema);
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
    putNetworks(file, state.student, state.ema);
    for (const auto& [name, tensor] : state.optimizer.state())
        file.tensors["optimizer/" + name] = tensor;
    file.tensors["log/tally"] = state.tally.sums();
    file.tensors["log/terms"] = state.termSums;
    file.metadata[progressKey] = state.progress.dump();
    saveTensors(path, file);
}

Json loadTraining(const std::filesystem::path& path, TrainingState state) {
    const at::NoGradGuard noGradient;
    const TensorFile file = loadTensors(path);
    takeState(file, "student/", *state.student.network, state.student.state, path.string());
    if (state.ema) takeState(file, "student_ema/", *state.student.network, *state.ema, path.string());
    for (const auto& [name, tensor] : state.optimizer.state())
        takeTensor(file, "optimizer/" + name, tensor, path);
    at::Tensor sums = at::empty_like(state.tally.sums());
    takeTensor(file, "log/tally", sums, path);
    state.tally.restore(sums);
    takeTensor(file, "log/terms", state.termSums, path);
    const auto progress = file.metadata.find(progressKey);
    if (progress == file.metadata.end()) throw inputError(path.string() + " is not a checkpoint of a training run");
    return Json::parse(progress->second);
}

void saveWeights(const std::filesystem::path& path, const Role& student, const State* ema, const Json& facts) {
    const at::NoGradGuard noGradient;
    TensorFile file;
    putNetworks(file, student, ema);
    file.metadata["gaplab.facts"] = facts.dump();
    saveTensors(path, file);
}

}  // namespace gaplab
