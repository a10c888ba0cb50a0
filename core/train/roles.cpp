#include "core/train/roles.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/names.h"
#include "core/base/random.h"
#include "core/nn/tensor_file.h"
#include "core/reparam/widening.h"
#include "core/train/steps/shadow.h"

namespace gaplab {
namespace {

bool isFrozen(const std::string& parameter, const std::vector<std::string>& frozen) {
    return std::ranges::any_of(frozen,
                               [&](const std::string& name) { return parameter == name || parameter.starts_with(name + "."); });
}

void requireFrozenNames(const Network& network, const std::vector<std::string>& frozen) {
    std::vector<std::string> layers;
    for (const TensorSlot& slot : network.parameters()) {
        const std::string layer = slot.name.substr(0, slot.name.rfind('.'));
        if (layers.empty() || layers.back() != layer) layers.push_back(layer);
    }
    for (const std::string& name : frozen) {
        if (std::ranges::any_of(network.parameters(), [&](const TensorSlot& slot) { return isFrozen(slot.name, {name}); }))
            continue;
        const std::string near = nearestName(name, layers);
        throw inputError(fmt::format("student.freeze: {} has no layer \"{}\"", network.plan().architecture, name),
                         near.empty() ? "Its layers: " + join(layers) : fmt::format("Did you mean {}?", near));
    }
}

Role roleOf(const std::string& name, std::shared_ptr<const Network> network, State state, bool trained) {
    for (at::Tensor& parameter : state.parameters)
        parameter.detach_().set_requires_grad(trained);
    return {.name = name, .network = std::move(network), .state = std::move(state), .trained = trained};
}

void freeze(Role& role, const std::vector<std::string>& frozen) {
    for (size_t i = 0; i < role.state.parameters.size(); ++i)
        if (isFrozen(role.network->parameters()[i].name, frozen)) role.state.parameters[i].set_requires_grad(false);
}

/// How the dynamic teacher grows out of the student.
ExpandOptions expandOptions(const Experiment& experiment, const Teacher& teacher, uint64_t seed) {
    const std::string scales = teacher.parameters.at("scales");
    const bool fromWeights = experiment.student.weights.kind != Weights::Kind::None;
    return {.ratio = teacher.parameters.at("expansion"),
            .branches = teacher.parameters.at("branches"),
            .scales = scales == "one_hot" || (scales == "auto" && fromWeights) ? Scales::OneHot : Scales::Published,
            .layers = teacher.layers,
            .noise = teacher.parameters.at("noise"),
            .privateNoise = teacher.parameters.at("private_init") == "noise",
            .seed = deriveSeed(seed, "branches")};
}

}  // namespace

void loadWeights(const std::filesystem::path& path, const Network& network, State& state) {
    const TensorFile file = loadTensors(path);
    const bool ofRun = std::ranges::any_of(file.tensors, [](const auto& entry) { return entry.first.starts_with("student/"); });
    takeState(file, ofRun ? "student/" : "", network, state, path.string());
}

std::shared_ptr<const Network> buildTrained(const Experiment& experiment, InputShape input, int64_t classes,
                                            std::vector<BranchedLayer>* branched) {
    const NetworkPlan plan{.architecture = experiment.student.architecture,
                           .input = input,
                           .classes = classes,
                           .parameters = experiment.student.parameters};
    const Teacher* dynamic = experiment.dynamicTeacher();
    std::shared_ptr<const Network> network =
        dynamic ? buildElastic(plan, expandOptions(experiment, *dynamic, 0), branched) : buildNetwork(plan);
    requireFrozenNames(*network, experiment.student.freeze);
    return network;
}

std::vector<Role> buildRoles(const Experiment& experiment, const Dataset& dataset, uint64_t seed,
                             const std::map<std::string, std::filesystem::path>& weights, at::Device device) {
    const InputShape input{dataset.channels(), dataset.height(), dataset.width()};
    const auto classes = static_cast<int64_t>(dataset.classes.size());
    const auto plain = [&](const std::string& name, const NetworkSpec& spec) {
        Model model{buildNetwork(spec.architecture, spec.parameters, input, classes), {}};
        model.state = initialState(*model.network, deriveSeed(seed, "weights " + name));
        if (const auto file = weights.find(name); file != weights.end()) loadWeights(file->second, *model.network, model.state);
        return model;
    };
    Model student = plain("student", experiment.student);
    const Teacher* dynamic = experiment.dynamicTeacher();
    if (dynamic) {
        const Model alone = std::move(student);
        student.network = buildTrained(experiment, input, classes);
        student.state = expandInto(*student.network, alone, expandOptions(experiment, *dynamic, seed));
    }
    std::vector<Role> roles;
    roles.push_back(roleOf("student", student.network, student.state.to(device), true));
    freeze(roles.front(), experiment.student.freeze);
    if (dynamic && student.network->expansion() > 1) {
        Role teacher = roles.front();  // the same values
        teacher.name = dynamic->name;
        teacher.kind = dynamic->kind;
        teacher.view = View::Teacher;
        teacher.apart = false;
        roles.push_back(std::move(teacher));
    }
    for (const Teacher& teacher : experiment.teachers) {
        if (&teacher == dynamic) continue;
        Model model = plain(teacher.name, teacher.network);
        if (teacher.headOnly) {
            model.network = shadowOf({model.network, model.state.to(device)});
            model.state = initialState(*model.network, deriveSeed(seed, "head " + teacher.name));
        }
        roles.push_back(roleOf(teacher.name, model.network, model.state.to(device), teacher.trained));
        roles.back().kind = teacher.kind;
        for (const Json& epoch : teacher.parameters.value("anchors", Json::array())) {
            Role& role = roles.back();
            State values = role.state.clone();
            if (const auto file = weights.find(fmt::format("{}@{}", teacher.name, epoch.get<int64_t>())); file != weights.end())
                loadWeights(file->second, *role.network, values);
            role.anchors.emplace_back(epoch, std::move(values));
        }
        if (!roles.back().anchors.empty()) roles.back().state = roles.back().anchors.front().second;
    }
    return roles;
}

void replaceStudent(std::vector<Role>& roles, const std::shared_ptr<const Network>& network, const State& state) {
    for (Role& role : roles) {
        if (&role != &roles.front() && role.apart) continue;
        role.network = network;
        role.state = state;
    }
}

void setExpansion(std::vector<Role>& roles, State* average, int expansion) {
    const Role& student = roles.front();
    if (student.network->expansion() == expansion) return;
    const std::shared_ptr<const Network> network = withExpansion(*student.network, expansion);
    if (average) *average = emptyState(*network, *average);
    replaceStudent(roles, network, emptyState(*network, student.state));
}

}  // namespace gaplab
