#include <QtTest>

#include "tests/experiment/test_catalogue.h"

using namespace gaplab;
using namespace gaplab::test;

class VocabularyTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void misspeltKeyNamesTheNearest_data() {
        QTest::addColumn<QString>("assignment");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("nearest");
        const auto row = [](const char* assignment, const char* path, const char* nearest) {
            QTest::newRow(assignment) << QString(assignment) << QString(path) << QString(nearest);
        };
        row("studnet={}", "studnet", "student");
        row("training.epoch=3", "training.epoch", "epochs");
        row("training.optimiser={}", "training.optimiser", "optimizer");
        row("training.optimizer.momentun=0.5", "training.optimizer.momentun", "momentum");
        row("data.splitseed=1", "data.splitseed", "split_seed");
        row("data.sizes=24", "data.sizes", "size");
        row("student.architectur=resnet8", "student.architectur", "architecture");
        row("teachers.static.wieghts=null", "teachers.static.wieghts", "weights");
        row("knowledge[0].temprature=2", "knowledge[0].temprature", "temperature");
        row("gap.bnad=1", "gap.bnad", "band");
        row("evaluation.evry=1", "evaluation.evry", "every");
        row("mitigation=[]", "mitigation", "mitigations");
    }
    void misspeltKeyNamesTheNearest() {
        QFETCH(QString, assignment);
        QFETCH(QString, path);
        QFETCH(QString, nearest);
        const auto problems = check(with(assignment));
        QVERIFY2(problems.size() == 1, listed(problems).c_str());
        QCOMPARE(QString::fromStdString(problems[0].path), path);
        QVERIFY2(QString::fromStdString(problems[0].message).contains("did you mean \"" + nearest + "\"?"),
                 problems[0].message.c_str());
    }

    void aMissingNameDoesNotHideItsMisspelling() {
        const auto problems =
            check(Json::parse(R"({"data": {"source": "shapes"}, "student": {"architectur": "resnet8", "width": 2}})"));
        QVERIFY(problemAt(problems, "student.architecture"));
        QVERIFY(problemAt(problems, "student.architectur"));
        QCOMPARE(problems.size(), size_t{2});
    }

    void plannedVocabularyIsNotInThisVersion_data() {
        QTest::addColumn<QString>("assignment");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("name");
        const auto row = [](const char* assignment, const char* path, const char* name) {
            QTest::newRow(assignment) << QString(assignment) << QString(path) << QString(name);
        };
        row("data.second_view=[\"crop\"]", "data.second_view", "second_view");
        row("student.architecture=wrn_16_2", "student.architecture", "wrn_16_2");
        row("student.architecture=vgg8", "student.architecture", "vgg8");
        row("teachers.static.kind=switokd", "teachers.static.kind", "switokd");
        row("knowledge[0].loss=dkd", "knowledge[0].loss", "dkd");
        row("knowledge[0].loss=adversarial", "knowledge[0].loss", "adversarial");
        row("data.source=idx", "data.source", "idx");
    }
    void plannedVocabularyIsNotInThisVersion() {
        QFETCH(QString, assignment);
        QFETCH(QString, path);
        QFETCH(QString, name);
        const auto problems = check(with(assignment));
        QVERIFY2(problems.size() == 1, listed(problems).c_str());
        QCOMPARE(QString::fromStdString(problems[0].path), path);
        QCOMPARE(QString::fromStdString(problems[0].message), "\"" + name + "\" is not in this version");
        QVERIFY(!problems[0].allowed.empty());
    }

    void theFullExampleOfTheContractNamesWhatIsNotBuilt() {
        const auto problems = check(Json::parse(R"({
            "schema": 1, "data": {"source": "folder", "path": "cifar10", "validation": 0.1, "split_seed": 0, "augment": ["crop", "flip"]},
            "student": {"architecture": "resnet20"},
            "teachers": {"static": {"kind": "static", "architecture": "resnet56", "weights": "train"},
                         "dynamic": {"kind": "gpd", "expansion": 2, "branches": 6}},
            "knowledge": [{"from": "static", "to": "dynamic", "loss": "dkd", "weight": 1.0},
                          {"from": "static", "to": "student", "loss": "dkd", "weight": 1.0},
                          {"from": "dynamic", "to": "student", "loss": "smoothed_ce", "weight": 3.0}],
            "gap": {"between": ["dynamic", "student"], "measure": "accuracy", "target": [[0, 0.0], [5, 3.0]], "band": 1.5, "on": "train_batch",
                    "controller": {"actuator": "student_balance", "kp": 0.25, "ki": 0.12}},
            "training": {"epochs": 30, "batch": 128, "optimizer": {"kind": "sgd", "lr": 0.1, "momentum": 0.9, "weight_decay": 5e-4},
                         "schedule": {"kind": "cosine", "warmup": 1}, "precision": "auto", "device": "auto"},
            "seeds": [0, 1, 2]})"));
        QCOMPARE(QString::fromStdString(listed(problems)),
                 QString("teachers.dynamic.kind: \"gpd\" is not in this version\n"
                         "knowledge[0].loss: \"dkd\" is not in this version\n"
                         "knowledge[1].loss: \"dkd\" is not in this version\n"
                         "knowledge[2].loss: \"smoothed_ce\" is not in this version\n"
                         "gap.controller.actuator: \"student_balance\" is not in this version\n"));
    }
};

int runVocabularyTests(int argc, char** argv) {
    VocabularyTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_vocabulary.moc"
