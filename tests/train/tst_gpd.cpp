#include <algorithm>

#include <QTemporaryDir>
#include <QtTest>
#include <torch/types.h>

#include "core/base/error.h"
#include "core/nn/tensor_file.h"
#include "core/run/inspect.h"
#include "core/train/evaluation.h"
#include "core/train/source_weights.h"
#include "core/train/trainer.h"
#include "tests/train/training_place.h"

using namespace gaplab;

namespace {

Json document(const char* patch = "{}") {
    Json document = Json::parse(R"({
      "schema": 1, "name": "tiny",
      "data": {"source": "shapes", "size": 16, "classes": 4, "train": 160, "test": 40, "validation": 0.25, "augment": ["crop", "flip"]},
      "student": {"architecture": "resnet8", "width": 0.5},
      "teachers": {"dynamic": {"kind": "gpd", "expansion": 2, "branches": 6}},
      "knowledge": [{"from": "dynamic", "to": "student", "loss": "smoothed_ce", "weight": 3.0}],
      "training": {"epochs": 2, "batch": 32, "optimizer": {"kind": "sgd", "lr": 0.05}, "ema": 0.9, "clip": 5, "threads": 2},
      "seeds": [3]})");
    document.merge_patch(Json::parse(patch));
    return document;
}

constexpr const char* underAStaticTeacher = R"({
  "teachers": {"static": {"architecture": "resnet14", "width": 0.5, "weights": "train"}},
  "knowledge": [{"from": "static", "to": "dynamic", "loss": "dkd"}, {"from": "static", "to": "student", "loss": "dkd"},
                {"from": "dynamic", "to": "student", "loss": "smoothed_ce", "weight": 3.0}]})";

constexpr const char* underReview = R"({
  "teachers": {"static": {"architecture": "resnet14", "width": 0.5, "weights": "train"}},
  "knowledge": [{"from": "static", "to": "dynamic", "loss": "reviewkd", "width": 8},
                {"from": "static", "to": "student", "loss": "reviewkd", "width": 8},
                {"from": "dynamic", "to": "student", "loss": "smoothed_ce", "weight": 3.0}]})";

}  // namespace

/// Gap preserving distillation as the trainer runs it. Numbers in brackets: the properties of the method's checklist.
class TestGpd : public QObject, private TrainingPlace {
    Q_OBJECT

    std::vector<Role> rolesOf(const TrainingPlan& made) {
        return buildRoles(made.experiment, *made.dataset, made.seed, made.weights, made.environment.device);
    }

private Q_SLOTS:
    void bothViewsAreTrainedAndMeasured() {
        Memory memory = train(document(), "scratch");
        for (const char* series : {"student/validation/accuracy", "dynamic/validation/accuracy", "gap/validation/accuracy",
                                   "student_ema/validation/accuracy", "dynamic_ema/validation/accuracy",
                                   "gap:dynamic_ema-student_ema/validation/accuracy"})
            QCOMPARE(memory.series[series].size(), size_t{3});
        for (const char* series :
             {"student/train/loss", "dynamic/train/loss", "student/train/smoothed_ce:dynamic", "student/train/ce:labels"})
            QVERIFY2(!memory.series[series].empty(), series);
        for (const char* role : {"student", "dynamic", "student_ema", "dynamic_ema"})
            for (const char* when : {"at_best", "at_last"})
                QCOMPARE(memory.series[std::string(role) + "/test/accuracy_" + when].size(), size_t{1});
    }

    void theGapStartsAtZero() {  // [30]
        Memory memory = train(document(R"({"teachers": {"dynamic": {"noise": 0}}})"), "zero");
        for (const char* series : {"gap/validation/accuracy", "gap:dynamic_ema-student_ema/validation/accuracy"}) {
            QCOMPARE(memory.series[series].front().first, int64_t{0});
            QCOMPARE(memory.series[series].front().second, 0.0);
        }
        const auto& gap = memory.series["gap/validation/accuracy"];
        for (size_t i = 0; i < gap.size(); ++i)
            QCOMPARE(gap[i].second, memory.series["dynamic/validation/accuracy"][i].second -
                                        memory.series["student/validation/accuracy"][i].second);
    }

