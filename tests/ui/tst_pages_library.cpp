#include <QAbstractItemView>
#include <QAction>
#include <QApplication>
#include <QCompleter>
#include <QInputDialog>
#include <QLabel>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QTableView>
#include <QTimer>

#include "tests/ui/pages_tests.h"
#include "ui/library/library_page.h"
#include "ui/library/query_edit.h"
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
    void filterSaysWhatItDoesNotUnderstand();
    void wordsOfTheFilterAreCompleted();
    void tagsNotesAndFoldersAreGivenAndTakenBack();
    void purgeAsksAndTellsWhy();
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

void TestLibrary::filterSaysWhatItDoesNotUnderstand() {
    Library library;
    addRun(library.store.store, {.name = "good", .student = {0.1, 0.9}});
    addRun(library.store.store, {.name = "bad", .student = {0.1, 0.2}});
    library.open();
    auto* filter = library.page->findChild<QLineEdit*>("filter");
    auto* problem = library.page->findChild<QLabel*>("filterProblem");
    filter->setText("acc>80%");
    QCOMPARE(library.names(), QStringList({"good"}));
    QVERIFY(!problem->isVisible());
    filter->setText("acc>80% studnt:x");
    QVERIFY(problem->isVisible() && problem->text().contains("did you mean student?"));
    QCOMPARE(library.names(), QStringList({"good"}));  // as it was
    filter->setText("-acc>80%");
    QVERIFY(!problem->isVisible());
    QCOMPARE(library.names(), QStringList({"bad"}));
}

void TestLibrary::wordsOfTheFilterAreCompleted() {
    Library library;
    addRun(library.store.store, {.name = "one"});
    library.open();
    auto* filter = library.page->findChild<QueryEdit*>("filter");
    const auto at = [&](const QString& text, int cursor = -1) {
        filter->setText(text);
        filter->setCursorPosition(cursor < 0 ? static_cast<int>(text.size()) : cursor);
        return filter->candidates();
    };
    QCOMPARE(at("stu"), QStringList({"student"}));
    QCOMPARE(at("acc>5 -stu"), QStringList({"-student"}));
    QCOMPARE(at("student:"), QStringList({"student:resnet8"}));
    QCOMPARE(at("student:resnet8"), QStringList());
    QCOMPARE(at("stu rest", 3), QStringList({"student"}));
    QCOMPARE(at(""), QStringList());
    QCOMPARE(at("unknown:"), QStringList());
    filter->clear();
    filter->setFocus();
    QTest::keyClicks(filter, "state:fin");
    QCOMPARE(library.names(), QStringList());  // not yet
    auto* completer = filter->findChild<QCompleter*>();
    QTRY_VERIFY(completer->popup()->isVisible());
    QTest::keyClick(completer->popup(), Qt::Key_Down);
    QTest::keyClick(completer->popup(), Qt::Key_Return);
    QCOMPARE(filter->text(), QString("state:finished "));
    QCOMPARE(library.names(), QStringList({"one"}));
}

void TestLibrary::tagsNotesAndFoldersAreGivenAndTakenBack() {
    Library library;
    const int64_t run = addRun(library.store.store, {.name = "mine"}), other = addRun(library.store.store, {.name = "other"});
    library.store.store.setTags(other, {"old"});
    library.open();
    library.view->selectAll();
    const auto answer = [](const QString& text) {
        QTimer::singleShot(0, [text] {
            auto* dialog = qobject_cast<QInputDialog*>(QApplication::activeModalWidget());
            QVERIFY(dialog);
            dialog->setTextValue(text);
            dialog->accept();
        });
    };
    answer("paper again");
    library.action("tagRuns")->trigger();
    QTRY_COMPARE(library.store.store.run(run).tags, (std::vector<std::string>{"again", "paper"}));
    QTRY_COMPARE(library.store.store.run(other).tags, (std::vector<std::string>{"again", "old", "paper"}));  // its own stays
    library.page->undo();
    QTRY_COMPARE(library.store.store.run(other).tags, (std::vector<std::string>{"old"}));
    QTRY_VERIFY(library.store.store.run(run).tags.empty());
    library.page->redo();
    QTRY_COMPARE(library.store.store.run(run).tags.size(), size_t{2});
    answer("paper/ablation");
    library.action("moveRuns")->trigger();
    QTRY_COMPARE(library.store.store.run(run).folder, std::string("paper/ablation"));
    QTRY_COMPARE_WITH_TIMEOUT(library.view->model()->index(0, RunTableModel::Folder).data().toString(), QString("paper/ablation"),
                              10'000);
    QTRY_COMPARE(library.view->model()->index(1, RunTableModel::Tags).data().toString(), QString("again, paper"));
    library.choose("mine");
    QTimer::singleShot(0, [] {
        auto* dialog = qobject_cast<QInputDialog*>(QApplication::activeModalWidget());
        QVERIFY(dialog);
        dialog->findChild<QPlainTextEdit*>()->setPlainText("looked at twice");
        dialog->accept();
    });
    library.action("noteRun")->trigger();
    QTRY_COMPARE(library.store.store.run(run).notes, std::string("looked at twice"));
    library.page->undo();
    QTRY_COMPARE(library.store.store.run(run).notes, std::string());
    // A run that is deleted comes back by undo.
    library.action("deleteRuns")->trigger();
    QTRY_VERIFY(library.store.store.run(run).deletedAt > 0);
    library.page->undo();
    QTRY_COMPARE(library.store.store.run(run).deletedAt, 0.0);
}

void TestLibrary::purgeAsksAndTellsWhy() {
    Library library;
    const int64_t teacher = addRun(library.store.store, {.name = "teacher", .teacher = 0});
    const int64_t student = addRun(library.store.store, {.name = "student", .from = {{"static", teacher}}});
    library.store.store.deleteRun(teacher);
    library.open();
    QVERIFY(!library.action("purgeRuns")->isVisible());
    library.action("trash")->toggle();
    library.choose("teacher");
    QSignalSpy told(library.page.get(), &Page::message);
    library.action("purgeRuns")->trigger();
    QTRY_COMPARE(told.size(), 1);
    QVERIFY2(told[0][1].toString().contains("made with the weights"), qPrintable(told[0][1].toString()));
    library.store.store.deleteRun(student);
    QTRY_COMPARE_WITH_TIMEOUT(library.names().size(), 2, 10'000);
    library.view->selectAll();
    const auto press = [](QMessageBox::ButtonRole role) {
        QTimer::singleShot(300, [role] {
            auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
            QVERIFY(box && box->text().contains("2 run(s)"));
            for (QAbstractButton* button : box->buttons())
                if (box->buttonRole(button) == role) return button->click();
        });
    };
    press(QMessageBox::RejectRole);
    library.action("purgeRuns")->trigger();
    QTest::qWait(600);
    QCOMPARE(library.store.store.runs(Store::Trash::Include).size(), size_t{2});
    press(QMessageBox::DestructiveRole);
    library.action("purgeRuns")->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(library.store.store.runs(Store::Trash::Include).empty(), 10'000);
}

int testLibrary(const QStringList& arguments) {
    TestLibrary tests;
    return QTest::qExec(&tests, arguments);
}

}  // namespace gaplab::ui

#include "tst_pages_library.moc"
