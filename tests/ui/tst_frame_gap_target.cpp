#include <QAction>
#include <QApplication>
#include <QLabel>
#include <QMouseEvent>
#include <QTableWidget>

#include "tests/ui/frame_tests.h"
#include "ui/forms/form_grid.h"
#include "ui/forms/number_spin.h"
#include "ui/setup/gap_plot.h"
#include "ui/setup/setup_page.h"
#include "ui/window/main_window.h"

namespace gaplab::ui {
namespace {

/// Set-up with a wanted gap over 12 epochs.
struct Fixture {
    TestSession store;
    SetupPage page{store.session};
    GapPlot* plot = nullptr;
    Json before;

    explicit Fixture(const char* target, double band = 1.5) {
        Json document = smallExperiment();
        document["training"]["epochs"] = 12;
        document["gap"] = {{"target", Json::parse(target)}, {"band", band}};
        page.resize(1200, 2400);
        page.show();
        page.showDocument(document);
        before = page.document();
        plot = find<GapPlot>("gap.plot");
        QCoreApplication::processEvents();
    }

    template <typename Widget>
    Widget* find(const char* name) {
        auto* widget = page.findChild<Widget*>(name);
        if (!widget) qFatal("There is no %s.", name);
        return widget;
    }

    QString target() { return QString::fromStdString(page.document()["gap"]["target"].dump()); }
    double band() { return page.document()["gap"]["band"]; }
    QPointF at(double epoch, double gap) { return plot->toPixel(epoch, gap); }

    // A whole pixel is about 0.1 points: QTest's own mouse is too coarse to tell where a drag ends.
    void send(QEvent::Type type, QPointF place) {
        const bool moves = type == QEvent::MouseMove, ends = type == QEvent::MouseButtonRelease;
        QMouseEvent event(type, place, plot->mapToGlobal(place), moves ? Qt::NoButton : Qt::LeftButton,
                          ends ? Qt::NoButton : Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(plot, &event);
    }
    void pull(QPointF from, QPointF to) {
        send(QEvent::MouseButtonPress, from);
        for (const double share : {0.2, 0.5, 0.8, 1.0})
            send(QEvent::MouseMove, from + (to - from) * share);
    }
    void letGo(QPointF place) { send(QEvent::MouseButtonRelease, place); }
    void drag(QPointF from, QPointF to) {
        pull(from, to);
        letGo(to);
    }
    void focus(size_t handle) {
        page.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&page));
        plot->setFocus(Qt::OtherFocusReason);
        QTest::keyClick(plot, Qt::Key_Home);
        for (size_t i = 0; i < handle; ++i)
            QTest::keyClick(plot, Qt::Key_Tab);
        QCOMPARE(plot->focusedHandle(), handle);
    }
};

}  // namespace

class TestGapTarget : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void draggingAPointChangesTheDocumentOnce();
    void draggingTheLineOfAConstantMovesItsLevel();
    void draggingAnEdgeChangesTheBand_data();
    void draggingAnEdgeChangesTheBand();
    void edgesOfAThinBandAreReached();
    void aClickIsNoChange();
    void escapeLetsGo();
    void doubleClickOnTheLineAddsAPoint();
    void keysMoveTheFocusedHandle_data();
    void keysMoveTheFocusedHandle();
    void keyPressesAtOneHandleAreTakenBackTogether();
    void tabVisitsEveryHandleAndLeaves();
    void theTableIsTheTwin();
    void whatCannotBeDrawnIsSaid();
    void everyHandleIsPutInWords();
    void warningsFollowTheHandle();
    void theWindowTakesChangesBack();
};

