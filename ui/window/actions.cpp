#include "ui/window/actions.h"

#include "ui/window/icons.h"

namespace gaplab::ui {

Actions::Actions(QWidget* window) : QObject(window), pages(new QActionGroup(this)), window_(window) {
    addFileActions();
    addRunActions();
    fullScreen = add("fullScreen", "fullscreen", tr("&Full screen"), Qt::Key_F11, tr("Show nothing but the window"));
    fullScreen->setCheckable(true);
    settings = add("settings", "settings", tr("&Settings"), QKeySequence(), tr("Theme, threads, store"));
    about = add("about", "info", tr("&About GapLab"), QKeySequence(), tr("Version and licence"));
    settings->setMenuRole(QAction::PreferencesRole);
    about->setMenuRole(QAction::AboutRole);
}

QAction* Actions::add(const QString& name, const QString& iconName, const QString& text, const QKeySequence& shortcut,
                      const QString& help) {
    auto* action = new QAction(icon(iconName), text, this);
    action->setObjectName(name);
    action->setShortcut(shortcut);
    action->setStatusTip(help);
    QString tip = QString(text).remove('&').remove(QStringLiteral("…"));
    if (!shortcut.isEmpty()) tip += QStringLiteral(" (%1)").arg(shortcut.toString(QKeySequence::NativeText));
    action->setToolTip(tip + QStringLiteral("\n") + help);
    window_->addAction(action);
    return action;
}

void Actions::addFileActions() {
    newExperiment = add("newExperiment", "new", tr("&New experiment"), QKeySequence::New, tr("Begin with the quick start"));
    openExperiment = add("openExperiment", "open", tr("Open &experiment…"), Qt::CTRL | Qt::SHIFT | Qt::Key_O,
                         tr("Read an experiment from a JSON file"));
    saveExperiment =
        add("saveExperiment", "save", tr("&Save experiment as…"), QKeySequence::Save, tr("Write the experiment to a JSON file"));
    openStore = add("openStore", "store", tr("&Open store…"), QKeySequence::Open,
                    tr("Open the file that holds the runs, or begin a new one"));
    openFigure = add("openFigure", "monitor", tr("Open &figure…"), Qt::CTRL | Qt::SHIFT | Qt::Key_F,
                     tr("Show again what an exported figure (PNG, SVG or PDF) was made of"));
    importRuns =
        add("importRuns", "add", tr("&Import…"), Qt::CTRL | Qt::Key_I, tr("Take over runs of other stores and other programs"));
    exampleRuns = add("exampleRuns", "library", tr("Add e&xample runs"), {},
                      tr("Finished trainings that come with GapLab, in the folder Examples of the Library"));
    quit = add("quit", "close", tr("&Quit"), QKeySequence::Quit, tr("Close the window"));
    undo = add("undo", "undo", tr("&Undo"), QKeySequence::Undo,
               tr("Take the last change back: of the runs in the Library, of the experiment elsewhere"));
    redo = add("redo", "redo", tr("&Redo"), QKeySequence::Redo, tr("Make the change that was taken back again"));
    for (QAction* action : {undo, redo})
        action->setEnabled(false);
    copyJson = add("copyJson", "copy", tr("Copy experiment as &JSON"), Qt::CTRL | Qt::SHIFT | Qt::Key_C,
                   tr("Put the experiment on the clipboard"));
    clone = add("clone", "clone", tr("&Clone run"), Qt::CTRL | Qt::Key_D, tr("Open the selected run's experiment in Set-up"));
    find = add("find", "find", tr("&Find runs"), QKeySequence::Find, tr("Go to the filter of the Library"));
    palette = add("palette", "find", tr("Find a &command…"), Qt::CTRL | Qt::SHIFT | Qt::Key_P,
                  tr("Find anything that can be done, or a run, by its name"));
    quit->setMenuRole(QAction::QuitRole);
}

void Actions::addRunActions() {
    check = add("check", "check", tr("Chec&k"), Qt::CTRL | Qt::Key_K, tr("Load the data and time one batch of every network"));
    start = add("start", "start", tr("&Start"), Qt::CTRL | Qt::Key_Return, tr("Queue the experiment of the Set-up page"));
    pause = add("pause", "pause", tr("&Pause"), Qt::CTRL | Qt::Key_P, tr("Hold the running run after its step, or let it go on"));
    stop =
        add("stop", "stop", tr("S&top"), Qt::CTRL | Qt::Key_Period, tr("Stop the running run after its step, with a checkpoint"));
    stopAfterEpoch = add("stopAfterEpoch", "stop-epoch", tr("Stop after &epoch"), Qt::CTRL | Qt::SHIFT | Qt::Key_Period,
                         tr("Let the running run finish its epoch, then stop"));
    for (QAction* action : {pause, stop, stopAfterEpoch})
        action->setEnabled(false);
}

void Actions::addPage(const QString& key, const QString& title) {
    const auto number = pages->actions().size() + 1;
    QAction* action = add("page." + key, key, title, QKeySequence(QStringLiteral("Ctrl+%1").arg(number)), tr("Show this page"));
    action->setCheckable(true);
    action->setData(key);
    action->setActionGroup(pages);
}

QAction* Actions::page(const QString& key) const {
    for (QAction* action : pages->actions())
        if (action->data() == key) return action;
    return nullptr;
}

QList<QAction*> Actions::all() const {
    return window_->actions();
}

void Actions::fillMenus(QMenuBar& bar) const {
    const auto addMenu = [&](const QString& title, const std::vector<QAction*>& entries) {
        QMenu* menu = bar.addMenu(title);
        for (QAction* entry : entries)
            if (entry)
                menu->addAction(entry);
            else
                menu->addSeparator();
        return menu;
    };
    addMenu(tr("&File"), {newExperiment, openExperiment, saveExperiment, nullptr, openFigure, nullptr, openStore, importRuns,
                          exampleRuns, nullptr, quit});
    addMenu(tr("&Edit"), {undo, redo, nullptr, clone, copyJson, nullptr, find, palette});
    QMenu* view = addMenu(tr("&View"), {});
    view->addActions(pages->actions());
    view->addSeparator();
    view->addActions(docks);
    view->addSeparator();
    view->addAction(fullScreen);
    addMenu(tr("&Run"), {check, start, nullptr, pause, stop, stopAfterEpoch});
    addMenu(tr("&Tools"), {settings});
    addMenu(tr("&Help"), {about});
}

void Actions::fillToolBar(QToolBar& bar) const {
    for (QAction* action : {newExperiment, openExperiment})
        bar.addAction(action);
    bar.addSeparator();
    for (QAction* action : {start, pause, stop, stopAfterEpoch})
        bar.addAction(action);
    bar.addSeparator();
    for (QAction* action : {clone, find})
        bar.addAction(action);
}

}  // namespace gaplab::ui
