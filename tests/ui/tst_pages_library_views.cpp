#include <rapidcheck.h>

#include <QAction>
#include <QApplication>
#include <QHeaderView>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QScrollBar>
#include <QTimer>

#include "tests/ui/pages_tests.h"
#include "ui/library/columns_dialog.h"
#include "ui/library/library_page.h"
#include "ui/library/store_dialog.h"

namespace gaplab::ui {

class TestLibraryViews : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void columnsAreAddedShownAndTakenBack();
    void headerMenuHidesAColumn();
    void groupsHaveMeansAndAreOpenedByKeys();
    void selectedGroupMeansItsRuns();
    void stateAndNameStayInSight();
    void viewIsSavedShownAndTakenBack();
    void lastLookComesBack();
    void refusedEditLeavesNoStep();
    void compareSetIsSavedAndOpened();
    void sparkLineKeepsEveryExtreme();
    void sparkLinesArePainted();
    void storeIsCheckedAndCompacted();
};

namespace {

struct Library {
    PageStore store;
    std::unique_ptr<LibraryPage> page;
    QTableView* view = nullptr;

    void open() {
        page = std::make_unique<LibraryPage>(store.session);
        page->resize(700, 500);
        page->show();
        view = page->findChild<QTableView*>("runs");
        QTRY_VERIFY(page->isSettled());
    }
    QString cell(int row, int column) const { return view->model()->index(row, column).data().toString(); }
    QAction* action(const QString& name) const { return page->findChild<QAction*>(name); }
    LibraryViews& views() const { return *page->findChild<LibraryViews*>(); }
    std::vector<std::string> shown() const {
        std::vector<std::string> fields;
        for (const RunLayout::Column& column : views().current().columns)
            fields.push_back(column.field);
        return fields;
    }
};

template <typename Call>
void inDialog(const Call& call) {
    QTimer::singleShot(0, [call] { call(qobject_cast<QDialog*>(QApplication::activeModalWidget())); });
}

void answer(const QString& text) {
    inDialog([text](QDialog* dialog) {
        auto* asks = qobject_cast<QInputDialog*>(dialog);
        QVERIFY(asks);
        asks->setTextValue(text);
        asks->accept();
    });
}

}  // namespace

void TestLibraryViews::columnsAreAddedShownAndTakenBack() {
    Library library;
    addRun(library.store.store, {.name = "one", .temperature = 7});
    library.open();
    const std::vector<std::string> before = library.shown();
    inDialog([](QDialog* dialog) {
        QVERIFY(qobject_cast<ColumnsDialog*>(dialog));
        auto* field = dialog->findChild<QLineEdit*>("columnField");
        auto* list = dialog->findChild<QListWidget*>("columnList");
        field->setFocus();
        QTest::keyClicks(field, "nonsense");
        QTest::keyClick(field, Qt::Key_Return);
        QVERIFY(dialog->findChild<QLabel*>("columnProblem")->text().contains("nonsense"));
        QVERIFY(dialog->isVisible());
        field->setText("knowledge[0].temperature");
        QTest::keyClick(field, Qt::Key_Return);
        field->setText("student/validation/accuracy.min");
        dialog->findChild<QPushButton*>("addColumn")->click();
        // To the place behind the name, and the student away: all by keys.
        list->setFocus();
        while (list->currentRow() > 2)
            QTest::keyClick(list, Qt::Key_Up, Qt::AltModifier);
        QTest::keyClick(list, Qt::Key_Up, Qt::AltModifier);
        QCOMPARE(list->currentRow(), 2);  // never before the name
        QTest::keyClick(list, Qt::Key_Down);
        QTest::keyClick(list, Qt::Key_Space);
        dialog->accept();
    });
    library.action("chooseColumns")->trigger();
    const std::vector<std::string> after = library.shown();
    QCOMPARE(after[2], std::string("student/validation/accuracy.min"));
    QCOMPARE(after[3], std::string("teacher"));
    QCOMPARE(after.back(), std::string("knowledge[0].temperature"));
    const int least = library.view->horizontalHeader()->logicalIndex(2);
    QCOMPARE(library.cell(0, least), QString("10.0 %"));
    QCOMPARE(library.cell(0, library.view->model()->columnCount() - 1), QString("7"));
    QVERIFY(library.page->canUndo());
    library.page->undo();
    QCOMPARE(library.shown(), before);
    library.page->redo();
    QCOMPARE(library.shown(), after);
}

