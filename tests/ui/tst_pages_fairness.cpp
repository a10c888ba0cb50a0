// The page of bias reports, on runs whose answers are written by hand.

#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>

#include "core/experiment/experiment.h"
#include "core/run/inspect.h"
#include "tests/run/bias_story.h"
#include "tests/ui/pages_tests.h"
#include "ui/fairness/fairness_page.h"
#include "ui/fairness/heat_map.h"
#include "ui/fairness/text_table.h"
#include "ui/plot/plot_view.h"

namespace gaplab::ui {
namespace {

using test::Classes;

/// `classes` classes of 20 images each, half of each in each group. The teacher knows all but a quarter of the last class; the
/// student does not know the second half of it, and alone it knows it whole.
struct Story {
    std::vector<std::string> names;
    Classes labels, groups, student, teacher, alone;

    explicit Story(int classes) {
        for (int c = 0; c < classes; ++c) {
            names.push_back("class " + std::to_string(c));
            for (int i = 0; i < 20; ++i) {
                const auto label = static_cast<uint16_t>(c);
                const bool last = c == classes - 1;
                labels.push_back(label);
                groups.push_back(i < 10 ? 0 : 1);
                const auto all = static_cast<size_t>(classes);
                teacher.push_back(test::said(label, !last || i < 15, all));
                student.push_back(test::said(label, !last || i < 10, all));
                alone.push_back(test::said(label, last || i % 5 != 0, all));
            }
        }
    }
};

struct Opened {
    PageStore store;
    std::unique_ptr<FairnessPage> page;

    int64_t addStudent(const Story& story, bool grouped = true, uint64_t seed = 0) {
        return test::tell(store.store,
                          {.seed = seed,
                           .labels = story.labels,
                           .answers = {{"student", story.student}, {"static", story.teacher}},
                           .groups = grouped ? story.groups : Classes{},
                           .groupNames = grouped ? std::vector<std::string>{"light", "dark"} : std::vector<std::string>{},
                           .classNames = story.names,
                           .document = test::distilled()});
    }
    int64_t addAlone(const Story& story, uint64_t seed = 0) {
        Json document = test::distilled();
        document.erase("teachers");
        document.erase("knowledge");
        return test::tell(store.store, {.trial = std::string(64, 'b'),
                                        .seed = seed,
                                        .labels = story.labels,
                                        .answers = {{"student", story.alone}},
                                        .classNames = story.names,
                                        .document = document});
    }
    void open() {
        page = std::make_unique<FairnessPage>(store.session);
        page->resize(1100, 700);
        page->show();
        page->activate();
        settle();
    }
    void settle() const { QTRY_VERIFY_WITH_TIMEOUT(page->isSettled() && store.reader.isIdle(), 20'000); }
    void see(const char* view) const {
        QVERIFY(page->showView(view));
        settle();
    }
    template <typename Widget>
    Widget* find(const char* name) const {
        return page->findChild<Widget*>(name);
    }
    QString cell(const char* table, int row, const QString& heading) const {
        auto* shown = find<TextTable>(table);
        for (int column = 0; column < shown->columnCount(); ++column)
            if (shown->horizontalHeaderItem(column)->text() == heading) return shown->item(row, column)->text();
        return QStringLiteral("no column ") + heading;
    }
};

}  // namespace

class TestFairness : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void anEmptyStoreSaysWhatToDo() {
        Opened opened;
        opened.open();
        QVERIFY(!opened.find<TextTable>("biasClassTable")->isVisible());
        QSignalSpy setup(opened.page.get(), &Page::openSetup);
        for (auto* button : opened.page->findChildren<QPushButton*>())
            if (button->isVisible()) button->click();
        QCOMPARE(setup.size(), 1);
    }

