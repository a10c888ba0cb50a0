#include <algorithm>
#include <set>

#include "tests/app/support.h"

using namespace gaplab;

/// Many experiments from one command: sweeps, their shards, and seeds added until trials are told apart.
class SweepTests : public QObject {
    Q_OBJECT

    Json runs() const {
        const Json document = workplace_->runJson({"runs"}).json();
        return document.at("runs");
    }

private Q_SLOTS:
    void init() { workplace_ = std::make_unique<Workplace>(); }

    void aDryRunTellsTheMembersAndStoresNothing() {
        workplace_->write("sweep.json", R"({"training.optimizer.lr": {"log": [0.01, 0.1, 3]}, "training.epochs": [1, 2]})");
        const QStringList sweep = {"train", "tiny.json", "--sweep", "sweep.json", "--seed", "4", "--seed", "5", "--dry-run"};
        const Answer answer = workplace_->runJson(sweep);
        QVERIFY2(answer.code == 0, answer.told());
        const Json told = answer.json();
        QCOMPARE(told.at("members").size(), size_t{6});
        QCOMPARE(told.at("run_count").get<int>(), 12);
        QVERIFY(told.at("seconds").is_null());
        const Json& second = told.at("members").at(1);
        QCOMPARE(second.at("member").get<int>(), 2);
        QCOMPARE(second.at("values").dump(), std::string(R"({"training.epochs":1,"training.optimizer.lr":0.0316227766017})"));
        QCOMPARE(second.at("seeds").dump(), std::string("[4,5]"));
        QCOMPARE(second.at("name").get<std::string>(), std::string("tiny (epochs 1, lr 0.0316227766017)"));
        const Answer text = workplace_->run(sweep);
        QVERIFY2(text.code == 0 && text.out.contains("not known") && text.out.contains("training.optimizer.lr"), text.told());
        QVERIFY(!workplace_->hasStore());
    }

    void everyMemberIsTrainedAndThenItsTimeIsKnown() {
        const QStringList sweep = {"train", "tiny.json", "--sweep", "training.optimizer.lr=0.01,0.1"};
        const Answer answer = workplace_->runJson(sweep);
        QVERIFY2(answer.code == 0, answer.told());
        QCOMPARE(answer.json().at("runs").size(), size_t{2});
        QCOMPARE(runs().at(0).at("name").get<std::string>(), std::string("tiny (lr 0.01)"));
        QVERIFY(runs().at(0).at("trial") != runs().at(1).at("trial"));
        const Json told = workplace_->runJson(sweep + QStringList{"--dry-run", "--sweep", "training.epochs=8"}).json();
        QVERIFY(told.at("seconds").get<double>() > told.at("members").at(0).at("seconds").get<double>());
        QCOMPARE(runs().size(), size_t{2});
    }

    void shardsTogetherAreTheSweep() {
        const QStringList sweep = {"train", "tiny.json", "--dry-run", "--sweep", "training.epochs=1,2,3,4,5", "--shard"};
        std::multiset<int> members;
        for (const char* shard : {"1/3", "2/3", "3/3"}) {
            const Json told = workplace_->runJson(sweep + QStringList{shard}).json();
            for (const Json& member : told.at("members"))
                members.insert(member.at("member").get<int>());
        }
        QCOMPARE(members, (std::multiset<int>{1, 2, 3, 4, 5}));
        QCOMPARE(workplace_->runJson(sweep + QStringList{"7/9"}).json().at("members").size(), size_t{0});
        const Answer empty = workplace_->runJson({"train", "tiny.json", "--sweep", "training.epochs=1", "--shard", "2/2"});
        QVERIFY2(empty.code == 0 && empty.json().at("runs").empty(), empty.told());
        QVERIFY(!workplace_->hasStore());
    }

    /// Members are trained one after another, so the second finds the teacher of the first.
    void aTeacherThatMembersShareIsTrainedOnce() {
        const Answer answer = workplace_->runJson(
            {"train", "tiny.json", "--sweep", "knowledge[0].temperature=1,4", "--set",
             R"(teachers={"static": {"kind": "static", "architecture": "resnet8", "weights": "train"}})", "--set",
             R"(knowledge=[{"from": "static", "to": "student", "loss": "kd"}])", "--set", "training.epochs=1"});
        QVERIFY2(answer.code == 0, answer.told());
        QCOMPARE(answer.json().at("runs").size(), size_t{3});
    }

