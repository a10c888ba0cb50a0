#include <QAbstractItemView>
#include <QAccessible>
#include <QApplication>
#include <QComboBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabBar>

#include "core/base/files.h"
#include "tests/ui/frame_tests.h"
#include "ui/settings/settings.h"
#include "ui/setup/setup_page.h"
#include "ui/window/command_palette.h"
#include "ui/window/main_window.h"
#include "ui/window/screenshot.h"
#include "ui/window/window_state.h"

namespace gaplab::ui {
namespace {

std::filesystem::path inFolder(const QTemporaryDir& folder, const char* name) {
    return folder.filePath(name).toStdString();
}

/// The parts of compound widgets speak through their owner.
bool isPart(const QWidget* widget) {
    const QWidget* parent = widget->parentWidget();
    return qobject_cast<const QHeaderView*>(widget) || qobject_cast<const QComboBox*>(parent) ||
           qobject_cast<const QAbstractSpinBox*>(parent) || qobject_cast<const QAbstractItemView*>(parent) ||
           widget->objectName().startsWith("qt_") || widget->inherits("QComboBoxPrivateContainer") ||
           widget->inherits("QComboBoxListView") || widget->inherits("QToolBarExtension") ||
           widget->inherits("QLineEditIconButton");
}

bool isInteractive(const QWidget* widget) {
    return qobject_cast<const QAbstractButton*>(widget) || qobject_cast<const QLineEdit*>(widget) ||
           qobject_cast<const QComboBox*>(widget) || qobject_cast<const QAbstractSpinBox*>(widget) ||
           qobject_cast<const QAbstractItemView*>(widget) || qobject_cast<const QPlainTextEdit*>(widget);
}

QString spokenName(QWidget* widget) {
    QAccessibleInterface* interface = QAccessible::queryAccessibleInterface(widget);
    return interface ? interface->text(QAccessible::Name) : QString();
}

}  // namespace

class TestWindow : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { QSettings().clear(); }
    void geometryIsClampedToTheScreens_data();
    void geometryIsClampedToTheScreens();
    void lastSessionComesBack();
    void nonsenseOfTheLastSessionIsIgnored();
    void preferencesRoundTripAndFaultyOnesCountAsDefault();
    void noTwoActionsShareAShortcut();
    void everyMenuHasEntriesAndEveryEntryAnAction();
    void pagesAreReachedByTheirShortcuts();
    void everyInteractiveWidgetHasAName_data();
    void everyInteractiveWidgetHasAName();
    void nothingOfAPageIsWiderThanASmallWindow_data() { everyInteractiveWidgetHasAName_data(); }
    void nothingOfAPageIsWiderThanASmallWindow();
    void themeChangesAtOnceAndIsKept();
    void contrastIsEnoughInBothThemes_data();
    void contrastIsEnoughInBothThemes();
    void restoreDefaultsKeepsTheStore();
    void startFromAnotherPageShowsFirstWhatWouldStart();
    void messageStaysUntilItIsClosed();
    void anotherStoreReplacesThePages();
    void fileThatIsNoStoreIsLeftAloneAndThePagesStay();
    void screenshotOfAnUnknownPageIsRefused();
    void screenshotIsWritten();
    void closingWhileARunLivesAsksAndKeepsACheckpoint();
    void anythingIsFoundInThePalette();
};

void TestWindow::geometryIsClampedToTheScreens_data() {
    QTest::addColumn<QRect>("wanted");
    QTest::addColumn<QRect>("placed");
    QTest::newRow("inside stays") << QRect(100, 100, 800, 600) << QRect(100, 100, 800, 600);
    QTest::newRow("off to the left") << QRect(-500, 100, 800, 600) << QRect(0, 100, 800, 600);
    QTest::newRow("beyond the corner") << QRect(1500, 900, 800, 600) << QRect(1120, 480, 800, 600);
    QTest::newRow("screen that is gone") << QRect(9000, 9000, 800, 600) << QRect(1120, 480, 800, 600);
    QTest::newRow("larger than the screen") << QRect(0, 0, 4000, 3000) << QRect(0, 0, 1920, 1080);
    QTest::newRow("second screen") << QRect(2000, 10, 800, 600) << QRect(2000, 10, 800, 600);
    QTest::newRow("too small") << QRect(10, 10, 5, 5) << QRect(10, 10, 480, 320);
}

