#include "tests/app/support.h"

using namespace gaplab;

class CliTransferTests : public QObject {
    Q_OBJECT

    /// The tiny experiment on other pictures, from a stage that is the tiny experiment.
    static void writeTarget(const Workplace& workplace) {
        Json document = Json::parse(Workplace::tiny().toStdString()), stage = document;
        stage.erase("schema");
        document["name"] = "target";
        document["data"]["seed"] = 3;
        document["student"]["weights"] = {{"stage", "source"}};
        document["stages"] = {{"source", stage}};
        workplace.write("target.json", QByteArray::fromStdString(document.dump()));
    }

private Q_SLOTS:
    void theSourceIsAskedForAndThenTold() {
        const Workplace workplace;
        writeTarget(workplace);
        const Answer untrained = workplace.runJson({"transfer", "target.json"});
        QVERIFY2(untrained.code == 2 && untrained.out.contains("has to be trained first"), untrained.told());
        QVERIFY(!workplace.hasStore());
        QVERIFY(workplace.run({"train", "tiny.json"}).code == 0);
        const Answer answer = workplace.runJson({"transfer", "target.json"});
        QVERIFY2(answer.code == 0, answer.told());
        const Json report = answer.json();
        QCOMPARE(report.at("target").at("images").get<int>(), 160);
        QCOMPARE(report.at("nearest_classes").size(), size_t{10});
        QVERIFY(report.at("estimates").at("leep").at("source").get<double>() <= 0);
        QVERIFY(report.at("frechet").get<double>() >= 0);
        const Answer text = workplace.run({"transfer", "target.json", "--set", "data.channels=1"});
        QVERIFY2(text.code == 0 && text.out.contains("LEEP") && text.out.contains("fresh weights"), text.told());
        QVERIFY2(text.out.contains("repeated to three channels") && text.out.contains("nearest source classes"), text.told());
    }

    void whatHasNoSourceIsRefused() {
        const Workplace workplace;
        const Answer fresh = workplace.runJson({"transfer", "tiny.json"});
        QVERIFY2(fresh.code == 2 && fresh.out.contains("no source task"), fresh.told());
        const Answer run = workplace.runJson({"transfer", "tiny.json", "--set", R"(student.weights={"run": 7})"});
        QVERIFY2(run.code == 2, run.told());
        const Answer misspelt = workplace.runJson({"transfer", "tiny.json", "--set", "data.trian=5"});
        QVERIFY2(misspelt.code == 2 && misspelt.out.contains("data.trian"), misspelt.told());
    }
};

QTEST_GUILESS_MAIN(CliTransferTests)
#include "tst_cli_transfer.moc"
