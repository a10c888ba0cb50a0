#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDockWidget>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableView>

#include "core/base/log.h"
#include "tests/ui/frame_tests.h"
#include "ui/setup/setup_page.h"
#include "ui/window/docks/queue_model.h"
#include "ui/window/main_window.h"

namespace gaplab::ui {
namespace {

constexpr auto shifted = Qt::ControlModifier | Qt::ShiftModifier;

Json experiment(int epochs, const std::vector<int>& seeds) {
    Json document = Json::parse(R"({
        "schema": 1, "name": "tiny",
        "data": {"source": "shapes", "size": 16, "classes": 4, "train": 160, "test": 40, "validation": 0.25},
        "student": {"architecture": "resnet8"}, "training": {"batch": 40, "threads": 1}})");
    document["training"]["epochs"] = epochs;
    document["seeds"] = seeds;
    return document;
}

struct DocksFixture {
    QTemporaryDir folder;
    std::filesystem::path path = std::filesystem::path(folder.path().toStdString()) / "runs.db";
    std::unique_ptr<MainWindow> window;

    DocksFixture() { open(); }
    void open() {
        window = std::make_unique<MainWindow>(path, false);
        window->resize(1280, 800);
        window->show();
        window->activateWindow();
        if (!QTest::qWaitForWindowActive(window.get())) qFatal("The window does not become active.");
    }
    template <typename Widget = QWidget>
    Widget* find(const QString& name) {
        auto* widget = window->findChild<Widget*>(name);
        if (!widget) qFatal("There is no %s.", qPrintable(name));
        return widget;
    }
    Store store() const { return Store(path, Store::Mode::Read); }
    void start(const Json& document) {
        auto* page = qobject_cast<SetupPage*>(window->page("setup"));
        const size_t before = store().runs().size();
        window->showPage("setup");
        page->showDocument(document);
        QTest::mouseClick(find<QPushButton>("start"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(store().runs().size() > before, 30000);
        QTRY_COMPARE_WITH_TIMEOUT(window->currentPage()->key(), QString("monitor"), 30000);
    }
    /// One run goes on, and three wait for it.
    void startQueue() {
        start(experiment(5000, {0}));
        start(experiment(1, {1, 2, 3}));
        QTest::keyClick(window.get(), Qt::Key_Q, shifted);
    }
    QTableView* queue() { return find<QTableView>("queue"); }
    QueueModel* model() { return qobject_cast<QueueModel*>(queue()->model()); }
    std::vector<int64_t> waiting() { return model()->waiting(); }
    void choose(int64_t run) {
        queue()->setFocus();
        queue()->setCurrentIndex(model()->index(model()->rowOf(run), QueueModel::Run));
    }
};

}  // namespace

using Runs = std::vector<int64_t>;

class TestDocks : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { QSettings().clear(); }

    void docksAreClosedAtFirstAndComeBackAsTheyWereLeft() {
        const QTemporaryDir folder;
        const std::filesystem::path path = folder.filePath("runs.db").toStdString();
        {
            MainWindow window(path);
            window.show();
            window.activateWindow();
            QVERIFY(QTest::qWaitForWindowActive(&window));
            for (const char* name : {"dock.queue", "dock.log", "dock.inspector"})
                QVERIFY2(!window.findChild<QDockWidget*>(name)->isVisible(), name);
            QTest::keyClick(&window, Qt::Key_L, shifted);
            QVERIFY(window.findChild<QDockWidget*>("dock.log")->isVisible());
            QVERIFY(window.findChild<QListView*>("log")->hasFocus() || window.findChild<QComboBox*>("log.level")->hasFocus());
            window.addDockWidget(Qt::LeftDockWidgetArea, window.findChild<QDockWidget*>("dock.inspector"));
            window.findChild<QAction*>("showInspector")->trigger();
            window.close();
        }
        MainWindow window(path);
        window.show();
        QVERIFY(window.findChild<QDockWidget*>("dock.log")->isVisible());
        QVERIFY(!window.findChild<QDockWidget*>("dock.queue")->isVisible());
        QCOMPARE(window.dockWidgetArea(window.findChild<QDockWidget*>("dock.inspector")), Qt::LeftDockWidgetArea);
        MainWindow safe(path, false);
        safe.show();
        QVERIFY(!safe.findChild<QDockWidget*>("dock.log")->isVisible());
    }