void TestWindow::geometryIsClampedToTheScreens() {
    QFETCH(QRect, wanted);
    QFETCH(QRect, placed);
    const QList<QRect> screens = {QRect(0, 0, 1920, 1080), QRect(1920, 0, 1280, 1024)};
    if (QByteArray(QTest::currentDataTag()) == "beyond the corner") {
        QCOMPARE(clampToScreens(wanted, {screens.front()}), placed);
        return;
    }
    const QRect found = clampToScreens(wanted, screens);
    if (QByteArray(QTest::currentDataTag()) == "screen that is gone") {
        QVERIFY(screens[0].contains(found) || screens[1].contains(found));
        return;
    }
    QCOMPARE(found, placed);
}

void TestWindow::lastSessionComesBack() {
    const QTemporaryDir folder;
    QRect geometry;
    {
        MainWindow window(inFolder(folder, "runs.db"));
        window.show();
        window.setGeometry(0, 30, 700, 500);  // the screen without a screen is 800 wide, hardly wider than the window
        window.showPage("library");
        geometry = window.geometry();
        window.close();
    }
    MainWindow window(inFolder(folder, "runs.db"));
    QCOMPARE(window.currentPage()->key(), QString("library"));
    const MainWindow safe(inFolder(folder, "runs.db"), false);
    QCOMPARE(safe.currentPage()->key(), QString("setup"));
    QCOMPARE(window.geometry().topLeft(), geometry.topLeft());
}

void TestWindow::nonsenseOfTheLastSessionIsIgnored() {
    QSettings settings;
    settings.setValue("window/geometry.1", "not a rectangle");
    settings.setValue("window/page.1", "palace");
    settings.setValue("window/splitter.1/setup.columns", QByteArray("xyz"));
    const QTemporaryDir folder;
    MainWindow window(inFolder(folder, "runs.db"));
    QCOMPARE(window.currentPage()->key(), QString("setup"));
    QVERIFY(window.width() >= 480);
}

void TestWindow::preferencesRoundTripAndFaultyOnesCountAsDefault() {
    QVERIFY(Preferences::load() == Preferences());
    Preferences changed{
        .theme = Theme::Dark, .language = "en", .threads = 3, .store = "/tmp/x.db", .confidence = 0.9, .margin = 0.01};
    changed.save();
    QVERIFY(Preferences::load() == changed);
    QSettings settings;
    for (const QString& key : settings.allKeys())
        settings.setValue(key, "nonsense");
    const Preferences faulty = Preferences::load();
    QVERIFY(faulty.theme == Theme::System);
    QCOMPARE(faulty.threads, 0);
    QCOMPARE(faulty.confidence, 0.95);
    QCOMPARE(faulty.margin, 0.003);
}

void TestWindow::noTwoActionsShareAShortcut() {
    const QTemporaryDir folder;
    MainWindow window(inFolder(folder, "runs.db"), false);
    QMap<QString, QString> owners;
    for (const QAction* action : window.findChildren<QAction*>()) {
        // Commands of a plot or a table count only while they have the focus; they may not take a window's key either.
        for (const QKeySequence& key : action->shortcuts()) {
            const bool local =
                action->shortcutContext() == Qt::WidgetShortcut || action->shortcutContext() == Qt::WidgetWithChildrenShortcut;
            const QString text = key.toString();
            QVERIFY2(!owners.contains(text) || (local && owners[text] == "local"), qUtf8Printable(text + " " + action->text()));
            owners[text] = local ? "local" : action->text();
        }
    }
    for (const char* key : {"Ctrl+N", "Ctrl+O", "Ctrl+Return", "Ctrl+P", "Ctrl+.", "Ctrl+D", "F11", "Ctrl+1", "Ctrl+6"})
        QVERIFY2(owners.contains(key), key);
}

void TestWindow::everyMenuHasEntriesAndEveryEntryAnAction() {
    const QTemporaryDir folder;
    MainWindow window(inFolder(folder, "runs.db"), false);
    QVERIFY(window.menuBar()->actions().size() >= 6);
    for (const QAction* entry : window.menuBar()->actions()) {
        QVERIFY(entry->menu());
        QVERIFY2(!entry->menu()->isEmpty(), qUtf8Printable(entry->text()));
        for (QAction* action : entry->menu()->actions())
            if (!action->isSeparator()) QVERIFY2(!action->objectName().isEmpty(), qUtf8Printable(action->text()));
    }
}

