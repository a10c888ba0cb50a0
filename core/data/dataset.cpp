#include "core/data/dataset.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <mutex>
#include <numeric>
#include <system_error>

#include <c10/util/Exception.h>
#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/names.h"
#include "core/data/groups.h"
#include "core/data/memory.h"
#include "core/data/parallel.h"
#include "core/data/source.h"
#include "core/data/split.h"

namespace gaplab {
namespace {

const Source& findSource(const std::string& name) {
    std::vector<std::string> names;
    for (const Source& source : sources()) {
        if (source.member.name == name) return source;
        names.push_back(source.member.name);
    }
    throw inputError(fmt::format("There is no data source \"{}\"", name), "Known are " + join(names) + ".");
}

/// Which classes stay, in the source's order.
std::vector<bool> chooseClasses(const DataSpec& spec, const std::vector<std::string>& classes) {
    std::vector<bool> chosen(classes.size(), spec.classes.empty());
    for (const std::string& name : spec.classes) {
        const auto found = std::ranges::find(classes, name);
        if (found == classes.end()) {
            const std::string near = nearestName(name, classes);
            throw inputError(fmt::format("data.classes names \"{}\", which the data set does not have", name),
                             near.empty() ? "It has " + join(classes) + "." : fmt::format("Did you mean \"{}\"?", near));
        }
        chosen[static_cast<size_t>(found - classes.begin())] = true;
    }
    if (spec.classCount > std::ssize(classes))
        throw inputError(fmt::format("data.classes asks for {} classes; the data set has {}", spec.classCount, classes.size()));
    if (spec.classCount > 0) std::fill(chosen.begin() + spec.classCount, chosen.end(), false);
    return chosen;
}

/// The images of the chosen classes, their labels numbered anew by `place`, and their files.
ImageSet onlyClasses(const ImageSet& set, std::vector<std::string>& files, const at::Tensor& chosen, const at::Tensor& place) {
    const at::Tensor rows = chosen.index_select(0, set.labels).nonzero().flatten();
    requireMemory(rows.size(0) * set.images[0].numel(), "The images of the chosen classes");
    if (!files.empty()) {
        std::vector<std::string> kept;
        for (int64_t i = 0; i < rows.size(0); ++i)
            kept.push_back(std::move(files[static_cast<size_t>(rows.const_data_ptr<int64_t>()[i])]));
        files = std::move(kept);
    }
    return {.images = set.images.index_select(0, rows),
            .labels = place.index_select(0, set.labels.index_select(0, rows)),
            .groups = set.groups.defined() ? set.groups.index_select(0, rows) : set.groups};
}

void keepClasses(RawImages& raw, const std::vector<bool>& chosen) {
    if (std::ranges::find(chosen, false) == chosen.end()) return;
    const at::Tensor mask = at::empty({std::ssize(chosen)}, at::kBool);
    std::vector<std::string> names;
    for (size_t i = 0; i < chosen.size(); ++i) {
        mask.mutable_data_ptr<bool>()[i] = chosen[i];
        if (chosen[i]) names.push_back(raw.classes[i]);
    }
    const at::Tensor place = mask.to(at::kLong).cumsum(0) - 1;
    raw.train = onlyClasses(raw.train, raw.trainFiles, mask, place);
    raw.test = onlyClasses(raw.test, raw.testFiles, mask, place);
    raw.classes = std::move(names);
}

std::span<const int64_t> labelsOf(const ImageSet& set) {
    return {set.labels.const_data_ptr<int64_t>(), static_cast<size_t>(set.size())};
}

void checkClasses(const RawImages& raw) {
    if (raw.classes.size() < 2)
        throw inputError(fmt::format("The data set has {}; at least two classes are needed to tell apart",
                                     raw.classes.empty() ? "no class" : "only one class, \"" + raw.classes[0] + "\""));
    if (raw.test.size() == 0) throw inputError("The data set has no test images");
    std::vector<int64_t> counts(raw.classes.size());
    for (const int64_t label : labelsOf(raw.train))
        ++counts[static_cast<size_t>(label)];
    for (size_t i = 0; i < counts.size(); ++i)
        if (counts[i] == 0) throw inputError(fmt::format("Class \"{}\" has no training image", raw.classes[i]));
}

/// Sums of values and of squares of each channel.
struct Sums {
    std::array<uint64_t, 3> values{}, squares{};
};

Sums sumRow(const uint8_t* image, int64_t channels, int64_t pixels) {
    Sums sums;
    for (int64_t c = 0; c < channels; ++c, image += pixels)
        for (int64_t begin = 0; begin < pixels; begin += 4096) {  // 32 bits hold the squares of so many, which is what vectorises
            uint32_t sum = 0, squares = 0;
            for (int64_t i = begin; i < std::min(begin + 4096, pixels); ++i) {
                const uint32_t value = image[i];
                sum += value;
                squares += value * value;
            }
            sums.values[static_cast<size_t>(c)] += sum;
            sums.squares[static_cast<size_t>(c)] += squares;
        }
    return sums;
}

/// Mean and deviation a channel over the training rows, from exact whole-number sums: the same for any number of threads.
void measureChannels(Dataset& dataset, const LoadOptions& options) {
    const int64_t channels = dataset.channels(), pixels = dataset.height() * dataset.width();
    const auto* images = dataset.train.images.const_data_ptr<uint8_t>();
    Sums total;
    std::mutex mutex;
    parallelFor(std::ssize(dataset.trainIndices), {.threads = options.threads, .chunk = 512, .stop = options.stop},
                [&](int64_t begin, int64_t end) {
                    Sums part;
                    for (int64_t i = begin; i < end; ++i) {
                        const Sums row =
                            sumRow(images + dataset.trainIndices[static_cast<size_t>(i)] * channels * pixels, channels, pixels);
                        std::ranges::transform(part.values, row.values, part.values.begin(), std::plus());
                        std::ranges::transform(part.squares, row.squares, part.squares.begin(), std::plus());
                    }
                    const std::lock_guard lock(mutex);
                    std::ranges::transform(total.values, part.values, total.values.begin(), std::plus());
                    std::ranges::transform(total.squares, part.squares, total.squares.begin(), std::plus());
                });
    const double count = static_cast<double>(pixels) * static_cast<double>(dataset.trainIndices.size());
    for (size_t c = 0; c < static_cast<size_t>(channels); ++c) {
        const double mean = static_cast<double>(total.values[c]) / count;
        const double variance = static_cast<double>(total.squares[c]) / count - mean * mean;
        dataset.mean.push_back(static_cast<float>(mean / 255.0));
        // one level of grey at least, so that a channel without content does not become noise
        dataset.deviation.push_back(static_cast<float>(std::sqrt(std::max(variance, 1.0)) / 255.0));
    }
}

std::shared_ptr<const Dataset> load(const DataSpec& spec, const LoadOptions& options) {
    RawImages raw = findSource(spec.source).load(spec, options);
    labelGroups(raw, spec);
    if (raw.fingerprint.empty()) raw.fingerprint = contentFingerprint(raw);
    for (const std::string& file : raw.skippedFiles)
        spdlog::warn("Left out: {}", file);
    keepClasses(raw, chooseClasses(spec, raw.classes));
    checkClasses(raw);
    auto dataset = std::make_shared<Dataset>();
    dataset->train = std::move(raw.train);
    dataset->test = std::move(raw.test);
    dataset->classes = std::move(raw.classes);
    dataset->groups = std::move(raw.groups);
    dataset->fingerprint = std::move(raw.fingerprint);
    dataset->skippedFiles = std::move(raw.skippedFiles);
    dataset->trainFiles = std::move(raw.trainFiles);
    dataset->testFiles = std::move(raw.testFiles);
    const auto labels = labelsOf(dataset->train);
    const Rows kept = selectRows(labels, dataset->classes.size(), {spec.perClass, spec.limit, spec.splitSeed});
    Split split = holdBack(kept, labels, dataset->classes, spec.validation, spec.splitSeed, "validation");
    dataset->trainIndices = std::move(split.kept);
    dataset->validationIndices = std::move(split.held);
    if (spec.feedback > 0) {  // of what was left, so that it does not change which images validation holds
        Split rest = holdBack(dataset->trainIndices, labels, dataset->classes, spec.feedback, spec.splitSeed, "feedback");
        dataset->trainIndices = std::move(rest.kept);
        dataset->feedbackIndices = std::move(rest.held);
    }
    measureChannels(*dataset, options);
    return dataset;
}

Error outOfMemory() {
    return worldError(
        fmt::format("There is not enough memory for the images; this machine has {} free", formatBytes(availableMemory())),
        "Choose a smaller data.size or a data set of fewer images.");
}

}  // namespace

std::vector<std::vector<int64_t>> imagesOfGroups(const Dataset& dataset) {
    std::vector<std::vector<int64_t>> counts(dataset.classes.size(), std::vector<int64_t>(dataset.groups.size()));
    const int64_t* labels = dataset.train.labels.const_data_ptr<int64_t>();
    const int64_t* groups = dataset.train.groups.const_data_ptr<int64_t>();
    for (const int64_t row : dataset.trainIndices)
        if (groups[row] >= 0) ++counts[static_cast<size_t>(labels[row])][static_cast<size_t>(groups[row])];
    return counts;
}

std::shared_ptr<const Dataset> loadDataset(const DataSpec& spec, const LoadOptions& options) {
    try {
        return load(spec, options);
    } catch (const std::bad_alloc&) {
        throw outOfMemory();
    } catch (const c10::Error& error) {
        if (std::string_view(error.what()).find("alloc") != std::string_view::npos) throw outOfMemory();
        throw;
    } catch (const std::system_error& error) {  // files and threads
        throw worldError(fmt::format("Cannot load the images: {}", error.what()));
    }
}

}  // namespace gaplab
