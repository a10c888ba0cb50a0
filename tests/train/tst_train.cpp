#include <filesystem>
#include <limits>
#include <map>

#include <QTemporaryDir>
#include <QtTest>
#include <torch/types.h>

#include "core/base/error.h"
#include "core/nn/tensor_file.h"
#include "core/run/inspect.h"
#include "core/store/series_name.h"
#include "core/train/trainer.h"
#include "tests/train/training_place.h"

using namespace gaplab;

namespace {

Json tinyDocument() {
    return Json::parse(R"({
      "schema": 1, "name": "tiny",
      "data": {"source": "shapes", "size": 16, "classes": 4, "train": 160, "test": 40, "validation": 0.25, "augment": ["crop", "flip"]},
      "student": {"architecture": "resnet8"},
      "training": {"epochs": 2, "batch": 32, "optimizer": {"kind": "sgd", "lr": 0.05}, "schedule": {"kind": "cosine"}, "ema": 0.9, "threads": 2},
      "seeds": [3]})");
}

Json withTeacher(Json document, const std::string& loss = "kd") {
    document["teachers"]["static"] = {{"kind", "static"}, {"architecture", "resnet8"}};
    document["knowledge"] = {{{"from", "static"}, {"to", "student"}, {"loss", loss}}};
    return document;
}

}  // namespace

class TestTrain : public QObject, private TrainingPlace {
    Q_OBJECT

private Q_SLOTS:
    void sameSeedAndThreadsGiveTheSameSeriesBitForBit() {
        QVERIFY(train(tinyDocument(), "a").series == train(tinyDocument(), "b").series);
    }

    void anotherSeedGivesOtherSeries() {
        Json document = tinyDocument();
        document["seeds"] = {4};
        QVERIFY(train(tinyDocument(), "s3").series != train(document, "s4").series);
    }

