#include <cmath>
#include <limits>

#include <QAbstractItemModelTester>

#include "tests/ui/pages_tests.h"
#include "ui/compare/comparison_data.h"
#include "ui/models/config_diff_model.h"
#include "ui/models/format.h"
#include "ui/models/run_facts.h"
#include "ui/models/run_filter.h"
#include "ui/models/run_table_model.h"
#include "ui/models/series_text.h"
#include "ui/models/trial_table_model.h"
#include "ui/monitor/gap_reading.h"
#include "ui/monitor/run_history.h"

namespace gaplab::ui {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

QStringList column(const QAbstractItemModel& model, int column) {
    QStringList texts;
    for (int row = 0; row < model.rowCount(); ++row)
        texts += model.index(row, column).data().toString();
    return texts;
}

RunRow row(int64_t id, const std::string& name, RunState state = RunState::Finished) {
    RunRow run;
    run.id = id;
    run.name = name;
    run.state = state;
    run.created = static_cast<double>(1000 * id);
    return run;
}

}  // namespace

class TestModels : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void numbersAreWrittenForPersons_data();
    void numbersAreWrittenForPersons();
    void seriesHaveTitlesAndUnits_data();
    void seriesHaveTitlesAndUnits();
    void runsTellWhatTheyAre();
    void rowsOfAnotherShapeAreShownAsUnknown();
    void runTableKeepsTheRowsThatStay();
    void filterWantsEveryWord_data();
    void filterWantsEveryWord();
    void missingValuesAreSortedToTheEnd();
    void typedNameIsAskedForOnceAndOnlyIfItIsOne();
    void trialTableSaysWhatCompareTrialsFound();
    void configDiffHasARowAPathAndAColumnATrial();
    void gapIsReadAgainstItsBand_data();
    void gapIsReadAgainstItsBand();
    void historyHoldsEachStepOnce();
};

void TestModels::numbersAreWrittenForPersons_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("wanted");
    QTest::newRow("per cent") << percentText(0.7133) << "71.3 %";
    QTest::newRow("NaN per cent") << percentText(nan) << "NaN";
    QTest::newRow("points") << pointsText(-0.0341) << "-3.4";
    QTest::newRow("no minus nought") << pointsText(-0.0001) << "0.0";
    QTest::newRow("seconds") << durationText(12.4) << "12 s";
    QTest::newRow("minutes") << durationText(185) << "3 min 5 s";
    QTest::newRow("hours") << durationText(4200) << "1 h 10 min";
    QTest::newRow("unknown duration") << durationText(-1) << "";
    QTest::newRow("no date") << dateText(0) << "";
    QTest::newRow("whole epoch") << epochText(7) << "7";
    QTest::newRow("part of an epoch") << epochText(6.25) << "6.3";
}

void TestModels::numbersAreWrittenForPersons() {
    QFETCH(QString, text);
    QFETCH(QString, wanted);
    QCOMPARE(text, wanted);
}

void TestModels::seriesHaveTitlesAndUnits_data() {
    QTest::addColumn<QString>("series");
    QTest::addColumn<QString>("title");
    QTest::addColumn<QString>("axis");
    QTest::addColumn<double>("scale");
    QTest::newRow("accuracy") << "student/validation/accuracy"
                              << "Student, validation accuracy"
                              << "Accuracy (%)" << 100.0;
    QTest::newRow("gap") << "gap/validation/accuracy"
                         << "Gap, validation accuracy"
                         << "Gap (points)" << 100.0;
    QTest::newRow("test") << "static/test/accuracy_at_best"
                          << "Teacher static, test accuracy at best validation"
                          << "Accuracy (%)" << 100.0;
    QTest::newRow("loss") << "student/train/loss"
                          << "Student, training loss"
                          << "Loss" << 1.0;
    QTest::newRow("other data") << "student/source/accuracy"
                                << "Student, accuracy on source"
                                << "Accuracy (%)" << 100.0;
    QTest::newRow("forgetting") << "student/source/forgetting"
                                << "Student, forgetting on source"
                                << "Forgetting (points)" << 100.0;
    QTest::newRow("drift") << "student/train/drift.layer1"
                           << "Student, distance of layer1 from its start"
                           << "Distance from the start" << 1.0;
    QTest::newRow("unknown") << "odd"
                             << "odd"
                             << "Odd" << 1.0;
}

