#include <iostream>
#include <utility>

#include <CLI/CLI.hpp>
#include <QApplication>
#include <QMessageBox>
#include <QTemporaryDir>
#include <QTimer>

#include "core/base/log.h"
#include "core/interop/figure_file.h"
#include "ui/settings/settings.h"
#include "ui/window/english_plurals.h"
#include "ui/window/main_window.h"
#include "ui/window/screenshot.h"
#include "ui/window/stop_signals.h"

namespace {

using namespace gaplab;
using namespace gaplab::ui;

struct Options {
    std::string file, store, page, out, size = "1280x800", theme;
    std::vector<int64_t> runs;
    std::vector<std::string> choices;
    bool safeMode = false, firstPaint = false;

    bool opensExperiment() const { return file.ends_with(".json"); }
    bool opensFigure() const { return hasFigureName(file); }
    bool opensStore() const { return !file.empty() && !opensExperiment() && !opensFigure(); }
    void openIn(MainWindow& window) const {
        if (opensExperiment()) window.openExperiment(QString::fromStdString(file));
        if (opensFigure()) window.openFigure(QString::fromStdString(file));
    }
};

void declare(CLI::App& app, Options& options) {
    app.add_option("file", options.file, "An experiment (.json), an exported figure (.png, .svg, .pdf) or a store to open");
    app.add_option("--store", options.store, "The store to work with; made where it is missing");
    auto* screenshot =
        app.add_option("--screenshot", options.page,
                       "Draw one page without a screen: setup, monitor, compare, library, settings; compare/table is its view "
                       "called table");
    auto* out = app.add_option("--out", options.out,
                               "Where the picture goes: a .png of the window, or a .svg or .pdf of the plot that it shows")
                    ->needs(screenshot);
    screenshot->needs(out);
    app.add_option("--runs", options.runs, "Runs that the picture shows, for example 12,15")->delimiter(',')->needs(screenshot);
    app.add_option("--choose", options.choices,
                   "What is chosen on the page of those runs, for example series=controller/train/gap")
        ->needs("--runs");
    app.add_option("--size", options.size, "Size of the picture")->needs(screenshot);
    app.add_option("--theme", options.theme, "Theme, instead of the one in the settings")
        ->check(CLI::IsMember({"light", "dark"}));
    app.add_flag("--safe-mode", options.safeMode, "Forget the window's place and page of the last session");
    app.add_flag("--first-paint", options.firstPaint, "Say \"painted\" when the window has been drawn, and end: to time a start");
}

QSize parseSize(const std::string& text) {
    const QStringList parts = QString::fromStdString(text).split('x');
    const QSize size = parts.size() == 2 ? QSize(parts[0].toInt(), parts[1].toInt()) : QSize();
    if (size.width() < 200 || size.height() < 200 || size.width() > 10'000 || size.height() > 10'000)
        throw inputError("\"" + text + "\" is not a size.", "Write --size as WIDTHxHEIGHT, for example 1280x800.");
    return size;
}

/// As a figure that was made of these runs and choices would be opened again.
void showRuns(Page& page, const Options& options) {
    if (options.runs.empty()) return;
    if (options.choices.empty()) return page.showRuns(options.runs);
    FigureView view{.page = page.key().toStdString()};
    for (const int64_t run : options.runs)
        view.runs.push_back({.id = run});
    for (const std::string& choice : options.choices)
        view.choices[choice.substr(0, choice.find('='))] = choice.substr(std::min(choice.find('=') + 1, choice.size()));
    page.openFigure(view);
}

int screenshot(const Options& options) {
    const QSize size = parseSize(options.size);
    std::filesystem::path store = options.store.empty() ? Preferences::load().storePath() : std::filesystem::path(options.store);
    const QTemporaryDir empty;
    // A missing store is shown as an empty one, and stays missing.
    if (!std::filesystem::exists(store)) store = std::filesystem::path(empty.path().toStdString()) / "empty.db";
    MainWindow window(store, false);
    options.openIn(window);
    if (Page* page = window.page(QString::fromStdString(options.page).section('/', 0, 0))) showRuns(*page, options);
    takeScreenshot(window, QString::fromStdString(options.page), QString::fromStdString(options.out), size);
    return 0;
}

/// The store that was asked for; at the very first start the usual one with example runs in it; where the one of the settings
/// cannot be opened, the default one, with a word about it.
std::unique_ptr<MainWindow> openWindow(const Options& options) {
    if (!options.store.empty()) return std::make_unique<MainWindow>(options.store, !options.safeMode);
    if (options.opensStore()) return std::make_unique<MainWindow>(options.file, !options.safeMode);
    const Preferences preferences = Preferences::load();
    const bool first = preferences.store.isEmpty() && !std::filesystem::exists(defaultStorePath());
    try {
        auto window = std::make_unique<MainWindow>(preferences.storePath(), !options.safeMode);
        if (first) window->addExampleRuns();
        return window;
    } catch (const Error& error) {
        if (preferences.store.isEmpty()) throw;
        auto window = std::make_unique<MainWindow>(defaultStorePath(), !options.safeMode);
        window->showMessage(
            "warning",
            QCoreApplication::translate("main", "The usual store could not be opened: %1").arg(QString::fromUtf8(error.what())));
        return window;
    }
}

/// Ends the program when it has drawn the window.
class FirstPaint : public QObject {
public:
    using QObject::QObject;
    bool eventFilter(QObject* watched, QEvent* event) override {
        // What is painted reaches the screen before the event loop comes to the timer.
        if (event->type() == QEvent::Paint && !std::exchange(painted_, true))
            QTimer::singleShot(0, this, [] {
                std::cout << "painted" << std::endl;
                QCoreApplication::quit();
            });
        return QObject::eventFilter(watched, event);
    }

private:
    bool painted_ = false;
};

int runWindow(QApplication& application, const Options& options) {
    const auto window = openWindow(options);
    const StopSignals signals;
    QObject::connect(&signals, &StopSignals::received, window.get(), &MainWindow::stopAndClose);
    QObject::connect(window.get(), &MainWindow::closed, &application, &QCoreApplication::quit);
    options.openIn(*window);
    FirstPaint firstPaint;
    if (options.firstPaint) window->installEventFilter(&firstPaint);
    window->show();
    return application.exec();
}

int report(const Error& error, bool withScreen) {
    std::cerr << error.describe() << std::endl;
    if (withScreen) QMessageBox::critical(nullptr, QStringLiteral("GapLab"), QString::fromStdString(error.describe()));
    return error.exitCode();
}

Theme themeOf(const Options& options) {
    if (options.theme.empty()) return Preferences::load().theme;
    return options.theme == "dark" ? Theme::Dark : Theme::Light;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app("GapLab: a workbench for knowledge distillation", "gaplab");
    declare(app, options);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    const bool picture = !options.page.empty();
    if (picture) qputenv("QT_QPA_PLATFORM", "offscreen");
    startLog();
    QApplication application(argc, argv);
    QCoreApplication::setOrganizationName(QStringLiteral("GapLab"));
    QCoreApplication::setApplicationName(QStringLiteral("gaplab"));
    QCoreApplication::setApplicationVersion(QStringLiteral(GAPLAB_VERSION));
    QGuiApplication::setDesktopFileName(QStringLiteral("GapLab"));
    EnglishPlurals plurals;
    QCoreApplication::installTranslator(&plurals);
    applyTheme(themeOf(options));
    try {
        return picture ? screenshot(options) : runWindow(application, options);
    } catch (const Error& error) {
        return report(error, !picture);
    }
}
