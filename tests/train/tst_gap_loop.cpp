#include <algorithm>
#include <cmath>

#include <QTemporaryDir>
#include <QtTest>
#include <torch/types.h>

#include "core/base/error.h"
#include "core/measure/switokd.h"
#include "core/nn/tensor_file.h"
#include "core/run/inspect.h"
#include "core/train/steps/switokd.h"
#include "core/train/trainer.h"
#include "tests/train/training_place.h"

using namespace gaplab;

namespace {

Json document(const char* patch = "{}") {
    Json document = Json::parse(R"({
      "schema": 1, "name": "tiny",
      "data": {"source": "shapes", "size": 16, "classes": 4, "train": 200, "test": 40, "validation": 0.2, "augment": ["crop", "flip"]},
      "student": {"architecture": "resnet8", "width": 0.5},
      "teachers": {"dynamic": {"kind": "gpd", "private_init": "noise"}},
      "knowledge": [{"from": "dynamic", "to": "student", "loss": "smoothed_ce", "weight": 3.0}],
      "gap": {"target": 3, "band": 1.5, "controller": {"actuator": "student_balance", "start": 0.5}},
      "training": {"epochs": 4, "batch": 32, "optimizer": {"kind": "sgd", "lr": 0.05}, "clip": 5, "threads": 2},
      "seeds": [3]})");
    document.merge_patch(Json::parse(patch));
    return document;
}

constexpr const char* withPeer = R"({
  "teachers": {"dynamic": null, "peer": {"kind": "mutual", "architecture": "resnet14", "width": 0.5}},
  "knowledge": [{"from": "peer", "to": "student", "loss": "kd", "temperature": 1},
                {"from": "student", "to": "peer", "loss": "kd", "temperature": 1}],
  "gap": {"controller": {"actuator": "teacher_rate"}}})";

constexpr const char* withSwitch = R"({
  "teachers": {"dynamic": null, "peer": {"kind": "switokd", "architecture": "resnet14", "width": 0.5}},
  "knowledge": [{"from": "peer", "to": "student", "loss": "kd", "temperature": 1},
                {"from": "student", "to": "peer", "loss": "kd", "temperature": 1}],
  "gap": null})";

constexpr const char* underStatic = R"({
  "teachers": {"dynamic": null, "static": {"architecture": "resnet14", "width": 0.5, "weights": "train"}},
  "knowledge": [{"from": "static", "to": "student", "loss": "kd", "weight": 1}],
  "gap": {"controller": {"actuator": "teacher_blend"}}})";

constexpr const char* withShadow = R"({
  "teachers": {"dynamic": null, "static": {"architecture": "resnet14", "width": 0.5, "weights": "train"},
               "head": {"kind": "shadow", "architecture": "resnet14", "width": 0.5, "weights": "train"}},
  "knowledge": [{"from": "static", "to": "student", "loss": "kd"}, {"from": "head", "to": "student", "loss": "kd"},
                {"from": "student", "to": "head", "loss": "kd"}, {"from": "static", "to": "head", "loss": "mse", "weight": 0.1}],
  "gap": {"between": ["head", "student"], "controller": {"actuator": "teacher_rate"}}})";

/// KL(p of one || p of the other) with both softened, times T^2, a mean over the batch.
at::Tensor divergence(const at::Tensor& teacher, const at::Tensor& student, double temperature) {
    const at::Tensor p = at::softmax(teacher / temperature, 1);
    const at::Tensor difference = p.log() - at::log_softmax(student / temperature, 1);
    return (p * difference).sum(1).mean() * temperature * temperature;
}

at::Tensor crossEntropy(const at::Tensor& logits, const at::Tensor& labels) {
    return -at::log_softmax(logits, 1).gather(1, labels.unsqueeze(1)).mean();
}

bool isNear(const at::Tensor& one, const at::Tensor& other) {
    return one.allclose(other, 1e-4, 1e-6);
}

}  // namespace

class TestGapLoop : public QObject, private TrainingPlace {
    Q_OBJECT

    std::vector<Role> rolesOf(const TrainingPlan& made) {
        return buildRoles(made.experiment, *made.dataset, made.seed, made.weights, made.environment.device);
    }

    /// The trained networks' values after one step with these levers.
    std::vector<Role> afterOneStep(const Json& given, const QString& folder, Json controller, uint64_t seed = 3) {
        Json one = given;
        one["gap"]["controller"].update(controller);
        one["gap"]["every"] = "1 steps";
        one["seeds"] = {seed};
        TrainingPlan made = planned(one, folder);
        Memory memory;
        memory.stopAt = 2;  // the controller's value is in force from the second step on
        run(made, memory);
        std::vector<Role> roles = buildRoles(made.experiment, *made.dataset, made.seed, made.weights, made.environment.device);
        const TensorFile file = loadTensors(memory.last);
        takeState(file, roles.front().network->expansion() > 1 ? "elastic/" : "student/", *roles.front().network,
                  roles.front().state, "test");
        if (roles.size() > 1 && roles[1].trained && roles[1].apart)
            takeState(file, "teachers/" + roles[1].name + "/", *roles[1].network, roles[1].state, "test");
        return roles;
    }