void TestGapTarget::draggingAPointChangesTheDocumentOnce() {
    Fixture setup("[[0,9],[4,4],[8,1]]");
    QSignalSpy changed(&setup.page, &SetupPage::undoChanged);
    setup.pull(setup.at(4, 4), setup.at(6, 2));
    QCOMPARE(changed.count(), 0);
    QVERIFY(setup.page.document() == setup.before);
    QVERIFY2(setup.plot->reading().contains("epoch 6, 2.0 points"), qUtf8Printable(setup.plot->reading()));
    QCOMPARE(setup.find<QLabel>("gap.reading")->text(), setup.plot->reading());
    setup.letGo(setup.at(6, 2));
    QCOMPARE(changed.count(), 1);
    QCOMPARE(setup.target(), QString("[[0,9],[6,2.0],[8,1]]"));
    setup.page.undo();
    QVERIFY(setup.page.document() == setup.before);
    QVERIFY(*setup.plot->shape() == *GapShape::read(setup.before["gap"]["target"], 1.5));
    setup.page.redo();
    QCOMPARE(setup.target(), QString("[[0,9],[6,2.0],[8,1]]"));
}

void TestGapTarget::draggingTheLineOfAConstantMovesItsLevel() {
    Fixture setup("3.0");
    setup.drag(setup.at(1, 3), setup.at(9, 2));
    QCOMPARE(setup.target(), QString("2.0"));
    QCOMPARE(setup.find<NumberSpin>("gap.target")->text(), QString("2"));
}

void TestGapTarget::draggingAnEdgeChangesTheBand_data() {
    QTest::addColumn<double>("from");
    QTest::addColumn<double>("to");
    QTest::newRow("upper") << 4.5 << 5.0;
    QTest::newRow("lower") << 1.5 << 1.0;
}

void TestGapTarget::draggingAnEdgeChangesTheBand() {
    QFETCH(double, from);
    QFETCH(double, to);
    Fixture setup("3.0");
    setup.drag(setup.at(2, from), setup.at(5, to));
    QCOMPARE(setup.band(), 2.0);
    QCOMPARE(setup.target(), QString("3.0"));
    setup.page.undo();
    QVERIFY(setup.page.document() == setup.before);
}

void TestGapTarget::edgesOfAThinBandAreReached() {
    Fixture setup("9.0", 0.1);
    setup.drag(setup.at(2, 9.1) - QPointF(0, 4), setup.at(2, 10.1) - QPointF(0, 4));
    QCOMPARE(setup.target(), QString("9.0"));
    QVERIFY(setup.band() > 0.8);
}

void TestGapTarget::aClickIsNoChange() {
    Fixture setup("[[0.3,2.75],[8,1]]", 1.25);
    QSignalSpy changed(&setup.page, &SetupPage::undoChanged);
    for (const QPointF place : {setup.at(0.3, 2.75), setup.at(8, 1), setup.plot->handlePosition(2)})
        setup.drag(place, place);
    QCOMPARE(changed.count(), 0);
    // What is only moved upright keeps its epoch, off the beat as it is.
    setup.drag(setup.at(0.3, 2.75), {setup.at(0.3, 2.75).x(), setup.at(0.3, 1.5).y()});
    QCOMPARE(setup.target(), QString("[[0.3,1.5],[8,1]]"));
}

void TestGapTarget::escapeLetsGo() {
    Fixture setup("3.0");
    QSignalSpy changed(&setup.page, &SetupPage::undoChanged);
    setup.pull(setup.at(6, 3), setup.at(6, 1));
    QTest::keyClick(setup.plot, Qt::Key_Escape);
    setup.letGo(setup.at(6, 1));
    QCOMPARE(changed.count(), 0);
    QCOMPARE(setup.find<NumberSpin>("gap.target")->text(), QString("3"));
}

void TestGapTarget::doubleClickOnTheLineAddsAPoint() {
    Fixture setup("[[0,9],[8,1]]");
    QTest::mouseDClick(setup.plot, Qt::LeftButton, {}, setup.at(4, 5).toPoint());
    QCOMPARE(setup.target(), QString("[[0,9],[4,5.0],[8,1]]"));
    QCOMPARE(setup.plot->focusedHandle(), size_t{1});
    QTest::mouseDClick(setup.plot, Qt::LeftButton, {}, setup.at(4, 5).toPoint());
    QTest::mouseDClick(setup.plot, Qt::LeftButton, {}, setup.at(2, 1).toPoint());
    QCOMPARE(setup.target(), QString("[[0,9],[4,5.0],[8,1]]"));
}

