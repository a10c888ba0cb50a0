#include "tests/app/support.h"

using namespace gaplab;

namespace {

constexpr const char* base = R"({
    "schema": 1, "name": "pair",
    "data": {"source": "shapes", "size": 16, "train": 200, "test": 100, "validation": 0.2},
    "student": {"architecture": "resnet8"},
    "teachers": {"static": {"architecture": "resnet20", "weights": "train"}},
    "knowledge": [{"from": "static", "to": "student", "loss": "kd"}],
    "training": {"epochs": 3, "batch": 40, "threads": 1},
    "seeds": [0]
})";

/// id -> run, of the store.
std::map<int64_t, Json> runsOf(const Workplace& workplace) {
    std::map<int64_t, Json> runs;
    const Json answer = workplace.runJson({"runs"}).json();
    for (const Json& run : answer.at("runs"))
        runs[run.at("id").get<int64_t>()] = run;
    return runs;
}

}  // namespace

/// Teacher assistants from the command line, trained for real.
class ChainTests : public QObject {
    Q_OBJECT

    static Workplace& prepared() {
        static Workplace workplace;
        workplace.write("pair.json", base);
        return workplace;
    }

private Q_SLOTS:
    void withoutRunsItSaysWhatIsMissing() {
        const Answer answer = prepared().run({"chain", "pair.json"});
        QCOMPARE(answer.code, 2);
        QVERIFY2(answer.err.contains("no finished run of"), answer.told());
        QVERIFY2(answer.err.contains("--probe"), answer.told());
        QVERIFY(!prepared().hasStore());
    }

    void badInputIsRefused_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("words");
        QTest::newRow("no such teacher") << QStringList{"--teacher", "nobody"} << "no teacher \"nobody\"";
        QTest::newRow("no such network") << QStringList{"--with", "resnet9"} << "resnet9";
        QTest::newRow("none") << QStringList{"--assistants", "0"} << "assistants";
        QTest::newRow("among nothing") << QStringList{"--among", "resnet14"} << "probe";
    }
    void badInputIsRefused() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, words);
        const Answer answer = prepared().run(QStringList{"chain", "pair.json"} + arguments);
        QCOMPARE(answer.code, 2);
        QVERIFY2(answer.err.toLower().contains(words.toLower().toUtf8()), answer.told());
    }

    void probesTellWhatNetworksReach() {
        Workplace& workplace = prepared();
        const Answer answer = workplace.runJson({"chain", "pair.json", "--probe", "1", "--among", "resnet14"});
        const auto runs = runsOf(workplace);
        QCOMPARE(runs.size(), size_t{3});
        for (const auto& [id, run] : runs)
            QCOMPARE(QString::fromStdString(run.at("state")), QString("finished"));
        // What one epoch reaches is chance: either the assistant lies between, or it is said that none does.
        QVERIFY2(answer.code == 0 || answer.out.contains("between teacher and student"), answer.told());
        // Again, nothing is trained.
        workplace.run({"chain", "pair.json", "--probe", "1", "--among", "resnet14"});
        QCOMPARE(runsOf(workplace).size(), size_t{3});
    }

    void aKilledChainGoesOnWhereItWas() {
        Workplace workplace;
        workplace.write("pair.json", base);
        const Answer made = workplace.run({"chain", "pair.json", "--with", "resnet14", "--out", "chain.json"});
        QVERIFY2(made.code == 0, made.told());
        const QStringList train = {"train", "chain.json", "--set", "stages.assistant.training.epochs=12"};
        {
            const auto process = workplace.start(train);
            QByteArray seen;
            QVERIFY2(awaitWords(*process, "resnet14 (assistant of pair): epoch 1", seen), seen);  // one stage is behind it
            process->kill();
            process->waitForFinished();
        }
        auto runs = runsOf(workplace);
        QCOMPARE(runs.size(), size_t{3});
        QCOMPARE(QString::fromStdString(runs.at(1).at("state")), QString("finished"));
        QCOMPARE(QString::fromStdString(runs.at(2).at("state")), QString("lost"));
        const Json teacher = runs.at(1);
        // Resuming the last one resumes what it needs: the assistant from its checkpoint, not the teacher.
        const Answer resumed = workplace.run({"resume", "3"});
        QVERIFY2(resumed.code == 0, resumed.told());
        runs = runsOf(workplace);
        QCOMPARE(runs.size(), size_t{3});
        for (const auto& [id, run] : runs)
            QCOMPARE(QString::fromStdString(run.at("state")), QString("finished"));
        QVERIFY(runs.at(1) == teacher);
        const QByteArray told = workplace.run({"show", "2"}).out;
        QVERIFY2(told.contains("Its process ended without saying so"), told);

        // Started again, both stages are reused; only the student is trained once more.
        QCOMPARE(workplace.run(train).code, 0);
        QCOMPARE(runsOf(workplace).size(), size_t{4});
        // Another seed of the assistant: the teacher is reused, assistant and student are not.
        QCOMPARE(workplace.run(train + QStringList{"--set", "stages.assistant.seeds=[7]"}).code, 0);
        QCOMPARE(runsOf(workplace).size(), size_t{6});
        // Another seed of the teacher: nothing can be reused.
        QCOMPARE(workplace.run(train + QStringList{"--set", "stages.assistant.teachers.static.seed=5"}).code, 0);
        QCOMPARE(runsOf(workplace).size(), size_t{9});
    }
};

QTEST_GUILESS_MAIN(ChainTests)
#include "tst_cli_chain.moc"