    void sameSeedGivesTheSameSeriesBitForBit() { QVERIFY(train(document(), "a").series == train(document(), "b").series); }

    void stoppedAndResumedEqualsNeverStopped_data() {
        QTest::addColumn<QString>("patch");
        QTest::addColumn<int>("stopAt");
        QTest::newRow("from scratch") << "{}" << 3;
        QTest::newRow("under a static teacher") << underAStaticTeacher << 5;
        QTest::newRow("with adapters") << underReview << 3;
    }
    void stoppedAndResumedEqualsNeverStopped() {  // [27]
        QFETCH(QString, patch);
        QFETCH(int, stopAt);
        const Json given = document(patch.toUtf8());
        const Memory whole = train(given, "whole");
        Memory parts;
        TrainingPlan made = plan(given, "parts");
        const EnvironmentScope scope(made.environment);
        parts.stopAt = stopAt;
        QVERIFY(Trainer(made, parts).run() == Outcome::Stopped);
        parts.stopAt = std::numeric_limits<int64_t>::max();
        made.resumeFrom = parts.last;
        QVERIFY(Trainer(made, parts).run() == Outcome::Finished);
        for (const auto& [name, points] : whole.series)
            QVERIFY2(parts.series[name] == points, name.c_str());
        QCOMPARE(parts.series.size(), whole.series.size());
    }

    void theStaticTeacherStaysAsItIs() {  // [15]
        const TrainingPlan made = plan(document(underAStaticTeacher), "static");
        std::vector<Role> roles = rolesOf(made);
        const State before = roles.back().state.clone();
        QCOMPARE(roles.back().name, std::string("static"));
        const std::vector<Term> terms = makeTerms(made.experiment, roles, 100, 1);
        const BatchMaker batches(*made.dataset, {}, at::kCPU);
        const at::Tensor rows = at::arange(32);
        for (int step = 0; step < 4; ++step)
            sequentialStep(roles, terms, {batches.trainingImages(rows, 0), batches.labels(made.dataset->train, rows), {}}, {});
        for (size_t i = 0; i < before.parameters.size(); ++i) {
            QVERIFY(roles.back().state.parameters[i].equal(before.parameters[i]));
            QVERIFY(!roles.back().state.parameters[i].grad().defined());
        }
        for (size_t i = 0; i < before.buffers.size(); ++i)
            QVERIFY(roles.back().state.buffers[i].equal(before.buffers[i]));
    }

    void studentAndDynamicTeacherShareTheirValues() {  // [26]
        const std::vector<Role> roles = rolesOf(plan(document(underAStaticTeacher), "shared"));
        QCOMPARE(roles.size(), size_t{3});
        QVERIFY(roles[0].network == roles[1].network && roles[0].view == View::Student && roles[1].view == View::Teacher);
        std::set<const void*> leaves;
        for (size_t i = 0; i < roles[0].state.parameters.size(); ++i) {
            QVERIFY(roles[0].state.parameters[i].is_same(roles[1].state.parameters[i]));
            QVERIFY(roles[0].state.parameters[i].is_leaf() && roles[0].state.parameters[i].requires_grad());
            leaves.insert(roles[0].state.parameters[i].const_data_ptr());
        }
        QCOMPARE(leaves.size(), roles[0].state.parameters.size());  // every one once: no copy of the student's
    }

    void everyTrainedValueIsInTheOptimiserOnce() {  // [26]
        const Memory memory = train(document(underReview), "optimiser");
        const TensorFile file = loadTensors(memory.last);
        size_t velocities = 0, trained = 0;
        for (const auto& [name, tensor] : file.tensors) {
            velocities += name.starts_with("optimizer/velocity") ? 1 : 0;
            const bool parameter =
                name.find("running_") == std::string::npos && !name.ends_with(".filter") && !name.ends_with(".identity");
            trained += (name.starts_with("elastic/") || name.starts_with("terms/")) && parameter ? 1 : 0;
        }
        QCOMPARE(velocities, trained);
    }