    void waitingRunsAreMovedAndTakenOutAndThatIsTakenBack() {
        DocksFixture docks;
        docks.startQueue();
        QTRY_COMPARE_WITH_TIMEOUT(docks.model()->rowCount(), 4, 10000);
        const Runs runs = docks.waiting();
        QCOMPARE(runs.size(), size_t{3});
        QCOMPARE(docks.model()->index(0, QueueModel::Position).data().toString(), QString());
        QCOMPARE(docks.model()->index(3, QueueModel::Position).data().toString(), QString("3"));

        docks.choose(runs[2]);
        QTest::keyClick(docks.queue(), Qt::Key_Up, Qt::AltModifier);
        QTRY_COMPARE(docks.waiting(), (Runs{runs[0], runs[2], runs[1]}));
        QTest::keyClick(docks.queue(), Qt::Key_Up, Qt::AltModifier);
        QTRY_COMPARE(docks.waiting(), (Runs{runs[2], runs[0], runs[1]}));
        QVERIFY(!docks.find<QAction>("queue.up")->isEnabled());
        QTest::keyClick(docks.queue(), Qt::Key_Down, Qt::AltModifier);
        QTRY_COMPARE(docks.waiting(), (Runs{runs[0], runs[2], runs[1]}));
        QTRY_COMPARE(docks.store().queue(), (Runs{runs[0], runs[2], runs[1]}));
        QTest::keyClick(docks.window.get(), Qt::Key_Z, Qt::ControlModifier);
        QTRY_COMPARE(docks.waiting(), (Runs{runs[2], runs[0], runs[1]}));
        QCOMPARE(docks.window->currentPage()->key(), QString("monitor"));

        // By the mouse: the last one before the first.
        QModelIndexList last = {docks.model()->index(3, QueueModel::Run)};
        const std::unique_ptr<QMimeData> data(docks.model()->mimeData(last));
        docks.model()->dropMimeData(data.get(), Qt::MoveAction, 1, 0, {});
        QTRY_COMPARE(docks.waiting(), (Runs{runs[1], runs[2], runs[0]}));

        docks.choose(runs[2]);
        QTest::keyClick(docks.queue(), Qt::Key_Delete);
        QTRY_COMPARE(docks.waiting(), (Runs{runs[1], runs[0]}));
        QTRY_VERIFY(docks.store().run(runs[2]).state == RunState::Stopped);
        QTest::keyClick(docks.window.get(), Qt::Key_Z, Qt::ControlModifier);
        QTRY_COMPARE_WITH_TIMEOUT(docks.waiting(), (Runs{runs[1], runs[2], runs[0]}), 10000);
        QVERIFY(docks.store().run(runs[2]).state == RunState::Queued);
    }

