#include <cmath>

#include "core/base/files.h"
#include "core/interop/figure_file.h"
#include "tests/app/support.h"

using namespace gaplab;

/// import and export as a person calls them.
class CliInteropTests : public QObject {
    Q_OBJECT

    static QByteArray table() {
        return "run,metric,step,value\nfirst,student/train/loss,0,2.5\nfirst,student/train/loss,1,nan\n";
    }

    Json runsOf(const QStringList& arguments) const {
        const Answer answer = workplace_->runJson(arguments);
        if (answer.code != 0) qWarning() << answer.told();
        return answer.code == 0 ? answer.json().at("runs") : Json();
    }

private Q_SLOTS:
    void init() {
        workplace_ = std::make_unique<Workplace>();
        workplace_->write("table.csv", table());
    }

    void whatIsImportedIsThere() {
        const Json runs = runsOf({"import", "table.csv"});
        QCOMPARE(runs.size(), size_t{1});
        for (const char* field : {"name", "format", "source", "uuid", "foreign", "state", "series", "points", "events",
                                  "not_understood", "skipped", "id"})
            QVERIFY2(runs[0].contains(field), field);
        QCOMPARE(runs[0].at("id").get<int>(), 1);
        QCOMPARE(runs[0].at("points").get<int>(), 2);
        const Json shown = runsOf({"show", "1"});
        QCOMPARE(shown[0].at("name").get<std::string>(), std::string("first"));
        QVERIFY(shown[0].at("foreign").get<std::string>().starts_with("csv:"));
    }

    void labelsArePutOnAllOrNone() {
        runsOf({"import", "table.csv"});
        const Answer refused = workplace_->runJson({"label", "1", "--tag", "paper", "--notes", "n", "--folder", "a//b"});
        QCOMPARE(refused.code, 2);
        Json run = runsOf({"label", "1", "--tag", "good"})[0];
        QCOMPARE(run.at("tags"), Json({"good"}));
        QCOMPARE(run.at("notes").get<std::string>(), std::string());
        run = runsOf({"label", "1", "--untag", "good", "--tag", "paper", "--notes", "n", "--folder", "a/b"})[0];
        QCOMPARE(run.at("tags"), Json({"paper"}));
        QCOMPARE(run.at("notes").get<std::string>(), std::string("n"));
        QCOMPARE(run.at("folder").get<std::string>(), std::string("a/b"));
    }

    void aDryRunMakesNoStore() {
        const Json runs = runsOf({"import", "table.csv", "--dry-run"});
        QVERIFY(runs[0].at("id").is_null() && runs[0].at("skipped").is_null());
        QVERIFY(!workplace_->hasStore());
    }

    void duplicatesAreLeftOutUnlessWanted() {
        runsOf({"import", "table.csv"});
        QVERIFY(runsOf({"import", "table.csv"})[0].at("skipped").is_string());
        QVERIFY(runsOf({"import", "table.csv", "--again"})[0].at("skipped").is_null());
        QCOMPARE(runsOf({"runs"}).size(), size_t{2});
    }

    void oneBrokenFileKeepsAllOut() {
        workplace_->write("broken.csv", table() + "first,student/train/loss,2,much\n");
        const Answer answer = workplace_->runJson({"import", "table.csv", "broken.csv"});
        QCOMPARE(answer.code, 2);
        QVERIFY2(answer.out.contains("broken.csv, line 4"), answer.told());
        QVERIFY(!workplace_->hasStore());
    }

    void anExportedRunComesBackInAnotherStore() {
        runsOf({"import", "table.csv"});
        for (const QStringList& out :
             {QStringList{"json", "run.json"}, {"csv", "long.csv"}, {"csv-wide", "wide.csv"}, {"tensorboard", "events"}}) {
            const Answer answer = workplace_->runJson({"export", "1", "--format", out[0], "--out", out[1]});
            QVERIFY2(answer.code == 0, answer.told());
            QCOMPARE(answer.json().at("runs").get<int>(), 1);
            const auto process =
                workplace_->prepare(Workplace::cli(), {"import", out[1], "--store", workplace_->path(out[0] + ".db"), "--json"});
            process->start();
            const Answer back = Workplace::wait(*process);
            QVERIFY2(back.code == 0, back.told());
            QCOMPARE(back.json().at("runs")[0].at("points").get<int>(), 2);
        }
    }

    void aStoreIsImportedAsAWhole() {
        runsOf({"import", "table.csv"});
        QFile::copy(workplace_->store(), workplace_->path("other.db"));
        const Json runs = runsOf({"import", "other.db"});
        QCOMPARE(runs[0].at("format").get<std::string>(), std::string("gaplab"));
        QVERIFY(runs[0].at("skipped").is_string());
        QFile::remove(workplace_->store());
        QVERIFY(runsOf({"import", "other.db"})[0].at("id") == 1);
    }

    void aFigureTellsWhatItIsMadeOf() {
        const std::string uuid = runsOf({"import", "table.csv"})[0].at("uuid").get<std::string>();
        FigureView view{.page = "compare", .app = "0.1.0"};
        view.runs = {{.uuid = uuid, .name = "first"}, {.uuid = newUuid(), .name = "elsewhere"}};
        view.runs[0].series["student/train/loss"] = heldOf({{0, 0, 2.5, 0}, {1, 1, std::nan(""), 0}});
        view.panels = {{"Loss", 0, 3}};
        const std::string data = "panel,curve,x,y\nLoss,first,0,2.5\n";
        workplace_->write("figure.svg", QByteArray::fromStdString(svgWithFigure("<svg></svg>", {view, data})));
        const Answer answer = workplace_->runJson({"figure", "figure.svg", "--data", "data.csv"});
        QVERIFY2(answer.code == 0, answer.told());
        QCOMPARE(answer.json().at("view").at("page").get<std::string>(), std::string("compare"));
        QCOMPARE(answer.json().at("runs")[0].at("match").get<std::string>(), std::string("equal"));
        QCOMPARE(answer.json().at("runs")[1].at("match").get<std::string>(), std::string("missing"));
        QCOMPARE(readText(workplace_->path("data.csv").toStdString()), data);
        workplace_->write("picture.svg", "<svg></svg>");
        const Answer refused = workplace_->runJson({"figure", "picture.svg"});
        QVERIFY(refused.code == 2 && refused.out.contains("carries no view"));
    }

    void wrongWordsAreRefused_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("says");
        QTest::newRow("format") << QStringList{"import", "table.csv", "--format", "cvs"} << QByteArray("Did you mean");
        QTest::newRow("no file") << QStringList{"import", "nowhere.csv"} << QByteArray("no file or folder");
        QTest::newRow("no store") << QStringList{"export", "1", "--format", "json", "--out", "x"} << QByteArray("no store");
        QTest::newRow("no database") << QStringList{"import", "table.csv", "--format", "gaplab"}
                                     << QByteArray("not a GapLab store");
    }
    void wrongWordsAreRefused() {
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, says);
        const Answer answer = workplace_->runJson(arguments);
        QCOMPARE(answer.code, 2);
        QVERIFY2(answer.out.contains(says), answer.told());
        QVERIFY(!workplace_->hasStore());
    }

private:
    std::unique_ptr<Workplace> workplace_;
};

QTEST_GUILESS_MAIN(CliInteropTests)
#include "tst_cli_interop.moc"