    void theStudentAloneIsFoundByItself() {
        Opened opened;
        const Story story(3);
        opened.addAlone(story);
        const int64_t run = opened.addStudent(story);
        opened.open();
        QVERIFY(opened.page->report());
        QCOMPARE(opened.page->selectedRun(), run);
        QVERIFY(opened.page->report()->baseline);
        QCOMPARE(opened.find<TextTable>("biasClassTable")->rowCount(), 3);
        QCOMPARE(opened.cell("biasClassTable", 0, "Class"), QString("class 2"));  // the lowest first
        QVERIFY(opened.cell("biasClassTable", 0, "Student").startsWith("50.0 %"));
        QVERIFY(opened.cell("biasClassTable", 0, "Student alone").startsWith("100.0 %"));
        QCOMPARE(opened.cell("biasClassTable", 0, "Moved"), QString("▼ down"));
        QCOMPARE(opened.find<PlotView>("biasClassPlot")->points("down"), (QVector<QPointF>{{0, -50}}));
    }

    void withoutABaselineTheOtherBlocksStand() {
        Opened opened;
        opened.addStudent(Story(3), false);
        opened.open();
        QVERIFY(!opened.page->report()->baseline);
        QVERIFY(opened.find<QLabel>("biasSummary")->text().contains("baseline"));
        opened.see("propagation");
        QVERIFY(!opened.find<PlotView>("propagationPlot")->isVisible());
        QVERIFY(opened.find<QLabel>("propagationWords")->text().contains("alone"));
        opened.see("groups");
        QVERIFY(opened.find<QLabel>("biasNoGroups")->isVisible());
        QVERIFY(!opened.find<TextTable>("biasGroupTable")->isVisible());
        opened.see("images");
        QVERIFY(!opened.find<QListWidget>("exemplarList")->isVisible());
    }

    void groupsAndTheirClassesAreListed() {
        Opened opened;
        const Story story(3);
        opened.addAlone(story);
        opened.addStudent(story);
        opened.open();
        opened.see("groups");
        QCOMPARE(opened.find<TextTable>("biasGroupTable")->rowCount(), 2);
        QCOMPARE(opened.cell("biasGroupTable", 1, "Group"), QString("dark"));
        QVERIFY(opened.cell("biasGroupTable", 1, "Student").startsWith("66.7 %"));
        QCOMPARE(opened.find<TextTable>("biasCellTable")->rowCount(), 6);
        QCOMPARE(opened.cell("biasCellTable", 5, "Student"), QString("0.0 %"));
        auto* figures = opened.find<TextTable>("biasFigures");
        QVERIFY(figures->rowCount() > 8);
        figures->setFocus();
        QTest::keyClick(figures, Qt::Key_C, Qt::ControlModifier);
        QVERIFY(QApplication::clipboard()->text().contains("Worst group"));
    }

    void theKeysMoveThroughTheConfusions() {
        Opened opened;
        const Story story(3);
        opened.addAlone(story);
        opened.addStudent(story);
        opened.open();
        opened.see("confusion");
        auto* map = opened.find<HeatMap>("confusionMap");
        map->setFocus();
        QTest::keyClick(map, Qt::Key_End);
        QCOMPARE(map->row(), 2);
        QVERIFY(opened.find<QLabel>("confusionCell")
                    ->text()
                    .contains("class 2, rightly named. Images: student 10, teacher 15, student alone 20"));
        QCOMPARE(map->accessibleDescription(), opened.find<QLabel>("confusionCell")->text());
        for (int i = 0; i < 5; ++i)
            QTest::keyClick(map, Qt::Key_Left);
        QCOMPARE(map->column(), 0);
        QVERIFY(opened.find<QLabel>("confusionCell")->text().contains("taken for class 0"));
        QCOMPARE(opened.find<QComboBox>("confusionOf")->count(), 5);
        QCOMPARE(opened.cell("confusionPairs", 0, "Student"), QString("10"));
    }