    Json routeDocument() {
        Json given = document(underStatic);
        given["teachers"]["static"]["kind"] = "route";
        given["teachers"]["static"]["anchors"] = {1, 4};
        given.erase("gap");
        return given;
    }

    static Batch firstBatch(const TrainingPlan& made) {
        const BatchMaker batches(*made.dataset, {}, at::kCPU);
        const at::Tensor rows = at::arange(32, at::kLong);
        return {batches.trainingImages(rows, 0), batches.labels(made.dataset->train, rows), {}};
    }

    /// With a teacher that was trained for it.
    TrainingPlan plannedRoute(const Json& given, const QString& folder, Memory& trained) {
        const TrainingPlan teacher = planned(planRuns(given, catalogue()).front().document, folder + " teacher");
        run(teacher, trained);
        TrainingPlan made = planned(given, folder);
        made.weights["static"] = trained.last;
        for (const int epoch : {1, 4})
            made.weights["static@" + std::to_string(epoch)] =
                teacher.folder / ("epoch-" + std::to_string(epoch) + ".safetensors");
        return made;
    }

private Q_SLOTS:
    void everyBeatTellsGapTargetAndActuator_data() {
        QTest::addColumn<QByteArray>("patch");
        QTest::addColumn<QByteArray>("teacher");
        QTest::newRow("gpd") << QByteArray("{}") << QByteArray("dynamic");
        QTest::newRow("mutual") << QByteArray(withPeer) << QByteArray("peer");
        QTest::newRow("static") << QByteArray(underStatic) << QByteArray("static");
    }
    void everyBeatTellsGapTargetAndActuator() {
        QFETCH(QByteArray, patch);
        QFETCH(QByteArray, teacher);
        Editor memory;
        run(planned(document(patch.constData()), QTest::currentDataTag()), memory);
        // 160 images in batches of 32: 5 steps an epoch, a beat of 3 (2.5 rounded) steps: 6 beats in 20 steps.
        for (const char* series : {"gap/train/accuracy", "gap/train/interval", "controller/train/gap", "controller/train/target"})
            QCOMPARE(memory.series[series].size(), size_t{6});
        QCOMPARE(memory.series["controller/train/target"].front().second, 0.03);
        const auto& value = memory.series["controller/train/actuator"];
        QVERIFY(value.size() >= 4);
        // 16 evaluations' worth of measures for the pair and both networks.
        for (const std::string& role : {std::string("student"), teacher.toStdString(), std::string("gap")})
            for (const char* measure : {"accuracy", "ece", "brier", "entropy"})
                QCOMPARE(memory.series[role + "/validation/" + measure].size(), size_t{5});
        for (const char* measure : {"kl", "kappa", "l1", "relative", "interval", "positive_transfer"})
            QCOMPARE(memory.series[std::string("gap/validation/") + measure].size(), size_t{5});
        QVERIFY(!memory.series.contains("gap/validation/class.0") && !memory.series.contains("gap/validation/cka.0.0"));
    }

    void theMeasuredGapIsThatOfTheBatches() {
        Json given = document(R"({"gap": {"every": 1, "controller": null}})");
        Memory memory;
        run(planned(given, "measured"), memory);
        // An epoch's gap is the difference of the epoch's training accuracies, each logged step by step.
        const auto epochMean = [&](const std::string& series) {
            double sum = 0;
            for (int i = 0; i < 5; ++i)
                sum += memory.series[series][static_cast<size_t>(i)].second / 5;
            return sum;
        };
        const double gap = epochMean("dynamic/train/accuracy") - epochMean("student/train/accuracy");
        QVERIFY(std::abs(memory.series["gap/train/accuracy"].front().second - gap) < 1e-9);
    }

