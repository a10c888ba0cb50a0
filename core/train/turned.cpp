#include "core/train/turned.h"

namespace gaplab {

std::vector<const Role*> turnedRoles(const std::vector<Role>& roles) {
    std::vector<const Role*> turned;
    for (const Role& role : roles)
        if (role.trained && role.apart) turned.push_back(&role);
    return turned;
}

size_t placeOf(const std::vector<Role>& roles, const Role& role) {
    size_t place = 0;
    for (const Role* turned : turnedRoles(roles)) {
        if (turned == &role || !role.apart) break;  // a view's are the student's, the first ones
        place += turned->state.parameters.size();
    }
    return place;
}

std::vector<at::Tensor> turnedParameters(const std::vector<Role>& roles, const std::vector<Term>& terms) {
    std::vector<at::Tensor> parameters;
    for (const Role* role : turnedRoles(roles))
        parameters.insert(parameters.end(), role->state.parameters.begin(), role->state.parameters.end());
    for (const Term& term : terms)
        if (const Model* adapters = term.loss->adapters())
            parameters.insert(parameters.end(), adapters->state.parameters.begin(), adapters->state.parameters.end());
    return parameters;
}

std::vector<std::vector<at::Tensor>> clipGroups(const std::vector<Role>& roles, const std::vector<at::Tensor>& parameters) {
    std::vector<std::vector<at::Tensor>> groups(1);
    size_t place = 0;
    for (const Role* role : turnedRoles(roles)) {
        std::vector<at::Tensor>& group = role == &roles.front() ? groups.front() : groups.emplace_back();
        group = role->state.parameters;
        place += group.size();
    }
    groups.front().insert(groups.front().end(), parameters.begin() + static_cast<std::ptrdiff_t>(place), parameters.end());
    return groups;
}

std::vector<bool> decayedParameters(const Training& training, const std::vector<Role>& roles, const std::vector<Term>& terms) {
    std::vector<bool> decays;
    const auto add = [&](const Network& network) {
        for (const TensorSlot& slot : network.parameters())
            decays.push_back(training.weightDecayOn == "all" || slot.role == ParameterRole::Kernel);
    };
    for (const Role* role : turnedRoles(roles))
        add(*role->network);
    for (const Term& term : terms)
        if (const Model* adapters = term.loss->adapters()) add(*adapters->network);
    return decays;
}

std::vector<double> ratesOfParameters(const NetworkSpec& student, const std::vector<Role>& roles, size_t parameters) {
    if (student.rates.empty()) return {};
    std::vector<double> rates = rateFactors(student, *roles.front().network);  // the student's come first
    rates.resize(parameters, 1.0);
    return rates;
}

}  // namespace gaplab