void TestLibraryViews::headerMenuHidesAColumn() {
    Library library;
    addRun(library.store.store, {.name = "one"});
    library.open();
    QTimer::singleShot(0, [] {
        auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
        QVERIFY(menu);
        QTest::keyClick(menu, Qt::Key_Down);
        QTest::keyClick(menu, Qt::Key_Return);
        menu->close();
    });
    QHeaderView* header = library.view->horizontalHeader();
    const int place = header->sectionViewportPosition(RunTableModel::Student) + 5;
    Q_EMIT header->customContextMenuRequested({place, 5});
    QVERIFY(header->isSectionHidden(RunTableModel::Student));
    library.page->undo();
    QVERIFY(!header->isSectionHidden(RunTableModel::Student));
}

void TestLibraryViews::groupsHaveMeansAndAreOpenedByKeys() {
    Library library;
    for (const uint64_t seed : {0, 1, 2})
        addRun(library.store.store, {.name = "many", .seed = seed, .student = {0.1, 0.4 + 0.1 * static_cast<double>(seed)}});
    addRun(library.store.store, {.name = "single", .temperature = 9});
    library.open();
    library.action("group.trial")->trigger();
    QCOMPARE(library.view->model()->rowCount(), 6);
    QVERIFY(library.cell(0, RunTableModel::Name).contains("1 run"));  // the newest first
    QVERIFY(library.cell(2, RunTableModel::Name).contains("3 run"));
    QCOMPARE(library.cell(2, RunTableModel::BestValidation), QString("50.0 % ± 10.0 %"));
    QCOMPARE(library.cell(2, RunTableModel::Seed), QString());  // a mean of seeds says nothing
    library.view->setFocus();
    library.view->setCurrentIndex(library.view->model()->index(3, RunTableModel::State));
    QTest::keyClick(library.view, Qt::Key_Left);
    QCOMPARE(library.view->currentIndex().row(), 2);
    QTest::keyClick(library.view, Qt::Key_Left);
    QCOMPARE(library.view->model()->rowCount(), 3);
    QCOMPARE(library.view->currentIndex().row(), 2);
    QTest::keyClick(library.view, Qt::Key_Right);
    QCOMPARE(library.view->model()->rowCount(), 6);
    QTest::keyClick(library.view, Qt::Key_Return);
    QCOMPARE(library.view->model()->rowCount(), 3);
    library.action("openGroups")->trigger();
    QCOMPARE(library.view->model()->rowCount(), 6);
    // A filter leaves groups without runs out, and says how many runs there are, not rows.
    library.page->findChild<QLineEdit*>("filter")->setText("seed:0..1 many");
    QCOMPARE(library.view->model()->rowCount(), 3);
    QCOMPARE(library.page->findChild<QLabel*>("count")->text().left(1), QString("2"));
    library.page->undo();
    QCOMPARE(library.view->model()->rowCount(), 2);
}

void TestLibraryViews::selectedGroupMeansItsRuns() {
    Library library;
    for (const uint64_t seed : {0, 1, 2})
        addRun(library.store.store, {.name = "many", .seed = seed});
    library.open();
    library.action("group.trial")->trigger();
    library.action("closeGroups")->trigger();
    QCOMPARE(library.view->model()->rowCount(), 1);
    library.view->selectRow(0);
    QSignalSpy asked(library.page.get(), &Page::openCompare);
    library.action("compareRuns")->trigger();
    QCOMPARE(asked.size(), 1);
    QCOMPARE(asked[0][0].value<std::vector<int64_t>>().size(), size_t(3));
}

