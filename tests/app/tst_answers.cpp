#include "tests/app/support.h"

using namespace gaplab;

/// Commands that neither train nor need a store.
class AnswerTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void registriesAreListedWithTheirParameters_data() {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("member");
        QTest::newRow("architectures") << "architectures"
                                       << "resnet8";
        QTest::newRow("losses") << "losses"
                                << "kd";
        QTest::newRow("sources") << "sources"
                                 << "shapes";
        QTest::newRow("measures") << "measures"
                                  << "accuracy";
        QTest::newRow("actuators") << "actuators"
                                   << "";
        QTest::newRow("mitigations") << "mitigations"
                                     << "group_dro";
        QTest::newRow("teachers") << "teachers"
                                  << "static";
        QTest::newRow("optimizers") << "optimizers"
                                    << "sgd";
        QTest::newRow("schedules") << "schedules"
                                   << "cosine";
        QTest::newRow("augmentations") << "augmentations"
                                       << "crop";
    }
    void registriesAreListedWithTheirParameters() {
        QFETCH(QString, kind);
        QFETCH(QString, member);
        const Answer answer = workplace_.runJson({"list", kind});
        QVERIFY2(answer.code == 0, answer.told());
        const Json members = answer.json().value(kind.toStdString(), Json());
        QVERIFY2(members.is_array(), answer.told());
        bool found = member.isEmpty();
        for (const Json& entry : members) {
            found |= entry.at("name") == member.toStdString();
            for (const char* field : {"name", "help", "source", "parameters"})
                QVERIFY2(entry.contains(field), field);
            for (const Json& parameter : entry.at("parameters"))
                for (const char* field : {"name", "type", "default", "range", "unit", "help", "source"})
                    QVERIFY2(parameter.contains(field), field);
        }
        QVERIFY2(found, answer.told());
        QVERIFY(!workplace_.hasStore());
    }

    void listsAreReadableWithoutJson() {
        const Answer text = workplace_.run({"list", "losses"});
        QCOMPARE(text.code, 0);
        QVERIFY2(text.out.contains("kd\n") && text.out.contains("temperature"), text.told());
        for (const char* part : {"T² Σ_c p_c log(p_c / q_c)", "a number greater than 0, at most 100", "default 4.0",
                                 "Hinton et al. 2015; 4 is the usual value on CIFAR"})
            QVERIFY2(text.out.contains(part), text.told());
    }

    void checkCountsParametersWithoutData() {
        workplace_.write("r20.json", R"({"schema": 1, "name": "r20", "data": {"source": "cifar10", "path": "/nowhere"},
            "student": {"architecture": "resnet8"},
            "teachers": {"static": {"kind": "static", "architecture": "resnet20", "weights": "train"}},
            "training": {"epochs": 1}})");
        const Answer answer = workplace_.runJson({"check", "r20.json", "--no-data"});
        QVERIFY2(answer.code == 0, answer.told());
        const Json networks = answer.json().at("networks");
        QCOMPARE(networks.at("student").at("architecture").get<std::string>(), std::string("resnet8"));
        QCOMPARE(networks.at("student").at("parameters").get<int>(), 78042);
        QCOMPARE(networks.at("static").at("parameters").get<int>(), 272474);
        QCOMPARE(networks.at("static").at("macs").get<int>(), 40813184);
    }

    void checkTellsMemoryAndTimeOfRealBatches() {
        const Answer answer = workplace_.runJson({"check", "tiny.json"});
        QVERIFY2(answer.code == 0, answer.told());
        const Json document = answer.json();
        QVERIFY2(document.at("memory_bytes").get<double>() > 1e6, answer.told());
        QVERIFY2(document.at("seconds_per_epoch").get<double>() > 0, answer.told());
        QCOMPARE(document.at("data").at("train").get<int>() + document.at("data").at("validation").get<int>(), 200);
        QCOMPARE(document.at("data").at("test").get<int>(), 100);
        QVERIFY(!workplace_.hasStore());
        const Answer text = workplace_.run({"check", "tiny.json"});
        QVERIFY2(text.code == 0 && text.out.contains("resnet8") && text.out.contains("an epoch"), text.told());
    }

    void valuesSetByHandReachTheExperiment() {
        const Answer answer = workplace_.runJson(
            {"check", "tiny.json", "--no-data", "--set", "student.architecture=resnet20", "--set", "name=other"});
        QVERIFY2(answer.code == 0, answer.told());
        QCOMPARE(answer.json().at("networks").at("student").at("architecture").get<std::string>(), std::string("resnet20"));
    }

    void theReadyExperimentsAreValid() {
        const QDir folder(qEnvironmentVariable("GAPLAB_SOURCE") + "/experiments");
        const QStringList files = folder.entryList({"*.json"});
        QVERIFY(!files.isEmpty());
        for (const QString& file : files) {
            QFile text(folder.filePath(file));
            QVERIFY(text.open(QIODevice::ReadOnly));
            const Json document = Json::parse(text.readAll().toStdString());
            QStringList arguments = {"check", folder.filePath(file), "--no-data"};
            if (document["data"]["source"] == "folder")
                arguments << "--set"
                          << "data.path=/nowhere";  // stages use the same, but those with data of their own
            const Json stages = document.value("stages", Json::object());
            for (const auto& [name, stage] : stages.items())
                if (stage.value("/data/source"_json_pointer, "") == "folder")
                    arguments << "--set" << QString::fromStdString("stages." + name + ".data.path=/nowhere");
            const Answer answer = workplace_.runJson(arguments);
            QVERIFY2(answer.code == 0, qPrintable(file + ": " + answer.told()));
        }
    }

    void helpAndVersionAreNoErrors() {
        for (const QStringList& arguments :
             {QStringList{"--help"}, {"train", "--help"}, {"store", "check", "--help"}, {"--version"}}) {
            const auto process = workplace_.prepare(Workplace::cli(), arguments);
            process->start();
            const Answer answer = Workplace::wait(*process);
            QVERIFY2(answer.code == 0 && !answer.out.isEmpty() && answer.err.isEmpty(), answer.told());
        }
    }

private:
    Workplace workplace_;
};

int runAnswerTests(int argc, char** argv) {
    AnswerTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_answers.moc"
