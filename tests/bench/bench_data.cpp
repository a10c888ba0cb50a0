// Images on their way to a step: JPEG files decoded, a folder of them loaded for the first time and out of its cache, and batches
// made of what is in memory. The files were just written, so that the disk has no say.

#include <fmt/format.h>

#include "core/data/dataset.h"
#include "core/train/host_memory.h"
#include "tests/bench/suite.h"
#include "tests/data/pictures.h"

using namespace gaplab;

namespace {

constexpr int batchSize = 128, side = 400, size = 224;  // of the files and of the images made of them, in pixels
constexpr int perClass = 100;
constexpr int64_t files = 2 * 2 * perClass;

double toldPerImage(benchmark::State& state, int64_t images, double seconds) {
    state.counters["images_per_second"] = static_cast<double>(images) / seconds;
    return seconds;
}

/// One thread, from memory.
double measureDecoding(benchmark::State& state) {
    const std::vector<uint8_t> file = jpegOf(picture(side, side));
    state.counters["bytes_per_image"] = static_cast<double>(file.size());
    return toldPerImage(state, 1, medianSeconds(200, [&] { decodeImage(file); }));
}

std::shared_ptr<const Dataset> load(const std::filesystem::path& folder, const std::filesystem::path& cache) {
    DataSpec spec;
    spec.source = "folder";
    spec.path = folder.string();
    spec.parameters = {{"size", size}};
    return loadDataset(spec, {.cacheFolder = cache, .progress = {}, .stop = {}});
}

/// With all cores, as a run does it: scanned, decoded, brought to one size, fingerprinted and put into the cache; or found there.
double measureLoading(benchmark::State& state, bool cached) {
    const BenchFolder folder;
    makeFolder(folder.path / "images", {"train", "test"}, {"a", "b"}, perClass, side);
    if (cached) load(folder.path / "images", folder.path / "cache");
    int round = 0;
    return toldPerImage(state, files, medianSeconds(5, [&] {
                            load(folder.path / "images", folder.path / (cached ? "cache" : fmt::format("cache{}", round++)));
                        }));
}

Dataset noise(int64_t count, int64_t pixels) {
    Dataset dataset;
    dataset.train.images = at::randint(256, {count, 3, pixels, pixels}, at::kByte);
    dataset.train.labels = at::zeros({count}, at::kLong);
    dataset.test = dataset.train;
    dataset.classes.resize(10);
    dataset.mean = dataset.deviation = {0.5F, 0.4F, 0.3F};
    return dataset;
}

/// Gathered, cropped, flipped and normalised, on the processor; memory is kept as in a training.
double measureBatches(benchmark::State& state, int64_t count, int64_t pixels) {
    const KeptHostMemory memory;
    const Dataset dataset = noise(count, pixels);
    const BatchMaker maker(dataset, {{{"kind", "crop"}}, {{"kind", "flip"}}}, at::kCPU);
    const at::Tensor rows = at::randint(count, {batchSize}, at::kLong);
    uint64_t seed = 0;
    return toldPerImage(state, batchSize, medianSeconds(50, [&] { maker.trainingBatch(rows, ++seed); }));
}

}  // namespace

int main(int argc, char** argv) {
    addBenchmark("data/decode_jpeg", measureDecoding);
    addBenchmark("data/folder/first_load", [](benchmark::State& state) { return measureLoading(state, false); });
    addBenchmark("data/folder/from_cache", [](benchmark::State& state) { return measureLoading(state, true); });
    addBenchmark("data/batch/32px", [](benchmark::State& state) { return measureBatches(state, 10'000, 32); });
    addBenchmark("data/batch/224px", [](benchmark::State& state) { return measureBatches(state, 500, 224); });
    return runBenchmarks(argc, argv);
}