    void whatWaitedWhenTheWindowWasClosedIsQueuedAgain() {
        DocksFixture docks;
        docks.startQueue();
        QTRY_COMPARE_WITH_TIMEOUT(docks.waiting().size(), size_t{3}, 10000);
        const Runs runs = docks.waiting();
        docks.choose(runs[2]);
        QTest::keyClick(docks.queue(), Qt::Key_Up, Qt::AltModifier);
        const Runs order = {runs[0], runs[2], runs[1]};
        QTRY_COMPARE(docks.store().queue(), order);
        docks.window.reset();
        docks.open();
        QTest::keyClick(docks.window.get(), Qt::Key_Q, shifted);
        QTRY_VERIFY(docks.find<QLabel>("queue.left")->isVisible());
        QVERIFY(docks.find<QLabel>("queue.left")->text().startsWith("3 run(s)"));
        docks.start(experiment(5000, {9}));
        QTest::mouseClick(docks.find<QPushButton>("queue.again"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(docks.waiting(), order, 10000);
        QTRY_VERIFY(!docks.find<QLabel>("queue.left")->isVisible());
    }

    void linesOfTheLogAreFilteredAndCopied() {
        startLog();
        DocksFixture docks;
        QTest::keyClick(docks.window.get(), Qt::Key_L, shifted);
        auto* log = docks.find<QListView>("log");
        spdlog::info("an ordinary line");
        spdlog::warn("a line that warns");
        const auto shows = [&](const QString& text) {
            for (int row = 0; row < log->model()->rowCount(); ++row)
                if (log->model()->index(row, 0).data().toString().contains(text)) return true;
            return false;
        };
        QTRY_VERIFY(shows("an ordinary line") && shows("warning  a line that warns"));
        auto* level = docks.find<QComboBox>("log.level");
        level->setFocus();
        QTest::keyClick(level, Qt::Key_Down);
        QCOMPARE(level->currentText(), QString("Warnings and errors"));
        QVERIFY(!shows("an ordinary line") && shows("a line that warns"));
        QTest::mouseClick(docks.find<QPushButton>("log.copy"), Qt::LeftButton);
        QVERIFY(QApplication::clipboard()->text().contains("a line that warns"));
        QVERIFY(!QApplication::clipboard()->text().contains("an ordinary line"));
    }

    void theInspectorFollowsTheRunAndItsNotesAreTakenBack() {
        DocksFixture docks;
        docks.start(experiment(1, {0, 1}));
        QTRY_VERIFY_WITH_TIMEOUT(docks.store().runs().back().state == RunState::Finished, 60000);
        docks.window->showPage("library");
        auto* table = docks.window->page("library")->findChild<QTableView*>("runs");
        QTRY_COMPARE_WITH_TIMEOUT(table->model()->rowCount(), 2, 10000);
        QTest::keyClick(docks.window.get(), Qt::Key_I, shifted);
        const auto click = [table](int row) {
            QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(table->model()->index(row, 1)).center());
        };
        click(0);
        auto* title = docks.find<QLabel>("inspector.title");
        QTRY_VERIFY2(title->text().contains("seed"), qPrintable(title->text()));
        const int64_t run = docks.window->currentPage()->selectedRun();
        QVERIFY(title->text().contains("seed " + QString::number(docks.store().run(run).seed)));
        QVERIFY(docks.find<QPlainTextEdit>("inspector.config")->toPlainText().contains("resnet8"));
        QVERIFY(docks.find<QTableView>("inspector.events")->model()->rowCount() > 0);

        auto* notes = docks.find<QPlainTextEdit>("inspector.notes");
        notes->setFocus();
        QTest::keyClicks(notes, "looks right");
        QTest::keyClick(notes, Qt::Key_Return, Qt::ControlModifier);
        QTRY_COMPARE(docks.store().run(run).notes, std::string("looks right"));
        QCOMPARE(docks.window->currentPage()->key(), QString("library"));
        auto* tags = docks.find<QLineEdit>("inspector.tags");
        tags->setFocus();
        QTest::keyClicks(tags, "paper, good");
        QTest::keyClick(tags, Qt::Key_Return);
        QTRY_COMPARE(docks.store().run(run).tags, (std::vector<std::string>{"good", "paper"}));
        docks.window->actions().undo->trigger();
        QTRY_VERIFY(docks.store().run(run).tags.empty());
        docks.window->actions().undo->trigger();
        QTRY_VERIFY(docks.store().run(run).notes.empty());
        QTRY_COMPARE(notes->toPlainText(), QString());
        // Another run: its own.
        click(1);
        QTRY_VERIFY(docks.window->currentPage()->selectedRun() != run);
        QTRY_VERIFY(title->text().contains("seed " +
                                           QString::number(docks.store().run(docks.window->currentPage()->selectedRun()).seed)));
    }
};

int testDocks(const QStringList& arguments) {
    TestDocks test;
    return QTest::qExec(&test, arguments);
}

}  // namespace gaplab::ui

#include "tst_frame_docks.moc"
