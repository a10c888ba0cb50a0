#include <QtTest>
#include <torch/types.h>

#include "core/nn/tensor_file.h"
#include "core/reparam/widening.h"
#include "tests/train/training_place.h"

using namespace gaplab;

namespace {

/// A target that no training reaches, so that the teacher is widened as soon and as often as the patch allows.
Json document(const char* patch = "{}") {
    Json document = Json::parse(R"({
      "schema": 1, "name": "widened",
      "data": {"source": "shapes", "size": 16, "classes": 4, "train": 200, "test": 40, "validation": 0.2, "augment": ["crop", "flip"]},
      "student": {"architecture": "resnet8", "width": 0.5},
      "teachers": {"dynamic": {"kind": "gpd"}},
      "knowledge": [{"from": "dynamic", "to": "student", "loss": "smoothed_ce", "weight": 3.0}],
      "gap": {"target": 60, "band": 1.5, "every": "1 steps",
              "controller": {"actuator": "widening", "start": 0, "widen_after": 3, "widen_to": 3}},
      "training": {"epochs": 4, "batch": 32, "optimizer": {"kind": "sgd", "lr": 0.05}, "clip": 5, "threads": 2},
      "seeds": [3]})");
    document.merge_patch(Json::parse(patch));
    return document;
}

constexpr const char* adamw = R"({"training": {"optimizer": {"kind": "adamw", "lr": 0.001, "momentum": null}, "ema": 0.9}})";

/// Largest difference between two copies along every axis that holds copies; nothing where there are none.
std::optional<double> differenceOfCopies(const at::Tensor& values, const TensorSlot& slot, int64_t one, int64_t other) {
    std::optional<double> largest;
    for (size_t axis = 0; axis < slot.layout.copies.size(); ++axis) {
        const int copies = slot.layout.copies[axis];
        if (copies == 1) continue;
        const auto dimension = static_cast<int64_t>(axis);
        const int64_t width = values.size(dimension) / copies;
        const at::Tensor difference =
            values.narrow(dimension, one * width, width) - values.narrow(dimension, other * width, width);
        largest = std::max(largest.value_or(0), difference.abs().max().item<double>());
    }
    return largest;
}

}  // namespace

/// A dynamic teacher that gets another copy while a run goes on, with all that a run keeps of it.
class TestLiveWidening : public QObject, private TrainingPlace {
    Q_OBJECT

    static void addOptimizers() {
        QTest::addColumn<QByteArray>("patch");
        QTest::newRow("sgd") << QByteArray("{}");
        QTest::newRow("adamw, with an average") << QByteArray(adamw);
        QTest::newRow("beside a static teacher and a peer, noise in the copies") << QByteArray(
            R"({"teachers": {"dynamic": {"private_init": "noise"}, "static": {"architecture": "resnet14", "width": 0.5},
                             "peer": {"kind": "mutual", "architecture": "resnet14", "width": 0.5}}})");
    }

