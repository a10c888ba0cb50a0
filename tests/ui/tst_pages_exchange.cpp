#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QDialog>
#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableView>
#include <QTreeWidget>

#include "core/base/files.h"
#include "core/interop/figure_file.h"
#include "core/interop/formats.h"
#include "tests/ui/drag.h"
#include "tests/ui/pages_tests.h"
#include "tests/ui/real_window.h"
#include "ui/compare/compare_page.h"
#include "ui/library/import_table.h"
#include "ui/monitor/monitor_page.h"
#include "ui/monitor/run_picker.h"
#include "ui/monitor/run_plot.h"

namespace gaplab::ui {
namespace {

/// A window over a store with runs in it, and what a person drops on it.
struct Exchange : RealWindow {
    std::vector<int64_t> add(const std::vector<TestRun>& runs) {
        Store store(path_, Store::Mode::Create);
        std::vector<int64_t> ids;
        for (const TestRun& run : runs)
            ids.push_back(addRun(store, run));
        return ids;
    }
    void open() {
        openWindow();
        settle();
    }
    /// Another store, without any run.
    void openEmpty() {
        path_ = folder_.filePath("empty.db").toStdString();
        openWindow();
        settle();
    }
    MainWindow& window() { return *window_; }
    void settle() { QTRY_VERIFY_WITH_TIMEOUT(window_->isSettled(), 10'000); }
    QString path(const QString& name) const { return folder_.filePath(name); }
    Store store() const { return Store(path_, Store::Mode::Write); }

    void drop(const QStringList& files) {
        QMimeData data;
        QList<QUrl> urls;
        for (const QString& file : files)
            urls += QUrl::fromLocalFile(file);
        data.setUrls(urls);
        const QPoint middle = window_->rect().center();
        QDragEnterEvent enter(middle, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(window_.get(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(middle, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(window_.get(), &drop);
        QVERIFY(drop.isAccepted());
        settle();
    }
    template <typename Widget>
    Widget* find(const char* name) {
        return window_->findChild<Widget*>(name);
    }
    MessageBar& bar() { return *window_->findChild<MessageBar*>(); }
    RunPlot& plot() { return *find<RunPlot>("runPlot"); }
    MonitorPage& monitor() { return *qobject_cast<MonitorPage*>(window_->page("monitor")); }
    ComparePage& compare() { return *qobject_cast<ComparePage*>(window_->page("compare")); }
    QDialog* dialog(const char* name) {
        QDialog* found = nullptr;
        [&] { QTRY_VERIFY_WITH_TIMEOUT((found = window_->findChild<QDialog*>(name)) && found->isVisible(), 5000); }();
        return found;
    }
};

FigureFormat someFormat() {
    FigureFormat format;
    format.millimetres = {178, 90};
    format.title = "What I found";
    format.xTitle = "Passes";
    format.legend = false;
    return format;
}

bool isAlike(QPair<double, double> a, QPair<double, double> b) {
    return std::abs(a.first - b.first) < 1e-9 && std::abs(a.second - b.second) < 1e-9;
}

void addKinds() {
    QTest::addColumn<QString>("kind");
    for (const char* kind : {"png", "svg", "pdf"})
        QTest::newRow(kind) << kind;
}

}  // namespace

class TestExchange : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void monitorComesBackFromItsFigure_data() { addKinds(); }
    void monitorComesBackFromItsFigure();
    void comparisonComesBackFromItsFigure_data() { addKinds(); }
    void comparisonComesBackFromItsFigure();
    void whatHasBecomeOfTheDataIsTold();
    void dataOfMissingRunsAreShown();
    void otherPicturesAreRefused();
    void aFigureMayCarryNothing();
    void droppedRunsArePreviewedTakenOverAndTakenBack();
    void whatIsNotUnderstoodIsTold();
    void brokenFilesLeaveTheStoreAlone();
    void anotherStoreComesIn();
    void exampleRunsComeInOnceAndAreTakenBack();
    void emptyLibraryOffersAnImport();
    void droppedExperimentIsOpened();
    void selectedRunsAreWritten();
};

void TestExchange::monitorComesBackFromItsFigure() {
    QFETCH(QString, kind);
    Exchange exchange;
    const auto runs = exchange.add({{.name = "A"}, {.name = "B", .student = {0.2, 0.3, 0.4}}, {.name = "C"}});
    exchange.open();
    exchange.window().showPage("monitor");
    exchange.monitor().showRun(runs[0]);
    exchange.settle();
    auto* picker = exchange.find<RunPicker>("runPicker");
    picker->item(1)->setCheckState(Qt::Checked);  // B: the newest stands first
    exchange.find<QComboBox>("viewX")->setCurrentIndex(1);
    exchange.find<QComboBox>("viewSmoothing")->setCurrentIndex(2);
    exchange.settle();
    exchange.plot().zoom(2);
    canvasOf(exchange.plot()).showY(RunPlot::Gap, {-3, 33});
    exchange.plot().drawNow();
    const auto x = exchange.plot().xRange(), y = exchange.plot().yRange(RunPlot::Gap);
    const QString numbers = figureNumbers(canvasOf(exchange.plot()));
    const QString file = exchange.path("figure." + kind);
    QCOMPARE(exchange.plot().writeFigure(file, someFormat()), QString());

    const FigureFile figure = readFigure(file.toStdString());
    QCOMPARE(QString::fromStdString(figure.data), numbers);
    QCOMPARE(figure.view.runs.size(), size_t(2));
    QCOMPARE(figure.view.runs[0].uuid, exchange.store().run(runs[0]).uuid);
    QVERIFY(figure.view.runs[0].series.contains("student/validation/accuracy"));

    // Everything is set to something else before.
    picker->item(1)->setCheckState(Qt::Unchecked);
    exchange.find<QComboBox>("viewX")->setCurrentIndex(0);
    exchange.find<QComboBox>("viewSmoothing")->setCurrentIndex(0);
    exchange.monitor().showRun(runs[2]);
    exchange.window().showPage("library");
    exchange.settle();
    exchange.drop({file});
    QCOMPARE(exchange.window().currentPage()->key(), QString("monitor"));
    QCOMPARE(exchange.monitor().selectedRun(), static_cast<qint64>(runs[0]));
    QCOMPARE(exchange.find<QComboBox>("viewX")->currentIndex(), 1);
    QCOMPARE(exchange.find<QComboBox>("viewSmoothing")->currentIndex(), 2);
    QCOMPARE(picker->item(1)->checkState(), Qt::Checked);
    exchange.plot().drawNow();
    QVERIFY(isAlike(exchange.plot().xRange(), x));
    QVERIFY(isAlike(exchange.plot().yRange(RunPlot::Gap), y));
    QCOMPARE(figureNumbers(canvasOf(exchange.plot())), numbers);
    QCOMPARE(exchange.plot().figureFormat().title, QString("What I found"));
    QCOMPARE(exchange.plot().figureFormat().xTitle, std::optional<QString>("Passes"));
    QCOMPARE(exchange.plot().figureFormat().millimetres, QSizeF(178, 90));
    QCOMPARE(exchange.bar().level(), QString("info"));
    QVERIFY2(exchange.bar().text().contains("have not changed"), qPrintable(exchange.bar().text()));
    // A second figure of it carries the same.
    const QString again = exchange.path("again." + kind);
    QCOMPARE(exchange.plot().writeFigure(again, exchange.plot().figureFormat()), QString());
    QVERIFY(readFigure(again.toStdString()) == figure);
}

void TestExchange::comparisonComesBackFromItsFigure() {
    QFETCH(QString, kind);
    Exchange exchange;
    const auto runs = exchange.add({{.name = "A", .seed = 0}, {.name = "A", .seed = 1}, {.name = "B"}, {.name = "other"}});
    exchange.open();
    exchange.window().showPage("compare");
    exchange.compare().showRuns({runs[0], runs[1], runs[2]});
    exchange.settle();
    auto* trials = exchange.find<QTreeWidget>("trials");
    trials->topLevelItem(1)->setSelected(true);
    QTest::mouseClick(exchange.find<QPushButton>("setBaseline"), Qt::LeftButton);
    exchange.settle();
    trials->topLevelItem(1)->child(1)->setCheckState(0, Qt::Unchecked);  // A, seed 1
    auto* series = exchange.find<QComboBox>("series");
    series->setCurrentIndex(series->findData("gap/validation/accuracy"));
    exchange.settle();
    auto& plot = *exchange.find<PlotView>("comparePlot");
    plot.zoom(3);
    plot.drawNow();
    const auto x = plot.xRange();
    const QString numbers = figureNumbers(canvasOf(plot));
    const QString file = exchange.path("figure." + kind);
    QCOMPARE(plot.writeFigure(file, {}), QString());
    QCOMPARE(QString::fromStdString(readFigure(file.toStdString()).data), numbers);

    exchange.compare().showRuns({runs[2], runs[3]});
    exchange.settle();
    series->setCurrentIndex(series->findData("student/validation/accuracy"));
    exchange.window().showPage("setup");
    exchange.settle();
    exchange.drop({file});
    QCOMPARE(exchange.window().currentPage()->key(), QString("compare"));
    QCOMPARE(series->currentData().toString(), QString("gap/validation/accuracy"));
    QCOMPARE(exchange.compare().runs().size(), size_t(3));
    QCOMPARE(trials->topLevelItem(0)->text(0), QString("★ B"));
    QCOMPARE(trials->topLevelItem(1)->child(1)->checkState(0), Qt::Unchecked);
    plot.drawNow();
    QVERIFY(isAlike(plot.xRange(), x));
    QCOMPARE(figureNumbers(canvasOf(plot)), numbers);
    QVERIFY2(exchange.bar().text().contains("have not changed"), qPrintable(exchange.bar().text()));
}

void TestExchange::whatHasBecomeOfTheDataIsTold() {
    Exchange exchange;
    const auto runs = exchange.add({{.name = "A"}, {.name = "B"}});
    exchange.open();
    exchange.window().showPage("compare");
    exchange.compare().showRuns(runs);
    exchange.settle();
    const QString file = exchange.path("figure.svg");
    QCOMPARE(exchange.find<PlotView>("comparePlot")->writeFigure(file, {}), QString());
    {
        Store store = exchange.store();
        const SeriesPoint later{"student/validation/accuracy", {100, 10, 0.9, 3000}};
        store.append(runs[0], {&later, 1});
        store.rewind(runs[1], 10, 1);
    }
    exchange.drop({file});
    QCOMPARE(exchange.bar().level(), QString("warning"));
    const QString text = exchange.bar().text();
    QVERIFY2(text.contains("“A”, seed 0") && text.contains("gone on"), qPrintable(text));
    QVERIFY2(text.contains("“B”, seed 0") && text.contains("changed"), qPrintable(text));
}

void TestExchange::dataOfMissingRunsAreShown() {
    Exchange exchange;
    const auto runs = exchange.add({{.name = "A"}});
    exchange.open();
    exchange.monitor().showRun(runs[0]);
    exchange.settle();
    exchange.plot().drawNow();
    const QString file = exchange.path("figure.pdf");
    QCOMPARE(exchange.plot().writeFigure(file, someFormat()), QString());
    const auto accuracy = exchange.plot().points("student/validation/accuracy");
    exchange.openEmpty();
    exchange.drop({file});
    QVERIFY2(exchange.bar().text().contains("not in this store"), qPrintable(exchange.bar().text()));
    auto* action = exchange.find<QPushButton>("messageBar.action");
    QVERIFY(action->isVisible());
    action->setFocus();
    QTest::keyClick(action, Qt::Key_Space);
    QDialog* dialog = exchange.dialog("carriedData");
    QVERIFY(dialog->windowTitle().contains("What I found"));
    const auto* plot = dialog->findChild<PlotView*>("carriedPlot");
    bool found = false;
    for (int i = 0; plot->hasSeries(QString::number(i)); ++i)
        found = found || plot->points(QString::number(i)) == accuracy;
    QVERIFY(found);
    QTest::keyClick(dialog, Qt::Key_Escape);
    QTRY_VERIFY(!exchange.window().findChild<QDialog*>("carriedData"));
}

void TestExchange::otherPicturesAreRefused() {
    Exchange exchange;
    exchange.open();
    const QString picture = exchange.path("picture.png"), cut = exchange.path("cut.svg");
    QImage image(8, 8, QImage::Format_RGB32);
    image.fill(Qt::red);
    QVERIFY(image.save(picture));
    writeTextAtomically(cut.toStdString(), "<svg><metadata><gaplab:figure>eJy");
    exchange.drop({picture});
    QCOMPARE(exchange.bar().level(), QString("error"));
    QVERIFY2(exchange.bar().text().contains("carries no view"), qPrintable(exchange.bar().text()));
    exchange.drop({cut});
    QVERIFY2(exchange.bar().text().contains("cut off"), qPrintable(exchange.bar().text()));
    exchange.drop({picture, cut});
    QVERIFY2(exchange.bar().text().contains("one at a time"), qPrintable(exchange.bar().text()));
}

void TestExchange::aFigureMayCarryNothing() {
    Exchange exchange;
    const auto runs = exchange.add({{.name = "a secret name"}});
    exchange.open();
    exchange.monitor().showRun(runs[0]);
    exchange.settle();
    FigureFormat format = someFormat();
    format.carries = false;
    for (const char* kind : {"png", "svg", "pdf"}) {
        const QString file = exchange.path(QStringLiteral("bare.") + kind);
        QCOMPARE(exchange.plot().writeFigure(file, format), QString());
        QVERIFY_THROWS_EXCEPTION(Error, readFigure(file.toStdString()));
    }
}

void TestExchange::droppedRunsArePreviewedTakenOverAndTakenBack() {
    Exchange exchange;
    const auto runs = exchange.add({{.name = "A"}, {.name = "B"}});
    const QString folder = exchange.path("out");
    std::vector<WholeRun> whole;
    for (const int64_t run : runs)
        whole.push_back(exchange.store().wholeRun(run));
    for (const WholeRun& run : whole)
        writeRuns({run}, "json", (folder + '/' + QString::fromStdString(run.facts.name) + ".json").toStdString());
    const QStringList files = {folder + "/A.json", folder + "/B.json"};

    exchange.openEmpty();
    exchange.drop(files);
    QDialog* dialog = exchange.dialog("importDialog");
    auto* now = dialog->findChild<QPushButton*>("importNow");
    QTRY_VERIFY(now->isEnabled());
    auto* model = qobject_cast<ImportTable*>(dialog->findChild<QTableView*>("importTable")->model());
    QCOMPARE(model->coming(), 2);
    QVERIFY(exchange.store().runs().empty());  // a preview stores nothing
    QTest::keyClick(dialog, Qt::Key_Return);
    QTRY_COMPARE(exchange.store().runs().size(), size_t(2));
    QTRY_COMPARE(exchange.window().currentPage()->key(), QString("library"));
    QVERIFY2(exchange.bar().text().startsWith("2 run(s) imported"), qPrintable(exchange.bar().text()));
    for (const WholeRun& run : whole)
        QCOMPARE(contentHash(exchange.store().wholeRun(exchange.store().run(run.uuid).id)), contentHash(run));

    exchange.window().actions().undo->trigger();
    QTRY_VERIFY(exchange.store().runs().empty());
    QCOMPARE(exchange.store().runs(Store::Trash::Only).size(), size_t(2));
    exchange.window().actions().redo->trigger();
    QTRY_COMPARE(exchange.store().runs().size(), size_t(2));

    // What is here already is left out, and comes in as new runs only where somebody wants that.
    exchange.drop(files);
    dialog = exchange.dialog("importDialog");
    auto* summary = dialog->findChild<QLabel*>("importSummary");
    QTRY_VERIFY2(summary->text().contains("2 run(s) would be left out"), qPrintable(summary->text()));
    QVERIFY(!dialog->findChild<QPushButton*>("importNow")->isEnabled());
    auto* again = dialog->findChild<QCheckBox*>("importAgain");
    again->setFocus();
    QTest::keyClick(again, Qt::Key_Space);
    QTRY_VERIFY(dialog->findChild<QPushButton*>("importNow")->isEnabled());
    QTest::keyClick(dialog, Qt::Key_Escape);
    QTRY_VERIFY(!exchange.window().findChild<QDialog*>("importDialog"));
    QCOMPARE(exchange.store().runs().size(), size_t(2));
}

void TestExchange::whatIsNotUnderstoodIsTold() {
    Exchange exchange;
    exchange.open();
    const QString table = exchange.path("runs.csv");
    writeTextAtomically(table.toStdString(), "run,metric,step,value\na,loss,0,1\na,loss,0,2\na,loss,1,2\n");
    exchange.window().openFiles({table});
    QDialog* dialog = exchange.dialog("importDialog");
    QTRY_VERIFY(dialog->findChild<QPushButton*>("importNow")->isEnabled());
    const QString notes = dialog->findChild<QPlainTextEdit*>("importNotes")->toPlainText();
    QVERIFY2(notes.contains("another one of the same step"), qPrintable(notes));
}

void TestExchange::brokenFilesLeaveTheStoreAlone() {
    Exchange exchange;
    exchange.open();
    const QString good = exchange.path("good.csv"), bad = exchange.path("bad.csv");
    writeTextAtomically(good.toStdString(), "run,metric,step,value\na,loss,0,1\n");
    writeTextAtomically(bad.toStdString(), "run,metric,step,value\na,loss,0,much\n");
    exchange.drop({good, bad});
    QDialog* dialog = exchange.dialog("importDialog");
    auto* summary = dialog->findChild<QLabel*>("importSummary");
    QTRY_VERIFY2(summary->text().contains("line 2"), qPrintable(summary->text()));
    QVERIFY(!dialog->findChild<QPushButton*>("importNow")->isEnabled());
    QVERIFY(exchange.store().runs().empty());
}

void TestExchange::anotherStoreComesIn() {
    Exchange exchange;
    exchange.add({{.name = "A"}, {.name = "B", .state = RunState::Running}});
    const QString other = QString::fromStdString(exchange.store().path().string());
    exchange.openEmpty();
    exchange.drop({other});
    QDialog* dialog = exchange.dialog("importDialog");
    QTRY_VERIFY(dialog->findChild<QPushButton*>("importNow")->isEnabled());
    auto* model = qobject_cast<ImportTable*>(dialog->findChild<QTableView*>("importTable")->model());
    QCOMPARE(model->rowCount(), 2);
    QCOMPARE(model->coming(), 1);  // what still goes on stays where it is
    QTest::mouseClick(dialog->findChild<QPushButton*>("importNow"), Qt::LeftButton);
    QTRY_COMPARE(exchange.store().runs().size(), size_t(1));
    QTRY_VERIFY2(exchange.bar().text().contains("Left out: 1 run(s)"), qPrintable(exchange.bar().text()));
}

void TestExchange::exampleRunsComeInOnceAndAreTakenBack() {
    Exchange exchange;
    exchange.open();
    exchange.window().actions().exampleRuns->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(exchange.bar().text().contains("folder Examples"), 20'000);
    QCOMPARE(exchange.window().currentPage()->key(), QString("library"));
    const std::vector<RunRow> runs = exchange.store().runs();
    QVERIFY(runs.size() > 5);
    for (const RunRow& run : runs) {
        QCOMPARE(run.state, RunState::Finished);
        QCOMPARE(run.folder, std::string("Examples"));
        QVERIFY2(run.find("student/test/accuracy_at_best"), run.name.c_str());
        QVERIFY2(run.document.dump().find("\"/") == std::string::npos, run.name.c_str());  // no path of a machine
    }
    exchange.window().actions().exampleRuns->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(exchange.bar().text().contains("already"), 20'000);
    QCOMPARE(exchange.store().runs().size(), runs.size());
    exchange.window().actions().undo->trigger();
    QTRY_VERIFY(exchange.store().runs().empty());
}

void TestExchange::emptyLibraryOffersAnImport() {
    Exchange exchange;
    exchange.open();
    exchange.window().showPage("library");
    exchange.settle();
    auto* button = exchange.window().page("library")->findChild<QPushButton*>("secondary");
    QVERIFY(button->isVisible());
    QTest::mouseClick(button, Qt::LeftButton);
    QDialog* dialog = exchange.dialog("importDialog");
    QVERIFY(!dialog->findChild<QPushButton*>("importNow")->isEnabled());
    QVERIFY(!dialog->findChild<QLabel*>("importSummary")->text().isEmpty());
}

void TestExchange::droppedExperimentIsOpened() {
    Exchange exchange;
    exchange.open();
    const QString file = exchange.path("experiment.json");
    writeTextAtomically(file.toStdString(), documentOf({.name = "dropped"}).dump());
    exchange.window().showPage("library");
    exchange.drop({file});
    QTRY_COMPARE(exchange.window().currentPage()->key(), QString("setup"));
}

void TestExchange::selectedRunsAreWritten() {
    Exchange exchange;
    const auto runs = exchange.add({{.name = "A"}, {.name = "B"}});
    exchange.open();
    exchange.window().showPage("library");
    exchange.settle();
    auto* table = exchange.window().page("library")->findChild<QTableView*>("runs");
    auto* action = exchange.window().page("library")->findChild<QAction*>("exportRuns");
    QVERIFY(!action->isEnabled());
    table->selectAll();
    action->trigger();
    QDialog* dialog = exchange.dialog("exportDialog");
    auto* path = dialog->findChild<QLineEdit*>("exportPath");
    QVERIFY(!dialog->findChild<QPushButton*>("exportNow")->isEnabled());
    QCOMPARE(dialog->findChild<QComboBox*>("exportFormat")->currentText(), QString("json"));
    path->setFocus();
    QTest::keyClicks(path, exchange.path("written"));
    QTest::keyClick(path, Qt::Key_Return);
    exchange.settle();
    QTRY_VERIFY2(exchange.bar().text().startsWith("2 run(s) written"), qPrintable(exchange.bar().text()));
    for (const int64_t run : runs) {
        const WholeRun whole = exchange.store().wholeRun(run);
        const auto back = readRuns(exchange.path("written").toStdString() + "/" + whole.uuid + ".json");
        QCOMPARE(contentHash(back.front().run), contentHash(whole));
    }
}

int testExchange(const QStringList& arguments) {
    TestExchange tests;
    return QTest::qExec(&tests, arguments);
}

}  // namespace gaplab::ui

#include "tst_pages_exchange.moc"
