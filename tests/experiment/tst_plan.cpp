#include <algorithm>

#include <QtTest>

#include "tests/experiment/test_catalogue.h"

using namespace gaplab;
using namespace gaplab::test;

namespace {

/// "0 static seed 0\n1 - seed 3 static<-0": one line a run.
QString described(const std::vector<PlannedRun>& plan) {
    QString text;
    for (size_t i = 0; i < plan.size(); ++i) {
        text += QString("%1 %2 seed %3")
                    .arg(i)
                    .arg(plan[i].stage.empty() ? "-" : QString::fromStdString(plan[i].stage))
                    .arg(plan[i].seed);
        for (const auto& [role, index] : plan[i].needs)
            text += QString(" %1<-%2").arg(QString::fromStdString(role)).arg(index);
        text += "\n";
    }
    return text;
}

std::vector<PlannedRun> plan(const Json& document) {
    return planRuns(document, catalogue());
}

}  // namespace

class PlanTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aStudentAloneIsOneRunASeed() {
        Json document = smallest();
        document["seeds"] = {4, 2};
        QCOMPARE(described(plan(document)), QString("0 - seed 4\n1 - seed 2\n"));
    }

    void aTeacherIsTrainedOnceForAllSeeds() {
        QCOMPARE(described(plan(distillation())), QString("0 static seed 0\n1 - seed 0 static<-0\n2 - seed 1 static<-0\n"));
    }

    void aPairedTeacherIsTrainedForEachSeed() {
        Json document = distillation();
        document["teachers"]["static"]["seed"] = "same";
        document["seeds"] = {5, 6};
        QCOMPARE(described(plan(document)),
                 QString("0 static seed 5\n1 static seed 6\n2 - seed 5 static<-0\n3 - seed 6 static<-1\n"));
    }

    void equalTeachersAreTrainedOnce() {
        Json document = distillation();
        document["teachers"]["other"] = {{"architecture", "resnet20"}, {"width", 1}, {"training", {{"epochs", 12}}}};
        document["teachers"]["longer"] = {{"architecture", "resnet20"}, {"training", {{"epochs", 40}}}};
        document["seeds"] = {0};
        QCOMPARE(described(plan(document)),
                 QString("0 longer seed 0\n1 other seed 0\n2 - seed 0 longer<-0 other<-1 static<-1\n"));
    }

    void theTeachersRunIsAnExperimentOfItsOwn() {
        Json document = distillation();
        document["teachers"]["static"]["width"] = 2;
        document["teachers"]["static"]["seed"] = 3;
        document["teachers"]["static"]["training"] = {{"epochs", 40}};
        document["evaluation"] = {{"every", 2}};
        const Json stage = plan(document)[0].document;
        QCOMPARE(stage["name"].get<std::string>(), std::string("resnet20 (teacher static of small)"));
        QCOMPARE(QString::fromStdString(listed(validate(stage, catalogue()))), QString());
        const Experiment teacher = parseExperiment(stage, catalogue()), outer = parseExperiment(document, catalogue());
        QCOMPARE(teacher.student.architecture, std::string("resnet20"));
        QVERIFY(teacher.student.parameters == Json({{"width", 2.0}}));
        QVERIFY(teacher.teachers.empty() && !teacher.gap);
        QVERIFY(teacher.data == outer.data);
        QCOMPARE(teacher.training.epochs, int64_t{40});
        QCOMPARE(teacher.evaluation.every.epochs, 2.0);
        QVERIFY(teacher.seeds == std::vector<uint64_t>{3});
    }

    void aTeachersOptimizerIsLaidOverTheOuterOne() {
        Json document = distillation();
        document["training"]["optimizer"] = {{"lr", 0.2}, {"momentum", 0.5}};
        document["teachers"]["static"]["training"] = {{"optimizer", {{"lr", 0.3}}}};
        const Training training = parseExperiment(teacherStage(document, "static", 0), catalogue()).training;
        QCOMPARE(training.optimizer["lr"].get<double>(), 0.3);
        QCOMPARE(training.optimizer["momentum"].get<double>(), 0.5);
        document["teachers"]["static"]["training"] = {{"optimizer", {{"kind", "adamw"}}}};
        QCOMPARE(parseExperiment(teacherStage(document, "static", 0), catalogue()).training.optimizer["lr"].get<double>(), 1e-3);
    }

    void aPlannedRunKeepsItsReferencesAndHasOneSeed() {
        for (const PlannedRun& run : plan(everything())) {
            QCOMPARE(QString::fromStdString(listed(validate(run.document, catalogue()))), QString());
            QCOMPARE(run.document.at("seeds").dump(), Json::array({run.seed}).dump());
        }
        const PlannedRun last = plan(distillation()).back();
        QCOMPARE(last.document["teachers"]["static"]["weights"].dump(), std::string("\"train\""));
    }

    void repeatsHaveOneIdentity() {
        const auto runs = plan(everything());
        const auto identity = [](const PlannedRun& run) { return trialIdentity(run.document, catalogue(), "f"); };
        QCOMPARE(identity(runs[runs.size() - 1]), identity(runs[runs.size() - 2]));
        QVERIFY(identity(runs[0]) != identity(runs.back()));
    }

    void stagesServeTeacherStudentAndBaseline() {
        QCOMPARE(described(plan(everything())),
                 QString("0 alone seed 4\n1 alone seed 5\n2 assistant seed 0\n3 static seed 3\n4 static seed 1\n"
                         "5 - seed 3 assistant<-2 baseline<-0 static<-3 student<-0\n"
                         "6 - seed 1 assistant<-2 baseline<-1 static<-4 student<-1\n"));
    }

    void aStageMayStartFromAnotherAndHaveTeachers() {
        Json document = smallest();
        document["stages"]["a_last"] = distillation();
        document["stages"]["a_last"]["student"]["weights"] = {{"stage", "source"}};
        document["stages"]["a_last"]["seeds"] = {0};
        document["stages"]["source"] = smallest();
        document["student"]["weights"] = {{"stage", "a_last"}};
        QCOMPARE(described(plan(document)), QString("0 source seed 0\n1 static seed 0\n2 a_last seed 0 static<-1 student<-0\n"
                                                    "3 - seed 0 student<-2\n"));
        const auto runs = plan(document);
        QVERIFY(!runs[0].document.contains("stages"));
        QCOMPARE(runs[0].document["name"].get<std::string>(), std::string("resnet8 (stage source)"));
        QVERIFY(runs[2].document["stages"].contains("source"));
    }

    void aStageThatNamesNoDataUsesThoseOfTheExperiment() {
        Json document = smallest(), whole = document;
        document["stages"]["first"] = smallest();
        document["stages"]["second"] = smallest();
        document["stages"]["second"]["student"]["weights"] = {{"stage", "first"}};
        document["student"]["weights"] = {{"stage", "second"}};
        whole = document;
        for (const char* stage : {"first", "second"})
            document["stages"][stage].erase("data");
        const auto runs = plan(document), same = plan(whole);
        QCOMPARE(runs.size(), same.size());
        for (size_t i = 0; i < runs.size(); ++i)
            QCOMPARE(trialIdentity(runs[i].document, catalogue(), "f"), trialIdentity(same[i].document, catalogue(), "f"));
        document["data"]["limit"] = -1;  // said once
        QCOMPARE(validate(document, catalogue()).size(), size_t{1});
    }

    void whatIsNeededComesFirst() {
        const auto runs = plan(everything());
        for (size_t i = 0; i < runs.size(); ++i)
            for (const auto& [role, index] : runs[i].needs)
                QVERIFY(index < i);
    }

    void nothingIsPlannedForAnInvalidDocument() {
        Json document = smallest();
        document["stages"]["a"] = smallest();
        document["stages"]["a"]["student"]["weights"] = {{"stage", "a"}};
        QVERIFY_EXCEPTION_THROWN(plan(document), Error);
        QVERIFY_EXCEPTION_THROWN(plan(Json::object()), Error);
    }
};

int runPlanTests(int argc, char** argv) {
    PlanTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_plan.moc"
