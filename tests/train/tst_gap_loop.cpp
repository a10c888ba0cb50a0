#include <algorithm>
#include <cmath>

#include <QTemporaryDir>
#include <QtTest>
#include <torch/types.h>

#include "core/base/error.h"
#include "core/nn/tensor_file.h"
#include "core/run/inspect.h"
#include "core/train/trainer.h"
#include "tests/train/teacher_documents.h"
#include "tests/train/training_place.h"

using namespace gaplab;

class TestGapLoop : public QObject, private TrainingPlace {
    Q_OBJECT

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
        std::vector<Role> roles = rolesOf(made);
        const TensorFile file = loadTensors(memory.last);
        takeState(file, roles.front().network->expansion() > 1 ? "elastic/" : "student/", *roles.front().network,
                  roles.front().state, "test");
        if (roles.size() > 1 && roles[1].trained && roles[1].apart)
            takeState(file, "teachers/" + roles[1].name + "/", *roles[1].network, roles[1].state, "test");
        return roles;
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