    void imagesAreLoadedOrItIsSaidWhyNot() {
        Opened opened;
        const Story story(3);
        opened.addAlone(story);
        opened.addStudent(story);
        opened.open();
        opened.see("images");
        auto* list = opened.find<QListWidget>("exemplarList");
        QCOMPARE(list->count(), 5);
        QTRY_VERIFY_WITH_TIMEOUT(!list->item(0)->icon().isNull(), 30'000);  // shapes can be drawn again
        QVERIFY(list->item(0)->text().startsWith("class 2, not class 0"));
    }

    void aRemedyOpensADraftWithOnlyThatChange() {
        Opened opened;
        const Story story(3);
        opened.addAlone(story);
        opened.addStudent(story);
        opened.open();
        opened.see("remedies");
        QSignalSpy setup(opened.page.get(), &Page::openSetup), sweep(opened.page.get(), &FairnessPage::openSweep);
        auto* mask = opened.find<QPushButton>("remedy.mask");
        QVERIFY(mask);
        mask->click();
        QCOMPARE(setup.size(), 1);
        Json draft = setup.at(0).at(0).value<Json>();
        QVERIFY(validate(draft, catalogue()).empty());
        QCOMPARE(QString::fromStdString(draft.at("mitigations").dump()), QString(R"([{"classes":["class 2"],"kind":"mask"}])"));
        draft.erase("mitigations");
        draft["name"] = test::distilled().at("name");
        QCOMPARE(QString::fromStdString(draft.dump()), QString::fromStdString(test::distilled().dump()));
        auto* temperature = opened.find<QPushButton>("remedy.temperature");
        QVERIFY(temperature);
        temperature->click();
        QCOMPARE(sweep.size(), 1);
        QCOMPARE(sweep.at(0).at(1).value<std::string>(), std::string("knowledge[0].temperature"));
    }

    void theReportIsWrittenAsEveryKindOfFile() {
        Opened opened;
        const Story story(3);
        opened.addAlone(story);
        opened.addStudent(story);
        opened.open();
        QSignalSpy told(opened.page.get(), &Page::message);
        const QDir folder(opened.store.folder.filePath("report"));
        opened.page->writeInto(folder.path());
        QTRY_COMPARE_WITH_TIMEOUT(told.size(), 1, 20'000);
        QCOMPARE(told.at(0).at(0).toString(), QString("info"));
        for (const char* file : {"report.html", "report.json", "report.pdf", "model-card.md", "classes.csv", "groups.csv"})
            QVERIFY2(QFileInfo(folder.filePath(file)).size() > 100, file);
        QFile pdf(folder.filePath("report.pdf"));
        QVERIFY(pdf.open(QIODevice::ReadOnly) && pdf.read(5) == "%PDF-");
        // where nothing can be written, that is said
        opened.page->writeInto(QStringLiteral("/proc/nowhere"));
        QTRY_COMPARE_WITH_TIMEOUT(told.size(), 2, 20'000);
        QCOMPARE(told.at(1).at(0).toString(), QString("error"));
    }

    void aHundredClassesFit() {
        Opened opened;
        const Story story(100);
        opened.addAlone(story);
        opened.addStudent(story);
        opened.open();
        QCOMPARE(opened.find<TextTable>("biasClassTable")->rowCount(), 100);
        QVERIFY(opened.find<PlotView>("biasClassPlot")->xRange().second < 40);  // names stay legible
        for (const char* view : {"groups", "propagation", "confusion", "images", "remedies", "limits"})
            opened.see(view);
        QVERIFY(!opened.page->showView("nothing"));
    }

    void anUnfinishedRunIsNotShown() {
        Opened opened;
        const Story story(3);
        opened.addStudent(story);
        const int64_t running = test::tell(opened.store.store, {.trial = std::string(64, 'c'),
                                                                .labels = story.labels,
                                                                .answers = {{"student", story.student}},
                                                                .classNames = story.names,
                                                                .document = test::distilled(),
                                                                .state = RunState::Running});
        opened.open();
        QSignalSpy told(opened.page.get(), &Page::message);
        opened.page->showRuns({running});
        opened.settle();
        QCOMPARE(told.size(), 1);
        QVERIFY(told.at(0).at(1).toString().contains("not finished"));
        QVERIFY(opened.page->selectedRun() != running);
    }
};

int testFairness(const QStringList& arguments) {
    TestFairness tests;
    return QTest::qExec(&tests, arguments);
}

}  // namespace gaplab::ui

#include "tst_pages_fairness.moc"