void TestLibraryViews::stateAndNameStayInSight() {
    Library library;
    addRun(library.store.store, {.name = "one"});
    addRun(library.store.store, {.name = "two"});
    library.open();
    auto* frozen = library.view->findChild<QTableView*>("frozenRuns");
    QVERIFY(!frozen->isVisible());
    library.view->setFocus();
    library.view->setCurrentIndex(library.view->model()->index(0, RunTableModel::Name));
    QTest::keyClick(library.view, Qt::Key_End);
    QVERIFY(library.view->horizontalScrollBar()->value() > 0);
    QVERIFY(frozen->isVisible());
    QCOMPARE(frozen->width(), library.view->columnWidth(0) + library.view->columnWidth(1));
    // What is gone to is never under the two.
    for (int i = 0; i < 8; ++i) {
        QTest::keyClick(library.view, Qt::Key_Left);
        const int column = library.view->currentIndex().column();
        if (column >= RunsView::frozenColumns)
            QVERIFY(library.view->columnViewportPosition(column) >= frozen->width() ||
                    library.view->horizontalScrollBar()->value() == 0);
    }
    library.view->horizontalScrollBar()->setValue(library.view->horizontalScrollBar()->maximum());
    const QModelIndex second = frozen->model()->index(1, RunTableModel::Name);
    QTest::mouseClick(frozen->viewport(), Qt::LeftButton, {}, frozen->visualRect(second).center());
    QCOMPARE(library.page->selectedRun(), qint64{1});
    QVERIFY(library.view->hasFocus());
    // The name is edited where it can be seen.
    library.action("renameRun")->trigger();
    QVERIFY(!frozen->isVisible());
    QVERIFY(library.view->viewport()->findChild<QLineEdit*>());
}

