#pragma once

#include <string>
#include <vector>

#include "core/base/random.h"
#include "tests/store/fixture.h"

namespace gaplab::test {

using Classes = std::vector<uint16_t>;

/// A run whose answers are written by hand.
struct Told {
    std::string trial = std::string(64, 'a');
    uint64_t seed = 0;
    Classes labels;
    std::vector<std::pair<std::string, Classes>> answers;  ///< role and what it says
    Classes groups = {};                                   ///< empty: not stored
    std::vector<std::string> groupNames = {};
    std::vector<std::string> classNames = {"cat", "dog", "owl"};
    Json groupCounts = {}, classCounts = {};
    std::string split = "test";
    Json document = Json::object();
    std::map<std::string, int64_t> from = {};
    std::string fingerprint = "f00d";
    RunState state = RunState::Finished;
    uint8_t confidence = 204;  ///< 0.8
};

/// Evaluated at epochs 1 and 2; the first is the best, and its answers are those of `told`.
inline int64_t tell(Store& store, const Told& told) {
    NewRun run = someRun("student", told.seed, told.trial);
    run.document = told.document;
    run.dataFingerprint = told.fingerprint;
    run.from = told.from;
    run.dataFacts = {
        {"classes", told.classNames}, {"train", 300}, {"validation", 30}, {"test", told.labels.size()}, {"shape", {3, 8, 8}}};
    if (!told.groupNames.empty()) run.dataFacts["groups"] = told.groupNames;
    if (!told.groupCounts.is_null()) run.dataFacts["group_counts"] = told.groupCounts;
    if (!told.classCounts.is_null()) run.dataFacts["class_counts"] = told.classCounts;
    run.architectures = {{"student", {{"architecture", "resnet8"}, {"parameters", 77'850}, {"macs", 12'000'000}}},
                         {"static", {{"architecture", "resnet20"}}}};
    const int64_t id = store.addRun(run);
    bring(store, id, RunState::Running);
    store.append(id, std::vector<SeriesPoint>{{"student/validation/accuracy", {10, 1, 0.7, 0}},
                                              {"student/validation/accuracy", {20, 2, 0.6, 0}},
                                              {"student/test/accuracy_at_best", {10, 1, 0.7, 0}},
                                              {"student/test/accuracy_at_last", {20, 2, 0.6, 0}}});
    const std::vector<uint8_t> sure(told.labels.size(), 255), confident(told.labels.size(), told.confidence);
    std::vector<PredictionRecord> records = {{"labels", told.split, 1, told.labels, sure}};
    if (!told.groups.empty()) records.push_back({"groups", told.split, 1, told.groups, sure});
    for (const auto& [role, classes] : told.answers)
        records.push_back({role, told.split, 1, classes, confident});
    if (!told.labels.empty()) store.addPredictions(id, records, 1);
    if (told.state != RunState::Running) store.setState(id, told.state);
    return id;
}

/// What a distillation's document says of its teacher, as a document is written.
inline Json distilled() {
    return Json::parse(R"({
        "schema": 1, "name": "taught",
        "data": {"source": "shapes"},
        "student": {"architecture": "resnet8"},
        "teachers": {"static": {"kind": "static", "architecture": "resnet20", "weights": "train"}},
        "knowledge": [{"from": "static", "to": "student", "loss": "kd", "temperature": 4}],
        "seeds": [0]
    })");
}

/// The class, or the next one where it is wrong.
inline uint16_t said(uint16_t label, bool right, size_t classes) {
    return static_cast<uint16_t>(right ? label : (label + 1) % classes);
}

}  // namespace gaplab::test