void TestWindow::pagesAreReachedByTheirShortcuts() {
    const QTemporaryDir folder;
    MainWindow window(inFolder(folder, "runs.db"), false);
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    const QStringList pages = {"setup", "monitor", "compare", "library", "fairness", "settings"};
    for (int i = 0; i < pages.size(); ++i) {
        QTest::keyClick(&window, static_cast<Qt::Key>(Qt::Key_1 + i), Qt::ControlModifier);
        QCOMPARE(window.currentPage()->key(), pages[i]);
        QVERIFY(window.actions().page(pages[i])->isChecked());
    }
}

void TestWindow::everyInteractiveWidgetHasAName_data() {
    QTest::addColumn<QString>("page");
    for (const char* page : {"setup", "monitor", "compare", "library", "fairness", "settings"})
        QTest::newRow(page) << page;
}

void TestWindow::everyInteractiveWidgetHasAName() {
    QFETCH(QString, page);
    const QTemporaryDir folder;
    MainWindow window(inFolder(folder, "runs.db"), false);
    window.show();
    window.showPage(page);
    int seen = 0;
    for (QWidget* widget : window.findChildren<QWidget*>()) {
        if (!isInteractive(widget) || isPart(widget)) continue;
        if (widget->objectName() == "messageBar.action") continue;  // named when there is an action
        ++seen;
        QVERIFY2(!spokenName(widget).isEmpty(),
                 qUtf8Printable(QString(widget->metaObject()->className()) + " " + widget->objectName() + " in " +
                                widget->parentWidget()->objectName()));
    }
    QVERIFY(seen > 10);
}

void TestWindow::nothingOfAPageIsWiderThanASmallWindow() {
    QFETCH(QString, page);
    const QTemporaryDir folder;
    MainWindow window(inFolder(folder, "runs.db"), false);
    window.resize(1280, 800);
    window.show();
    window.showPage(page);
    QTest::qWait(50);
    QVERIFY2(window.minimumSizeHint().width() <= 1280, qPrintable(QString::number(window.minimumSizeHint().width())));
    QVERIFY2(window.minimumSizeHint().height() <= 800, qPrintable(QString::number(window.minimumSizeHint().height())));
}

void TestWindow::themeChangesAtOnceAndIsKept() {
    const QTemporaryDir folder;
    MainWindow window(inFolder(folder, "runs.db"), false);
    window.showPage("settings");
    auto* theme = window.findChild<QComboBox*>("theme");
    const auto choose = [&](Theme wanted) {
        theme->setCurrentIndex(static_cast<int>(wanted));
        Q_EMIT theme->activated(static_cast<int>(wanted));
    };
    choose(Theme::Dark);
    QVERIFY(isDark(QApplication::palette()));
    QVERIFY(Preferences::load().theme == Theme::Dark);
    choose(Theme::Light);
    QVERIFY(!isDark(QApplication::palette()));
}

void TestWindow::contrastIsEnoughInBothThemes_data() {
    QTest::addColumn<int>("theme");
    QTest::newRow("light") << int(Theme::Light);
    QTest::newRow("dark") << int(Theme::Dark);
}

void TestWindow::contrastIsEnoughInBothThemes() {
    QFETCH(int, theme);
    applyTheme(static_cast<Theme>(theme));
    const QPalette palette = QApplication::palette();
    applyTheme(Theme::Light);
    using Pair = std::pair<QPalette::ColorRole, QPalette::ColorRole>;
    for (const auto& [text, ground] :
         {Pair{QPalette::WindowText, QPalette::Window}, Pair{QPalette::Text, QPalette::Base},
          Pair{QPalette::Text, QPalette::AlternateBase}, Pair{QPalette::ButtonText, QPalette::Button},
          Pair{QPalette::HighlightedText, QPalette::Highlight}, Pair{QPalette::PlaceholderText, QPalette::Base},
          Pair{QPalette::Link, QPalette::Base}, Pair{QPalette::ToolTipText, QPalette::ToolTipBase}})
        QVERIFY2(
            contrast(palette.color(text), palette.color(ground)) >= 4.5,
            qPrintable(QString("%1 on %2: %3").arg(text).arg(ground).arg(contrast(palette.color(text), palette.color(ground)))));
    for (const char* level : {"info", "warning", "error"})
        QVERIFY2(contrast(levelColor(level, palette), palette.color(QPalette::Window)) >= 4.5, level);
    const PlotColors colors = plotColors(palette);
    for (const QColor& line : {colors.teacher, colors.student, colors.baseline, colors.band})
        QVERIFY2(contrast(line, colors.background) >= 3.0, qPrintable(line.name()));
    for (int i = 0; i < identityColorCount; ++i)
        QVERIFY2(contrast(identityColor(i, palette), colors.background) >= 3.0, qPrintable(QString::number(i)));
    QCOMPARE(identityColor(-1, palette), identityColor(identityColorCount - 1, palette));
}

