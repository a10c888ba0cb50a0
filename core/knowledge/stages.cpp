#include "core/knowledge/stages.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace gaplab {
namespace {

/// Places of the first stage behind the stem and of the last one; a network may have one stage only.
struct Range {
    explicit Range(const FeatureShapes& shapes) : first(shapes.size() > 2 ? 1 : 0), last(shapes.size() - 2) {}
    size_t first, last;
};

/// The source's stage as deep as the own one.
size_t counterpart(size_t own, const Range& to, const Range& from) {
    if (own < to.first) return 0;
    if (to.last == to.first) return from.last;
    const double depth = static_cast<double>(own - to.first) / static_cast<double>(to.last - to.first);
    return from.first + static_cast<size_t>(std::lround(depth * static_cast<double>(from.last - from.first)));
}

std::vector<size_t> usualOwn(const FeatureShapes& shapes, UsualStages usual) {
    const Range range(shapes);
    switch (usual) {
        case UsualStages::Hint: return {std::min<size_t>(range.first + 1, range.last)};
        case UsualStages::Last: return {range.last};
        case UsualStages::Pooled: return {shapes.size() - 1};
        case UsualStages::All: break;
    }
    std::vector<size_t> all;
    for (size_t place = range.first; place <= range.last; ++place)
        all.push_back(place);
    return all;
}

void requireShapes(const FeatureShapes& shapes) {
    if (shapes.size() < 2) throw inputError("The features of the two networks are not known");
}

std::string namesOf(const FeatureShapes& shapes) {
    std::vector<std::string> names;
    for (size_t place = 0; place < shapes.size(); ++place)
        names.push_back(stageName(shapes, place));
    return fmt::format("{}", fmt::join(names, ", "));
}

size_t placeOf(const LossPlan& plan, const Json& stage, size_t index, bool source) {
    const FeatureShapes& shapes = source ? plan.fromShapes : plan.toShapes;
    if (stage == "pooled") return shapes.size() - 1;
    const auto place = stage.get<size_t>();
    if (place + 1 < shapes.size()) return place;
    throw stageError(
        plan, index,
        fmt::format("{} has no stage {}: it shows {}", source ? "The source" : "The network that learns", place, namesOf(shapes)),
        fmt::format("0 to {} or \"pooled\"", shapes.size() - 2));
}

}  // namespace

std::vector<StagePair> chosenStages(const LossPlan& plan, UsualStages usual) {
    requireShapes(plan.fromShapes);
    requireShapes(plan.toShapes);
    std::vector<StagePair> pairs;
    for (size_t i = 0; i < plan.stages.size(); ++i) {
        const Json& one = plan.stages[i];
        const bool isPair = one.is_array();
        pairs.push_back({placeOf(plan, isPair ? one[0] : one, i, true), placeOf(plan, isPair ? one[1] : one, i, false)});
    }
    if (!pairs.empty()) return pairs;
    const Range from(plan.fromShapes), to(plan.toShapes);
    for (const size_t own : usualOwn(plan.toShapes, usual))
        pairs.push_back({usual == UsualStages::Pooled ? plan.fromShapes.size() - 1 : counterpart(own, to, from), own});
    return pairs;
}

std::vector<size_t> chosenOwnStages(const LossPlan& plan, UsualStages usual) {
    requireShapes(plan.toShapes);
    std::vector<size_t> places;
    for (size_t i = 0; i < plan.stages.size(); ++i) {
        if (plan.stages[i].is_array())
            throw stageError(plan, i, "This loss looks at the stages of the network that learns alone: there are no pairs",
                             "a number or \"pooled\"");
        places.push_back(placeOf(plan, plan.stages[i], i, false));
    }
    return places.empty() ? usualOwn(plan.toShapes, usual) : places;
}

at::Tensor featuresAt(const Outputs& outputs, size_t place) {
    return promoted(place < outputs.stages.size() ? outputs.stages[place] : outputs.pooled);
}

at::Tensor promoted(const at::Tensor& values) {
    return values.to(at::promote_types(values.scalar_type(), at::kFloat));
}

std::string stageName(const FeatureShapes& shapes, size_t place) {
    const std::string shape = fmt::format("[{}]", fmt::join(shapes.at(place), ", "));
    return place + 1 == shapes.size() ? "pooled " + shape : fmt::format("stage {} {}", place, shape);
}

Error stageError(const LossPlan& plan, size_t index, const std::string& message, const std::string& allowed) {
    const std::string path = plan.stages.empty() ? "stages" : fmt::format("stages[{}]", index);
    return {Fault::Input, message, {}, {Problem{path, message, allowed}}};
}

}  // namespace gaplab
