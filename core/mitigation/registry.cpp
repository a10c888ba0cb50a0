#include <algorithm>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/mitigation/members.h"

namespace gaplab {
namespace {

const std::vector<MitigationEntry>& entries() {
    static const std::vector<MitigationEntry> all = {resampleMitigation(), reweightMitigation(),    logitAdjustmentMitigation(),
                                                     groupDroMitigation(), classWeightMitigation(), maskMitigation()};
    return all;
}

}  // namespace

TrainingImages trainingImagesOf(const Dataset& dataset) {
    const at::Tensor rows = at::tensor(dataset.trainIndices, at::kLong);
    const at::Tensor& groups = dataset.train.groups;
    return {dataset.train.labels.index_select(0, rows), groups.defined() ? groups.index_select(0, rows) : groups, dataset.classes,
            dataset.groups};
}

std::unique_ptr<Mitigation> makeMitigation(const std::string& kind, const MitigationPlan& plan) {
    const auto found = std::ranges::find(entries(), kind, [](const MitigationEntry& entry) { return entry.member.name; });
    if (found == entries().end()) throw inputError(fmt::format("There is no mitigation \"{}\"", kind));
    return found->make(plan);
}

std::vector<std::unique_ptr<Mitigation>> makeMitigations(const Experiment& experiment, const TrainingImages& images,
                                                         at::Device device) {
    MitigationPlan plan{.images = images, .device = device};
    for (const Teacher& teacher : experiment.teachers)
        if (teacher.trained) plan.networks.push_back(teacher.name);
    for (const Knowledge& term : experiment.knowledge)
        if (plan.teacher.empty() && term.to == "student" && term.from != "labels") plan.teacher = term.from;
    std::vector<std::unique_ptr<Mitigation>> made;
    for (size_t i = 0; i < experiment.mitigations.size(); ++i) {
        const MitigationSpec& spec = experiment.mitigations[i];
        plan.parameters = spec.parameters;
        try {
            made.push_back(makeMitigation(spec.kind, plan));
        } catch (const Error& error) {
            std::vector<Problem> problems = error.problems();
            for (Problem& problem : problems)
                problem.path = fmt::format("mitigations[{}].{}", i, problem.path);
            throw Error(error.fault(), fmt::format("{} does not fit these images", spec.kind), error.hint(), std::move(problems));
        }
    }
    return made;
}

void addMitigations(Catalogue& catalogue) {
    for (const MitigationEntry& entry : entries())
        catalogue.add(Registry::Mitigation, entry.member);
}

}  // namespace gaplab