void TestWindow::restoreDefaultsKeepsTheStore() {
    Preferences{.theme = Theme::Light, .threads = 1, .store = "/tmp/kept.db", .margin = 0.02}.save();
    const QTemporaryDir folder;
    MainWindow window(inFolder(folder, "runs.db"), false);
    window.showPage("settings");
    window.findChild<QPushButton*>("restoreDefaults")->click();
    const Preferences now = Preferences::load();
    QCOMPARE(now.threads, 0);
    QCOMPARE(now.margin, 0.003);
    QCOMPARE(now.store, QString("/tmp/kept.db"));
    applyTheme(Theme::Light);
}

void TestWindow::startFromAnotherPageShowsFirstWhatWouldStart() {
    const QTemporaryDir folder;
    MainWindow window(inFolder(folder, "runs.db"), false);
    window.show();
    window.showPage("library");
    window.actions().start->trigger();
    QCOMPARE(window.currentPage()->key(), QString("setup"));
    QTest::qWait(50);
    QVERIFY(Store(inFolder(folder, "runs.db"), Store::Mode::Read).runs().empty());
}

void TestWindow::messageStaysUntilItIsClosed() {
    const QTemporaryDir folder;
    MainWindow window(inFolder(folder, "runs.db"), false);
    window.show();
    auto* bar = window.findChild<MessageBar*>();
    QVERIFY(!bar->isVisible());
    window.openExperiment(folder.filePath("missing.json"));
    QVERIFY(bar->isVisible());
    QCOMPARE(bar->level(), QString("error"));
    QVERIFY(bar->text().contains("missing.json"));
    window.showPage("library");
    QVERIFY(bar->isVisible());
    window.findChild<QToolButton*>("messageBar.close")->click();
    QVERIFY(!bar->isVisible());
    bool acted = false;
    bar->showMessage("info", "Deleted.", "Undo", [&] { acted = true; });
    window.findChild<QPushButton*>("messageBar.action")->click();
    QVERIFY(acted && !bar->isVisible());
}

void TestWindow::anotherStoreReplacesThePages() {
    const QTemporaryDir folder;
    MainWindow window(inFolder(folder, "one.db"), false);
    window.show();
    window.showPage("library");
    QVERIFY(window.openStore(inFolder(folder, "two.db")));
    QVERIFY(std::filesystem::exists(inFolder(folder, "two.db")));
    QCOMPARE(window.currentPage()->key(), QString("library"));
    QVERIFY(window.windowTitle().contains("two.db"));
    QCOMPARE(Preferences::load().store, folder.filePath("two.db"));
    QTRY_VERIFY(window.isSettled());
}

void TestWindow::fileThatIsNoStoreIsLeftAloneAndThePagesStay() {
    const QTemporaryDir folder;
    const QString file = writeFile(folder, "picture.db", "this is no store, only text that is long enough to be looked at");
    const std::string before = sha256OfFile(file.toStdString());
    MainWindow window(inFolder(folder, "one.db"), false);
    window.show();
    const Page* setup = window.page("setup");
    QVERIFY(!window.openStore(file.toStdString()));
    QCOMPARE(window.findChild<MessageBar*>()->level(), QString("error"));
    QCOMPARE(window.page("setup"), setup);
    QVERIFY(sha256OfFile(file.toStdString()) == before);
    QVERIFY_EXCEPTION_THROWN(MainWindow(std::filesystem::path(file.toStdString())), Error);
}

void TestWindow::screenshotOfAnUnknownPageIsRefused() {
    const QTemporaryDir folder;
    MainWindow window(inFolder(folder, "runs.db"), false);
    QVERIFY_EXCEPTION_THROWN(takeScreenshot(window, "palace", folder.filePath("a.png"), QSize(800, 600)), Error);
    QVERIFY_EXCEPTION_THROWN(takeScreenshot(window, "settings", "/nowhere/a.png", QSize(800, 600)), Error);
}

