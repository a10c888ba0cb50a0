#include <QtTest>

#include "core/experiment/warnings.h"
#include "tests/experiment/test_catalogue.h"

using namespace gaplab;
using namespace gaplab::test;

namespace {

/// A student that learns from an assistant, which learns from a great teacher: two stages with the experiment's own data.
Json chain() {
    Json document = smallest();
    const Json data = document["data"];
    const auto stage = [&](const char* architecture) {
        return Json{{"data", data}, {"student", {{"architecture", architecture}}}};
    };
    document["stages"]["great"] = stage("resnet56");
    document["stages"]["assistant"] = stage("resnet20");
    document["stages"]["assistant"]["teachers"]["static"] = {
        {"kind", "static"}, {"architecture", "resnet56"}, {"weights", {{"stage", "great"}}}};
    document["stages"]["assistant"]["knowledge"] = {{{"from", "static"}, {"to", "student"}, {"loss", "kd"}}};
    document["teachers"]["static"] = {{"kind", "static"}, {"architecture", "resnet20"}, {"weights", {{"stage", "assistant"}}}};
    document["knowledge"] = {{{"from", "static"}, {"to", "student"}, {"loss", "kd"}}};
    return document;
}

}  // namespace

class WarningTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void equalDataNeedNoWarning() {
        QCOMPARE(listed(check(chain())), std::string());
        QVERIFY(warnings(chain(), catalogue()).empty());
        QVERIFY(warnings(smallest(), catalogue()).empty());
    }

    void lossesThatDidHarmBetweenUnlikeFamilies() {
        Catalogue wider = catalogue();
        for (const auto& [name, family] : {std::pair{"round", "ResNet"}, {"narrow", "CIFAR ResNet"}, {"square", "DeiT"}})
            wider.add(Registry::Architecture, {.name = name, .help = "", .facts = {{"family", family}}});
        wider.add(Registry::Loss, {.name = "harmful", .help = "", .facts = {{"unlike", -5.2}}});
        wider.add(Registry::Loss, {.name = "useful", .help = "", .facts = {{"unlike", 2.8}}});
        const auto told = [&](const char* teacher, const char* student, const char* loss) {
            Json document = smallest();
            document["student"]["architecture"] = student;
            document["teachers"]["static"] = {{"architecture", teacher}, {"weights", "train"}};
            document["knowledge"] = {{{"from", "labels"}, {"to", "student"}, {"loss", "ce"}},  // which the canonical form drops
                                     {{"from", "static"}, {"to", "student"}, {"loss", loss}}};
            return warnings(document, wider);
        };
        const auto found = told("round", "square", "harmful");
        QCOMPARE(found.size(), size_t{1});
        QCOMPARE(found[0].path, std::string("knowledge[1].loss"));
        QVERIFY(found[0].message.find("5.2 points") != std::string::npos);
        QVERIFY(found[0].allowed.find("useful +2.8, harmful -5.2") != std::string::npos);
        QVERIFY(told("round", "square", "useful").empty());
        QVERIFY(told("round", "narrow", "harmful").empty());  // both residual
        QVERIFY(told("square", "square", "harmful").empty());
    }

    void stagesOnTheImagesThatAreValidatedOn_data() {
        QTest::addColumn<QString>("outer");
        QTest::addColumn<QString>("stage");
        QTest::addColumn<QString>("field");
        const auto row = [](const char* name, const char* outer, const char* stage, const char* field) {
            QTest::newRow(name) << outer << stage << field;
        };
        row("another split", "", "split_seed=3", "split_seed");
        row("less held back", "validation=0.3", "validation=0.1", "validation");
        row("more held back, in the same order", "validation=0.1", "validation=0.3", "");
        row("more held back, in another order", "validation=0.1", R"(validation=0.3;split_seed=1)", "split_seed");
        row("fewer images", "", "limit=500", "limit");
        row("fewer images a class", "", "per_class=50", "per_class");
        row("some classes", "", R"(classes=["circle","square"])", "classes");
        row("classes that overlap", R"(classes=["star","square"])", R"(classes=["circle","square"])", "classes");
        row("other classes", R"(classes=["star","cross"])", R"(classes=["circle","square"])", "");
        row("other pictures", "", "difficulty=0.1;split_seed=3", "");
        row("what has nothing to do with the division", "", R"(size=16;augment=["flip"])", "");
        row("written out", "", "split_seed=0;validation=0.1", "");
    }
    void stagesOnTheImagesThatAreValidatedOn() {
        QFETCH(QString, outer);
        QFETCH(QString, stage);
        QFETCH(QString, field);
        Json document = chain();
        for (const QString& assignment : outer.split(';', Qt::SkipEmptyParts))
            for (const char* place : {"data.", "stages.great.data."})
                setValue(document, place + assignment.toStdString());
        for (const QString& assignment : outer.split(';', Qt::SkipEmptyParts))
            setValue(document, "stages.assistant.data." + assignment.toStdString());
        for (const QString& assignment : stage.split(';', Qt::SkipEmptyParts))
            setValue(document, "stages.assistant.data." + assignment.toStdString());
        QCOMPARE(listed(check(document)), std::string());
        const std::vector<Problem> found = warnings(document, catalogue());
        QVERIFY2(found.size() == (field.isEmpty() ? 0 : 1), listed(found).c_str());
        if (field.isEmpty()) return;
        QCOMPARE(QString::fromStdString(found.front().path), "stages.assistant.data." + field);
        QVERIFY(found.front().message.find("assistant") != std::string::npos);
    }

    /// The great teacher comes in by way of the assistant.
    void stagesOfStagesCount() {
        Json document = chain();
        setValue(document, "stages.great.data.split_seed=1");
        QCOMPARE(warnings(document, catalogue()).size(), size_t{1});
        QCOMPARE(warnings(document, catalogue()).front().path, std::string("stages.great.data.split_seed"));
    }

    void aStageThatNobodyUsesDoesNot() {
        Json document = chain();
        document["teachers"]["static"]["weights"] = "train";
        setValue(document, "stages.great.data.split_seed=1");
        QVERIFY(warnings(document, catalogue()).empty());
    }
};

int runWarningTests(int argc, char** argv) {
    WarningTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_warnings.moc"
