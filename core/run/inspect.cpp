#include "core/run/inspect.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "core/base/random.h"
#include "core/data/memory.h"
#include "core/nn/features.h"
#include "core/run/inspection.h"
#include "core/run/pictures.h"
#include "core/run/preparation.h"
#include "core/train/environment.h"
#include "core/train/evaluation.h"
#include "core/train/tensor_memory.h"
#include "core/train/trainer.h"

namespace gaplab {
namespace {

/// What the networks are, and how their terms compare features.
void describe(Inspection& inspection, const Experiment& experiment, InputShape input, int64_t classes) {
    for (auto& [role, counted] : profileRoles(experiment, input, classes))
        inspection.networks[role] = counted;
    inspection.networks["student"]["parts"] =
        partsOf(*buildNetwork(experiment.student.architecture, experiment.student.parameters, input, classes));
    inspection.adaptations = describeTerms(experiment, input, classes);
}

/// For timing a few steps: nothing is told to anyone.
class SilentObserver : public TrainingObserver {
    void point(const std::string&, int64_t, double, double) override {}
    void event(int64_t, double, const std::string&, const std::string&, const std::string&, const Json&) override {}
    void checkpoints(int64_t, double, const std::vector<CheckpointFile>&) override {}
    void progress(const StepProgress&) override {}
    Request request() override { return Request::None; }
    void waitWhilePaused() override {}
};

void addThumbnails(DataPreview& preview, const Dataset& dataset, int aClass) {
    preview.thumbnailSize = thumbnailSize(dataset.height());
    const int64_t* labels = dataset.train.labels.const_data_ptr<int64_t>();
    std::vector<std::vector<int64_t>> rows(dataset.classes.size());
    for (const int64_t row : dataset.trainIndices) {
        auto& ofClass = rows[static_cast<size_t>(labels[row])];
        if (std::ssize(ofClass) < aClass) ofClass.push_back(row);
    }
    for (const auto& ofClass : rows)
        for (const int64_t row : ofClass)
            preview.thumbnails.push_back(thumbnail(dataset.train.images[row], preview.thumbnailSize));
}

DataPreview previewOf(const Dataset& dataset, int thumbnails) {
    DataPreview preview{.train = std::ssize(dataset.trainIndices),
                        .validation = std::ssize(dataset.validationIndices),
                        .test = dataset.test.size(),
                        .channels = dataset.channels(),
                        .height = dataset.height(),
                        .width = dataset.width(),
                        .classes = dataset.classes,
                        .perClass = imagesOfClasses(dataset),
                        .groups = dataset.groups,
                        .skippedFiles = dataset.skippedFiles,
                        .fingerprint = dataset.fingerprint};
    if (!dataset.groups.empty()) preview.perGroup = imagesOfGroups(dataset);
    if (thumbnails > 0) addThumbnails(preview, dataset, thumbnails);
    return preview;
}

int64_t imageBytes(const Dataset& dataset) {
    return dataset.train.images.numel() + dataset.test.images.numel();
}

/// What the backward pass keeps of an image. In bfloat16 half of float32, but for the tokens that layer norms read, about an
/// eighth of what a transformer keeps.
int64_t keptBytes(const Profile& image, const Environment& environment) {
    if (!environment.bfloat16) return image.activationBytes;
    const bool tokens =
        std::ranges::any_of(image.stageShapes, [](const std::vector<int64_t>& shape) { return shape.size() == 2; });
    return image.activationBytes * (tokens ? 9 : 8) / 16;
}

/// The most tensor bytes that a training step holds at once, without running it: values, gradients, optimiser state, what the
/// backward pass keeps, teachers. Of images only those on a GPU, where the whole set lies.
int64_t estimateMemory(const Experiment& experiment, const Dataset& dataset, InputShape input, int64_t classes) {
    const Environment environment = resolveEnvironment(experiment.training);
    const auto trained = buildTrained(experiment, input, classes);
    // One graph is alive at a time: that of the dynamic teacher is the greater.
    const View view = trained->expansion() > 1 ? View::Teacher : View::Student;
    const NetworkProfile counted = profile(*trained, view);
    const int64_t activations = experiment.training.batch * keptBytes(counted.perImage, environment);
    const int64_t copies = experiment.training.optimizer.at("kind") == "adamw" ? 4 : 3;
    const int64_t average = experiment.training.ema > 0 ? 1 : 0;
    int64_t bytes = 4 * counted.parameters * (copies + average) + activations;
    for (const Teacher& teacher : experiment.teachers) {
        if (!teacher.apart) continue;
        const NetworkProfile own =
            profile(teacher.network.architecture, teacher.network.parameters, input, teacher.classesOr(classes));
        const bool whole = teacher.trained && !teacher.headOnly;
        bytes += 4 * own.parameters * (whole ? copies : 1);
        if (whole) bytes += experiment.training.batch * keptBytes(own.perImage, environment);
    }
    return bytes + (environment.device.is_cuda() ? imageBytes(dataset) : 0);
}

double secondsOf(const std::function<void()>& work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// Trains a few real steps and evaluates on part of the validation set: the fastest of each tells the time, the fullest moment
/// the memory.
void tryOut(const Experiment& experiment, std::shared_ptr<const Dataset> dataset, Inspection& inspection) {
    TrainingPlan plan;
    plan.experiment = experiment;
    plan.dataset = dataset;
    plan.environment = resolveEnvironment(experiment.training);
    const EnvironmentScope scope(plan.environment);
    const TensorMemory memory(plan.environment.device);
    SilentObserver silent;
    Trainer trainer(plan, silent);
    const auto step = [&] {
        trainer.step();
        trainer.waitForDevice();
    };
    step();  // the first one pays for memory and kernels
    double seconds = secondsOf(step);
    for (int i = 0; i < 2; ++i)
        seconds = std::min(seconds, secondsOf(step));
    const double evaluation = secondsOf([&] { trainer.timeEvaluation(500); }) / 500.0;
    const double evaluations = static_cast<double>(dataset->validationIndices.size()) /
                               (experiment.evaluation.every.steps > 0 ? static_cast<double>(experiment.evaluation.every.steps) /
                                                                            static_cast<double>(trainer.stepsPerEpoch())
                                                                      : experiment.evaluation.every.epochs);
    inspection.secondsPerEpoch = seconds * static_cast<double>(trainer.stepsPerEpoch()) + evaluation * evaluations;
    inspection.memoryBytes = memory.peak();
    inspection.residentBytes = peakResidentBytes();
}

}  // namespace

Inspection inspect(const Json& document, const InspectOptions& options) {
    const auto load = [&](const DataSpec& spec) {
        LoadOptions loading;
        loading.threads = options.threads;
        return loadDataset(spec, loading);
    };
    return inspectWith(document, options, load);
}

Inspection inspectWith(const Json& document, const InspectOptions& options, const DatasetLoader& load) {
    Inspection inspection;
    inspection.problems = validate(document, catalogue());
    if (!inspection.problems.empty()) return inspection;
    const Experiment experiment = parseExperiment(document, catalogue());
    if (!options.data) {
        const auto [input, classes] = declaredShape(experiment.data);
        describe(inspection, experiment, input, classes);
        return inspection;
    }
    const std::shared_ptr<const Dataset> dataset = load(experiment.data);
    const InputShape input{dataset->channels(), dataset->height(), dataset->width()};
    const auto classes = static_cast<int64_t>(dataset->classes.size());
    inspection.data = previewOf(*dataset, options.thumbnails);
    describe(inspection, experiment, input, classes);
    if (options.baselines && experiment.student.weights.kind != Weights::Kind::None)
        inspection.baselines = transferBaselines(document, input.channels, input.height, input.width, classes);
    requireFittingFiles(experiment, *dataset);
    requireFittingGroups(experiment, *dataset);
    inspection.memoryBytes = estimateMemory(experiment, *dataset, input, classes);
    inspection.imageBytes = imageBytes(*dataset);
    if (!options.time) return inspection;
    if (inspection.memoryBytes > availableMemory() && !resolveEnvironment(experiment.training).device.is_cuda())
        inspection.notTried =
            fmt::format("no batch was run: a step needs about {} of memory and {} are free. Make training.batch smaller.",
                        formatBytes(inspection.memoryBytes), formatBytes(availableMemory()));
    else
        tryOut(experiment, dataset, inspection);
    return inspection;
}

std::pair<InputShape, int64_t> declaredShape(const DataSpec& data) {
    InputShape input;
    const int64_t size = data.parameters.value("size", int64_t{0});
    if (size > 0) input.height = input.width = size;
    if (data.source == "idx") input = {1, 28, 28};
    if (const auto channels = data.parameters.find("channels");
        channels != data.parameters.end() && channels->is_number_integer())
        input.channels = std::max<int64_t>(1, channels->get<int64_t>());
    int64_t classes = data.source == "cifar100" ? 100 : 10;
    if (const auto count = data.parameters.find("classes"); count != data.parameters.end() && count->is_number_integer())
        classes = *count;
    if (data.classCount > 0) classes = data.classCount;
    if (!data.classes.empty()) classes = std::ssize(data.classes);
    return {input, classes};
}

}  // namespace gaplab
