#include <algorithm>

#include <fmt/format.h>

#include "core/measure/members.h"

namespace gaplab {
namespace {

NamedValues ofGroups(const GroupedLogits& said) {
    NamedValues values;
    const std::vector<std::optional<double>> accuracies = accuracyOfGroups(said);
    std::optional<double> worst;
    for (size_t g = 0; g < accuracies.size(); ++g) {
        if (!accuracies[g]) continue;
        values.emplace_back(fmt::format("group.{}", g), *accuracies[g]);
        worst = std::min(worst.value_or(1), *accuracies[g]);
    }
    if (worst) values.emplace_back("worst_group", *worst);
    return values;
}

std::vector<std::optional<double>> ofOne(const PairLogits& pair, const at::Tensor& logits) {
    return accuracyOfGroups({logits, pair.labels, pair.groups, pair.groupCount});
}

NamedValues ofPair(const PairLogits& pair) {
    if (!pair.groups.defined()) return {};
    const std::vector<std::optional<double>> teacher = ofOne(pair, pair.teacher), student = ofOne(pair, pair.student);
    NamedValues values;
    for (size_t g = 0; g < student.size(); ++g)
        if (student[g]) values.emplace_back(fmt::format("group.{}", g), *teacher[g] - *student[g]);
    if (const auto gap = gapOfWorstGroup(pair)) values.emplace_back("worst_group", *gap);
    return values;
}

}  // namespace

std::vector<std::optional<double>> accuracyOfGroups(const GroupedLogits& said) {
    const at::Tensor place = said.groups + 1;  // 0: not known
    const at::Tensor right = said.logits.argmax(1).eq(said.labels).to(at::kDouble);
    const at::Tensor images = at::bincount(place, {}, said.groupCount + 1).to(at::kDouble).cpu();
    const at::Tensor hits = at::bincount(place, right, said.groupCount + 1).cpu();
    std::vector<std::optional<double>> accuracies(static_cast<size_t>(said.groupCount));
    for (size_t g = 0; g < accuracies.size(); ++g)
        if (const double count = images.const_data_ptr<double>()[g + 1]; count > 0)
            accuracies[g] = hits.const_data_ptr<double>()[g + 1] / count;
    return accuracies;
}

std::optional<double> gapOfWorstGroup(const PairLogits& pair) {
    if (!pair.groups.defined()) return {};
    const std::vector<std::optional<double>> student = ofOne(pair, pair.student);
    std::optional<size_t> worst;
    for (size_t g = 0; g < student.size(); ++g)
        if (student[g] && (!worst || *student[g] < *student[*worst])) worst = g;
    if (!worst) return {};
    return *ofOne(pair, pair.teacher)[*worst] - *student[*worst];
}

MeasureEntry groupsMeasure() {
    return {.member = {.name = "groups",
                       .help = "Where images have groups: the accuracy of each (series group.NUMBER) and of the worst one "
                               "(worst_group); the gap of each, teacher minus student, and that of the student's worst group"},
            .ofPair = ofPair,
            .ofGroups = ofGroups};
}

}  // namespace gaplab