    /// As after a Ctrl-C: the same command again trains what is missing, and says what it leaves alone.
    void finishedMembersAreNotTrainedAgain() {
        const QStringList first = {"train", "tiny.json", "--sweep", "training.optimizer.lr=0.01", "--set", "training.epochs=1"};
        QCOMPARE(workplace_->run(first).code, 0);
        const QStringList whole = {"train", "tiny.json",        "--sweep", "training.optimizer.lr=0.01,0.1",
                                   "--set", "training.epochs=1"};
        const Answer second = workplace_->runJson(whole);
        QVERIFY2(second.code == 0, second.told());
        QCOMPARE(second.json().at("runs").size(), size_t{2});
        QCOMPARE(second.json().at("done").dump(), std::string("[1]"));
        QVERIFY2(second.err.contains("Run 1 is finished already"), second.told());
        QCOMPARE(runs().size(), size_t{2});
        const Answer third = workplace_->run(whole);
        QVERIFY2(third.code == 0 && third.err.contains("Run 2 is finished already"), third.told());
        QCOMPARE(runs().size(), size_t{2});
        // Another seed is another run; so is everything with --again, and without a sweep nothing is left out.
        QCOMPARE(workplace_->run(whole + QStringList{"--seed", "3"}).code, 0);
        QCOMPARE(runs().size(), size_t{4});
        const Answer again = workplace_->runJson(first + QStringList{"--again"});
        QVERIFY2(again.code == 0 && !again.json().contains("done"), again.told());
        QCOMPARE(runs().size(), size_t{5});
        QCOMPARE(
            workplace_->run({"train", "tiny.json", "--set", "training.optimizer.lr=0.01", "--set", "training.epochs=1"}).code, 0);
        QCOMPARE(runs().size(), size_t{6});
    }

    void aDryRunTellsTheDiskThatARunThenTakes() {
        const QStringList sweep = {"train", "tiny.json", "--sweep", "training.epochs=1", "--set", "training.keep_epochs=[1]"};
        const Json told = workplace_->runJson(sweep + QStringList{"--dry-run"}).json();
        QCOMPARE(workplace_->run(sweep).code, 0);
        qint64 bytes = 0;
        QDirIterator files(QFileInfo(workplace_->store()).path(), {"*.safetensors", "*.pt", "*.ckpt", "*.bin"}, QDir::Files,
                           QDirIterator::Subdirectories);
        while (files.hasNext()) {
            files.next();
            bytes += files.fileInfo().size();
        }
        const double estimate = told.at("bytes").get<double>();
        QVERIFY2(bytes > 0 && std::abs(estimate / static_cast<double>(bytes) - 1) < 0.1,
                 qPrintable(QString("%1 and %2").arg(estimate).arg(bytes)));
    }

    void stagesOnImagesOfTheValidationAreWarnedOf() {
        const Json tiny = Json::parse(Workplace::tiny().toStdString());
        Json staged = tiny;
        staged["stages"]["first"] = {{"data", tiny["data"]}, {"student", tiny["student"]}, {"training", tiny["training"]}};
        staged["student"]["weights"] = {{"stage", "first"}};
        workplace_->write("staged.json", QByteArray::fromStdString(staged.dump()));
        QVERIFY(!workplace_->run({"check", "staged.json", "--no-data"}).err.contains("Warning"));
        const QStringList other = {"--set", "stages.first.data.split_seed=1"};
        const Answer checked = workplace_->runJson(QStringList{"check", "staged.json", "--no-data"} + other);
        QVERIFY2(checked.code == 0 && checked.err.contains("Warning: stages.first.data.split_seed"), checked.told());
        QCOMPARE(checked.json().at("warnings").at(0).at("path").get<std::string>(), std::string("stages.first.data.split_seed"));
        const Answer trained = workplace_->run(QStringList{"train", "staged.json", "--set", "training.epochs=1"} + other);
        QVERIFY2(trained.code == 0 && trained.err.contains("Warning: stages.first.data.split_seed"), trained.told());
    }