    void theAverageIsOfTheWholeAndItsStudentIsExtracted() {  // [25]
        const TrainingPlan made = plan(document(), "average");
        Memory memory = train(made);
        const TensorFile file = loadTensors(memory.last);
        const std::vector<Role> roles = rolesOf(made);
        State average = roles.front().state.clone();
        takeState(file, "elastic_ema/", *roles.front().network, average, "test");
        // Running statistics of both views have moved with it.
        for (const char* name : {"bn1.running_mean", "bn1.teacher_running_mean"}) {
            const at::Tensor &ema = file.tensors.at(std::string("elastic_ema/") + name),
                             &raw = file.tensors.at(std::string("elastic/") + name);
            QVERIFY(ema.abs().max().item<double>() > 0 && !ema.equal(raw));
        }
        const Model student = extract({roles.front().network, average});
        const BatchMaker batches(*made.dataset, {}, at::kCPU);
        const at::Tensor rows = at::tensor(made.dataset->validationIndices);
        const double accuracy =
            evaluate({*student.network, student.state}, batches, made.dataset->train, rows, 128).values.accuracy;
        QCOMPARE(accuracy, memory.series["student_ema/validation/accuracy"].back().second);
        State stored = student.state.clone();
        takeState(file, "student_ema/", *student.network, stored, "test");
        for (size_t i = 0; i < stored.parameters.size(); ++i)
            QVERIFY(stored.parameters[i].equal(student.state.parameters[i]));
    }

    void theStoredStudentIsThePlainNetworkWithTheSameAccuracy() {  // [27]
        const TrainingPlan made = plan(document(), "stored");
        Memory memory = train(made);
        const auto network = buildNetwork("resnet8", {{"width", 0.5}}, {3, 16, 16}, 4);
        State state = initialState(*network, 0);
        takeSourceWeights(memory.last, *network, state);
        const BatchMaker batches(*made.dataset, {}, at::kCPU);
        const at::Tensor rows = at::tensor(made.dataset->validationIndices);
        QCOMPARE(evaluate({*network, state}, batches, made.dataset->train, rows, 128).values.accuracy,
                 memory.series["student/validation/accuracy"].back().second);
    }

    void fineTuningStartsWhereTheStudentStood() {
        Json alone = document(R"({"teachers": null, "knowledge": null, "training": {"epochs": 3}})");
        const Memory first = train(alone, "pretrained");
        TrainingPlan made =
            plan(document(R"({"student": {"weights": {"file": "x"}}, "teachers": {"dynamic": {"noise": 0}}})"), "tuned");
        made.weights["student"] = first.last;
        Memory memory = train(made);
        const double reached = first.series.at("student/validation/accuracy").back().second;
        QCOMPARE(memory.series["student/validation/accuracy"].front().second, reached);
        QCOMPARE(memory.series["dynamic/validation/accuracy"].front().second, reached);
    }

    void expansionOneIsTheStudentWithBranches() {
        Json given = document(R"({"teachers": {"dynamic": {"expansion": 1}}})");
        given.erase("knowledge");
        const std::vector<Role> roles = rolesOf(plan(given, "merged"));
        QCOMPARE(roles.size(), size_t{1});
        QVERIFY(!roles.front().network->madeKernels().empty());
        Memory memory = train(given, "merged");
        QVERIFY(!memory.series.contains("dynamic/validation/accuracy") && !memory.series.contains("gap/validation/accuracy"));
    }

    void frozenLayersStay() {
        const TrainingPlan made = plan(document(R"({"student": {"freeze": ["layer1", "conv1"]}})"), "frozen");
        const std::vector<Role> roles = rolesOf(made);
        Memory memory = train(made);
        const TensorFile file = loadTensors(memory.last);
        for (size_t i = 0; i < roles.front().state.parameters.size(); ++i) {
            const std::string& name = roles.front().network->parameters()[i].name;
            const bool frozen = name.starts_with("layer1.") || name.starts_with("conv1.");
            const bool same = file.tensors.at("elastic/" + name).equal(roles.front().state.parameters[i].detach());
            if (frozen) QVERIFY2(same, name.c_str());
            if (name == "fc.weight" || name == "layer2.0.conv2.weight") QVERIFY2(!same, name.c_str());
        }
    }

