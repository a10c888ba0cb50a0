#include "core/train/terms.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/nn/features.h"

namespace gaplab {
namespace {

using Shapes = std::vector<std::vector<int64_t>>;

LossPlan planOf(const Knowledge& knowledge, const Experiment& experiment, int64_t classes) {
    return {.parameters = knowledge.parameters,
            .labelSmoothing = experiment.training.labelSmoothing,
            .classes = classes,
            .stages = knowledge.stages};
}

/// Of a plain network, detached.
std::vector<at::Tensor> classifierValues(const Role& role) {
    std::vector<at::Tensor> values;
    const std::string classifier = classifierOf(*role.network);
    for (size_t i = 0; i < role.state.parameters.size(); ++i)
        if (role.apart && belongsTo(role.network->parameters()[i].name, classifier))
            values.push_back(role.state.parameters[i].detach());
    return values;
}

/// The loss of a term; what is wrong with it is said of its field.
std::unique_ptr<Loss> makeLossOf(const Knowledge& knowledge, const LossPlan& plan) {
    try {
        return makeLoss(knowledge.loss, plan);
    } catch (const Error& error) {
        const std::string term = fmt::format("knowledge[{}].", knowledge.place);
        std::vector<Problem> problems = error.problems();
        if (problems.empty()) problems.push_back({"loss", error.what(), error.hint()});
        for (Problem& problem : problems)
            problem.path = term + problem.path;
        throw Error(error.fault(), fmt::format("{} cannot teach {} by the loss {}", knowledge.from, knowledge.to, knowledge.loss),
                    {}, std::move(problems));
    }
}

}  // namespace

std::vector<Term> makeTerms(const Experiment& experiment, const std::vector<Role>& roles, int64_t images, uint64_t seed) {
    const auto roleNamed = [&](const std::string& name) {
        const auto found = std::ranges::find(roles, name, &Role::name);
        return found == roles.end() ? nullptr : &*found;
    };
    std::vector<Term> terms;
    for (const Knowledge& knowledge : experiment.knowledge) {
        Term term{.name = knowledge.loss + ":" + knowledge.from,
                  .from = roleNamed(knowledge.from),
                  .to = roleNamed(knowledge.to),
                  .loss = nullptr,
                  .weight = knowledge.weight,
                  .dropGroup = knowledge.dropGroup};
        if (const Teacher* teacher = experiment.teacher(knowledge.from)) term.until = teacher->parameters.value("until", 0.0);
        LossPlan plan = planOf(knowledge, experiment, term.to->network->plan().classes);
        plan.images = images;
        plan.seed = deriveSeed(seed, "adapters " + term.name + " " + knowledge.to);
        if (lossNeedsFeatures(knowledge.loss)) {
            plan.fromClasses = term.from->network->plan().classes;
            plan.fromClassifier = classifierValues(*term.from);
            plan.fromShapes = featureShapes(*term.from->network, term.from->view);
            plan.toShapes = featureShapes(*term.to->network, term.to->view);
        }
        term.loss = makeLossOf(knowledge, plan);
        if (Model* adapters = term.loss->adapters())
            adapters->state = adapters->state.to(roles.front().state.parameters.front().device());
        terms.push_back(std::move(term));
    }
    return terms;
}

std::vector<std::vector<std::string>> describeTerms(const Experiment& experiment, InputShape input, int64_t classes) {
    std::map<std::string, Shapes> known;
    const auto shapesOf = [&](const std::string& role) -> const Shapes& {
        if (const auto found = known.find(role); found != known.end()) return found->second;
        const Teacher* teacher = experiment.teacher(role);
        if (teacher && teacher->apart) {
            const NetworkSpec& spec = teacher->network;
            return known[role] =
                       featureShapes(*buildNetwork(spec.architecture, spec.parameters, input, teacher->classesOr(classes)));
        }
        return known[role] = featureShapes(*buildTrained(experiment, input, classes), teacher ? View::Teacher : View::Student);
    };
    std::vector<std::vector<std::string>> lines(experiment.knowledge.size());
    for (const Knowledge& knowledge : experiment.knowledge) {
        LossPlan plan = planOf(knowledge, experiment, classes);
        if (lossNeedsFeatures(knowledge.loss)) {
            const Teacher* teacher = experiment.teacher(knowledge.from);
            plan.fromClasses = teacher ? teacher->classesOr(classes) : classes;
            plan.fromShapes = shapesOf(knowledge.from);
            plan.toShapes = shapesOf(knowledge.to);
        }
        const auto loss = makeLossOf(knowledge, plan);
        if (lines.size() <= knowledge.place) lines.resize(knowledge.place + 1);
        if (auto own = loss->describe(); !own.empty()) lines[knowledge.place] = std::move(own);
    }
    return lines;
}

std::vector<bool> leftOutTerms(const std::vector<Term>& terms, double epoch, uint64_t seed, int64_t step) {
    std::map<std::string, std::vector<size_t>> groups;
    for (size_t i = 0; i < terms.size(); ++i)
        if (!terms[i].dropGroup.empty() && terms[i].isActive(epoch)) groups[terms[i].dropGroup].push_back(i);
    std::vector<bool> leftOut;
    for (const auto& [name, members] : groups) {
        if (members.size() < 2) continue;
        leftOut.resize(terms.size());
        Random random(deriveSeed(seed, "drop " + name, static_cast<uint64_t>(step)));
        leftOut[members[static_cast<size_t>(random.below(std::ssize(members)))]] = true;
    }
    return leftOut;
}

}  // namespace gaplab
