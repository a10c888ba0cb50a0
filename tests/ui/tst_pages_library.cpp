#include <QAction>
#include <QLineEdit>
#include <QTableView>

#include "tests/ui/pages_tests.h"
#include "ui/library/library_page.h"
#include "ui/models/run_table_model.h"

namespace gaplab::ui {

class TestLibrary : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void emptyStoreOffersASetUp();
    void runsAreShownNewestFirstAndSorted();
    void filterLineNarrowsTheTable();
    void deletedRunGoesToTheTrashAndComesBack();
    void liveRunIsNotDeletedAndThePersonIsTold();
    void selectionAndOrderStayWhenRunsCome();
    void actionsFollowTheSelection();
    void cloneHandsOutTheDocument();
    void renamedRunAppearsUnderItsNewName();
};

namespace {

struct Library {
    PageStore store;
    std::unique_ptr<LibraryPage> page;
    QTableView* view = nullptr;

    void open() {
        page = std::make_unique<LibraryPage>(store.session);
        page->resize(1000, 600);
        page->show();
        view = page->findChild<QTableView*>("runs");
        QTRY_VERIFY(page->isSettled());
    }
    QStringList names() const {
        QStringList all;
        for (int row = 0; row < view->model()->rowCount(); ++row)
            all += view->model()->index(row, RunTableModel::Name).data().toString();
        return all;
    }
    QAction* action(const char* name) const { return page->findChild<QAction*>(name); }
    void choose(const QString& name) const { view->selectRow(static_cast<int>(names().indexOf(name))); }
};

}  // namespace

void TestLibrary::emptyStoreOffersASetUp() {
    Library library;
    library.open();
    QVERIFY(!library.view->isVisible());
    QSignalSpy asked(library.page.get(), &Page::openSetup);
    QTest::mouseClick(library.page->findChild<QPushButton*>("primary"), Qt::LeftButton);
    QCOMPARE(asked.size(), 1);
}

void TestLibrary::runsAreShownNewestFirstAndSorted() {
    Library library;
    addRun(library.store.store, {.name = "good", .student = {0.1, 0.9}});
    addRun(library.store.store, {.name = "bad", .student = {0.1, 0.2}});
    addRun(library.store.store, {.name = "waiting", .student = {}, .state = RunState::Queued});
    library.open();
    QCOMPARE(library.names(), QStringList({"waiting", "bad", "good"}));
    library.view->sortByColumn(RunTableModel::BestValidation, Qt::DescendingOrder);
    QCOMPARE(library.names(), QStringList({"good", "bad", "waiting"}));
    const auto cell = [&](int row, int column) { return library.view->model()->index(row, column).data().toString(); };
    QCOMPARE(cell(0, RunTableModel::State), QString("finished"));
    QCOMPARE(cell(0, RunTableModel::BestValidation), QString("90.0 %"));
    QCOMPARE(cell(0, RunTableModel::GapLast), QString("-10.0"));
    QCOMPARE(cell(0, RunTableModel::TestAtBest), QString("89.0 %"));
    QCOMPARE(cell(2, RunTableModel::Last), QString());
}

void TestLibrary::filterLineNarrowsTheTable() {
    Library library;
    addRun(library.store.store, {.name = "one"});
    addRun(library.store.store, {.name = "two", .teacher = 0});
    library.open();
    library.page->findRun();
    QTest::keyClicks(library.page->findChild<QLineEdit*>("filter"), "kd one");
    QCOMPARE(library.names(), QStringList({"one"}));
    library.page->findChild<QLineEdit*>("filter")->clear();
    QCOMPARE(library.names().size(), 2);
}