private Q_SLOTS:
    void theTeacherWidensWhenTheGapStaysTooSmall() {
        Editor memory;
        run(planned(document(R"({"gap": {"controller": {"widen_pause": 6, "widen_to": 4}}})"), "events"), memory);
        std::vector<int64_t> steps;
        for (const RunEvent& event : memory.events)
            if (event.kind == "widened") steps.push_back(event.step);
        QCOMPARE(steps, (std::vector<int64_t>{3, 9}));  // after three acts, then after the pause
        QVERIFY(memory.find("widened")->text.find("3 times as wide") != std::string::npos);
        const auto& width = memory.series["controller/train/actuator"];
        QCOMPARE(width.size(), size_t{20});
        for (const auto& [step, value] : width)
            QCOMPARE(value, step <= 3 ? 2.0 : step <= 9 ? 3.0 : 4.0);
    }

    void aGapThatIsLargeEnoughWidensNothing() {
        Editor memory;
        run(planned(document(R"({"gap": {"target": -90}})"), "enough"), memory);
        QVERIFY(!memory.find("widened"));
    }

    void aSaturatedActuatorWidensToo() {
        Editor memory;
        run(planned(document(R"({"gap": {"controller": {"actuator": "student_balance", "kp": 5, "rate_limit": 20}}})"),
                    "saturated"),
            memory);
        QVERIFY(memory.find("widened") && memory.find("saturated"));
        QVERIFY(memory.find("saturated")->step < memory.find("widened")->step);
    }

    void theTwoHalvesAreUnlikeAfterFiftySteps_data() { addOptimizers(); }
    void theTwoHalvesAreUnlikeAfterFiftySteps() {  // gpd-method 3.8
        QFETCH(QByteArray, patch);
        Json given = document(patch.constData());
        given["training"]["epochs"] = 11;
        Editor memory;
        TrainingPlan made = planned(given, QString("halves ") + QTest::currentDataTag());
        run(made, memory);
        QCOMPARE(memory.find("widened")->step, 3);
        QCOMPARE(memory.step, 55);
        const std::vector<Role> roles = buildRoles(made.experiment, *made.dataset, made.seed, {}, made.environment.device);
        const std::unique_ptr<Network> wide = withExpansion(*roles.front().network, 3);
        State state = emptyState(*wide, roles.front().state);
        takeState(loadTensors(memory.last), "elastic/", *wide, state, "test");
        int compared = 0;
        for (size_t i = 0; i < state.parameters.size(); ++i) {
            const TensorSlot& slot = wide->parameters()[i];
            if (!slot.layout.copies.empty() && slot.layout.inputAxis >= 0 &&
                slot.layout.copies[static_cast<size_t>(slot.layout.inputAxis)] > 1) {
                const auto difference = differenceOfCopies(state.parameters[i].detach(), slot, 1, 2);
                QVERIFY2(difference && *difference > 1e-4, slot.name.c_str());
                ++compared;
            }
        }
        QVERIFY(compared >= 6);
    }

    void aRunResumesExactlyAcrossTheWidening_data() {
        QTest::addColumn<QByteArray>("patch");
        QTest::addColumn<int>("stopAt");
        for (const int stop : {2, 3, 4, 7}) {
            QTest::addRow("sgd, stopped at %d", stop) << QByteArray("{}") << stop;
            QTest::addRow("adamw, average, stopped at %d", stop) << QByteArray(adamw) << stop;
        }
    }
    void aRunResumesExactlyAcrossTheWidening() {
        QFETCH(QByteArray, patch);
        QFETCH(int, stopAt);
        const QString tag = QTest::currentDataTag();
        Editor whole, first, second;
        TrainingPlan made = planned(document(patch.constData()), tag + " whole");
        run(made, whole);
        QVERIFY(whole.find("widened"));
        made.folder = planned(document(patch.constData()), tag + " parts").folder;
        first.stopAt = stopAt;
        run(made, first);
        made.resumeFrom = first.last;
        run(made, second);
        QCOMPARE(static_cast<bool>(first.find("widened")), stopAt > 3);
        QCOMPARE(static_cast<bool>(second.find("widened")), stopAt <= 3);
        auto joined = first.series;
        for (auto& [name, points] : second.series)
            joined[name].insert(joined[name].end(), points.begin(), points.end());
        for (const auto& [name, points] : whole.series)
            QVERIFY2(joined[name] == points, name.c_str());
        const TensorFile one = loadTensors(whole.last), other = loadTensors(second.last);
        QCOMPARE(one.tensors.size(), other.tensors.size());
        for (const auto& [name, values] : one.tensors)
            QVERIFY2(at::equal(values, other.tensors.at(name)), name.c_str());
    }

    /// The best values may be those of a narrower teacher than the last ones.
    void theBestIsTestedInTheWidthItHad() {
        Json given = document(adamw);
        given["gap"]["controller"]["widen_after"] = 12;
        Editor memory;
        memory.editAt = 11;
        memory.assignments = {"training.optimizer.lr=3"};  // what comes then is no better
        run(planned(given, "best"), memory);
        const auto& best = memory.series["student/test/accuracy_at_best"];
        QCOMPARE(best.size(), size_t{1});
        QVERIFY(best.front().first < memory.find("widened")->step);
        const auto file = std::ranges::find(memory.files, "best", &CheckpointFile::kind);
        QVERIFY(file != memory.files.end());
        QCOMPARE(memory.series["dynamic_ema/test/accuracy_at_best"].size(), size_t{1});
    }
};

QTEST_GUILESS_MAIN(TestLiveWidening)
#include "tst_live_widening.moc"
