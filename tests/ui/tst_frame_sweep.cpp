#include <QCheckBox>
#include <QComboBox>
#include <QCompleter>
#include <QContextMenuEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPushButton>
#include <QTableView>

#include "tests/ui/frame_tests.h"
#include "tests/ui/setup_window.h"
#include "ui/compare/compare_page.h"
#include "ui/setup/sweep_values.h"

namespace gaplab::ui {
namespace {

/// A student under a teacher that is trained first; an epoch takes a moment.
Json tinyExperiment() {
    return Json::parse(R"({
        "schema": 1, "name": "tiny",
        "data": {"source": "shapes", "size": 16, "classes": 4, "train": 160, "test": 40, "validation": 0.25},
        "student": {"architecture": "resnet8"},
        "teachers": {"static": {"kind": "static", "architecture": "resnet8", "weights": "train"}},
        "knowledge": [{"from": "static", "to": "student", "loss": "kd"}],
        "training": {"epochs": 1, "batch": 40, "threads": 1},
        "seeds": [0, 1]})");
}

struct SweepFixture : SetupWindow {
    explicit SweepFixture(const Json& document = tinyExperiment()) : SetupWindow(document) {}

    QLineEdit* values(const QString& place) { return find<QLineEdit>("sweep." + place); }
    /// Sweeps by the key, then replaces the values.
    void sweep(const QString& place, const QString& text) {
        find(place)->setFocus();
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_W, Qt::ControlModifier | Qt::ShiftModifier);
        values(place)->selectAll();
        QTest::keyClicks(values(place), text);
    }
    QString notes() {
        QStringList texts;
        for (const NoteLabel* note : find("plan")->findChildren<NoteLabel*>())
            if (!note->text().isEmpty()) texts << note->text();
        return texts.join('\n');
    }
    QDialog* dialog() { return window.findChild<QDialog*>("sweepDialog"); }
};

}  // namespace