    void weightDecayCanSpareWhatIsNoKernel() {
        // A strong decay shrinks the norms' scales, unless they are spared.
        const auto scaleAfter = [&](const char* on) {
            Json given =
                document(R"({"teachers": null, "knowledge": null, "training": {"ema": 0, "optimizer": {"weight_decay": 0.9}}})");
            given["training"]["weight_decay_on"] = on;
            return loadTensors(train(given, QString("decay-%1").arg(on)).last)
                .tensors.at("student/bn1.weight")
                .mean()
                .item<double>();
        };
        QVERIFY(scaleAfter("all") < 0.9 * scaleAfter("kernels"));
    }

    void whatCannotBeTrainedIsRefused_data() {
        QTest::addColumn<QString>("patch");
        QTest::addColumn<QString>("path");
        const auto row = [](const char* name, const char* patch, const char* path) { QTest::newRow(name) << patch << path; };
        row("r = 0", R"({"teachers": {"dynamic": {"expansion": 0}}})", "teachers.dynamic.expansion");
        row("r = 9", R"({"teachers": {"dynamic": {"expansion": 9}}})", "teachers.dynamic.expansion");
        row("M = 7", R"({"teachers": {"dynamic": {"branches": 7}}})", "teachers.dynamic.branches");
        row("r = 3 without noise", R"({"teachers": {"dynamic": {"expansion": 3, "noise": 0}}})", "teachers.dynamic.noise");
        row("an architecture of its own", R"({"teachers": {"dynamic": {"architecture": "resnet20"}}})",
            "teachers.dynamic.architecture");
        row("weights of its own", R"({"teachers": {"dynamic": {"weights": "train"}}})", "teachers.dynamic.weights");
        row("two of them", R"({"teachers": {"other": {"kind": "gpd"}}})", "teachers.other.kind");
        row("a term with a merged one", R"({"teachers": {"dynamic": {"expansion": 1}}})", "knowledge[0].from");
        row("it teaches itself", R"({"knowledge": [{"from": "dynamic", "to": "dynamic", "loss": "kd"}]})", "knowledge[0].from");
        row("layers that are no list", R"({"teachers": {"dynamic": {"layers": "layer1"}}})", "teachers.dynamic.layers");
        row("freeze that is no list", R"({"student": {"freeze": "layer1"}})", "student.freeze");
    }
    void whatCannotBeTrainedIsRefused() {
        QFETCH(QString, patch);
        QFETCH(QString, path);
        const std::vector<Problem> problems = validate(document(patch.toUtf8()), catalogue());
        QVERIFY2(std::ranges::find(problems, path.toStdString(), &Problem::path) != problems.end(),
                 problems.empty() ? "no problem" : (problems.front().path + ": " + problems.front().message).c_str());
    }

    void whatOnlyTheNetworkTellsIsRefusedToo_data() {
        QTest::addColumn<QString>("patch");
        QTest::addColumn<QString>("says");
        QTest::newRow("frozen layers that do not exist") << R"({"student": {"freeze": ["layer9"]}})"
                                                         << "no layer \"layer9\"";
        QTest::newRow("branches for layers that do not exist") << R"({"teachers": {"dynamic": {"layers": ["layer9"]}}})"
                                                               << "no convolution is called \"layer9\"";
    }
    void whatOnlyTheNetworkTellsIsRefusedToo() {
        QFETCH(QString, patch);
        QFETCH(QString, says);
        try {
            inspect(document(patch.toUtf8()), {.data = false});
            QFAIL("it was accepted");
        } catch (const Error& error) {
            QVERIFY2(QString(error.what()).contains(says) && error.fault() == Fault::Input, error.what());
        }
    }

    void weightsThatDoNotFitAreRefusedWhole() {
        const Memory other = train(document(R"({"teachers": null, "knowledge": null, "student": {"width": 1}})"), "other");
        TrainingPlan made = plan(document(R"({"student": {"weights": {"file": "x"}}})"), "misfit");
        made.weights["student"] = other.last;
        QVERIFY_THROWS_EXCEPTION(Error, rolesOf(made));
        Json checked = document();
        checked["student"]["weights"] = {{"file", other.last}};
        QVERIFY_THROWS_EXCEPTION(Error, inspect(checked, {.time = false}));
    }
};

QTEST_GUILESS_MAIN(TestGpd)
#include "tst_gpd.moc"