    void stoppedAndResumedEqualsNeverStopped_data() {
        QTest::addColumn<int>("stopAt");
        QTest::addColumn<QString>("loss");
        QTest::newRow("after the first step") << 1 << QString();
        QTest::newRow("in the middle of an epoch") << 3 << QString();
        QTest::newRow("at the end of an epoch") << 4 << QString();
        QTest::newRow("under a teacher") << 6 << "kd";
        QTest::newRow("by a loss that learns") << 6 << "ctkd";
    }
    void stoppedAndResumedEqualsNeverStopped() {
        QFETCH(int, stopAt);
        QFETCH(QString, loss);
        const Json document = loss.isEmpty() ? tinyDocument() : withTeacher(tinyDocument(), loss.toStdString());
        const Memory whole = train(document, "whole");

        Memory parts;
        TrainingPlan made = plan(document, "parts");
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

    void aPauseLeavesACheckpointAndChangesNothing() {
        Memory memory;
        const TrainingPlan made = plan(tinyDocument(), "paused");
        const EnvironmentScope scope(made.environment);
        memory.pauseAt = 2;
        QVERIFY(Trainer(made, memory).run() == Outcome::Finished);
        QCOMPARE(memory.pauses, 1);
        QVERIFY(std::filesystem::exists(made.folder / "last-2.safetensors"));
        QVERIFY(memory.series == train(tinyDocument(), "unpaused").series);
    }

    void stopAfterEpochStopsAtItsEnd() {
        Memory memory;
        const TrainingPlan made = plan(tinyDocument(), "epoch");
        const EnvironmentScope scope(made.environment);
        memory.stopAt = 1;
        memory.stopKind = Request::StopAfterEpoch;
        Trainer trainer(made, memory);
        QVERIFY(trainer.run() == Outcome::Stopped);
        QCOMPARE(trainer.stepsMade(), trainer.stepsPerEpoch());
    }

    void theStaticTeacherDoesNotChange() {
        TrainingPlan made = plan(withTeacher(tinyDocument()), "frozen");
        Memory memory;
        const EnvironmentScope scope(made.environment);
        const auto before = buildRoles(made.experiment, *made.dataset, made.seed, {}, made.environment.device);
        Trainer(made, memory).run();
        const auto& teacher = memory.series["static/validation/accuracy"];
        QCOMPARE(teacher.size(), size_t{3});
        for (const auto& [step, value] : teacher)
            QCOMPARE(value, teacher.front().second);
    }

    void theGapIsTeacherMinusStudentAtEveryEvaluation() {
        Memory memory = train(withTeacher(tinyDocument()), "gap");
        const auto& gap = memory.series["gap/validation/accuracy"];
        QCOMPARE(gap.size(), size_t{3});
        for (size_t i = 0; i < gap.size(); ++i)
            QCOMPARE(gap[i].second, memory.series["static/validation/accuracy"][i].second -
                                        memory.series["student/validation/accuracy"][i].second);
        QCOMPARE(gap.front().first, 0);
    }

    void aLossTellsWhatItLearns() {
        Memory memory = train(withTeacher(tinyDocument(), "ctkd"), "curriculum");
        const auto& temperatures = memory.series["student/train/ctkd:static.temperature"];
        QVERIFY(temperatures.size() > 1);
        QVERIFY(temperatures.front().second != temperatures.back().second);
        for (const auto& [name, points] : memory.series)
            QCOMPARE(parseSeriesName(name).text(), name);
    }

    void aTeachersWeightsComeFromTheFileOfARun() {
        const Memory first = train(tinyDocument(), "teacher");
        TrainingPlan made = plan(withTeacher(tinyDocument()), "taught");
        made.weights["static"] = first.last;
        Memory memory;
        const EnvironmentScope scope(made.environment);
        Trainer(made, memory).run();
        QCOMPARE(memory.series["static/validation/accuracy"].front().second,
                 first.series.at("student/validation/accuracy").back().second);
    }

    void testIsReadAtBestValidationAndAtLast() {
        Memory memory = train(tinyDocument(), "tested");
        QCOMPARE(memory.series["student/test/accuracy_at_best"].size(), size_t{1});
        QCOMPARE(memory.series["student/test/accuracy_at_last"].size(), size_t{1});
        const auto& validation = memory.series["student/validation/accuracy"];
        const auto best = std::ranges::max_element(validation, {}, &std::pair<int64_t, double>::second);
        QCOMPARE(memory.series["student/test/accuracy_at_best"].front().first, best->first);
    }

    void aDivergingRunFailsAndSaysWhatToDo() {
        Json document = tinyDocument();
        document["training"]["optimizer"]["lr"] = 1e30;
        Memory memory;
        const TrainingPlan made = plan(document, "nan");
        const EnvironmentScope scope(made.environment);
        Trainer trainer(made, memory);
        try {
            trainer.run();
            QFAIL("it went on");
        } catch (const Error& error) {
            QVERIFY2(QString(error.what()).contains("not a finite number"), error.what());
            QVERIFY(QString::fromStdString(error.hint()).contains("training.optimizer.lr"));
        }
        for (const auto& [name, tensor] : loadTensors(memory.last).tensors)
            if (tensor.is_floating_point()) QVERIFY2(tensor.isfinite().all().item<bool>(), name.c_str());
    }

    void keptEpochsStay() {
        Json document = tinyDocument();
        document["training"]["keep_epochs"] = {1};
        const Memory memory = train(document, "kept");
        QVERIFY(std::ranges::any_of(
            memory.files, [](const CheckpointFile& file) { return file.kind == "epoch" && file.facts.at("epoch") == 1; }));
    }

    void aStudentLearns_data() {
        QTest::addColumn<QString>("precision");
        QTest::newRow("float32") << "float32";
        QTest::newRow("bfloat16") << "bfloat16";
    }
    void aStudentLearns() {
        QFETCH(QString, precision);
        Json document = tinyDocument();
        document["training"]["epochs"] = 12;
        document["training"]["precision"] = precision.toStdString();
        document["data"]["augment"] = Json::array();
        const Memory memory = train(document, "learns " + precision);
        const auto& loss = memory.series.at("student/train/loss");
        QVERIFY2(loss.back().second < 0.7 * loss.front().second, qPrintable(QString::number(loss.back().second)));
    }
};

QTEST_GUILESS_MAIN(TestTrain)
#include "tst_train.moc"