    void aControlledRunResumesExactly_data() {
        QTest::addColumn<QByteArray>("patch");
        QTest::newRow("gpd") << QByteArray("{}");
        QTest::newRow("gpd, relay test first") << QByteArray(R"({"gap": {"every": "1 steps", "controller": {"tune": true}}})");
        QTest::newRow("mutual") << QByteArray(withPeer);
        QTest::newRow("mutual, adamw, updates by chance") << QByteArray(
            R"({"teachers": {"dynamic": null, "peer": {"kind": "mutual", "architecture": "resnet14", "width": 0.5}},
                "knowledge": [{"from": "peer", "to": "student", "loss": "kd"}, {"from": "student", "to": "peer", "loss": "kd"}],
                "gap": {"on": "validation", "controller": {"actuator": "teacher_update", "value": 0.5}},
                "training": {"optimizer": {"kind": "adamw", "lr": 0.001, "momentum": null}, "ema": 0.9}})");
        QTest::newRow("switokd") << QByteArray(withSwitch);
        QTest::newRow("static") << QByteArray(underStatic);
        QTest::newRow("shadow") << QByteArray(withShadow);
        QTest::newRow("gpd, widened on the way") << QByteArray(
            R"({"gap": {"target": 60, "every": "1 steps", "controller": {"start": 0, "rate_limit": 20, "kp": 5, "widen_after": 2, "widen_pause": 4}}})");
    }
    void aControlledRunResumesExactly() {
        QFETCH(QByteArray, patch);
        const Json given = document(patch.constData());
        const QString tag = QTest::currentDataTag();
        Editor whole, first, second;
        for (Editor* editor : {&whole, &first, &second}) {
            editor->editAt = 4;
            if (!given["gap"].is_null() && given["gap"].contains("controller"))
                editor->assignments = {"gap.target=[[0,2],[4,6]]", "gap.controller.ki=0.2", "training.optimizer.lr=0.03"};
        }
        run(planned(given, tag + " whole"), whole);
        first.stopAt = 7;
        TrainingPlan made = planned(given, tag + " parts");
        run(made, first);
        made.resumeFrom = first.last;
        run(made, second);
        auto joined = first.series;
        for (auto& [name, points] : second.series)
            joined[name].insert(joined[name].end(), points.begin(), points.end());
        for (const auto& [name, points] : whole.series)
            QVERIFY2(joined[name] == points, name.c_str());
        QCOMPARE(joined.size(), whole.series.size());
    }

    void studentBalanceScalesTheStudentsGradientOnly() {
        // With weight decay off and no clipping the first moved values are linear in the factor.
        const Json given = document(R"({"training": {"clip": 0, "optimizer": {"momentum": 0, "weight_decay": 0}},
            "gap": {"controller": {"start": 0, "kp": 0, "ki": 0, "minimum": 0.001}}})");
        const auto parameter = [&](double value, const QString& name) {
            return afterOneStep(given, name, {{"value", value}}).front();
        };
        const Role one = parameter(1, "b1"), half = parameter(0.5, "b2"), none = parameter(0.001, "b3");
        // What the student does not own gets the teacher's gradient alone, whatever the factor.
        for (size_t i = 0; i < one.state.parameters.size(); ++i) {
            const TensorSlot& slot = one.network->parameters()[i];
            if (slot.name != "layer2.0.conv1.weight") continue;
            const auto rest = [&](const Role& role) { return role.state.parameters[i].slice(0, slot.studentShape[0]); };
            const auto own = [&](const Role& role) {
                return role.state.parameters[i].slice(0, 0, slot.studentShape[0]).slice(1, 0, slot.studentShape[1]);
            };
            QVERIFY(rest(one).equal(rest(half)) && !own(one).equal(own(half)));
            const at::Tensor middle = (own(one) + own(none)) / 2;
            QVERIFY((own(half) - middle).abs().max().item<double>() < 1e-4);
        }
    }

    void aTeacherThatRestsStaysAsItIs_data() {
        QTest::addColumn<QByteArray>("patch");
        QTest::addColumn<QByteArray>("actuator");
        QTest::addColumn<double>("value");
        QTest::newRow("peer, never updated") << QByteArray(withPeer) << QByteArray("teacher_update") << 0.0;
        QTest::newRow("grown, never updated") << QByteArray("{}") << QByteArray("teacher_update") << 0.0;
        QTest::newRow("peer, slow") << QByteArray(withPeer) << QByteArray("teacher_rate") << 1.0 / 256;
        QTest::newRow("grown, slow") << QByteArray("{}") << QByteArray("teacher_rate") << 1.0 / 256;
    }
    void aTeacherThatRestsStaysAsItIs() {
        QFETCH(QByteArray, patch);
        QFETCH(QByteArray, actuator);
        QFETCH(double, value);
        Json given = document(patch.constData());
        const bool grown = given["teachers"].contains("dynamic");
        given["gap"]["controller"] = {{"actuator", actuator.toStdString()}, {"kp", 0}, {"ki", 0}, {"start", 0}};
        given["training"]["ema"] = 0;
        given["gap"]["every"] = "1 steps";
        const QString tag = QTest::currentDataTag();
        const auto after = [&](int64_t stop, double lever, const QString& name) {
            Json one = given;
            one["gap"]["controller"]["value"] = lever;
            TrainingPlan made = planned(one, tag + name);
            Memory memory;
            memory.stopAt = stop;
            run(made, memory);
            std::vector<Role> roles = buildRoles(made.experiment, *made.dataset, made.seed, {}, at::kCPU);
            const TensorFile file = loadTensors(memory.last);
            Role& role = grown ? roles.front() : roles[1];
            takeState(file, grown ? "elastic/" : "teachers/peer/", *role.network, role.state, "test");
            return role;
        };
        // Equal up to the first step, after which the lever is in force.
        const Role before = after(1, value, " 1"), rested = after(2, value, " 2"), moved = after(2, 1.0, " 3");
        double rest = 0, move = 0;
        for (size_t i = 0; i < before.state.parameters.size(); ++i) {
            const TensorSlot& slot = before.network->parameters()[i];
            const auto own = [&](const Role& role) {
                return grown ? role.state.parameters[i].slice(0, slot.studentShape[0]) : role.state.parameters[i];
            };
            if (grown && slot.shape[0] == slot.studentShape[0]) continue;
            rest += (own(rested) - own(before)).abs().sum().item<double>();
            move += (own(moved) - own(before)).abs().sum().item<double>();
        }
        QVERIFY2(move > 0.1 && rest <= move * value * 1.05, QByteArray::number(rest / move));
    }

    void switokdsRuleDecidesAsPublished_data() {
        QTest::addColumn<QList<double>>("teacher");
        QTest::addColumn<QList<double>>("student");
        QTest::addColumn<bool>("waits");
        // The first class is right. With two classes G = s - t is never above the threshold; it takes three.
        QTest::newRow("ahead, and elsewhere") << QList<double>{.89, .1, .01} << QList<double>{.4, .01, .59} << true;
        QTest::newRow("a little ahead") << QList<double>{.55, .25, .2} << QList<double>{.5, .28, .22} << false;
        QTest::newRow("behind") << QList<double>{.2, .7, .1} << QList<double>{.9, .05, .05} << false;
        QTest::newRow("equal") << QList<double>{.7, .2, .1} << QList<double>{.7, .2, .1} << false;
    }
    void switokdsRuleDecidesAsPublished() {
        QFETCH(QList<double>, teacher);
        QFETCH(QList<double>, student);
        QFETCH(bool, waits);
        double gap = 0;
        for (qsizetype c = 0; c < 3; ++c)
            gap += std::abs(teacher[c] - student[c]);
        const double s = 2 * (1 - student[0]), t = 2 * (1 - teacher[0]);
        QCOMPARE(gap > s - std::exp(-t / (s + t)) * t && t < s, waits);  // the example is what it says
        const auto logits = [](const QList<double>& p) {
            return at::tensor({std::log(p[0]), std::log(p[1]), std::log(p[2])}).unsqueeze(0);
        };
        QCOMPARE(teacherWaits(logits(teacher), logits(student), at::zeros({1}, at::kLong)).item<bool>(), waits);
    }

    void mutualLearningIsSymmetric() {
        // Two equal networks from equal values that teach each other take the same step.
        Json given = document(withPeer);
        given["teachers"]["peer"]["architecture"] = "resnet8";
        given.erase("gap");
        TrainingPlan made = planned(given, "symmetric");
        std::vector<Role> roles = buildRoles(made.experiment, *made.dataset, 3, {}, at::kCPU);
        for (size_t i = 0; i < roles[0].state.parameters.size(); ++i)
            roles[1].state.parameters[i].detach().copy_(roles[0].state.parameters[i].detach());
        const std::vector<Term> terms = makeTerms(made.experiment, roles, 100, 3);
        const StepOutputs step = sequentialStep(roles, terms, firstBatch(made), {});
        QVERIFY(step.networks[0].loss.equal(step.networks[1].loss));
        for (size_t i = 0; i < roles[0].state.parameters.size(); ++i)
            QVERIFY(roles[0].state.parameters[i].grad().equal(roles[1].state.parameters[i].grad()));
    }

    void mutualLearningHasThePublishedLosses() {
        TrainingPlan made = planned(document(withPeer), "published");
        const std::vector<Role> roles = rolesOf(made);
        const std::vector<Term> terms = makeTerms(made.experiment, roles, 100, 3);
        const Batch batch = firstBatch(made);
        const StepOutputs step = sequentialStep(roles, terms, batch, {});
        const at::Tensor student = step.networks[0].logits, peer = step.networks[1].logits;
        QVERIFY(isNear(step.networks[0].loss, crossEntropy(student, batch.labels) + divergence(peer, student, 1)));
        QVERIFY(isNear(step.networks[1].loss, crossEntropy(peer, batch.labels) + divergence(student, peer, 1)));
    }

    /// SHAKE: the shadow is the trained network's body under a classifier of its own, which alone learns.
    void aShadowHeadFollowsItsRule() {
        TrainingPlan made = planned(document(withShadow), "shadow");
        std::vector<Role> roles = rolesOf(made);
        const auto named = [&](const char* name) { return std::ranges::find(roles, name, &Role::name); };
        const Role &fixed = *named("static"), &head = *named("head");
        QCOMPARE(head.state.parameters.size(), size_t{2});
        for (const at::Tensor& values : head.state.parameters)
            QVERIFY(values.requires_grad());
        // In this test nothing was trained before: the same values are given to both.
        const TrainingPlan given = [&] {
            TrainingPlan with = made;
            const std::filesystem::path file = made.folder / "trained.safetensors";
            TensorFile tensors;
            putState(tensors, "", *fixed.network, fixed.state);
            saveTensors(file, tensors);
            with.weights = {{"static", file}, {"head", file}};
            return with;
        }();
        roles = rolesOf(given);
        const std::vector<Term> terms = makeTerms(given.experiment, roles, 100, 3);
        const Batch batch = firstBatch(given);
        const StepOutputs step = sequentialStep(roles, terms, batch, {});
        {
            const Role &trained = *named("static"), &shadow = *named("head");
            const at::NoGradGuard noGradient;
            const Outputs said = trained.forward(batch.images, false, true);
            const at::Tensor student = step.networks[0].logits;
            const at::Tensor &weight = shadow.state.parameters[0], &bias = shadow.state.parameters[1];
            const at::Tensor logits = at::linear(said.pooled, weight, bias);
            const auto place = static_cast<size_t>(&shadow - roles.data()) - 1;  // the static teacher is not trained
            QVERIFY(isNear(step.networks.at(roles[1].name == "static" ? place : place + 1).logits, logits));
            QVERIFY(isNear(step.networks[0].loss, crossEntropy(student, batch.labels) + divergence(said.logits, student, 4) +
                                                      divergence(logits, student, 4)));
            // d loss / d logits of the head: (p - y) + T (p_T - s_T) + 0.1 * 2 (h - t), over the batch.
            const double images = static_cast<double>(batch.labels.size(0));
            const at::Tensor slope =
                (at::softmax(logits, 1) - at::one_hot(batch.labels, 4) +
                 4 * (at::softmax(logits / 4, 1) - at::softmax(student / 4, 1)) + 0.2 * (logits - said.logits)) /
                images;
            QVERIFY(isNear(weight.grad(), slope.t().mm(said.pooled)));
            QVERIFY(isNear(bias.grad(), slope.sum(0)));
            for (const at::Tensor& values : trained.state.parameters)
                QVERIFY(!values.grad().defined());
        }

        // The body is that of evaluation, and stays as it was.
        Memory memory;
        run(given, memory);
        const auto& still = memory.series["static/validation/accuracy"];
        for (const auto& [at, value] : still)
            QCOMPARE(value, still.front().second);
        QVERIFY(memory.series["head/validation/loss"].back().second != memory.series["head/validation/loss"].front().second);
        const TensorFile last = loadTensors(memory.last);
        QVERIFY(last.tensors.contains("teachers/head/head.weight") && !last.tensors.contains("teachers/head/conv1.weight"));
    }

    void aShadowAndItsStaticTeacherAreTrainedOnce() {
        const std::vector<PlannedRun> runs = planRuns(document(withShadow), catalogue());
        QCOMPARE(runs.size(), size_t{2});
        QVERIFY(runs[1].needs.at("static") == 0 && runs[1].needs.at("head") == 0);
    }

    void aBlendOfOneIsTheStudentItself() {
        Json given = document(underStatic);
        given["gap"]["controller"].update({{"value", 1.0}, {"kp", 0}, {"ki", 0}, {"start", 0}});
        Memory memory;
        run(planned(given, "blend"), memory);
        const auto& gap = memory.series["gap/train/accuracy"];
        for (size_t i = 2; i < gap.size(); ++i)
            QCOMPARE(gap[i].second, 0.0);
        QCOMPARE(memory.series["gap/validation/accuracy_blended"].back().second, 0.0);
        QVERIFY(std::abs(memory.series["student/train/kd:static"].back().second) < 1e-6);
    }

    void anEarlyTeacherStopsTeaching() {
        Json given = document(underStatic);
        given["teachers"]["static"]["kind"] = "early";
        given["teachers"]["static"]["until"] = 2;
        given.erase("gap");
        Memory memory;
        run(planned(given, "early"), memory);
        for (const auto& [step, loss] : memory.series["student/train/kd:static"])
            QCOMPARE(loss > 0, step <= 10);  // 5 steps an epoch
        // It is still evaluated, but not run in training any more.
        QCOMPARE(memory.series["gap/validation/accuracy"].size(), size_t{5});
        QVERIFY(memory.series["gap/train/accuracy"].back().first <= 12);
    }

    void aRouteKeepsItsAnchorsAndTeachesThemInTurn() {
        const std::vector<PlannedRun> runs = planRuns(routeDocument(), catalogue());
        QCOMPARE(runs.size(), size_t{2});
        QVERIFY(runs[0].document["training"]["keep_epochs"] == Json({1, 4}));
        QVERIFY(!runs[0].document["student"].contains("anchors"));

        Memory trained;
        TrainingPlan made = plannedRoute(routeDocument(), "route", trained);
        Editor whole, first, second;
        run(made, whole);
        // The teacher's own accuracies after its epochs 1 and 4: the first for two epochs of the student's four.
        const auto& own = trained.series["student/validation/accuracy"];
        const auto& taught = whole.series["static/validation/accuracy"];
        QCOMPARE(taught.size(), size_t{5});
        for (size_t epoch = 0; epoch < 5; ++epoch)
            QCOMPARE(taught[epoch].second, own[epoch <= 2 ? 1 : 4].second);
        QVERIFY(whole.find("anchor") && whole.find("anchor")->step == 10);

        first.stopAt = 10;
        run(made, first);
        made.resumeFrom = first.last;
        run(made, second);
        QVERIFY(second.find("anchor"));
        QVERIFY(second.series["static/validation/accuracy"].back() == taught.back());
        QVERIFY(second.series["student/validation/accuracy"].back() == whole.series["student/validation/accuracy"].back());
    }

    void aRouteIsTakenAsFarAsTheControllerSays_data() {
        QTest::addColumn<double>("target");
        QTest::addColumn<int>("anchor");
        // The weakest teacher is still too far ahead of what is asked for, the strongest not far enough.
        QTest::newRow("a small gap: the weakest") << -90.0 << 0;
        QTest::newRow("a large gap: the strongest") << 90.0 << 1;
    }
    void aRouteIsTakenAsFarAsTheControllerSays() {
        QFETCH(double, target);
        QFETCH(int, anchor);
        Json given = routeDocument();
        given["gap"] = {{"target", target}, {"every", "1 steps"}};
        given["gap"]["controller"] = {{"actuator", "route"}, {"start", 0}};
        Memory trained;
        Editor whole, first, second;
        TrainingPlan made = plannedRoute(given, QString("led ") + QTest::currentDataTag(), trained);
        run(made, whole);
        const auto& own = trained.series["student/validation/accuracy"];
        QCOMPARE(whole.series["static/validation/accuracy"].back().second, own[anchor == 0 ? 1 : 4].second);
        QCOMPARE(whole.series["controller/train/actuator"].back().second, anchor == 0 ? 0.0 : 1.0);
        QCOMPARE(static_cast<bool>(whole.find("anchor")), anchor == 1);

        made.folder = planned(given, QString("led parts ") + QTest::currentDataTag()).folder;
        first.stopAt = 7;
        run(made, first);
        made.resumeFrom = first.last;
        run(made, second);
        QVERIFY(second.series["student/validation/accuracy"].back() == whole.series["student/validation/accuracy"].back());
        QVERIFY(second.series["static/validation/accuracy"].back() == whole.series["static/validation/accuracy"].back());
        QCOMPARE(first.events.size() + second.events.size(), whole.events.size());
    }

    void aRouteWithoutSenseIsRefused_data() {
        QTest::addColumn<QByteArray>("patch");
        QTest::addColumn<QString>("path");
        QTest::newRow("no anchors") << QByteArray(R"({"anchors": null})") << "teachers.static.anchors";
        QTest::newRow("beyond its training") << QByteArray(R"({"anchors": [2, 9]})") << "teachers.static.anchors[1]";
        QTest::newRow("not ascending") << QByteArray(R"({"anchors": [2, 2]})") << "teachers.static.anchors[1]";
        QTest::newRow("from a file") << QByteArray(R"({"weights": {"file": "x"}})") << "teachers.static.weights";
    }
    void aRouteWithoutSenseIsRefused() {
        QFETCH(QByteArray, patch);
        QFETCH(QString, path);
        Json given = routeDocument();
        given["teachers"]["static"].merge_patch(Json::parse(patch.toStdString()));
        const std::vector<Problem> problems = validate(given, catalogue());
        QVERIFY2(std::ranges::find(problems, path.toStdString(), &Problem::path) != problems.end(),
                 problems.empty() ? "no problem" : (problems.front().path + ": " + problems.front().message).c_str());
    }

    void saturationIsAnEvent() {
        Json given =
            document(R"({"gap": {"target": 90, "every": "1 steps", "controller": {"start": 0, "rate_limit": 20, "kp": 5}}})");
        Editor memory;
        run(planned(given, "saturated"), memory);
        QVERIFY(memory.find("saturated"));
        QVERIFY(memory.find("saturated")->text.find("cannot be reached") != std::string::npos);
        QVERIFY(memory.find("release_advised") && memory.find("held"));
    }

    void aReleasedActuatorGoesBackToNeutral() {
        Json given = document(
            R"({"gap": {"target": 9, "every": "1 steps", "controller": {"start": 0, "release_below": 0.7, "rate_limit": 4}}})");
        Editor memory;
        run(planned(given, "released"), memory);
        QVERIFY(memory.find("released") && !memory.find("release_advised"));
        QCOMPARE(memory.series["controller/train/actuator"].back().second, 1.0);
    }

    void aRisingRateIsNoFadingOne() {
        Json given = document(R"({"training": {"schedule": {"kind": "constant", "warmup": 3}},
            "gap": {"every": "1 steps", "controller": {"start": 0, "release_below": 0.7}}})");
        Editor memory;
        run(planned(given, "warm-up"), memory);
        QVERIFY(!memory.find("released") && !memory.find("held") && !memory.find("release_advised"));
    }

    void aTunedControllerKeepsItsGainsUnderAnotherTarget() {
        const Json given =
            document(R"({"gap": {"target": 5, "controller": {"kp": 0.3, "ki": 0.1, "rate_limit": 50, "start": 0}}})");
        const TrainingPlan made = planned(given, "other target");
        const std::vector<Role> roles = rolesOf(made);
        GapLoop loop(&*made.experiment.gap, roles[1], at::kCPU, 5);
        Json state = loop.state();
        state["kp"] = 0.7;  // as a relay test would have left it
        loop.restore(state);
        GapTarget other = *made.experiment.gap;
        other.target = Curve::constant(8);
        loop.change(other);
        QCOMPARE(loop.state().at("kp").get<double>(), 0.7);
        QVERIFY(loop.state().at("controller") == state.at("controller"));
        other.controller->parameters["kp"] = 0.2;
        loop.change(other);
        QCOMPARE(loop.state().at("kp").get<double>(), 0.2);
    }

    void aGapThatIsNotWatchedCannotBeChanged() {
        Json given = document();
        given.erase("gap");
        QVERIFY_THROWS_EXCEPTION(Error, liveEdit(given, "gap.target=4", catalogue()));
    }

    void editsTakeEffectAndAreEvents() {
        Editor memory;
        memory.editAt = 5;
        memory.assignments = {"gap.target=8", "knowledge[0].weight=0.5", "training.epochs=9", "gap.band=x",
                              "gap.controller.kp=0.5"};
        run(planned(document(), "edits"), memory);
        std::vector<const RunEvent*> edits, refused;
        for (const RunEvent& event : memory.events) {
            if (event.kind == "edit") edits.push_back(&event);
            if (event.kind == "edit_refused") refused.push_back(&event);
        }
        QCOMPARE(edits.size(), size_t{3});
        QCOMPARE(refused.size(), size_t{2});
        QCOMPARE(edits[0]->step, int64_t{5});
        QVERIFY(edits[0]->details == Json({{"path", "gap.target"}, {"old", 3}, {"new", 8}}));
        QVERIFY(refused[0]->text.find("training.epochs") != std::string::npos);
        for (const auto& [step, target] : memory.series["controller/train/target"])
            QCOMPARE(target, step <= 5 ? 0.03 : 0.08);
    }

    void anEditFindsItsTermWhereTheUsualOneIsWrittenOut() {
        Json given = document();
        const Json taught = given.at("knowledge").at(0);
        given["knowledge"] = {{{"from", "labels"}, {"to", "student"}, {"loss", "ce"}}, taught};
        Editor memory;
        memory.editAt = 5;
        memory.assignments = {"knowledge[0].weight=0.25"};
        run(planned(given, "written out"), memory);
        const std::string name =
            "student/train/" + taught.at("loss").get<std::string>() + ":" + taught.at("from").get<std::string>();
        const double weight = taught.value("weight", 1.0);
        const auto &labels = memory.series["student/train/ce:labels"], &other = memory.series[name],
                   &sum = memory.series["student/train/loss"];
        QVERIFY(sum.size() > 4 && labels.size() == sum.size() && other.size() == sum.size());
        for (size_t i = 0; i < sum.size(); ++i) {
            if (sum[i].first == 6) continue;  // may hold steps from before
            const double own = sum[i].first <= 5 ? 1.0 : 0.25;
            QVERIFY(std::abs(sum[i].second - own * labels[i].second - weight * other[i].second) < 1e-4);
        }
    }

    void measuresOnRequest() {
        Json given = document(R"({"evaluation": {"measures": ["classes", "cka"]}})");
        Memory memory;
        run(planned(given, "measures"), memory);
        QVERIFY(memory.series.contains("gap/validation/cka.0.0") && !memory.series.contains("gap/validation/kl"));
        QVERIFY(memory.series["gap/validation/cka.0.0"].front().second > 0.5);
        QVERIFY(memory.series.contains("gap/validation/class.0"));
    }

    void aSubsetIsEvaluatedMoreOften() {
        Json given = document(R"({"evaluation": {"every": "2 steps", "subset": 16}})");
        Memory memory;
        run(planned(given, "subset"), memory);
        QCOMPARE(memory.series["student/validation/accuracy"].size(), size_t{5});          // epochs 0 to 4
        QCOMPARE(memory.series["student/validation:subset/accuracy"].size(), size_t{11});  // steps 0, 2, .. 20
        QVERIFY(memory.series.contains("gap/validation:subset/interval"));
    }

    void whatHasNoHoldIsRefused_data() {
        QTest::addColumn<QByteArray>("patch");
        QTest::addColumn<QString>("path");
        QTest::newRow("balance under a static teacher")
            << QByteArray(R"({"teachers": {"dynamic": null, "static": {"architecture": "resnet14"}}, "knowledge": null})")
            << "gap.controller.actuator";
        QTest::newRow("unknown actuator") << QByteArray(R"({"gap": {"controller": {"actuator": "student_ballance"}}})")
                                          << "gap.controller.actuator";
        QTest::newRow("gain below zero") << QByteArray(R"({"gap": {"controller": {"kp": -1}}})") << "gap.controller.kp";
        QTest::newRow("no term to turn") << QByteArray(
                                                R"({"knowledge": null, "gap": {"controller": {"actuator": "dynamic_weight"}}})")
                                         << "gap.controller.actuator";
        QTest::newRow("no temperature to turn")
            << QByteArray(R"({"gap": {"controller": {"actuator": "temperature"}}})") << "gap.controller.actuator";
        QTest::newRow("empty range") << QByteArray(R"({"gap": {"controller": {"minimum": 0.5, "maximum": 0.5}}})")
                                     << "gap.controller.minimum";
        QTest::newRow("beat of nothing") << QByteArray(R"({"gap": {"every": 0}})") << "gap.every";
        QTest::newRow("unknown signal") << QByteArray(R"({"gap": {"on": "test"}})") << "gap.on";
        QTest::newRow("unknown shape") << QByteArray(R"({"gap": {"target": {"shape": "wave", "points": [[0, 1]]}}})")
                                       << "gap.target.shape";
        QTest::newRow("a grown teacher cannot hear the student")
            << QByteArray(R"({"knowledge": [{"from": "student", "to": "dynamic", "loss": "kd"}]})") << "knowledge[0].from";
        QTest::newRow("a peer trained before")
            << QByteArray(
                   R"({"teachers": {"dynamic": null, "peer": {"kind": "mutual", "architecture": "resnet8", "weights": "train"}}, "knowledge": null, "gap": null})")
            << "teachers.peer.weights";
        QTest::newRow("a peer is widened")
            << QByteArray(
                   R"({"teachers": {"dynamic": null, "peer": {"kind": "mutual", "architecture": "resnet8"}}, "knowledge": null,
                       "gap": {"controller": {"actuator": "teacher_rate", "widen_after": 2}}})")
            << "gap.controller.widen_after";
        QTest::newRow("a teacher with adaptors is widened")
            << QByteArray(R"({"knowledge": [{"from": "dynamic", "to": "student", "loss": "reviewkd"}],
                              "gap": {"controller": {"widen_after": 2}}})")
            << "gap.controller.widen_after";
        QTest::newRow("unknown measure") << QByteArray(R"({"evaluation": {"measures": ["kl"]}})") << "evaluation.measures[0]";
    }
    void whatHasNoHoldIsRefused() {
        QFETCH(QByteArray, patch);
        QFETCH(QString, path);
        const std::vector<Problem> problems = validate(document(patch.constData()), catalogue());
        QVERIFY2(std::ranges::find(problems, path.toStdString(), &Problem::path) != problems.end(),
                 problems.empty() ? "no problem" : (problems.front().path + ": " + problems.front().message).c_str());
    }
};

QTEST_GUILESS_MAIN(TestGapLoop)
#include "tst_gap_loop.moc"
