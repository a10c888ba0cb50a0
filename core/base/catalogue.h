#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"

namespace gaplab {

enum class ParameterType { Boolean, Integer, Real, Text, Choice, Path };

/// The declaration of one parameter: validation, the command line's listings and the forms of the window all come from it.
struct Parameter {
    std::string name;
    ParameterType type = ParameterType::Real;
    Json defaultValue;                      ///< null: no default; the field may be absent (optional) unless `required`
    std::string help;                       ///< one sentence
    std::optional<double> minimum;          ///< inclusive
    std::optional<double> maximum;          ///< inclusive
    std::vector<std::string> choices = {};  ///< for Choice
    std::string unit = {};
    std::string source = {};  ///< paper, section or equation the default comes from
    bool live = false;        ///< may be changed while the run goes on
    bool required = false;
    bool minimumExcluded = false;  ///< the value must be greater than `minimum`
};

/// Short forms for the usual declarations.
Parameter integerParameter(std::string name, int64_t defaultValue, int64_t minimum, int64_t maximum, std::string help,
                           std::string unit = {});
Parameter realParameter(std::string name, double defaultValue, double minimum, double maximum, std::string help,
                        std::string unit = {});
/// The same, but its minimum itself is not allowed.
Parameter aboveMinimum(Parameter parameter);
Parameter booleanParameter(std::string name, bool defaultValue, std::string help);
Parameter choiceParameter(std::string name, std::string defaultValue, std::vector<std::string> choices, std::string help);

/// "1 to 10", "at least 0", "a, b or c", "true or false", ...
std::string allowedValues(const Parameter& parameter);
/// What is wrong with `value` for this parameter; nothing if it is right. Integers are accepted for Real.
std::optional<std::string> checkValue(const Parameter& parameter, const Json& value);
/// {"name", "type", "default", "range", "unit", "help"}
Json toJson(const Parameter& parameter);

enum class Registry { Architecture, Loss, Source, Measure, Actuator, Mitigation, TeacherKind, Optimizer, Schedule, Augmentation };
/// Every registry with its plural name on the command line ("architectures", "losses", ...).
const std::vector<std::pair<Registry, std::string>>& registryNames();

/// A plain description of one registry member, without the code behind it.
struct Member {
    std::string name;
    std::string help;
    std::string source = {};  ///< paper
    std::vector<Parameter> parameters = {};
    bool available = true;  ///< false: part of the vocabulary, refused with "not in this version"
    Json facts = {};        ///< further facts, e.g. {"family": "CIFAR ResNet", "reference": {"cifar100": 0.7234}}
};

/// What all registries hold. Filled by core/run from the rooms; read by validation, listings and forms.
class Catalogue {
public:
    void add(Registry registry, Member member);
    const std::vector<Member>& members(Registry registry) const;
    /// Null where there is no such member.
    const Member* find(Registry registry, const std::string& name) const;
    std::vector<std::string> names(Registry registry, bool availableOnly = false) const;
    /// [{"name", "help", "source", "parameters": [...]}], available members only
    Json toJson(Registry registry) const;

private:
    std::vector<std::vector<Member>> members_;
};

}  // namespace gaplab