    void faultySweepsAreRefusedWithEveryProblem_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QStringList>("paths");
        const auto row = [](const char* name, const QStringList& arguments, const QStringList& paths) {
            QTest::newRow(name) << arguments << paths;
        };
        row("misspelt key", {"--sweep", "training.epoch=1,2"}, {"training.epoch"});
        row("no values", {"--sweep", "training.epochs="}, {"training.epochs"});
        row("reversed range", {"--sweep", R"(training.epochs={"range": [3, 1, 1]})"}, {"training.epochs"});
        row("log from zero", {"--sweep", R"(training.clip={"log": [0, 1, 3]})"}, {"training.clip"});
        row("too many", {"--sweep", R"(training.epochs={"range": [1, 2000, 1]})"}, {"training.epochs"});
        row("path twice", {"--sweep", "training.epochs=1", "--sweep", "training.epochs=2"}, {"--sweep"});
        row("shard 0", {"--sweep", "training.epochs=1,2", "--shard", "0/3"}, {"--shard"});
        row("shard beyond the last", {"--sweep", "training.epochs=1,2", "--shard", "4/3"}, {"--shard"});
        row("all at once", {"--sweep", "training.epoch=1,2", "--sweep", "training.clip=", "--sweep", "colour", "--shard", "0/3"},
            {"training.epoch", "training.clip", "--sweep", "--shard"});
        row("document too", {"--set", "colour=1", "--sweep", "training.epochs=0,2"}, {"colour", "training.epochs"});
    }
    void faultySweepsAreRefusedWithEveryProblem() {
        QFETCH(QStringList, arguments);
        QFETCH(QStringList, paths);
        const Answer answer = workplace_->runJson(QStringList{"train", "tiny.json"} + arguments);
        QVERIFY2(answer.code == 2, answer.told());
        QStringList found;
        const Json document = answer.json();
        for (const Json& problem : document.at("error").at("problems"))
            found += QString::fromStdString(problem.at("path").get<std::string>());
        std::ranges::sort(found);
        std::ranges::sort(paths);
        QCOMPARE(found, paths);
        QVERIFY(!workplace_->hasStore());
    }

    /// Clipping far above every gradient changes nothing: both trials are equal, and the first look says so.
    void seedsAreAddedUntilTrialsAreToldApart() {
        QCOMPARE(workplace_->run({"train", "tiny.json", "--sweep", "training.clip=1000,2000", "--set", "training.epochs=1"}).code,
                 0);
        const Answer answer = workplace_->runJson({"compare", "1", "2", "--until-decided", "--cap", "4", "--looks", "2"});
        QVERIFY2(answer.code == 0, answer.told());
        const Json told = answer.json().at("until_decided");
        QVERIFY2(told.at("decided") == true && told.at("looks") == 1 && told.at("looks_at_most") == 2 && told.at("seeds") == 2,
                 answer.told());
        const Json second = answer.json().at("trials").at(1);
        QCOMPARE(second.at("verdict").get<std::string>(), std::string("equal"));
        QCOMPARE(second.at("seeds").dump(), std::string("[0,1]"));
        QCOMPARE(second.at("delta").at("level").get<double>(), 0.975);
        const Answer again = workplace_->run({"compare", "1", "2", "--until-decided", "--cap", "4", "--looks", "2"});
        QVERIFY2(again.code == 0 && again.out.contains("Decided after 1 of at most 2 looks"), again.told());
        QCOMPARE(runs().size(), size_t{4});  // nothing was missing any more
    }

    void atTheCapItEndsUndecided() {
        QCOMPARE(workplace_->run({"train", "tiny.json", "--sweep", "training.optimizer.lr=0.01,0.02"}).code, 0);
        const Answer answer = workplace_->runJson({"compare", "1", "2", "--until-decided", "--cap", "2", "--looks", "1"});
        QVERIFY2(answer.code == 0, answer.told());
        QCOMPARE(answer.json().at("until_decided").at("looks").get<int>(), 1);
        QCOMPARE(runs().size(), size_t{4});
    }

    void senselessQuestionsTrainNothing() {
        QCOMPARE(workplace_->run({"train", "tiny.json", "--set", "training.epochs=1"}).code, 0);
        for (const QStringList& arguments : {QStringList{"1", "--until-decided"},
                                             {"1", "1", "--until-decided"},
                                             {"1", "7", "--until-decided"},
                                             {"1", "--until-decided", "--cap", "1"},
                                             {"1", "--until-decided", "--looks", "0"},
                                             {"1", "--until-decided", "--cap", "3", "--looks", "3"},
                                             {"1", "--looks", "0"}}) {
            const Answer answer = workplace_->runJson(QStringList{"compare"} + arguments);
            QVERIFY2(answer.code == 2 && answer.json().contains("error"), answer.told());
        }
        QCOMPARE(runs().size(), size_t{1});
    }

private:
    std::unique_ptr<Workplace> workplace_;
};

QTEST_GUILESS_MAIN(SweepTests)

#include "tst_sweep.moc"
