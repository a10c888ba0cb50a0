#include <QtTest>
#include <torch/types.h>

#include "core/nn/tensor_file.h"
#include "tests/train/training_place.h"

using namespace gaplab;

namespace {

Json documentWith(const QString& loss, const Json& parameters) {
    Json document = Json::parse(R"({
      "schema": 1, "name": "tiny",
      "data": {"source": "shapes", "size": 16, "classes": 4, "train": 160, "test": 40, "validation": 0.25, "augment": ["crop", "flip"]},
      "student": {"architecture": "resnet8"},
      "teachers": {"static": {"kind": "static", "architecture": "resnet14"}},
      "training": {"epochs": 2, "batch": 32, "optimizer": {"kind": "sgd", "lr": 0.05}, "schedule": {"kind": "cosine"}, "ema": 0.9, "threads": 1},
      "seeds": [3]})");
    Json term = {{"from", "static"}, {"to", "student"}, {"loss", loss.toStdString()}};
    term.update(parameters);
    document["knowledge"] = {term, {{"from", "labels"}, {"to", "student"}, {"loss", "ce"}}};
    return document;
}

}  // namespace

/// Trainings by losses that look at features, or learn by themselves.
class TestFeatureLosses : public QObject, private TrainingPlace {
    Q_OBJECT

private Q_SLOTS:
    void stoppedAndResumedEqualsNeverStopped_data() {
        QTest::addColumn<QString>("loss");
        QTest::addColumn<QString>("parameters");
        QTest::newRow("a discriminator") << "adversarial"
                                         << "{}";
        QTest::newRow("a discriminator of features") << "adversarial"
                                                     << R"({"sees": "pooled"})";
        QTest::newRow("a memory") << "crd"
                                  << R"({"memory": 100, "width": 8})";
        QTest::newRow("margins") << "ofd"
                                 << R"({"weight": 0.001})";
        QTest::newRow("projectors") << "ofa"
                                    << "{}";
    }
    void stoppedAndResumedEqualsNeverStopped() {
        QFETCH(QString, loss);
        QFETCH(QString, parameters);
        const Json document = documentWith(loss, Json::parse(parameters.toStdString()));
        const Memory whole = train(document, "whole " + loss);

        Memory parts;
        TrainingPlan made = plan(document, "parts " + loss);
        const EnvironmentScope scope(made.environment);
        parts.stopAt = 3;
        QVERIFY(Trainer(made, parts).run() == Outcome::Stopped);
        parts.stopAt = std::numeric_limits<int64_t>::max();
        made.resumeFrom = parts.last;
        QVERIFY(Trainer(made, parts).run() == Outcome::Finished);
        for (const auto& [name, points] : whole.series)
            QVERIFY2(parts.series[name] == points, name.c_str());
        QCOMPARE(parts.series.size(), whole.series.size());

        const auto wholeFile = loadTensors(whole.last), partsFile = loadTensors(parts.last);
        QCOMPARE(partsFile.tensors.size(), wholeFile.tensors.size());
        for (const auto& [name, tensor] : wholeFile.tensors)
            QVERIFY2(tensor.equal(partsFile.tensors.at(name)), name.c_str());
    }

    void theDiscriminatorIsToldOfAndStaysOutOfTheOptimizer() {
        const Memory memory = train(documentWith("adversarial", Json::object()), "told");
        const auto& accuracy = memory.series.at("student/train/adversarial:static.discriminator_accuracy");
        QCOMPARE(accuracy.size(), memory.series.at("student/train/loss").size());
        for (const auto& [step, value] : accuracy)
            QVERIFY(value >= 0 && value <= 1);
        const Memory alone = train(documentWith("at", Json::object()), "alone");
        const auto with = loadTensors(memory.last).tensors, without = loadTensors(alone.last).tensors;
        QVERIFY(with.contains("terms/0/discriminator.0.weight.mean"));
        const auto count = [](const auto& tensors, const std::string& prefix) {
            return std::ranges::count_if(tensors, [&](const auto& entry) { return entry.first.starts_with(prefix); });
        };
        QCOMPARE(count(with, "optimizer/"), count(without, "optimizer/"));
        QCOMPARE(count(with, "student_ema/"), count(without, "student_ema/"));
    }

    void everyOneTrainsWithBfloat16AndTransformers_data() {
        QTest::addColumn<QString>("loss");
        for (const Member& member : catalogue().members(Registry::Loss))
            if (member.facts.value("features", false) && member.name != "reviewkd")
                QTest::newRow(member.name.c_str()) << QString::fromStdString(member.name);
    }
    void everyOneTrainsWithBfloat16AndTransformers() {
        QFETCH(QString, loss);
        Json document = documentWith(loss, {{"weight", loss == "ofd" ? 0.001 : 0.1}});
        document["student"] = {{"architecture", "deit"}, {"dim", 16}, {"depth", 4}, {"heads", 2}};
        document["training"]["precision"] = "bfloat16";
        if (catalogue().find(Registry::Loss, loss.toStdString())->facts.value("other_classes", false))
            document["teachers"]["static"].update({{"classes", 6}, {"weights", {{"file", "fresh ones do"}}}});
        document["training"]["epochs"] = 1;
        const Memory memory = train(document, "deit " + loss);
        for (const auto& [step, value] : memory.series.at("student/train/" + loss.toStdString() + ":static"))
            QVERIFY(std::isfinite(value));
    }

    void aDynamicTeacherAndItsStudentTakePart_data() { everyOneTrainsWithBfloat16AndTransformers_data(); }
    void aDynamicTeacherAndItsStudentTakePart() {
        QFETCH(QString, loss);
        if (catalogue().find(Registry::Loss, loss.toStdString())->facts.value("other_classes", false))
            return;  // a dynamic teacher knows the student's classes
        Json document = documentWith(loss, {{"weight", loss == "ofd" ? 0.001 : 0.1}});
        document["teachers"] = {{"dynamic", {{"kind", "gpd"}}}};
        document["knowledge"][0]["from"] = "dynamic";
        document["training"]["epochs"] = 1;
        const Memory memory = train(document, "dynamic " + loss);
        for (const auto& [step, value] : memory.series.at("student/train/" + loss.toStdString() + ":dynamic"))
            QVERIFY(std::isfinite(value));
    }
};

QTEST_GUILESS_MAIN(TestFeatureLosses)
#include "tst_feature_losses.moc"
