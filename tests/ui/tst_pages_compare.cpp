#include <QComboBox>
#include <QDialog>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QTableView>
#include <QTreeWidget>

#include "tests/ui/pages_tests.h"
#include "ui/compare/compare_page.h"
#include "ui/models/format.h"
#include "ui/models/trial_table_model.h"
#include "ui/plot/plot_view.h"

namespace gaplab::ui {
namespace {

struct Comparing {
    PageStore store;
    std::unique_ptr<ComparePage> page;
    PlotView* plot = nullptr;

    void open() {
        page = std::make_unique<ComparePage>(store.session);
        page->resize(1100, 650);
        page->show();
        plot = page->findChild<PlotView*>("comparePlot");
        settle();
    }
    void settle() const { QTRY_VERIFY_WITH_TIMEOUT(page->isSettled() && store.reader.isIdle(), 10'000); }
    void show(const std::vector<int64_t>& runs) const {
        page->showRuns(runs);
        settle();
    }
    QTreeWidget* trials() const { return page->findChild<QTreeWidget*>("trials"); }
    QStringList texts(const char* table, int column) const {
        const QAbstractItemModel* model = page->findChild<QTableView*>(table)->model();
        QStringList all;
        for (int row = 0; row < model->rowCount(); ++row)
            all += model->index(row, column).data().toString();
        return all;
    }
};

}  // namespace

class TestCompare : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void nothingChosenOffersAChoice();
    void newestTrialsAreProposedOnce();
    void runsAreGroupedIntoTrialsWithTheirMean();
    void tableEqualsCompareTrials();
    void baselineCanBeChanged();
    void hiddenRunIsNotDrawnAndRemovedRunIsGone();
    void singleRunJoinsTheOthers();
    void anotherSeriesIsDrawn();
    void differentSplitsAreNotComparable();
    void runThatIsNotInTheStoreIsLeftOut();
    void verdictsTellWhatTheyRestOn();
    void seedsAreAddedUntilDecided();
    void aStoppedRunEndsTheAddingOfSeeds();
};

void TestCompare::nothingChosenOffersAChoice() {
    Comparing comparing;
    addRun(comparing.store.store, {});
    comparing.open();
    QVERIFY(!comparing.plot->isVisible());
    QTest::mouseClick(comparing.page->findChild<QPushButton*>("primary"), Qt::LeftButton);
    QTRY_VERIFY(comparing.page->findChild<QDialog*>("chooseRuns"));
    auto* dialog = comparing.page->findChild<QDialog*>("chooseRuns");
    dialog->findChild<QTableView*>("chooseTable")->selectRow(0);
    dialog->accept();
    comparing.settle();
    QVERIFY(comparing.plot->isVisible());
    QCOMPARE(comparing.page->runs().size(), size_t(1));
}

void TestCompare::newestTrialsAreProposedOnce() {
    Comparing comparing;
    addRun(comparing.store.store, {.name = "old"});
    const int64_t a = addRun(comparing.store.store, {.name = "A"});
    addRun(comparing.store.store, {.name = "stage", .teacher = 0, .kind = "stage"});
    const int64_t b = addRun(comparing.store.store, {.name = "B", .seed = 0});
    addRun(comparing.store.store, {.name = "C", .state = RunState::Failed});
    const int64_t again = addRun(comparing.store.store, {.name = "B", .seed = 1});
    comparing.open();
    comparing.page->activate();
    comparing.settle();
    QCOMPARE(comparing.page->runs(), std::vector<int64_t>({a, b, again}));
    comparing.trials()->selectAll();
    QTest::mouseClick(comparing.page->findChild<QPushButton*>("removeRuns"), Qt::LeftButton);
    comparing.page->activate();
    comparing.settle();
    QVERIFY(comparing.page->runs().empty());
}

void TestCompare::runsAreGroupedIntoTrialsWithTheirMean() {
    Comparing comparing;
    const int64_t a = addRun(comparing.store.store, {.name = "A", .seed = 0, .student = {0.1, 0.5}});
    const int64_t b = addRun(comparing.store.store, {.name = "A", .seed = 1, .student = {0.3, 0.7}});
    const int64_t c = addRun(comparing.store.store, {.name = "C", .student = {0.2, 0.9}});
    comparing.open();
    comparing.show({a, b, c});
    QCOMPARE(comparing.trials()->topLevelItemCount(), 2);
    QCOMPARE(comparing.trials()->topLevelItem(0)->childCount(), 2);
    QCOMPARE(comparing.trials()->topLevelItem(0)->text(0), QString("★ A"));
    QCOMPARE(comparing.plot->points(QString::number(c)), QVector<QPointF>({{0, 20}, {1, 90}}));
    const std::string trial = comparing.store.store.run(a).trial;
    const QVector<QPointF> mean = comparing.plot->points(QString::fromStdString(trial));
    QCOMPARE(mean.size(), 2);
    QVERIFY(std::abs(mean[0].y() - 20) < 1e-9 && std::abs(mean[1].y() - 60) < 1e-9);
}

void TestCompare::tableEqualsCompareTrials() {
    Comparing comparing;
    std::vector<int64_t> runs;
    std::vector<std::string> names;
    for (const uint64_t seed : {0, 1, 2})
        for (const double accuracy : {0.60, 0.72}) {
            runs.push_back(addRun(comparing.store.store, {.name = accuracy < 0.7 ? "A" : "B",
                                                          .seed = seed,
                                                          .student = {0.1, accuracy + 0.003 * static_cast<double>(seed)}}));
            names.push_back(std::to_string(runs.back()));
        }
    comparing.open();
    comparing.show(runs);
    const TrialComparison found = compareTrials(comparing.store.store, names, 0.95, 0.003);
    TrialTableModel wanted;
    wanted.setTrials(found.trials, 0.95);
    for (int column = 0; column < TrialTableModel::ColumnCount; ++column)
        for (int row = 0; row < wanted.rowCount(); ++row)
            QCOMPARE(comparing.texts("trialTable", column)[row], wanted.index(row, column).data().toString());
    QCOMPARE(comparing.texts("trialTable", TrialTableModel::BestValidation), QStringList({"60.30 ± 0.30", "72.30 ± 0.30"}));
    QVERIFY(comparing.texts("trialTable", TrialTableModel::Delta)[1].startsWith("+12.00 ["));
    QCOMPARE(comparing.page->findChild<QTableView*>("diffTable")->model()->rowCount(),
             static_cast<int>(found.differences.size()));
}

void TestCompare::baselineCanBeChanged() {
    Comparing comparing;
    const int64_t a = addRun(comparing.store.store, {.name = "A", .temperature = 4});
    const int64_t b = addRun(comparing.store.store, {.name = "B", .temperature = 8});
    comparing.open();
    comparing.show({a, b});
    QCOMPARE(comparing.texts("trialTable", TrialTableModel::Trial), QStringList({"★ A", "B"}));
    comparing.trials()->topLevelItem(1)->setSelected(true);
    QTest::mouseClick(comparing.page->findChild<QPushButton*>("setBaseline"), Qt::LeftButton);
    comparing.settle();
    QCOMPARE(comparing.texts("trialTable", TrialTableModel::Trial), QStringList({"★ B", "A"}));
    const QStringList paths = comparing.texts("diffTable", 0);
    QCOMPARE(paths.size(), 1);
    QCOMPARE(comparing.texts("diffTable", 1)[0].toDouble(), 8.0);
}

void TestCompare::hiddenRunIsNotDrawnAndRemovedRunIsGone() {
    Comparing comparing;
    const int64_t a = addRun(comparing.store.store, {.name = "A"});
    const int64_t b = addRun(comparing.store.store, {.name = "B"});
    comparing.open();
    comparing.show({a, b});
    comparing.trials()->topLevelItem(1)->child(0)->setCheckState(0, Qt::Unchecked);
    comparing.settle();
    QVERIFY(comparing.plot->hasSeries(QString::number(a)));
    QVERIFY(!comparing.plot->hasSeries(QString::number(b)));
    QCOMPARE(comparing.texts("trialTable", 0).size(), 2);
    comparing.trials()->topLevelItem(0)->setSelected(true);
    QTest::mouseClick(comparing.page->findChild<QPushButton*>("removeRuns"), Qt::LeftButton);
    comparing.settle();
    QCOMPARE(comparing.page->runs(), std::vector<int64_t>({b}));
    QCOMPARE(comparing.texts("trialTable", 0), QStringList({"★ B"}));
}

void TestCompare::singleRunJoinsTheOthers() {
    Comparing comparing;
    const int64_t a = addRun(comparing.store.store, {.name = "A"}), b = addRun(comparing.store.store, {.name = "B"}),
                  c = addRun(comparing.store.store, {.name = "C"});
    comparing.open();
    comparing.show({a, b});
    comparing.show({c});
    QCOMPARE(comparing.page->runs(), std::vector<int64_t>({a, b, c}));
    comparing.show({b, c});
    QCOMPARE(comparing.page->runs(), std::vector<int64_t>({b, c}));
}

void TestCompare::anotherSeriesIsDrawn() {
    Comparing comparing;
    const int64_t a = addRun(comparing.store.store, {.student = {0.1, 0.7}});
    comparing.open();
    comparing.show({a});
    auto* series = comparing.page->findChild<QComboBox*>("series");
    QCOMPARE(series->currentData().toString(), QString("student/validation/accuracy"));
    const int gap = series->findData("gap/validation/accuracy");
    QVERIFY(gap >= 0);
    series->setCurrentIndex(gap);
    comparing.settle();
    QVERIFY(std::abs(comparing.plot->points(QString::number(a)).last().y() - 10) < 1e-9);
}

void TestCompare::differentSplitsAreNotComparable() {
    Comparing comparing;
    const int64_t a = addRun(comparing.store.store, {.name = "A"});
    const int64_t b = addRun(comparing.store.store, {.name = "B", .splitSeed = 5});
    comparing.open();
    auto* bar = comparing.page->findChild<QLabel*>("notComparable");
    comparing.show({a});
    QVERIFY(!bar->isVisible());
    comparing.show({a, b});
    QVERIFY(bar->isVisible());
    QVERIFY(bar->text().contains("split"));
    QVERIFY(comparing.plot->hasSeries(QString::number(b)));
}

void TestCompare::runThatIsNotInTheStoreIsLeftOut() {
    Comparing comparing;
    const int64_t a = addRun(comparing.store.store, {});
    comparing.open();
    comparing.show({a, 4711});
    QCOMPARE(comparing.trials()->topLevelItemCount(), 1);
}

void TestCompare::verdictsTellWhatTheyRestOn() {
    TrialFigures trial{.label = "B"};
    trial.delta = Comparison{.difference = 0.002,
                             .interval = Interval{-0.01, 0.014},
                             .level = 0.975,
                             .looks = 2,
                             .n = 3,
                             .paired = true,
                             .pValue = 0.5,
                             .signFlip = SignFlip{0.25, 0},
                             .detectable = 0.0115};
    TrialTableModel model;
    model.setTrials({trial}, 0.95);
    const QModelIndex verdict = model.index(0, TrialTableModel::TrialVerdict);
    QVERIFY(verdict.data().toString().contains(numberText(1.15, 2) + " points would be seen"));
    const QString behind = verdict.data(Qt::ToolTipRole).toString();
    for (const QString& words :
         {numberText(97.5, 2) + " %", QString("2 looks"), numberText(0.5, 4), numberText(0.25, 4), QString("3 pair")})
        QVERIFY2(behind.contains(words), qPrintable(behind));
    trial.delta->verdict = Verdict::Better;
    model.setTrials({trial}, 0.95);
    QVERIFY(!model.index(0, TrialTableModel::TrialVerdict).data().toString().contains("would be seen"));
}

/// Clipping far above every gradient changes nothing, so the trials are equal at the first look.
void TestCompare::seedsAreAddedUntilDecided() {
    Comparing comparing;
    Json document = Json::parse(R"({"data": {"source": "shapes", "size": 16, "train": 120, "test": 40, "validation": 0.2},
        "student": {"architecture": "resnet8"}, "training": {"epochs": 1, "batch": 40, "threads": 1}})");
    for (const int clip : {1000, 2000}) {
        document["training"]["clip"] = clip;
        comparing.store.workbench.submit(document);
    }
    comparing.store.workbench.wait();
    comparing.open();
    comparing.show({1, 2});
    auto* button = comparing.page->findChild<QPushButton*>("addSeeds");
    QVERIFY(button->isEnabled());
    QStringList said;
    connect(comparing.page.get(), &Page::message, this, [&](const QString&, const QString& text) { said += text; });
    QTest::mouseClick(button, Qt::LeftButton);
    auto* dialog = comparing.page->findChild<QDialog*>("askSeedPlan");
    QVERIFY(dialog);
    dialog->findChild<QSpinBox*>("seedCap")->setValue(2);
    QCOMPARE(dialog->findChild<QSpinBox*>("seedLooks")->value(), 1);  // no more looks than fit
    dialog->findChild<QSpinBox*>("seedCap")->setValue(4);
    dialog->findChild<QSpinBox*>("seedLooks")->setValue(2);
    dialog->accept();
    QVERIFY(!button->isEnabled());
    QTRY_VERIFY_WITH_TIMEOUT(button->isEnabled(), 30'000);
    QVERIFY2(said.size() == 2 && said.last().startsWith("Decided after 1 of at most 2 looks, with 2 seeds"),
             qPrintable(said.join('\n')));
    comparing.settle();
    QCOMPARE(comparing.store.store.runs().size(), size_t(4));
    QCOMPARE(comparing.page->runs().size(), size_t(4));
    QCOMPARE(comparing.texts("trialTable", TrialTableModel::Seeds), QStringList({"2", "2"}));
    QVERIFY(comparing.texts("trialTable", TrialTableModel::TrialVerdict)[1].startsWith(verdictText(Verdict::Equal)));
}

void TestCompare::aStoppedRunEndsTheAddingOfSeeds() {
    Comparing comparing;
    const int64_t a = addRun(comparing.store.store, {.name = "A"}),
                  b = addRun(comparing.store.store, {.name = "B", .temperature = 8});
    comparing.open();
    auto* button = comparing.page->findChild<QPushButton*>("addSeeds");
    QVERIFY(!button->isEnabled());  // a trial alone is not compared
    comparing.show({a, b});
    QString level, said;
    connect(comparing.page.get(), &Page::message, this, [&](const QString& now, const QString& text) {
        level = now;
        said = text;
    });
    QTest::mouseClick(button, Qt::LeftButton);
    comparing.page->findChild<QDialog*>("askSeedPlan")->accept();
    QTRY_VERIFY_WITH_TIMEOUT(comparing.store.store.runs().size() > 2, 30'000);
    comparing.store.workbench.stopAll();
    QTRY_COMPARE_WITH_TIMEOUT(level, QString("warning"), 30'000);
    QVERIFY2(said.contains(stateText(RunState::Stopped)), qPrintable(said));
    QVERIFY(button->isEnabled());
    for (const RunRow& run : comparing.store.store.runs())
        QVERIFY(run.trial != comparing.store.store.run(b).trial || run.id == b);  // its seeds were not begun
}

int testCompare(const QStringList& arguments) {
    TestCompare tests;
    return QTest::qExec(&tests, arguments);
}

}  // namespace gaplab::ui

#include "tst_pages_compare.moc"