void TestGapTarget::keysMoveTheFocusedHandle_data() {
    QTest::addColumn<int>("handle");
    QTest::addColumn<QList<int>>("keys");
    QTest::addColumn<bool>("shift");
    QTest::addColumn<QString>("target");
    QTest::addColumn<double>("band");
    const auto row = [](const char* name, int handle, QList<int> keys, bool shift, const char* target, double band = 1.5) {
        QTest::newRow(name) << handle << keys << shift << target << band;
    };
    row("up", 1, {Qt::Key_Up}, false, "[[0,9],[4,4.1],[8,1]]");
    row("far down", 1, {Qt::Key_Down}, true, "[[0,9],[4,3.0],[8,1]]");
    row("one beat on", 1, {Qt::Key_Right}, false, "[[0,9],[4.5,4],[8,1]]");
    row("ten beats on", 2, {Qt::Key_Left, Qt::Key_Right}, true, "[[0,9],[4,4],[9.5,1]]");
    row("no further than the neighbour", 0, QList<int>(20, Qt::Key_Right), false, "[[3.5,9],[4,4],[8,1]]");
    row("the first one stays at the beginning", 0, {Qt::Key_Left}, false, "[[0,9],[4,4],[8,1]]");
    row("insert", 0, {Qt::Key_Insert}, false, "[[0,9],[2,6.5],[4,4],[8,1]]");
    row("insert behind the last", 2, {Qt::Key_Insert}, false, "[[0,9],[4,4],[8,1],[10,1.0]]");
    row("delete", 1, {Qt::Key_Delete}, false, "[[0,9],[8,1]]");
    row("delete but one", 0, QList<int>(5, Qt::Key_Delete), false, "[[8,1]]");
    row("wider band", 3, {Qt::Key_Up, Qt::Key_Up}, false, "[[0,9],[4,4],[8,1]]", 1.7);
    row("the band is no point", 3, {Qt::Key_Insert, Qt::Key_Delete, Qt::Key_Right}, false, "[[0,9],[4,4],[8,1]]");
}

void TestGapTarget::keysMoveTheFocusedHandle() {
    QFETCH(int, handle);
    QFETCH(QList<int>, keys);
    QFETCH(bool, shift);
    QFETCH(QString, target);
    QFETCH(double, band);
    Fixture setup("[[0,9],[4,4],[8,1]]");
    setup.focus(static_cast<size_t>(handle));
    for (const int key : keys)
        QTest::keyClick(setup.plot, static_cast<Qt::Key>(key), shift ? Qt::ShiftModifier : Qt::NoModifier);
    QCOMPARE(setup.target(), target);
    QCOMPARE(setup.band(), band);
}

void TestGapTarget::keyPressesAtOneHandleAreTakenBackTogether() {
    Fixture setup("[[0,9],[4,4],[8,1]]");
    setup.focus(1);
    for (int i = 0; i < 5; ++i)
        QTest::keyClick(setup.plot, Qt::Key_Up);
    const Json moved = setup.page.document();
    QTest::keyClick(setup.plot, Qt::Key_Tab);
    QTest::keyClick(setup.plot, Qt::Key_Down);
    setup.page.undo();
    QVERIFY(setup.page.document() == moved);
    setup.page.undo();
    QVERIFY(setup.page.document() == setup.before);
}

void TestGapTarget::tabVisitsEveryHandleAndLeaves() {
    Fixture setup("[[0,9],[8,1]]");
    setup.focus(0);
    for (const size_t handle : {1, 2}) {
        QTest::keyClick(setup.plot, Qt::Key_Tab);
        QCOMPARE(setup.plot->focusedHandle(), handle);
    }
    QTest::keyClick(setup.plot, Qt::Key_Tab);
    QVERIFY(!setup.plot->hasFocus());
    QWidget* next = QApplication::focusWidget();
    QVERIFY(next);
    QTest::keyClick(next, Qt::Key_Backtab);
    QVERIFY(setup.plot->hasFocus());
    QCOMPARE(setup.plot->focusedHandle(), size_t{2});
    for (int i = 0; i < 3; ++i) {
        QTest::keyClick(setup.plot, Qt::Key_Backtab);
    }
    QVERIFY(!setup.plot->hasFocus());
}