void TestModels::seriesHaveTitlesAndUnits() {
    QFETCH(QString, series);
    QTEST(seriesTitle(series.toStdString()), "title");
    QTEST(unitOf(series.toStdString()).axis, "axis");
    QTEST(unitOf(series.toStdString()).scale, "scale");
}

void TestModels::runsTellWhatTheyAre() {
    RunRow run = row(1, "a");
    run.document = documentOf({});
    QCOMPARE(studentOf(run), QString("resnet8"));
    QCOMPARE(teachersOf(run), QString("resnet20"));
    QCOMPARE(methodOf(run), QString("kd"));
    QCOMPARE(teacherRoles(run), std::vector<std::string>({"static"}));
    QCOMPARE(secondsOf(run, 50), -1.0);
    run.started = 10;
    run.finished = 40;
    QCOMPARE(secondsOf(run, 50), 30.0);
    run.state = RunState::Running;
    QCOMPARE(secondsOf(run, 50), 40.0);
    run.document = documentOf({.teacher = 0});
    QCOMPARE(methodOf(run), QString("labels only"));
    QVERIFY(teachersOf(run).isEmpty());
}

void TestModels::rowsOfAnotherShapeAreShownAsUnknown() {
    RunRow run = row(1, "a");
    for (const char* text : {"null", "[]", "3", R"({"student": 1, "teachers": [1], "knowledge": {}})",
                             R"({"teachers": {"x": 3}, "knowledge": [1, {"loss": 2}]})"}) {
        run.document = Json::parse(text);
        QVERIFY(studentOf(run).isEmpty());
        QVERIFY(teachersOf(run).isEmpty());
        QCOMPARE(methodOf(run), QString("labels only"));
    }
}

void TestModels::runTableKeepsTheRowsThatStay() {
    RunTableModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setRuns({row(1, "a"), row(3, "c"), row(5, "e")});
    const QPersistentModelIndex three = model.index(model.rowOf(3), RunTableModel::Name);
    model.setRuns({row(2, "b"), row(3, "c2"), row(4, "d"), row(9, "i")});
    QCOMPARE(column(model, RunTableModel::Name), QStringList({"b", "c2", "d", "i"}));
    QCOMPARE(three.data().toString(), QString("c2"));
    QCOMPARE(model.rowOf(9), 3);
    QCOMPARE(model.rowOf(5), -1);
    QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
    model.setRuns({row(2, "b"), row(3, "c2"), row(4, "d"), row(9, "i")});
    QCOMPARE(changes.size(), 0);
    model.setRuns({});
    QCOMPARE(model.rowCount(), 0);
}

void TestModels::filterWantsEveryWord_data() {
    QTest::addColumn<QString>("words");
    QTest::addColumn<bool>("trash");
    QTest::addColumn<QStringList>("names");
    QTest::newRow("nothing") << "" << false << QStringList({"Alpha", "Beta"});
    QTest::newRow("name, any case") << "ALPHA" << false << QStringList({"Alpha"});
    QTest::newRow("architecture") << "resnet20" << false << QStringList({"Alpha"});
    QTest::newRow("state") << "failed" << false << QStringList({"Beta"});
    QTest::newRow("both words") << "resnet8  finished" << false << QStringList({"Alpha"});
    QTest::newRow("one word is not there") << "resnet8 missing" << false << QStringList();
    QTest::newRow("no match across fields") << "alpharesnet8" << false << QStringList();
    QTest::newRow("trash") << "" << true << QStringList({"Gone"});
}

