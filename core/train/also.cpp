#include "core/train/also.h"

#include <numeric>

#include <fmt/format.h>
#include <torch/types.h>

#include "core/base/error.h"
#include "core/nn/features.h"
#include "core/train/source_weights.h"

namespace gaplab {

namespace {

/// The held-out images with as many channels as the student sees: the mean of three, or one of them three times.
std::shared_ptr<const Dataset> inChannels(const std::shared_ptr<const Dataset>& set, int64_t channels) {
    if (set->channels() == channels) return set;
    auto changed = std::make_shared<Dataset>(*set);
    const at::Tensor rows = at::tensor(set->validationIndices, at::kLong);
    const at::Tensor images = set->train.images.index_select(0, rows).to(at::kFloat).mean(1, true).round().to(at::kByte);
    changed->train = {images.expand({-1, channels, -1, -1}).contiguous(), set->train.labels.index_select(0, rows), {}};
    std::iota(changed->validationIndices.begin(), changed->validationIndices.end(), int64_t{0});
    const auto mean = [&](const std::vector<float>& values) {
        return std::vector<float>(static_cast<size_t>(channels),
                                  std::accumulate(values.begin(), values.end(), 0.0F) / static_cast<float>(values.size()));
    };
    changed->mean = mean(set->mean);
    changed->deviation = mean(set->deviation);
    return changed;
}

}  // namespace

AlsoSet::AlsoSet(AlsoData data, const Experiment& experiment, const Dataset& own,
                 const std::optional<std::filesystem::path>& weights, at::Device device)
    : data_{std::move(data.name), inChannels(data.dataset, own.channels())},
      batches_(*data_.dataset, {}, device),
      batch_(experiment.training.batch) {
    const Dataset& other = *data_.dataset;
    const NetworkSpec& spec = experiment.student;
    const std::shared_ptr<const Network> network = buildNetwork(
        spec.architecture, spec.parameters, {other.channels(), other.height(), other.width()}, std::ssize(other.classes));
    requireSameBody(*network, *buildNetwork(spec.architecture, spec.parameters, {own.channels(), own.height(), own.width()},
                                            std::ssize(own.classes)));
    if (other.classes == own.classes) return;
    const std::string classes =
        fmt::format("The {} classes of \"{}\" (evaluation.also) are not those of the data", other.classes.size(), data_.name);
    if (!weights) throw inputError(classes + ", and the student starts from no weights that know them");
    source_ = Model{network, {}};
    source_->state = initialState(*source_->network, 0);
    try {
        takeSourceWeights(*weights, *source_->network, source_->state);
    } catch (const Error& error) {
        throw inputError(fmt::format("{}, and the weights that the student starts from know others: {}", classes, error.what()));
    }
    source_->state = source_->state.to(device);
    for (at::Tensor& parameter : source_->state.parameters)
        parameter.detach_().set_requires_grad(false);
}

void AlsoSet::requireSameBody(const Network& other, const Network& own) const {
    const std::string classifier = classifierOf(own);
    for (size_t i = 0; i < own.parameters().size(); ++i)
        if (const TensorSlot& slot = own.parameters()[i];
            !belongsTo(slot.name, classifier) && other.parameters()[i].shape != slot.shape)
            throw inputError(
                fmt::format("The images of \"{}\" (evaluation.also) have another size than those of the data, and {} "
                            "of the student is made for one size",
                            data_.name, slot.name),
                "Give both data sets the same data.size.");
}

NamedValues AlsoSet::measure(const Role& student) {
    const at::NoGradGuard noGradient;
    const Dataset& set = *data_.dataset;
    const at::Tensor rows = at::tensor(set.validationIndices, at::kLong);
    const auto on = [&](const Network& network, const State& state, View view) {
        return evaluate({network, state, view}, batches_, set.train, rows, batch_).values;
    };
    if (!source_) {
        const Tally::Values found = on(*student.network, student.state, View::Student);
        return {{"accuracy", found.accuracy}, {"loss", found.loss}};
    }
    if (!atStart_) atStart_ = on(*source_->network, source_->state, View::Student).accuracy;
    State now = studentAlone({student.network, student.state}).state;
    const std::string classifier = classifierOf(*source_->network);
    for (size_t i = 0; i < now.parameters.size(); ++i)
        if (belongsTo(source_->network->parameters()[i].name, classifier)) now.parameters[i] = source_->state.parameters[i];
    const Tally::Values found = on(*source_->network, now, View::Student);
    return {{"accuracy", found.accuracy}, {"loss", found.loss}, {"forgetting", *atStart_ - found.accuracy}};
}

}  // namespace gaplab