class TestSweep : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { QSettings().clear(); }

    void textOfTheCommandLineIsKept_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("inner");
        QTest::newRow("values") << "0.1, 0.2"
                                << "0.1, 0.2";
        QTest::newRow("range") << R"({"range": [1, 5, 2]})"
                               << "1, 5, 2";
        QTest::newRow("linear") << R"({"linear": [0, 1, 5]})"
                                << "0, 1, 5";
        QTest::newRow("log, not finished") << R"({"log": [0.1, ]})"
                                           << "0.1, ";
    }
    void textOfTheCommandLineIsKept() {
        QFETCH(QString, text);
        QFETCH(QString, inner);
        const SweepValues read = SweepValues::fromText(text);
        QCOMPARE(read.text, inner);
        QCOMPARE(read.toText(), text);
    }

    void theKeySweepsTheFieldWithTheCursor() {
        SweepFixture setup;
        setup.sweep("training.batch", "40, 80");
        QVERIFY(setup.values("training.batch")->hasFocus());
        QCOMPARE(setup.field("training.batch")->hint(), QString("Swept: 40, 80"));
        QTRY_VERIFY2(setup.notes().contains("2 experiment(s), 4 run(s)"), qPrintable(setup.notes()));
        QVERIFY(!setup.page->document().contains("sweep"));
        setup.window.actions().undo->trigger();  // what was typed
        QCOMPARE(setup.values("training.batch")->text(), QString("40"));
        setup.window.actions().undo->trigger();
        QVERIFY(!setup.page->findChild<QLineEdit*>("sweep.training.batch"));
        QVERIFY(setup.field("training.batch")->hint().isEmpty());
        setup.window.actions().redo->trigger();
        QVERIFY(setup.values("training.batch"));
        // On the field again: not any more.
        setup.find("training.batch")->setFocus();
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_W, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(!setup.page->findChild<QLineEdit*>("sweep.training.batch"));
    }

    void theMenuOfAFieldSweepsIt() {
        SweepFixture setup;
        QWidget* target = setup.find("training.optimizer.lr");
        QContextMenuEvent event(QContextMenuEvent::Mouse, QPoint(2, 2), target->mapToGlobal(QPoint(2, 2)));
        QApplication::sendEvent(target, &event);
        auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
        QVERIFY(menu);
        auto* sweep = menu->findChild<QAction*>("sweepThis");
        QVERIFY(sweep && !sweep->isChecked());
        QVERIFY2(menu->actions().size() > 3, "copy and paste are still there");
        sweep->trigger();
        menu->close();
        QVERIFY(setup.values("training.optimizer.lr"));
    }

    void aPathIsCompletedAndAdded() {
        SweepFixture setup;
        auto* path = setup.find<QLineEdit>("sweep.path");
        QTRY_VERIFY(path->completer()->model()->rowCount() > 30);
        path->setFocus();
        QTest::keyClicks(path, "TEMPERATURE");
        QTRY_VERIFY(path->completer()->popup()->isVisible());
        QTest::keyClick(path->completer()->popup(), Qt::Key_Down);
        QTest::keyClick(path->completer()->popup(), Qt::Key_Return);
        QTRY_VERIFY(setup.values("knowledge[0].temperature")->hasFocus());
        QTest::keyClicks(setup.values("knowledge[0].temperature"), "1,4");
        QTRY_VERIFY2(setup.notes().contains("2 experiment(s), 4 run(s)"), qPrintable(setup.notes()));
        path->setFocus();
        QTest::keyClicks(path, "training.batch");
        path->completer()->popup()->hide();
        QTest::mouseClick(setup.find<QPushButton>("sweep.add"), Qt::LeftButton);
        QCOMPARE(setup.window.focusWidget(), setup.values("training.batch"));
        QCOMPARE(setup.values("training.batch")->text(), QString("40"));
        QTest::mouseClick(setup.find<QToolButton>("sweep.knowledge[0].temperature.remove"), Qt::LeftButton);
        QTRY_VERIFY(!setup.page->findChild<QLineEdit*>("sweep.knowledge[0].temperature"));
    }

    void rangesShowWhatTheyComeTo() {
        SweepFixture setup;
        setup.sweep("training.optimizer.lr", "0.01, 0.1, 3");
        auto* form = setup.find<QComboBox>("sweep.training.optimizer.lr.form");
        form->setFocus();
        QTest::keyClick(form, Qt::Key_End);
        QCOMPARE(form->currentText(), QString("Log"));
        Q_EMIT form->activated(form->currentIndex());
        QTRY_VERIFY2(setup.notes().contains("0.01, 0.0316227766017, 0.1"), qPrintable(setup.notes()));
        setup.values("training.optimizer.lr")->selectAll();
        QTest::keyClicks(setup.values("training.optimizer.lr"), "0, 0.1, 3");
        QTRY_VERIFY2(setup.notes().contains("above 0"), qPrintable(setup.notes()));
    }

    void faultyExperimentsAreMarkedAndNothingStarts() {
        SweepFixture setup;
        setup.sweep("training.epochs", "1, -3, 2");
        QTRY_VERIFY2(setup.notes().contains("1 experiment(s) cannot be trained"), qPrintable(setup.notes()));
        QTest::mouseClick(setup.find<QPushButton>("start"), Qt::LeftButton);
        QTRY_VERIFY(setup.dialog());
        auto* table = setup.find<QTableView>("sweepMembers");
        QTRY_COMPARE(table->model()->rowCount(), 3);
        const int problems = table->model()->columnCount() - 1;
        QVERIFY(!table->isColumnHidden(problems));
        QVERIFY(table->model()->index(0, problems).data().toString().isEmpty());
        QVERIFY(table->model()->index(1, problems).data().toString().contains("-3"));
        QTest::mouseClick(setup.find<QPushButton>("sweepStart"), Qt::LeftButton);
        QVERIFY(setup.dialog()->isVisible());
        QTest::keyClick(setup.dialog(), Qt::Key_Escape);
        QTest::qWait(100);
        QVERIFY(setup.runs().empty());
    }

    void everyRunIsTrainedWithOneTeacherAndCompareShowsTrials() {
        SweepFixture setup;
        setup.sweep("knowledge[0].temperature", "1, 4");
        QTest::keyClick(&setup.window, Qt::Key_Return, Qt::ControlModifier);
        QTRY_VERIFY(setup.dialog());
        auto* table = setup.find<QTableView>("sweepMembers");
        QTRY_COMPARE(table->model()->rowCount(), 2);
        QCOMPARE(table->model()->headerData(1, Qt::Horizontal).toString(), QString("knowledge[0].temperature"));
        QVERIFY(table->model()->index(0, 4).data().toString().contains("B"));
        auto* start = setup.find<QPushButton>("sweepStart");
        QTRY_COMPARE(start->text(), QString("Start 4 run(s)"));
        QVERIFY(setup.runs().empty());
        QTest::keyClick(start, Qt::Key_Space);
        QTRY_COMPARE_WITH_TIMEOUT(setup.window.currentPage()->key(), QString("monitor"), 30000);
        const auto finished = [&] { return std::ranges::count(setup.runs(), RunState::Finished, &RunRow::state); };
        QTRY_COMPARE_WITH_TIMEOUT(finished(), 5, 120000);  // with the teacher that they share
        std::vector<int64_t> ids;
        for (const RunRow& run : setup.runs())
            if (run.kind != "stage") ids.push_back(run.id);
        QCOMPARE(ids.size(), size_t{4});
        QCOMPARE(setup.runs()[1].name, std::string("tiny (temperature 1)"));

        // Again: everything is there already, and Compare shows it as two trials of two seeds.
        setup.window.showPage("setup");
        QTest::mouseClick(setup.find<QPushButton>("start"), Qt::LeftButton);
        QTRY_VERIFY(setup.dialog());
        QTRY_VERIFY(setup.find<QTableView>("sweepMembers")->model()->index(0, 3).data().toString() != "not known");
        QTRY_COMPARE(setup.find<QPushButton>("sweepStart")->text(), QString("Start 4 run(s)"));
        QTest::mouseClick(setup.find<QPushButton>("sweepStart"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(setup.window.currentPage()->key(), QString("compare"), 30000);
        QCOMPARE(setup.runs().size(), size_t{5});
        auto* compare = qobject_cast<ComparePage*>(setup.window.page("compare"));
        QCOMPARE(compare->runs(), ids);
        QTRY_COMPARE_WITH_TIMEOUT(setup.find<QTableView>("trialTable")->model()->rowCount(), 2, 10000);
    }

    void theSweepIsPartOfTheDraft() {
        const QTemporaryDir folder;
        const std::filesystem::path path = folder.filePath("runs.db").toStdString();
        {
            MainWindow window(path, false);
            window.show();
            window.activateWindow();
            QVERIFY(QTest::qWaitForWindowActive(&window));
            auto* page = qobject_cast<SetupPage*>(window.page("setup"));
            page->showDocument(tinyExperiment());
            page->findChild<QWidget*>("training.batch")->setFocus();
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_W, Qt::ControlModifier | Qt::ShiftModifier);
            QTest::keyClicks(page->findChild<QLineEdit*>("sweep.training.batch"), "20,40");
            QTest::qWait(1500);
        }
        MainWindow window(path, false);
        window.show();
        auto* page = qobject_cast<SetupPage*>(window.page("setup"));
        QTRY_VERIFY(page->findChild<QLineEdit*>("sweep.training.batch"));
        QCOMPARE(page->findChild<QLineEdit*>("sweep.training.batch")->text(), QString("20,40"));
        QCOMPARE(page->document(), tinyExperiment());
    }

    void stagesOnImagesOfTheValidationAreWarnedOf() {
        Json document = tinyExperiment();
        document["stages"]["first"] = {{"data", document["data"]}, {"student", {{"architecture", "resnet8"}}}};
        document["teachers"]["static"]["weights"] = {{"stage", "first"}};
        document["stages"]["first"]["data"]["split_seed"] = 4;
        SweepFixture setup(document);
        auto* list = setup.find<QListWidget>("problems");
        QTRY_COMPARE(list->count(), 1);
        QVERIFY2(list->item(0)->text().contains("stages.first.data.split_seed"), qPrintable(list->item(0)->text()));
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualItemRect(list->item(0)).center());
        QTRY_VERIFY(setup.field("stages.first.data.split_seed")->warning().contains("validates on"));
        QVERIFY(setup.field("stages.first.data.split_seed")->problem().isEmpty());
        QTest::mouseClick(setup.find<QToolButton>("stages.first.data.split_seed.reset"), Qt::LeftButton);
        QTRY_COMPARE(list->count(), 0);
    }
};

int testSweep(const QStringList& arguments) {
    TestSweep test;
    return QTest::qExec(&test, arguments);
}

}  // namespace gaplab::ui

#include "tst_frame_sweep.moc"