void TestGapTarget::theTableIsTheTwin() {
    Fixture setup("[[0,9],[8,1]]");
    auto* table = setup.find<QTableWidget>("gap.target.points");
    setup.pull(setup.at(8, 1), setup.at(10, 3));
    QCOMPARE(table->item(1, 0)->text(), QString("10"));
    QCOMPARE(table->item(1, 1)->text(), QString("3"));
    setup.letGo(setup.at(10, 3));
    table->item(0, 1)->setText("7");
    QCOMPARE(setup.target(), QString("[[0,7],[10,3]]"));
    QCOMPARE(setup.plot->shape()->curve().at(0), 7.0);
}

void TestGapTarget::whatCannotBeDrawnIsSaid() {
    Fixture setup("[[8,1],[0,9]]");
    QVERIFY(!setup.plot->shape());
    QVERIFY(setup.plot->reading().contains("cannot be drawn"));
    setup.drag({200, 60}, {220, 80});
    QTest::mouseDClick(setup.plot, Qt::LeftButton, {}, {200, 60});
    for (const Qt::Key key : {Qt::Key_Home, Qt::Key_End, Qt::Key_Up, Qt::Key_Insert, Qt::Key_Delete, Qt::Key_Escape})
        QTest::keyClick(setup.plot, key);
    QVERIFY(!setup.plot->grab().isNull());
    QVERIFY(setup.page.document() == setup.before);
}

void TestGapTarget::everyHandleIsPutInWords() {
    Fixture setup("[[0,9],[8,1]]");
    QVERIFY(setup.plot->accessibleName().contains("9.0 points at epoch 0, 1.0 points at epoch 8"));
    setup.focus(1);
    QVERIFY(setup.plot->accessibleDescription().contains("Point 2 of 2"));
    QTest::keyClick(setup.plot, Qt::Key_End);
    QVERIFY(setup.plot->accessibleDescription().contains("1.5 points"));
}

void TestGapTarget::warningsFollowTheHandle() {
    Fixture setup("3.0");
    auto* warning = setup.find<NoteLabel>("gap.warning.sign");
    QVERIFY(warning->text().isEmpty());
    setup.pull(setup.at(6, 3), setup.at(6, -1));
    QVERIFY(warning->text().contains("below zero"));
    QTest::keyClick(setup.plot, Qt::Key_Escape);
    QVERIFY(warning->text().isEmpty());
}

void TestGapTarget::theWindowTakesChangesBack() {
    const QTemporaryDir folder;
    MainWindow window(folder.filePath("runs.db").toStdString());
    auto* page = window.findChild<SetupPage*>();
    auto *undo = window.findChild<QAction*>("undo"), *redo = window.findChild<QAction*>("redo");
    page->showDocument(smallExperiment());
    QVERIFY(!undo->isEnabled() && !redo->isEnabled());
    auto* plot = page->findChild<GapPlot*>("gap.plot");
    QTest::keyClick(plot, Qt::Key_Up);
    QVERIFY(undo->isEnabled() && page->document() != smallExperiment());
    window.showPage("library");
    undo->trigger();
    QCOMPARE(window.currentPage()->key(), page->key());  // what changes is seen
    QVERIFY(page->document() == smallExperiment());
    QVERIFY(!undo->isEnabled() && redo->isEnabled());
}

int testGapTarget(const QStringList& arguments) {
    TestGapTarget tests;
    return QTest::qExec(&tests, arguments);
}

}  // namespace gaplab::ui

#include "tst_frame_gap_target.moc"