void TestWindow::screenshotIsWritten() {
    const QTemporaryDir folder;
    MainWindow window(inFolder(folder, "runs.db"), false);
    takeScreenshot(window, "library", folder.filePath("a.png"), QSize(1280, 800));
    const QImage picture(folder.filePath("a.png"));
    QCOMPARE(picture.size(), QSize(1280, 800));
}

void TestWindow::closingWhileARunLivesAsksAndKeepsACheckpoint() {
    const QTemporaryDir folder;
    MainWindow window(inFolder(folder, "runs.db"), false);
    window.show();
    Json endless = smallExperiment();
    for (const char* key : {"teachers", "knowledge", "gap"})
        endless.erase(key);
    endless["training"]["epochs"] = 5000;
    auto* setup = qobject_cast<SetupPage*>(window.page("setup"));
    setup->showDocument(endless);
    window.actions().start->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(window.actions().stop->isEnabled(), 20000);
    QCOMPARE(window.currentPage()->key(), QString("monitor"));
    const auto answer = [&](const char* button) {
        QTimer::singleShot(200, &window,
                           [button] { QApplication::activeModalWidget()->findChild<QPushButton*>(button)->click(); });
        window.close();
    };
    answer("cancelClose");
    QVERIFY(window.isVisible() && window.actions().stop->isEnabled());
    QSignalSpy closed(&window, &MainWindow::closed);
    answer("stopAndClose");
    QTRY_COMPARE_WITH_TIMEOUT(closed.count(), 1, 20000);
    QVERIFY(!window.isVisible());
    const Store store(inFolder(folder, "runs.db"), Store::Mode::Read);
    QCOMPARE(store.runs().size(), size_t{1});
    QVERIFY(store.runs().front().state == RunState::Stopped);
    QVERIFY(store.checkpoint(store.runs().front().id, "last").has_value());
}

void TestWindow::anythingIsFoundInThePalette() {
    const QTemporaryDir folder;
    MainWindow window(inFolder(folder, "runs.db"), false);
    {
        Store store(inFolder(folder, "runs.db"), Store::Mode::Write);
        NewRun run;
        run.name = "temperature four";
        run.trial = std::string(64, 'a');
        run.trialLabel = "x";
        run.document = {{"student", {{"architecture", "resnet8"}}}};
        run.trialDocument = run.document;
        run.dataName = "shapes";
        store.addRun(run);
    }
    window.resize(1000, 700);
    window.show();
    const auto open = [&](const QString& words) {
        window.actions().palette->trigger();
        auto* palette = window.findChild<CommandPalette*>();
        QTest::keyClicks(palette->findChild<QLineEdit*>("paletteLine"), words);
        return palette;
    };
    const auto offered = [](const CommandPalette* palette) {
        QStringList all;
        const auto* list = palette->findChild<QListWidget*>("paletteList");
        for (int row = 0; row < list->count(); ++row)
            all += list->item(row)->text();
        return all;
    };
    CommandPalette* palette = open("lib");
    QCOMPARE(offered(palette).first().section("    ", 0, 0), QString("Library"));
    QTest::keyClick(palette->findChild<QLineEdit*>("paletteLine"), Qt::Key_Return);
    QTRY_COMPARE(window.currentPage()->key(), QString("library"));
    QTRY_VERIFY(!window.findChild<CommandPalette*>());  // it is gone, and left nothing behind
    // What cannot be done now is not offered: nothing runs.
    palette = open("stop after epoch");
    QVERIFY(offered(palette).empty());
    palette->reject();
    QTRY_VERIFY(!window.findChild<CommandPalette*>());
    palette = open("four");
    QTRY_COMPARE(offered(palette).size(), 1);
    QVERIFY(offered(palette).first().contains("temperature four"));
    QTest::keyClick(palette->findChild<QLineEdit*>("paletteLine"), Qt::Key_Return);
    QTRY_COMPARE(window.currentPage()->key(), QString("monitor"));
    QCOMPARE(window.currentPage()->selectedRun(), qint64{1});
    QTRY_VERIFY(window.isSettled());
}

int testWindow(const QStringList& arguments) {
    TestWindow tests;
    return QTest::qExec(&tests, arguments);
}

}  // namespace gaplab::ui

#include "tst_frame_window.moc"