void TestModels::filterWantsEveryWord() {
    RunRow alpha = row(1, "Alpha"), beta = row(2, "Beta", RunState::Failed), gone = row(3, "Gone");
    alpha.document = documentOf({});
    beta.document = documentOf({.teacher = 0});
    gone.deletedAt = 5;
    RunTableModel model;
    model.setRuns({alpha, beta, gone});
    RunFilter filter;
    const QAbstractItemModelTester tester(&filter, QAbstractItemModelTester::FailureReportingMode::QtTest);
    filter.setSourceModel(&model);
    QFETCH(QString, words);
    QFETCH(bool, trash);
    QCOMPARE(filter.setLine(words), QString());
    filter.setTrash(trash);
    QTEST(column(filter, RunTableModel::Name), "names");
}

void TestModels::missingValuesAreSortedToTheEnd() {
    std::vector<RunRow> rows = {row(1, "none"), row(2, "high"), row(3, "low"), row(4, "nan")};
    const auto measure = [](RunRow& run, double value) {
        run.series.push_back({.name = mainSeries,
                              .count = 1,
                              .last = {1, 1, value},
                              .minimum = {1, 1, value},
                              .maximum = {1, 1, value},
                              .direction = "up"});
    };
    measure(rows[1], 0.9);
    measure(rows[2], 0.1);
    measure(rows[3], nan);
    RunTableModel model;
    model.setRuns(rows);
    RunFilter filter;
    filter.setSourceModel(&model);
    filter.sort(RunTableModel::BestValidation, Qt::AscendingOrder);
    QCOMPARE(column(filter, RunTableModel::Name).first(2), QStringList({"low", "high"}));
    filter.sort(RunTableModel::BestValidation, Qt::DescendingOrder);
    QCOMPARE(column(filter, RunTableModel::Name).first(2), QStringList({"high", "low"}));
}

void TestModels::typedNameIsAskedForOnceAndOnlyIfItIsOne() {
    RunTableModel model;
    model.setRuns({row(1, "a")});
    QSignalSpy asked(&model, &RunTableModel::renamed);
    const QModelIndex name = model.index(0, RunTableModel::Name);
    QVERIFY(!model.setData(name, "  "));
    QVERIFY(!model.setData(name, "a"));
    QVERIFY(!model.setData(model.index(0, RunTableModel::Seed), "7"));
    QVERIFY(asked.empty());
    QVERIFY(model.setData(name, " b "));
    QCOMPARE(asked.size(), 1);
    QCOMPARE(asked[0][1].toString(), QString("b"));
}

void TestModels::trialTableSaysWhatCompareTrialsFound() {
    PageStore page;
    std::vector<std::string> names;
    for (const uint64_t seed : {0, 1, 2})
        names.push_back(std::to_string(
            addRun(page.store,
                   {.name = "alone", .seed = seed, .student = {0.1, 0.60 + 0.01 * static_cast<double>(seed)}, .teacher = 0})));
    for (const uint64_t seed : {0, 1, 2})
        names.push_back(std::to_string(
            addRun(page.store, {.name = "taught", .seed = seed, .student = {0.1, 0.70 + 0.01 * static_cast<double>(seed)}})));
    const TrialComparison found = compareTrials(page.store, names);
    QCOMPARE(found.trials.size(), size_t(2));
    TrialTableModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setTrials(found.trials, 0.95);
    QCOMPARE(column(model, TrialTableModel::Seeds), QStringList({"3", "3"}));
    QCOMPARE(column(model, TrialTableModel::BestValidation), QStringList({"61.00 ± 1.00", "71.00 ± 1.00"}));
    QCOMPARE(column(model, TrialTableModel::TestAtBest), QStringList({"60.00 ± 1.00", "70.00 ± 1.00"}));
    QCOMPARE(column(model, TrialTableModel::TestAtLast), QStringList({"59.00 ± 1.00", "69.00 ± 1.00"}));
    QCOMPARE(column(model, TrialTableModel::GapLast)[0], QString());
    QCOMPARE(column(model, TrialTableModel::GapLast)[1],
             numberText(100 * found.trials[1].gapLast.mean, 2) + " ± " + numberText(100 * found.trials[1].gapLast.sd, 2));
    QCOMPARE(column(model, TrialTableModel::Delta)[0], QString("baseline"));
    QVERIFY(column(model, TrialTableModel::Delta)[1].startsWith("+10.00 ["));
    QCOMPARE(column(model, TrialTableModel::TrialVerdict)[1].section(';', 0, 0), verdictText(found.trials[1].delta->verdict));
}

