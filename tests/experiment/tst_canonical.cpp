#include <QtTest>

#include "tests/experiment/test_catalogue.h"

using namespace gaplab;
using namespace gaplab::test;

namespace {

std::string form(const Json& document) {
    return canonicalForm(document, catalogue()).dump();
}
std::string identity(const Json& document, const std::string& fingerprint = "f") {
    return trialIdentity(document, catalogue(), fingerprint);
}

Json changed(Json document, const QStringList& assignments) {
    for (const QString& assignment : assignments)
        setValue(document, assignment.toStdString());
    return document;
}

}  // namespace

class CanonicalTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void onlyWhatIsNotDefaultIsLeft() {
        QCOMPARE(form(smallest()),
                 std::string(R"({"data":{"source":"shapes"},"schema":1,"student":{"architecture":"resnet8"}})"));
    }

    void theCanonicalFormIsStable() {
        for (const Json& document : {smallest(), distillation(), everything()}) {
            const Json once = canonicalForm(document, catalogue());
            QCOMPARE(canonicalForm(once, catalogue()).dump(), once.dump());
        }
    }

    void equalMeaningsHaveEqualText_data() {
        QTest::addColumn<QStringList>("spelling");
        QTest::addColumn<QStringList>("other");
        const auto row = [](const char* what, const QStringList& one, const QStringList& other = {}) {
            QTest::newRow(what) << one << other;
        };
        row("schema", {"schema=1"});
        row("epochs as 12.0", {"training.epochs=12.0"});
        row("augment as object", {R"(data.augment=[{"kind": "crop"}, {"kind": "flip", "probability": 0.5}])"});
        row("integer for real", {"gap.band=2"}, {"gap.band=2.0"});
        row("default data", {"data.validation=0.1", "data.limit=0", "data.split_seed=0", "data.on_error=stop", "data.size=32",
                             "data.classes=10"});
        row("default training", {"training.batch=128", "training.clip=0", "training.precision=auto", "training.keep_epochs=[]"});
        row("default optimizer", {R"(training.optimizer={"kind": "sgd", "lr": 0.1, "momentum": 0.9, "nesterov": false})"});
        row("default schedule", {R"(training.schedule={"kind": "cosine", "minimum": -0.0})"});
        row("weights of the student", {"student.weights=null"}, {"student.weights=train"});
        row("head", {"student.head=keep"});
        row("weights of a teacher", {R"(teachers.static={"architecture": "resnet20"})"});
        row("default of a teacher", {"teachers.static.seed=0", "teachers.static.training={}"});
        row("teacher's training as outside",
            {R"(teachers.static.training={"epochs": 12, "batch": 128, "optimizer": {"kind": "sgd", "lr": 0.1}})"});
        row("explicit labels", {R"(knowledge=[{"from": "labels", "to": "student", "loss": "ce", "weight": 1},
                                              {"from": "static", "to": "student", "loss": "kd", "temperature": 4}])"});
        row("constant curve", {"knowledge[0].weight=[[0, 2], [9, 2]]"}, {"knowledge[0].weight=2"});
        row("curve with flat ends", {"gap.target=[[0, 1], [3, 1], [6, 2], [9, 2]]"}, {"gap.target=[[3, 1.0], [6, 2.0]]"});
        row("usual pair",
            {R"(gap.between=["static", "student"])", "gap.measure=accuracy", "gap.on=train_batch", "gap.every=0.5"});
        row("a level has no shape", {R"(gap.target={"shape": "cosine", "points": [[0, 3], [4, 3]]})"}, {"gap.target=3"});
        row("usual measures", {R"(evaluation.measures=["accuracy", "accuracy"])"});
        row("evaluation", {"evaluation.every=epoch"});
        row("evaluation each epoch", {"evaluation.every=1"});
        row("evaluation in words", {"evaluation.every=2 epochs"}, {"evaluation.every=2"});
        row("run by number or text", {R"(baseline={"run": 7})"}, {R"(baseline={"run": "7"})"});
        row("best epoch", {R"(student.weights={"run": 7, "epoch": "best"})"}, {R"(student.weights={"run": 7})"});
        row("kept epochs in any order", {"training.keep_epochs=[7, 2, 7]"}, {"training.keep_epochs=[2, 7]"});
        row("empty parts", {"stages={}", "baseline=null", "evaluation={}", "notes=\"\""});
    }
    void equalMeaningsHaveEqualText() {
        QFETCH(QStringList, spelling);
        QFETCH(QStringList, other);
        const Json one = changed(distillation(), spelling), two = changed(distillation(), other);
        QCOMPARE(QString::fromStdString(form(one)), QString::fromStdString(form(two)));
        QCOMPARE(identity(one), identity(two));
    }

    void aTeachersTrainingIsWhatDiffers_data() {
        QTest::addColumn<QString>("outer");
        QTest::addColumn<QString>("teachers");
        QTest::addColumn<QString>("canonical");
        const auto row = [](const char* what, const char* outer, const char* teachers, const char* canonical) {
            QTest::newRow(what) << QString(outer) << QString(teachers) << QString(canonical);
        };
        row("longer", R"({"epochs": 12})", R"({"epochs": 40, "batch": 128})", R"({"epochs":40})");
        row("back to a default", R"({"epochs": 12, "clip": 5})", R"({"clip": 0})", R"({"clip":0.0})");
        row("another rate of the same kind", R"({"optimizer": {"lr": 0.2, "momentum": 0.5}})", R"({"optimizer": {"lr": 0.3}})",
            R"({"optimizer":{"lr":0.3}})");
        row("default rate against another", R"({"optimizer": {"lr": 0.2}})", R"({"optimizer": {"kind": "sgd", "lr": 0.1}})",
            R"({"optimizer":{"lr":0.1}})");
        row("another kind", R"({"optimizer": {"lr": 0.2}})", R"({"optimizer": {"kind": "adamw"}})",
            R"({"optimizer":{"kind":"adamw"}})");
        row("back to the default kind", R"({"optimizer": {"kind": "adamw"}})", R"({"optimizer": {"kind": "sgd"}})",
            R"({"optimizer":{"kind":"sgd"}})");
        row("kept epochs beyond its end", R"({"epochs": 12, "keep_epochs": [3, 9]})", R"({"epochs": 5})",
            R"({"epochs":5,"keep_epochs":[3]})");
        row("other milestones", R"({"schedule": {"kind": "step", "milestones": [3], "gamma": 0.5}})",
            R"({"schedule": {"milestones": [4]}})", R"({"schedule":{"milestones":[4.0]}})");
    }
    void aTeachersTrainingIsWhatDiffers() {
        QFETCH(QString, outer);
        QFETCH(QString, teachers);
        QFETCH(QString, canonical);
        Json document = distillation();
        document["training"] = Json::parse(outer.toStdString());
        document["teachers"]["static"]["training"] = Json::parse(teachers.toStdString());
        const Json once = canonicalForm(document, catalogue());
        QCOMPARE(QString::fromStdString(once["teachers"]["static"]["training"].dump()), canonical);
        QCOMPARE(form(once), once.dump());
    }

    void cosmeticFieldsLeaveTheIdentity_data() {
        QTest::addColumn<QString>("assignment");
        for (const char* assignment : {"name=other", "notes=many words", "seeds=[8, 9]", "data.path=/elsewhere",
                                       "training.device=cuda", "training.threads=7", "stages.alone.name=x",
                                       "stages.alone.training.device=cpu", "teachers.static.training.threads=3"})
            QTest::newRow(assignment) << QString(assignment);
    }
    void cosmeticFieldsLeaveTheIdentity() {
        QFETCH(QString, assignment);
        Json document = everything();
        const std::string before = identity(document);
        if (assignment.startsWith("data.path"))
            for (const char* stage : {"alone", "assistant"})
                document["stages"][stage]["data"]["path"] = "/elsewhere";
        QCOMPARE(identity(changed(document, {assignment})), before);
    }

    void everyOtherFieldChangesTheIdentity_data() {
        QTest::addColumn<QString>("assignment");
        for (const char* assignment : {"data.size=32",
                                       "data.test_fraction=0.4",
                                       "data.classes=[\"cat\", \"cow\"]",
                                       "data.per_class=51",
                                       "data.limit=91",
                                       "data.validation=0.3",
                                       "data.split_seed=4",
                                       "data.augment=[]",
                                       "data.augment[0].padding=3",
                                       "data.on_error=stop",
                                       "student.weights={\"stage\": \"alone\"}",
                                       "student.weights=null",
                                       "teachers.static.architecture=resnet20",
                                       "teachers.static.seed=0",
                                       "teachers.static.training.epochs=41",
                                       "teachers.static.training.optimizer.lr=0.06",
                                       "teachers.file.layout=auto",
                                       "teachers.file.weights.file=/v.safetensors",
                                       "teachers.run.weights.run=8",
                                       "teachers.run.weights.epoch=3",
                                       "teachers.assistant.weights.epoch=best",
                                       "knowledge[0].temperature=3",
                                       "knowledge[0].weight=[[0, 0], [5, 2]]",
                                       "knowledge[1].weight=1",
                                       "gap.between=[\"static\", \"student\"]",
                                       "gap.target=[[0, 0], [6, 3]]",
                                       "gap.band=2",
                                       "gap=null",
                                       "baseline=null",
                                       "evaluation.every=100 steps",
                                       "training.epochs=21",
                                       "training.batch=32",
                                       "training.clip=4",
                                       "training.ema=0.9",
                                       "training.label_smoothing=0.2",
                                       "training.keep_epochs=[5]",
                                       "training.precision=auto",
                                       "training.optimizer.lr=0.3",
                                       "training.optimizer.momentum=0.9",
                                       "training.optimizer.nesterov=false",
                                       "training.optimizer.weight_decay=0",
                                       "training.schedule.milestones=[8, 13]",
                                       "training.schedule.gamma=0.3",
                                       "training.schedule.warmup=2",
                                       "training.schedule={\"kind\": \"cosine\"}",
                                       "stages.alone.seeds=[4]",
                                       "stages.alone.training.epochs=8",
                                       "stages.alone.data.path=/its own"})
            QTest::newRow(assignment) << QString(assignment);
    }
    void everyOtherFieldChangesTheIdentity() {
        QFETCH(QString, assignment);
        const Json document = changed(everything(), {assignment});
        QCOMPARE(QString::fromStdString(listed(validate(document, catalogue()))), QString());
        QVERIFY(identity(document) != identity(everything()));
    }

    void theDataSetsContentBelongsToTheIdentity() {
        QCOMPARE(identity(smallest(), "a").size(), size_t{64});
        QVERIFY(identity(smallest(), "a") != identity(smallest(), "b"));
    }

    /// A changed default or spelling would orphan every stored trial: these two texts may only change with the schema number.
    void identitiesOfSchemaOneStand() {
        QCOMPARE(
            form(distillation()),
            std::string(
                R"({"data":{"augment":[{"kind":"crop"},{"kind":"flip"}],"source":"shapes"},"gap":{"band":1.5,"target":3.0},)"
                R"("knowledge":[{"from":"static","loss":"kd","to":"student"}],"name":"small","schema":1,"seeds":[0,1],)"
                R"("student":{"architecture":"resnet8"},"teachers":{"static":{"architecture":"resnet20"}},"training":{"epochs":12}})"));
        QCOMPARE(QString::fromStdString(identity(distillation(), "fingerprint")),
                 QString("b1af49c632f70c1adfae40243e8fcbe3f619b57165ccf978aa7ecb8a458b8816"));
    }

    void anInvalidDocumentHasNoForm() {
        QVERIFY_EXCEPTION_THROWN(form(Json::object()), Error);
        QVERIFY_EXCEPTION_THROWN(identity(Json::array()), Error);
    }
};

int runCanonicalTests(int argc, char** argv) {
    CanonicalTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_canonical.moc"
