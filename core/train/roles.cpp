#include "core/train/roles.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/names.h"
#include "core/base/random.h"
#include "core/nn/features.h"
#include "core/reparam/widening.h"
#include "core/train/source_weights.h"
#include "core/train/steps/shadow.h"

namespace gaplab {
namespace {

bool isFrozen(const std::string& parameter, const std::vector<std::string>& frozen) {
    return std::ranges::any_of(frozen, [&](const std::string& name) { return belongsTo(parameter, name); });
}

/// `field`: where the names were written.
void requireLayers(const Network& network, const std::vector<std::string>& names, const std::string& field) {
    std::vector<std::string> layers;
    for (const TensorSlot& slot : network.parameters()) {
        const std::string layer = slot.name.substr(0, slot.name.rfind('.'));
        if (layers.empty() || layers.back() != layer) layers.push_back(layer);
    }
    for (const std::string& name : names) {
        if (std::ranges::any_of(network.parameters(), [&](const TensorSlot& slot) { return isFrozen(slot.name, {name}); }))
            continue;
        const std::string near = nearestName(name, layers);
        const std::string missing = fmt::format("{} has no layer \"{}\"", network.plan().architecture, name);
        throw Error(
            Fault::Input, missing, {},
            {{field, near.empty() ? missing : fmt::format("{}. Did you mean {}?", missing, near), join(partsOf(network))}});
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

std::shared_ptr<const Network> buildTrained(const Experiment& experiment, InputShape input, int64_t classes,
                                            std::vector<BranchedLayer>* branched) {
    const NetworkPlan plan{.architecture = experiment.student.architecture,
                           .input = input,
                           .classes = classes,
                           .parameters = experiment.student.parameters};
    const Teacher* dynamic = experiment.dynamicTeacher();
    std::shared_ptr<const Network> network =
        dynamic ? buildElastic(plan, expandOptions(experiment, *dynamic, 0), branched) : buildNetwork(plan);
    requireLayers(*network, experiment.student.freeze, "student.freeze");
    for (const auto& [layer, factor] : experiment.student.rates)
        if (layer != headRate) requireLayers(*network, {layer}, "student.rates");
    return network;
}

std::vector<Role> buildRoles(const Experiment& experiment, const Dataset& dataset, uint64_t seed,
                             const std::map<std::string, std::filesystem::path>& weights, at::Device device) {
    const InputShape input{dataset.channels(), dataset.height(), dataset.width()};
    const auto classes = static_cast<int64_t>(dataset.classes.size());
    std::vector<std::string> notes;
    const auto plain = [&](const std::string& name, const NetworkSpec& spec, int64_t ownClasses) {
        Model model{buildNetwork(spec.architecture, spec.parameters, input, ownClasses), {}};
        model.state = initialState(*model.network, deriveSeed(seed, "weights " + name));
        notes.clear();
        if (const auto file = weights.find(name); file != weights.end())
            notes = takeSourceWeights(file->second, *model.network, model.state, TakeOver(spec));
        return model;
    };
    Model student = plain("student", experiment.student, classes);
    std::optional<State> start;
    if (weights.contains("student")) start = student.state.clone().to(device);
    const Teacher* dynamic = experiment.dynamicTeacher();
    if (dynamic) {
        const Model alone = std::move(student);
        student.network = buildTrained(experiment, input, classes);
        student.state = expandInto(*student.network, alone, expandOptions(experiment, *dynamic, seed));
    }
    std::vector<Role> roles;
    roles.push_back(roleOf("student", student.network, student.state.to(device), true));
    roles.front().notes = notes;
    roles.front().start = std::move(start);
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
        Model model = plain(teacher.name, teacher.network, teacher.classesOr(classes));
        if (teacher.headOnly) {
            model.network = shadowOf({model.network, model.state.to(device)});
            model.state = initialState(*model.network, deriveSeed(seed, "head " + teacher.name));
        }
        roles.push_back(roleOf(teacher.name, model.network, model.state.to(device), teacher.trained));
        roles.back().kind = teacher.kind;
        roles.back().notes = notes;
        roles.back().foreign = teacher.classes > 0;
        for (const Json& epoch : teacher.parameters.value("anchors", Json::array())) {
            Role& role = roles.back();
            State values = role.state.clone();
            if (const auto file = weights.find(fmt::format("{}@{}", teacher.name, epoch.get<int64_t>())); file != weights.end())
                takeSourceWeights(file->second, *role.network, values);
            role.anchors.emplace_back(epoch, std::move(values));
        }
        if (!roles.back().anchors.empty()) roles.back().state = roles.back().anchors.front().second;
    }
    return roles;
}

std::vector<double> rateFactors(const NetworkSpec& student, const Network& network) {
    std::vector<double> factors;
    const std::string classifier = classifierOf(network);
    for (const TensorSlot& slot : network.parameters()) {
        double factor = 1;
        size_t longest = 0;
        for (const auto& [named, rate] : student.rates) {
            const std::string& layer = named == headRate ? classifier : named;
            if (!belongsTo(slot.name, layer) || layer.size() < longest) continue;
            longest = layer.size();
            factor = rate;
        }
        factors.push_back(factor);
    }
    return factors;
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
