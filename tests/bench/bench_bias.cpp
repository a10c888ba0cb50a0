// The report on bias from stored answers alone: 100 classes, 10,000 test images in four groups, of one seed and of five. Prints
// seconds, the best of five.

#include <chrono>
#include <filesystem>
#include <iostream>

#include <fmt/format.h>

#include "core/base/files.h"
#include "core/base/random.h"
#include "core/run/bias.h"

using namespace gaplab;

namespace {

constexpr int classes = 100, images = 10'000, groups = 4;

std::vector<uint16_t> drawn(const std::vector<uint16_t>& labels, double rate, Random& random) {
    std::vector<uint16_t> answers;
    for (const uint16_t label : labels)
        answers.push_back(random.uniform() < rate ? label : static_cast<uint16_t>(random.below(classes)));
    return answers;
}

void add(Store& store, const std::string& trial, uint64_t seed,
         const std::vector<std::pair<std::string, std::vector<uint16_t>>>& answers) {
    NewRun run{.name = "student", .trial = trial, .trialLabel = "student", .seed = seed, .dataFingerprint = "f00d"};
    run.document = {{"teachers", {{"static", {{"kind", "static"}}}}}};
    run.trialDocument = run.document;
    std::vector<std::string> names;
    for (int c = 0; c < classes; ++c)
        names.push_back(fmt::format("class {}", c));
    run.dataFacts = {{"classes", names}, {"groups", {"a", "b", "c", "d"}}};
    const int64_t id = store.addRun(run);
    store.setState(id, RunState::Preparing);
    store.setState(id, RunState::Running);
    std::vector<PredictionRecord> records;
    for (const auto& [role, said] : answers)
        records.push_back({role, "test", 1, said, std::vector<uint8_t>(images, 200)});
    store.addPredictions(id, records, 1);
    store.setState(id, RunState::Finished);
}

void fill(Store& store, uint64_t seeds) {
    Random random(1);
    std::vector<uint16_t> labels, groupOf;
    for (int i = 0; i < images; ++i) {
        labels.push_back(static_cast<uint16_t>(i % classes));
        groupOf.push_back(static_cast<uint16_t>(i / classes % groups));
    }
    const auto teacher = drawn(labels, 0.75, random);
    for (uint64_t seed = 0; seed < seeds; ++seed) {
        add(store, std::string(64, 'a'), seed,
            {{"labels", labels}, {"groups", groupOf}, {"static", teacher}, {"student", drawn(labels, 0.7, random)}});
        add(store, std::string(64, 'b'), seed,
            {{"labels", labels}, {"groups", groupOf}, {"student", drawn(labels, 0.68, random)}});
    }
}

}  // namespace

int main() {
    const std::filesystem::path folder = std::filesystem::temp_directory_path() / ("gaplab-bench-" + newUuid());
    std::filesystem::create_directories(folder);
    for (const uint64_t seeds : {1, 5}) {
        Store store(folder / fmt::format("{}.db", seeds), Store::Mode::Create);
        fill(store, seeds);
        double best = 1e9, page = 1e9;
        int draws = 0;
        for (int round = 0; round < 5; ++round) {
            const auto begin = std::chrono::steady_clock::now();
            const BiasReport report =
                biasReport(store, {.run = std::string(64, 'a'), .baseline = std::string(64, 'b')}, Catalogue());
            const auto told = std::chrono::steady_clock::now();
            if (biasHtml(report).empty()) return 1;
            draws = report.draws;
            best = std::min(best, std::chrono::duration<double>(told - begin).count());
            page = std::min(page, std::chrono::duration<double>(std::chrono::steady_clock::now() - told).count());
        }
        std::cout << fmt::format("{} {}: {:.3f} s for the report ({} draws), {:.3f} s for its HTML\n", seeds,
                                 seeds == 1 ? "seed" : "seeds", best, draws, page);
    }
    std::filesystem::remove_all(folder);
}
