#include "core/train/roles.h"

#include <algorithm>

#include "core/base/random.h"
#include "core/nn/tensor_file.h"

namespace gaplab {

void loadWeights(const std::filesystem::path& path, const Network& network, State& state) {
    const TensorFile file = loadTensors(path);
    const bool ofRun = std::ranges::any_of(file.tensors, [](const auto& entry) { return entry.first.starts_with("student/"); });
    takeState(file, ofRun ? "student/" : "", network, state, path.string());
}

std::vector<Role> buildRoles(const Experiment& experiment, const Dataset& dataset, uint64_t seed,
                             const std::map<std::string, std::filesystem::path>& weights, at::Device device) {
    const InputShape input{dataset.channels(), dataset.height(), dataset.width()};
    const auto classes = static_cast<int64_t>(dataset.classes.size());
    const auto build = [&](const std::string& name, const NetworkSpec& spec, bool trained) {
        Role role{name, buildNetwork(spec.architecture, spec.parameters, input, classes), {}, trained};
        role.state = initialState(*role.network, deriveSeed(seed, "weights " + name));
        if (const auto file = weights.find(name); file != weights.end()) loadWeights(file->second, *role.network, role.state);
        role.state = role.state.to(device);
        for (at::Tensor& parameter : role.state.parameters)
            parameter.detach_().set_requires_grad(trained);
        return role;
    };
    std::vector<Role> roles;
    roles.push_back(build("student", experiment.student, true));
    for (const Teacher& teacher : experiment.teachers)
        roles.push_back(build(teacher.name, teacher.network, false));
    return roles;
}

}  // namespace gaplab