void TestModels::configDiffHasARowAPathAndAColumnATrial() {
    ConfigDiffModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setDifferences(differences({documentOf({.temperature = 4}), documentOf({.temperature = 8})}), {"A", "B"});
    QCOMPARE(model.rowCount(), 1);
    QCOMPARE(model.columnCount(), 3);
    QVERIFY(model.index(0, 0).data().toString().endsWith("temperature"));
    QCOMPARE(model.index(0, 1).data().toString().toDouble(), 4.0);
    QCOMPARE(model.index(0, 2).data().toString().toDouble(), 8.0);
    QCOMPARE(model.headerData(2, Qt::Horizontal).toString(), QString("B"));
    model.setDifferences({{"x", {Json("text"), Json()}}}, {"A", "B"});
    QCOMPARE(model.index(0, 1).data().toString(), QString("text"));
    QCOMPARE(model.index(0, 2).data().toString(), QString("not given"));
}

void TestModels::gapIsReadAgainstItsBand_data() {
    QTest::addColumn<QList<double>>("gaps");
    QTest::addColumn<int>("inside");
    QTest::addColumn<bool>("insideNow");
    QTest::addColumn<int>("trend");
    // Target 3 points, half-width 1.5.
    QTest::newRow("one inside") << QList{0.03} << 1 << true << 0;
    QTest::newRow("edges belong to the band") << QList{0.015, 0.045} << 2 << true << 1;
    QTest::newRow("outside at last") << QList{0.03, 0.01} << 1 << false << -1;
    QTest::newRow("NaN is outside") << QList{0.03, nan} << 1 << false << 0;
}

void TestModels::gapIsReadAgainstItsBand() {
    QFETCH(QList<double>, gaps);
    std::vector<Point> points;
    for (const double gap : gaps)
        points.push_back({static_cast<int64_t>(points.size()), static_cast<double>(points.size()), gap, 0});
    const GapTarget target = {.teacher = "static", .target = Curve::constant(3), .band = 1.5};
    const auto reading = readGap(points, target);
    QVERIFY(reading);
    QCOMPARE(reading->evaluations, static_cast<int>(gaps.size()));
    QTEST(reading->inside, "inside");
    QTEST(reading->insideNow, "insideNow");
    QTEST(reading->trend, "trend");
    QVERIFY(!readGap(points, std::nullopt)->low);
    QVERIFY(!readGap({}, target));
}

void TestModels::historyHoldsEachStepOnce() {
    RunHistory history;
    QCOMPARE(history.add("a", {10, 1, 0.5, 0}), RunHistory::Change::Appended);
    QCOMPARE(history.add("a", {30, 3, 0.7, 0}), RunHistory::Change::Appended);
    QCOMPARE(history.add("a", {20, 2, nan, 0}), RunHistory::Change::Inserted);
    QCOMPARE(history.add("a", {20, 2, nan, 0}), RunHistory::Change::None);
    QCOMPARE(history.add("a", {10, 1, 0.5, 0}), RunHistory::Change::None);
    std::vector<int64_t> steps;
    for (const Point& point : history.points("a"))
        steps.push_back(point.step);
    QCOMPARE(steps, std::vector<int64_t>({10, 20, 30}));
    QCOMPARE(history.lastSteps().at("a"), int64_t(30));
    QVERIFY(history.points("b").empty());
}

int testModels(const QStringList& arguments) {
    TestModels tests;
    return QTest::qExec(&tests, arguments);
}

}  // namespace gaplab::ui

#include "tst_pages_models.moc"
