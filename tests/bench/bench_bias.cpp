// The report on bias from stored answers alone, and its HTML: 100 classes, 10,000 test images in four groups, of one seed and of
// five. The median of five.

#include <fmt/format.h>

#include "core/base/random.h"
#include "core/run/bias.h"
#include "tests/bench/suite.h"

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

double measure(benchmark::State& state, uint64_t seeds, bool html) {
    const BenchFolder folder;
    Store store(folder.path / "runs.db", Store::Mode::Create);
    fill(store, seeds);
    BiasReport report;
    const auto make = [&] {
        report = biasReport(store, {.run = std::string(64, 'a'), .baseline = std::string(64, 'b')}, Catalogue());
    };
    if (!html) {
        const double seconds = medianSeconds(5, make);
        state.counters["draws"] = report.draws;
        return seconds;
    }
    make();
    return medianSeconds(5, [&] {
        if (biasHtml(report).empty()) throw std::logic_error("there is no page");
    });
}

}  // namespace

int main(int argc, char** argv) {
    for (const bool html : {false, true})
        for (const uint64_t seeds : {1, 5})
            addBenchmark(fmt::format("bias/{}/{}", html ? "html" : "report", seeds == 1 ? "1_seed" : "5_seeds"),
                         [=](benchmark::State& state) { return measure(state, seeds, html); });
    return runBenchmarks(argc, argv);
}
