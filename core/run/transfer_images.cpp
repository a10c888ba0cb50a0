#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/data/image_statistics.h"
#include "core/data/split.h"
#include "core/run/transfer_parts.h"

namespace gaplab {
namespace {

constexpr int64_t batchSize = 125;

/// Stratified by class and always the same, of the images that are trained on.
at::Tensor chosenRows(const Dataset& dataset) {
    const at::Tensor training = at::tensor(dataset.trainIndices, at::kLong);
    const at::Tensor labels = dataset.train.labels.index_select(0, training).contiguous();
    const Rows chosen = selectRows({labels.const_data_ptr<int64_t>(), static_cast<size_t>(labels.size(0))},
                                   dataset.classes.size(), {.limit = mostTransferImages});
    return training.index_select(0, at::tensor(chosen, at::kLong));
}

/// The network's tensors are the same for images of this size.
bool takesSize(const Network& network, int64_t height, int64_t width) {
    NetworkPlan plan = network.plan();
    plan.input.height = height;
    plan.input.width = width;
    try {
        const auto other = buildNetwork(plan);
        return std::ranges::equal(network.parameters(), other->parameters(),
                                  [](const TensorSlot& a, const TensorSlot& b) { return a.shape == b.shape; });
    } catch (const Error&) {
        return false;
    }
}

at::Tensor channelValues(const std::vector<float>& values, int64_t channels) {
    return at::tensor(values, at::kFloat).view({1, -1, 1, 1}).expand({1, channels, 1, 1}) * 255;
}

/// A mean over images of one column each, and their deviation from source image to source image.
struct Column {
    std::string name;
    at::Tensor values;  ///< float64 [N]
};

/// Each image's statistics, and mean and deviation of each of its channels; grey counts as three equal ones.
std::vector<Column> columnsOf(const TransferImages& images, bool colours, const TransferOptions& options) {
    const Dataset& dataset = images.dataset();
    ImageRows rows{.channels = dataset.channels(), .height = dataset.height(), .width = dataset.width()};
    const at::Tensor& all = dataset.train.images;
    const int64_t* row = images.rows().const_data_ptr<int64_t>();
    for (int64_t i = 0; i < images.size(); ++i)
        rows.images.push_back(all.const_data_ptr<uint8_t>() + row[i] * all.stride(0));
    std::vector<Column> columns;
    const auto measured = statisticsOf(rows, options.threads, options.stop);
    for (size_t s = 0; s < measured.size(); ++s)
        if (colours || imageStatistics()[s].name != "colourfulness")
            columns.push_back({imageStatistics()[s].name, at::tensor(measured[s], at::kDouble)});
    if (!colours) return columns;
    std::vector<at::Tensor> means, deviations;
    for (int64_t begin = 0; begin < images.size(); begin += batchSize) {
        const at::Tensor batch = images.rows().slice(0, begin, std::min(begin + batchSize, images.size()));
        const at::Tensor pixels = all.index_select(0, batch).flatten(2).to(at::kDouble).expand({-1, 3, -1});
        means.push_back(pixels.mean(2));
        deviations.push_back(pixels.std(2, false));
    }
    const at::Tensor mean = at::cat(means), deviation = at::cat(deviations);
    constexpr const char* names[] = {"red", "green", "blue"};
    for (int64_t c = 0; c < 3; ++c) {
        columns.push_back({fmt::format("{} mean", names[c]), mean.select(1, c)});
        columns.push_back({fmt::format("{} deviation", names[c]), deviation.select(1, c)});
    }
    return columns;
}

}  // namespace

void tellTransfer(const TransferOptions& options, const std::string& what, double fraction) {
    if (options.stop.stop_requested()) throw Error(Fault::Stopped, "The look at the tasks was stopped.");
    if (options.progress) options.progress(what, fraction);
}

TransferImages::TransferImages(std::shared_ptr<const Dataset> dataset, const Network& network, const std::string& whose,
                               std::vector<std::string>& notes)
    : dataset_(std::move(dataset)), rows_(chosenRows(*dataset_)), wanted_(network.plan().input) {
    const int64_t own = dataset_->channels();
    if (own != wanted_.channels && (std::max(own, wanted_.channels) != 3 || std::min(own, wanted_.channels) != 1))
        throw inputError(
            fmt::format("The network takes images of {} channels, and those of the {} have {}", wanted_.channels, whose, own),
            "Grey images and colour images can be converted, others cannot.");
    if (own < wanted_.channels) notes.push_back(fmt::format("The {}'s grey images are repeated to three channels.", whose));
    if (own > wanted_.channels)
        notes.push_back(fmt::format("The {}'s colour images are taken as their luma (ITU-R BT.601).", whose));
    resized_ = !takesSize(network, dataset_->height(), dataset_->width());
    if (resized_)
        notes.push_back(
            fmt::format("The {}'s images of {} x {} pixels are resized to {} x {}, without cropping: this network "
                        "takes no others.",
                        whose, dataset_->height(), dataset_->width(), wanted_.height, wanted_.width));
    mean_ = channelValues(dataset_->mean, own);
    deviation_ = channelValues(dataset_->deviation, own);
    if (own > wanted_.channels) {  // luma has statistics of its own
        double sum = 0, squares = 0;
        for (int64_t begin = 0; begin < size(); begin += batchSize) {
            const at::Tensor luma = channels(begin, std::min(begin + batchSize, size())).to(at::kDouble);
            sum += luma.sum().item<double>();
            squares += luma.square().sum().item<double>();
        }
        const auto count = static_cast<double>(size() * dataset_->height() * dataset_->width());
        const double mean = sum / count, deviation = std::sqrt(std::max(1e-6, squares / count - mean * mean));
        mean_ = at::full({1, 1, 1, 1}, mean, at::kFloat);
        deviation_ = at::full({1, 1, 1, 1}, deviation, at::kFloat);
    }
}

at::Tensor TransferImages::labels() const {
    return dataset_->train.labels.index_select(0, rows_);
}

/// float32, in the network's channels, on the scale of the bytes
at::Tensor TransferImages::channels(int64_t begin, int64_t end) const {
    const at::Tensor images = dataset_->train.images.index_select(0, rows_.slice(0, begin, end)).to(at::kFloat);
    if (images.size(1) == wanted_.channels) return images;
    if (images.size(1) < wanted_.channels) return images.expand({-1, wanted_.channels, -1, -1});
    return (images * at::tensor({0.299F, 0.587F, 0.114F}).view({1, 3, 1, 1})).sum(1, true);
}

at::Tensor TransferImages::batch(int64_t begin, int64_t end) const {
    at::Tensor images = (channels(begin, end) - mean_) / deviation_;
    if (resized_) images = at::_upsample_bilinear2d_aa(images.contiguous(), {wanted_.height, wanted_.width}, false);
    return images.contiguous(at::MemoryFormat::ChannelsLast);
}

SeenImages seenBy(const Model& model, const TransferImages& images, const std::string& what, const TransferOptions& options) {
    const at::NoGradGuard noGradient;
    const at::Device device = model.state.parameters.front().device();
    std::vector<at::Tensor> features, probabilities;
    for (int64_t begin = 0; begin < images.size(); begin += batchSize) {
        tellTransfer(options, what, static_cast<double>(begin) / static_cast<double>(images.size()));
        const Outputs outputs = model.network->forward(images.batch(begin, std::min(begin + batchSize, images.size())).to(device),
                                                       Pass{.state = model.state, .taps = true});
        features.push_back(outputs.pooled.to(at::kCPU, at::kDouble));
        probabilities.push_back(outputs.logits.to(at::kCPU, at::kDouble).softmax(1));
    }
    return {at::cat(features), at::cat(probabilities)};
}

std::vector<DomainStatistic> domainGap(const TransferImages& source, const TransferImages& target,
                                       const TransferOptions& options) {
    const Dataset &ours = source.dataset(), &theirs = target.dataset();
    const bool colours = ours.channels() == 3 || theirs.channels() == 3;
    std::vector<DomainStatistic> gap;
    const std::vector<Column> from = columnsOf(source, colours, options), to = columnsOf(target, colours, options);
    for (size_t s = 0; s < from.size(); ++s) {
        DomainStatistic statistic{.name = from[s].name,
                                  .source = from[s].values.mean().item<double>(),
                                  .target = to[s].values.mean().item<double>(),
                                  .difference = {}};
        if (const double spread = from[s].values.std().item<double>(); spread > 1e-9)
            statistic.difference = (statistic.target - statistic.source) / spread;
        gap.push_back(std::move(statistic));
    }
    const auto addSize = [&](const char* name, int64_t a, int64_t b) {
        gap.push_back({.name = name, .source = static_cast<double>(a), .target = static_cast<double>(b), .difference = {}});
    };
    addSize("height", ours.height(), theirs.height());
    addSize("width", ours.width(), theirs.width());
    addSize("channels", ours.channels(), theirs.channels());
    return gap;
}

}  // namespace gaplab