void TestLibrary::deletedRunGoesToTheTrashAndComesBack() {
    Library library;
    addRun(library.store.store, {.name = "keep"});
    const int64_t run = addRun(library.store.store, {.name = "drop"});
    library.open();
    QSignalSpy told(library.page.get(), &Page::message);
    library.choose("drop");
    library.view->setFocus();
    QTest::keyClick(library.view, Qt::Key_Delete);
    QCOMPARE(told.size(), 1);
    QCOMPARE(told[0][0].toString(), QString("info"));
    QTRY_COMPARE_WITH_TIMEOUT(library.names(), QStringList({"keep"}), 10'000);
    QVERIFY(library.store.store.run(run).deletedAt > 0);
    library.action("trash")->toggle();
    QCOMPARE(library.names(), QStringList({"drop"}));
    library.choose("drop");
    library.action("restoreRuns")->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(library.names().empty(), 10'000);
    library.action("trash")->toggle();
    QCOMPARE(library.names(), QStringList({"drop", "keep"}));
}

void TestLibrary::liveRunIsNotDeletedAndThePersonIsTold() {
    Library library;
    const int64_t live = addRun(library.store.store, {.name = "live", .state = RunState::Running});
    library.open();
    QSignalSpy told(library.page.get(), &Page::message);
    library.choose("live");
    library.action("deleteRuns")->trigger();
    QCOMPARE(told.size(), 1);
    QCOMPARE(told[0][0].toString(), QString("warning"));
    QVERIFY(told[0][1].toString().contains("live"));
    QTest::qWait(100);
    QCOMPARE(library.store.store.run(live).deletedAt, 0.0);
}

void TestLibrary::selectionAndOrderStayWhenRunsCome() {
    Library library;
    addRun(library.store.store, {.name = "b"});
    addRun(library.store.store, {.name = "c"});
    library.open();
    library.view->sortByColumn(RunTableModel::Name, Qt::AscendingOrder);
    library.choose("c");
    const qint64 chosen = library.page->selectedRun();
    addRun(library.store.store, {.name = "a"});
    QTRY_COMPARE_WITH_TIMEOUT(library.names(), QStringList({"a", "b", "c"}), 10'000);
    QCOMPARE(library.page->selectedRun(), chosen);
}

void TestLibrary::actionsFollowTheSelection() {
    Library library;
    addRun(library.store.store, {.name = "done"});
    addRun(library.store.store, {.name = "stopped", .state = RunState::Stopped});
    library.open();
    for (const char* name : {"openMonitor", "compareRuns", "cloneRun", "resumeRun", "renameRun", "deleteRuns"})
        QVERIFY2(!library.action(name)->isEnabled(), name);
    library.choose("done");
    QVERIFY(library.action("openMonitor")->isEnabled());
    QVERIFY(!library.action("resumeRun")->isEnabled());
    library.choose("stopped");
    QVERIFY(library.action("resumeRun")->isEnabled());
    library.view->selectAll();
    QVERIFY(!library.action("openMonitor")->isEnabled());
    QSignalSpy asked(library.page.get(), &Page::openCompare);
    library.action("compareRuns")->trigger();
    QCOMPARE(asked.size(), 1);
    QCOMPARE(asked[0][0].value<std::vector<int64_t>>().size(), size_t(2));
}

void TestLibrary::cloneHandsOutTheDocument() {
    Library library;
    addRun(library.store.store, {.name = "mine"});
    library.open();
    library.choose("mine");
    Json document;
    connect(library.page.get(), &Page::openSetup, this, [&document](const Json& given) { document = given; });
    library.action("cloneRun")->trigger();
    QCOMPARE(document, documentOf({.name = "mine"}));
}

void TestLibrary::renamedRunAppearsUnderItsNewName() {
    Library library;
    addRun(library.store.store, {.name = "old"});
    library.open();
    library.choose("old");
    library.view->setFocus();
    QTest::keyClick(library.view, Qt::Key_F2);
    auto* editor = qobject_cast<QLineEdit*>(library.view->viewport()->findChild<QLineEdit*>());
    QVERIFY(editor);
    editor->setText("new");
    QTest::keyClick(editor, Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(library.names(), QStringList({"new"}), 10'000);
}

int testLibrary(const QStringList& arguments) {
    TestLibrary tests;
    return QTest::qExec(&tests, arguments);
}

}  // namespace gaplab::ui

#include "tst_pages_library.moc"