void TestLibraryViews::viewIsSavedShownAndTakenBack() {
    Library library;
    addRun(library.store.store, {.name = "one"});
    addRun(library.store.store, {.name = "two"});
    library.open();
    auto* words = library.page->findChild<QLineEdit*>("filter");
    words->setText("two");
    library.action("group.state")->trigger();
    library.view->sortByColumn(RunTableModel::Name, Qt::AscendingOrder);
    const RunLayout saved = library.views().current();
    answer("mine");
    library.action("saveView")->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(library.action("view.mine"), 10'000);
    library.action("view.first")->trigger();
    QCOMPARE(words->text(), QString());
    QCOMPARE(library.views().current().grouping, std::string());
    library.action("view.mine")->trigger();
    QVERIFY(library.views().current() == saved);
    library.page->undo();
    QCOMPARE(words->text(), QString());
    library.page->undo();
    QVERIFY(library.views().current() == saved);
    library.page->undo();  // the view was never saved
    QTRY_VERIFY_WITH_TIMEOUT(!library.action("view.mine"), 10'000);
    library.page->redo();
    QTRY_VERIFY_WITH_TIMEOUT(library.action("view.mine"), 10'000);
}

void TestLibraryViews::lastLookComesBack() {
    Library library;
    addRun(library.store.store, {.name = "one"});
    library.open();
    library.action("group.student")->trigger();
    library.view->sortByColumn(RunTableModel::Id, Qt::AscendingOrder);
    const RunLayout left = library.views().current();
    library.page.reset();
    library.store.workbench.wait();
    library.open();
    QVERIFY(library.views().current() == left);
    QVERIFY(library.action("group.student")->isChecked());
}

void TestLibraryViews::refusedEditLeavesNoStep() {
    PageStore store;
    const int64_t run = addRun(store.store, {.name = "old"});
    RunEdits edits(store.workbench, store.pump);
    edits.rename(run, "old", "new");
    QTRY_COMPARE(store.store.run(run).name, std::string("new"));
    edits.rename(999, "a", "b");  // there is no such run
    QVERIFY(edits.canUndo());
    QSignalSpy told(&store.pump, &FeedPump::rejected);
    QTRY_COMPARE(told.size(), 1);
    edits.undo();  // so this is of the first step
    QTRY_COMPARE(store.store.run(run).name, std::string("old"));
    QVERIFY(!edits.canUndo());
    edits.redo();
    QTRY_COMPARE(store.store.run(run).name, std::string("new"));
    QVERIFY(!edits.canRedo());
    // Of several runs those that were refused leave the step, the others stay.
    edits.remove({run, 999});
    QTRY_COMPARE(told.size(), 2);
    QVERIFY(store.store.run(run).deletedAt > 0);
    edits.undo();
    QTRY_COMPARE(store.store.run(run).deletedAt, 0.0);
    QTest::qWait(100);
    QCOMPARE(told.size(), 2);
}

void TestLibraryViews::compareSetIsSavedAndOpened() {
    Library library;
    const int64_t run = addRun(library.store.store, {.name = "one"});
    addRun(library.store.store, {.name = "two"});
    library.open();
    library.view->selectRow(1);
    QTimer::singleShot(300, [] { answer("table 2"); });
    library.action("saveCompareSet")->trigger();
    QTRY_COMPARE_WITH_TIMEOUT(library.store.store.compareSets().size(), size_t{1}, 10'000);
    QSignalSpy asked(library.page.get(), &Page::openCompare);
    QTimer::singleShot(300, [] { answer("table 2"); });
    library.action("openCompareSet")->trigger();
    QTRY_COMPARE_WITH_TIMEOUT(asked.size(), 1, 10'000);
    QCOMPARE(asked[0][0].value<std::vector<int64_t>>(), std::vector<int64_t>{run});
    library.page->undo();
    QTRY_VERIFY(library.store.store.compareSets().empty());
}

void TestLibraryViews::sparkLineKeepsEveryExtreme() {
    QVERIFY(rc::check([] {
        const auto values = *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(-1000, 1000)));
        std::vector<Point> points;
        for (size_t i = 0; i < values.size(); ++i)
            points.push_back({static_cast<int64_t>(3 * i), 0, static_cast<double>(values[i]), 0});
        points.push_back({1'000'000, 0, std::nan(""), 0});
        const SparkLine spark = sparkLine(points, 8);
        RC_ASSERT(spark.line.size() <= 16);
        const QRectF bounds = spark.line.boundingRect();
        const bool flat = std::ranges::min(values) == std::ranges::max(values);
        RC_ASSERT(bounds.height() == (flat ? 0.0 : 1.0));
        RC_ASSERT(std::ranges::is_sorted(spark.line, {}, &QPointF::x));
    }));
    QVERIFY(sparkLine({}, 8).line.isEmpty());
}

void TestLibraryViews::sparkLinesArePainted() {
    Library library;
    addRun(library.store.store, {.name = "one"});
    library.open();
    const QModelIndex index = library.view->model()->index(0, RunTableModel::Spark);
    library.view->clearSelection();
    library.view->horizontalScrollBar()->setValue(library.view->horizontalScrollBar()->value() +
                                                  library.view->columnViewportPosition(RunTableModel::Spark) - 200);
    const auto inked = [&] {
        const QImage picture = library.view->viewport()->grab(library.view->visualRect(index)).toImage();
        int differing = 0;
        for (int y = 0; y < picture.height(); ++y)
            for (int x = 0; x < picture.width(); ++x)
                differing += picture.pixel(x, y) != picture.pixel(1, 1);
        return differing;
    };
    QTRY_VERIFY(inked() > 50);
    QVERIFY(index.data(Qt::AccessibleTextRole).toString().contains("70.0"));
}

void TestLibraryViews::storeIsCheckedAndCompacted() {
    PageStore store;
    addRun(store.store, {.name = "one"});
    auto* dialog = new StoreDialog(store.path);
    dialog->show();
    auto* result = dialog->findChild<QLabel*>("healthResult");
    QTest::mouseClick(dialog->findChild<QPushButton*>("quickCheck"), Qt::LeftButton);
    QTRY_COMPARE(result->text(), QString("Nothing is wrong."));
    QTest::mouseClick(dialog->findChild<QPushButton*>("compactStore"), Qt::LeftButton);
    QTRY_VERIFY(!dialog->isBusy());
    QVERIFY2(result->text().contains("given"), qPrintable(result->text()));
    QTest::keyClick(dialog, Qt::Key_Escape);
    QVERIFY(!dialog->isVisible());
}

int testLibraryViews(const QStringList& arguments) {
    TestLibraryViews tests;
    return QTest::qExec(&tests, arguments);
}

}  // namespace gaplab::ui

#include "tst_pages_library_views.moc"
