#include "core/knowledge/adapters.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <torch/types.h>

namespace gaplab {
namespace {

int64_t rootOf(int64_t count) {
    return std::llround(std::floor(std::sqrt(static_cast<double>(count))));
}

bool isSquare(int64_t count) {
    return rootOf(count) * rootOf(count) == count;
}

std::vector<int64_t> mapShape(const std::vector<int64_t>& shape) {
    return asMap(at::empty(shape, at::kMeta).unsqueeze(0)).sizes().slice(1).vec();
}

Meeting meetingOf(const LossPlan& plan, const StagePair& pair, size_t index) {
    const std::vector<int64_t>&from = plan.fromShapes.at(pair.from), &to = plan.toShapes.at(pair.to);
    const bool vectors = to.size() == 1;
    if (vectors != (from.size() == 1))
        throw stageError(plan, index,
                         fmt::format("A vector cannot be compared with a map: {} against {}",
                                     stageName(plan.fromShapes, pair.from), stageName(plan.toShapes, pair.to)),
                         "two vectors (\"pooled\") or two stages");
    const auto source = mapShape(from), own = mapShape(to);
    return {.pair = pair,
            .vectors = vectors,
            .fromChannels = source[0],
            .toChannels = own[0],
            .height = std::min(source[1], own[1]),
            .width = std::min(source[2], own[2])};
}

}  // namespace

at::Tensor asMap(const at::Tensor& features) {
    if (features.dim() == 4) return features;
    if (features.dim() == 2) return features.unsqueeze(-1).unsqueeze(-1);
    const int64_t count = features.size(1);
    if (!isSquare(count) && !isSquare(count - 1))
        throw inputError(fmt::format("{} tokens are no square map, with or without a class token", count));
    const at::Tensor patches = isSquare(count) ? features : features.slice(1, 1);
    const int64_t side = rootOf(patches.size(1));
    return patches.transpose(1, 2).unflatten(2, {side, side});
}

std::vector<Meeting> meetingsOf(const LossPlan& plan, const std::vector<StagePair>& pairs) {
    std::vector<Meeting> meetings;
    for (size_t i = 0; i < pairs.size(); ++i)
        meetings.push_back(meetingOf(plan, pairs[i], i));
    return meetings;
}

at::Tensor brought(const at::Tensor& features, const Meeting& meeting) {
    if (meeting.vectors) return features;
    const at::Tensor map = asMap(features);
    if (map.size(2) == meeting.height && map.size(3) == meeting.width) return map;
    return at::adaptive_avg_pool2d(map, {meeting.height, meeting.width});
}

std::string describe(const LossPlan& plan, const Meeting& meeting, const std::string& layer) {
    const std::vector<int64_t>&from = plan.fromShapes.at(meeting.pair.from), &to = plan.toShapes.at(meeting.pair.to);
    std::vector<std::string> done;
    if (from.size() == 2 || to.size() == 2) done.emplace_back("tokens as a map");
    if (mapShape(from)[1] != mapShape(to)[1] || mapShape(from)[2] != mapShape(to)[2])
        done.push_back(fmt::format("pooled to {} x {}", meeting.height, meeting.width));
    if (!layer.empty()) done.push_back(layer);
    if (done.empty()) done.emplace_back("as they are");
    return fmt::format("{} -> {}: {}", stageName(plan.fromShapes, meeting.pair.from), stageName(plan.toShapes, meeting.pair.to),
                       fmt::join(done, ", "));
}

at::Tensor unit(const at::Tensor& vectors) {
    const at::Tensor length = vectors.norm(2, -1, true);
    return vectors / at::where(length > 0, length, at::ones_like(length));
}

Parameter comparedParameter() {
    Parameter compared = choiceParameter(
        "compared", "activations", {"activations", "features"},
        "\"activations\": maps behind the ReLU at the end of their stage; \"features\": before it. Tokens and vectors are taken "
        "as they are");
    compared.source = "RepDistiller compares activations";
    return compared;
}

StagewiseLoss::StagewiseLoss(const LossPlan& plan, UsualStages usual)
    : meetings_(meetingsOf(plan, chosenStages(plan, usual))),
      activations_(plan.parameters.value("compared", "features") == "activations") {
    for (const Meeting& meeting : meetings_)
        lines_.push_back(gaplab::describe(plan, meeting, ""));
}

void StagewiseLoss::tell(const LossPlan& plan, size_t index, const std::string& layer) {
    lines_.at(index) = gaplab::describe(plan, meetings_.at(index), layer);
}

std::pair<at::Tensor, at::Tensor> StagewiseLoss::meet(size_t index, const Outputs& from, const Outputs& to) const {
    const Meeting& meeting = meetings_[index];
    const auto seen = [&](const at::Tensor& features) {
        return brought(activations_ && features.dim() == 4 ? features.relu() : features, meeting);
    };
    return {seen(featuresAt(from, meeting.pair.from).detach()), seen(featuresAt(to, meeting.pair.to))};
}

at::Tensor StagewiseLoss::operator()(const Outputs* from, const Outputs& to, const Batch&) const {
    at::Tensor sum;
    for (size_t i = 0; i < meetings_.size(); ++i) {
        const auto [source, own] = meet(i, *from, to);
        const at::Tensor cost = compare(i, source, own);
        sum = sum.defined() ? sum + cost : cost;
    }
    return sum;
}

}  // namespace gaplab
