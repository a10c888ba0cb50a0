#include "tests/app/support.h"

using namespace gaplab;

namespace {

/// A student under a teacher that is trained first.
const char* taught = R"({
    "schema": 1, "name": "taught",
    "data": {"source": "shapes", "size": 16, "train": 200, "test": 100, "validation": 0.2},
    "student": {"architecture": "resnet8"},
    "teachers": {"static": {"kind": "static", "architecture": "resnet14", "weights": "train"}},
    "knowledge": [{"from": "static", "to": "student", "loss": "kd"}],
    "training": {"epochs": 2, "batch": 40, "threads": 1},
    "seeds": [0, 1]
})";

/// Trains until somebody stops it.
const QStringList endless = {"train", "tiny.json", "--set", "training.epochs=2000"};

Json pointsOf(const Workplace& workplace, int run, const QString& series) {
    return workplace.runJson({"show", QString::number(run), "--series", series}).json().value("points", Json());
}

}  // namespace

class TrainingTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { workplace_ = std::make_unique<Workplace>(); }

    void trainingStoresStageAndRuns() {
        workplace_->write("taught.json", taught);
        const Answer answer = workplace_->runJson({"train", "taught.json"});
        QVERIFY2(answer.code == 0, answer.told());
        const Json runs = answer.json().at("runs");
        QCOMPARE(runs.size(), size_t{3});
        for (size_t i = 0; i < runs.size(); ++i) {
            QCOMPARE(runs[i].at("state").get<std::string>(), std::string("finished"));
            QVERIFY(runs[i].at("reason").is_null());
            QVERIFY(i == 0 || runs[i - 1].at("id") < runs[i].at("id"));
        }
        QCOMPARE(runs[0].at("seed").get<int>(), 0);
        QCOMPARE(runs[1].at("seed").get<int>(), 0);
        QCOMPARE(runs[2].at("seed").get<int>(), 1);
        QCOMPARE(runs[1].at("trial"), runs[2].at("trial"));
        QVERIFY(runs[0].at("trial") != runs[1].at("trial"));
        for (const char* name :
             {"student/validation/accuracy", "static/validation/accuracy", "gap/validation/accuracy", "student/train/loss"}) {
            const Json& series = runs[1].at("series").at(name);
            for (const char* field : {"count", "last", "best", "best_epoch"})
                QVERIFY2(series.contains(field), name);
        }
        QCOMPARE(runs[1].at("series").at("student/validation/accuracy").at("count").get<int>(), 3);  // step 0 and two epochs
        QVERIFY(!runs[0].at("series").contains("gap/validation/accuracy"));
    }

    void theTextOfTrainingEndsInATable() {
        const Answer answer = workplace_->run({"train", "tiny.json", "--seed", "4", "--seed", "5", "--threads", "1"});
        QVERIFY2(answer.code == 0, answer.told());
        QCOMPARE(answer.out.count("finished"), 2);
        QVERIFY2(answer.out.contains(" %") && answer.out.contains("best validation"), answer.told());
        QVERIFY2(answer.err.contains("epoch 2.0/2"), answer.told());
        const Json runs = workplace_->runJson({"runs"}).json().at("runs");
        QCOMPARE(runs.size(), size_t{2});
        QCOMPARE(runs[0].at("seed").get<int>() + runs[1].at("seed").get<int>(), 9);
    }

    void equalSeedsGiveEqualPoints() {
        for (int i = 0; i < 2; ++i)
            QCOMPARE(workplace_->run({"train", "tiny.json"}).code, 0);
        for (const char* series : {"student/train/loss", "student/validation/accuracy"}) {
            const Json points = pointsOf(*workplace_, 1, series);
            QVERIFY2(points.is_array() && points.size() >= 2, series);
            QCOMPARE(points.dump(), pointsOf(*workplace_, 2, series).dump());
        }
    }

    void aStageIsTrainedOnce() {
        workplace_->write("taught.json", taught);
        QCOMPARE(workplace_->run({"train", "taught.json", "--seed", "0"}).code, 0);
        const Answer again = workplace_->runJson({"train", "taught.json", "--seed", "1"});
        QVERIFY2(again.code == 0, again.told());
        QCOMPARE(workplace_->runJson({"runs"}).json().at("runs").size(), size_t{3});
    }

    void showAnswersForIdAndUuid() {
        const Json trained = workplace_->runJson({"train", "tiny.json"}).json().at("runs").at(0);
        for (const QString& name : {QString("1"), QString::fromStdString(trained.at("uuid"))}) {
            const Answer answer = workplace_->runJson({"show", name, "--series", "student/validation/accuracy"});
            QVERIFY2(answer.code == 0, answer.told());
            QCOMPARE(answer.json().at("runs").at(0).at("uuid"), trained.at("uuid"));
            const Json points = answer.json().at("points");
            QCOMPARE(points.size(), size_t{3});
            QCOMPARE(points[0][0].get<int>(), 0);
            QCOMPARE(points[2][1].get<double>(), 2.0);
            QCOMPARE(points[2][2], trained.at("series").at("student/validation/accuracy").at("last"));
        }
        QVERIFY(workplace_->run({"show", "1"}).out.contains("student/validation/accuracy"));
        const Answer misspelt = workplace_->runJson({"show", "1", "--series", "student/validation/acuracy"});
        QVERIFY2(misspelt.code == 2 && misspelt.out.contains("student/validation/accuracy"), misspelt.told());
        QCOMPARE(workplace_->runJson({"show", "99"}).code, 2);
    }

    void theTrashKeepsWhatIsDeleted() {
        QCOMPARE(workplace_->run({"train", "tiny.json"}).code, 0);
        QCOMPARE(workplace_->runJson({"delete", "1"}).code, 0);
        QCOMPARE(workplace_->runJson({"runs"}).json().at("runs").size(), size_t{0});
        QCOMPARE(workplace_->runJson({"runs", "--trash"}).json().at("runs").size(), size_t{1});
        const Answer restored = workplace_->runJson({"restore", "1"});
        QVERIFY2(restored.code == 0 && restored.json().at("runs").at(0).at("id") == 1, restored.told());
        QCOMPARE(workplace_->runJson({"runs", "tiny"}).json().at("runs").size(), size_t{1});
        QCOMPARE(workplace_->runJson({"runs", "nothing like it"}).json().at("runs").size(), size_t{0});
        QVERIFY(!pointsOf(*workplace_, 1, "student/train/loss").empty());
        QCOMPARE(workplace_->runJson({"delete", "7"}).code, 2);
    }

    void trialsAreCompared() {
        QCOMPARE(workplace_->run({"train", "tiny.json", "--seed", "0", "--seed", "1"}).code, 0);
        QCOMPARE(
            workplace_->run({"train", "tiny.json", "--seed", "0", "--seed", "1", "--set", "training.optimizer.lr=0.01"}).code, 0);
        const Answer answer = workplace_->runJson({"compare", "1", "3"});
        QVERIFY2(answer.code == 0, answer.told());
        const Json trials = answer.json().at("trials");
        QCOMPARE(trials.size(), size_t{2});
        for (const char* field : {"trial", "label", "seeds", "test_at_best_validation"})
            QVERIFY2(trials[0].contains(field), field);
        QCOMPARE(trials[0].at("seeds").size(), size_t{2});
        QCOMPARE(trials[1].at("test_at_best_validation").at("n").get<int>(), 2);
        QVERIFY(trials[1].contains("delta") && trials[1].contains("verdict"));
        bool found = false;
        const Json document = answer.json();
        for (const Json& difference : document.at("differences"))
            found |= difference.at("path") == "training.optimizer.lr";
        QVERIFY2(found, answer.told());
        QVERIFY(workplace_->run({"compare", "1", "3"}).out.contains("training.optimizer.lr"));
        QCOMPARE(workplace_->runJson({"compare", "1", "77"}).code, 2);
    }

    void ctrlCStopsAfterTheStepAndTheRunGoesOnExactly() {
        const QStringList whole = {"train", "tiny.json", "--set", "training.epochs=40"};
        const auto process = workplace_->start(whole + QStringList{"--json"});
        QByteArray seen;
        QVERIFY2(awaitWords(*process, "student", seen), seen);
        ::kill(static_cast<pid_t>(process->processId()), SIGINT);
        const Answer stopped = Workplace::wait(*process);
        QVERIFY2(stopped.code == 130, stopped.told());
        QCOMPARE(stopped.json().at("runs").at(0).at("state").get<std::string>(), std::string("stopped"));
        QVERIFY2((seen + stopped.err).contains("gaplab-cli resume 1"), stopped.told());

        const Answer resumed = workplace_->runJson({"resume", "1"});
        QVERIFY2(resumed.code == 0, resumed.told());
        QCOMPARE(resumed.json().at("runs").at(0).at("state").get<std::string>(), std::string("finished"));
        QCOMPARE(workplace_->run(whole).code, 0);
        for (const char* series : {"student/train/loss", "student/validation/accuracy", "student/validation/loss"}) {
            const Json points = pointsOf(*workplace_, 1, series);
            QVERIFY2(points.size() >= 41, series);
            QCOMPARE(points.dump(), pointsOf(*workplace_, 2, series).dump());
        }
        const Answer again = workplace_->runJson({"resume", "1"});
        QVERIFY2(again.code == 2 && again.json().contains("error"), again.told());
    }

    void aSecondCtrlCEndsAtOnce() {
        const auto process = workplace_->start(endless);
        QByteArray seen;
        QVERIFY2(awaitWords(*process, "student", seen), seen);
        const auto pid = static_cast<pid_t>(process->processId());
        ::kill(pid, SIGINT);
        ::kill(pid, SIGTERM);
        const Answer answer = Workplace::wait(*process, 20000);
        QVERIFY2(answer.code == 130, answer.told());
        QVERIFY2(workplace_->run({"store", "check"}).code == 0, "the store is damaged");
    }

    void stoppingWhileDataLoadStoresNothing() {
        const auto process =
            workplace_->start({"train", "tiny.json", "--json", "--set", "data.train=200000", "--set", "data.size=64"});
        QTest::qWait(1000);
        ::kill(static_cast<pid_t>(process->processId()), SIGTERM);
        const Answer answer = Workplace::wait(*process, 20000);
        QVERIFY2(answer.code == 130, answer.told());
        QCOMPARE(answer.json().at("error").at("fault").get<std::string>(), std::string("stopped"));
        QVERIFY(!workplace_->hasStore());
    }

    void aLiveRunIsChangedFromAnotherProcess() {
        const auto process = workplace_->start(endless);
        QByteArray seen;
        QVERIFY2(awaitWords(*process, "student", seen), seen);
        QCOMPARE(workplace_->runJson({"set", "1", "training.epochs=3"}).code, 2);
        QCOMPARE(workplace_->runJson({"set", "1", "training.optimizer.lr=-1"}).code, 2);
        const Answer asked = workplace_->runJson({"set", "1", "training.optimizer.lr=0.007"});
        QVERIFY2(asked.code == 0, asked.told());
        const auto rate = [this] {
            const Json points = workplace_->runJson({"show", "1", "--series", "student/train/learning_rate"}).json().at("points");
            return points.back().at(2).get<double>();
        };
        QTRY_VERIFY_WITH_TIMEOUT(rate() < 0.0071, 20000);
        ::kill(static_cast<pid_t>(process->processId()), SIGTERM);
        QCOMPARE(Workplace::wait(*process, 20000).code, 130);
        const QByteArray told = workplace_->run({"show", "1"}).out;
        QVERIFY2(told.contains("training.optimizer.lr: null -> 0.007"), told);
        QCOMPARE(workplace_->runJson({"set", "1", "training.optimizer.lr=0.1"}).code, 2);  // it has ended
    }

    void aLiveRunCannotBeDeleted() {
        const auto process = workplace_->start(endless);
        QByteArray seen;
        QVERIFY2(awaitWords(*process, "student", seen), seen);
        const Answer refused = workplace_->runJson({"delete", "1"});
        QVERIFY2(refused.code == 2, refused.told());
        const Json live = workplace_->runJson({"runs"}).json().at("runs").at(0);
        QCOMPARE(live.at("state").get<std::string>(), std::string("running"));
        QCOMPARE(workplace_->runJson({"resume", "1"}).code, 2);
        ::kill(static_cast<pid_t>(process->processId()), SIGTERM);
        QCOMPARE(Workplace::wait(*process).code, 130);
    }

    /// On the small disk a checkpoint does not fit, on the larger one the store itself cannot grow.
    void aFullDiskIsToldAndLeavesTheStoreSound_data() {
        QTest::addColumn<QString>("size");
        QTest::newRow("no room for a checkpoint") << "1m";
        QTest::newRow("no room for the store") << "4m";
    }
    void aFullDiskIsToldAndLeavesTheStoreSound() {
        QFETCH(QString, size);
        // A small disk in a mount namespace of its own, which is gone with the last of these processes.
        const QString script =
            "mkdir disk && mount -t tmpfs -o size=$1 tmpfs disk || exit 77\n"
            "$0 train tiny.json --store disk/s.db --set training.epochs=400 --json > answer.json 2> told.txt; code=$?\n"
            "$0 store check --store disk/s.db > check.txt 2>&1 || exit 99\n"
            "exit $code";
        const auto process = workplace_->prepare("unshare", {"-rm", "sh", "-c", script, Workplace::cli(), size});
        process->start();
        const Answer answer = Workplace::wait(*process, 120000);
        const QByteArray told =
            answer.told() + workplace_->read("answer.json") + workplace_->read("told.txt") + workplace_->read("check.txt");
        if (answer.err.contains("unshare") || answer.err.contains("mount") || !QFile::exists(workplace_->path("answer.json")))
            QSKIP("this machine allows no mount namespace of one's own, so no disk can be filled");
        QVERIFY2(answer.code == 1, told);
        const Json document = Json::parse(workplace_->read("answer.json").toStdString(), nullptr, false);
        QVERIFY2(document.is_object() && document.contains("error"), told);
        QCOMPARE(document.at("runs").at(0).at("state").get<std::string>(), std::string("failed"));
        QVERIFY2(workplace_->read("answer.json").contains("disk") || workplace_->read("answer.json").contains("space"), told);
    }

private:
    std::unique_ptr<Workplace> workplace_;
};

QTEST_GUILESS_MAIN(TrainingTests)

#include "tst_training.moc"
