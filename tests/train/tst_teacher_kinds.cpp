#include <algorithm>
#include <cmath>

#include <QtTest>
#include <torch/types.h>

#include "core/base/error.h"
#include "core/measure/switokd.h"
#include "core/nn/tensor_file.h"
#include "core/run/inspect.h"
#include "core/train/steps/switokd.h"
#include "core/train/trainer.h"
#include "tests/train/teacher_documents.h"
#include "tests/train/training_place.h"

using namespace gaplab;

namespace {

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

/// Teachers of other kinds than the one that grows out of the student: each keeps the rule of its paper.
class TestTeacherKinds : public QObject, private TrainingPlace {
    Q_OBJECT

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
};

QTEST_GUILESS_MAIN(TestTeacherKinds)
#include "tst_teacher_kinds.moc"
