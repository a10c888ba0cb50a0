// What the actions of the main window do.
#include <QApplication>
#include <QClipboard>
#include <QFileDialog>
#include <QMessageBox>

#include "ui/library/library_page.h"
#include "ui/monitor/monitor_page.h"
#include "ui/setup/setup_page.h"
#include "ui/window/command_palette.h"
#include "ui/window/docks/docks.h"
#include "ui/window/main_window.h"
#include "ui/window/opened_store.h"

namespace gaplab::ui {
namespace {
const char* const experimentFiles = QT_TRANSLATE_NOOP("gaplab::ui::MainWindow", "Experiments (*.json)");
}

void MainWindow::connectFileActions() {
    const auto on = [this](QAction* action, auto call) { connect(action, &QAction::triggered, this, call); };
    on(actions_->newExperiment, [this] {
        showPage(setup_->key());
        setup_->newExperiment();
    });
    on(actions_->openExperiment, [this] { chooseExperiment(); });
    on(actions_->saveExperiment, [this] { saveExperiment(); });
    on(actions_->openFigure, [this] { chooseFigure(); });
    on(actions_->importRuns, [this] { chooseImport(); });
    on(actions_->exampleRuns, [this] { addExampleRuns(); });
    on(actions_->openStore, [this] { chooseStore(); });
    on(actions_->quit, [this] { close(); });
    on(actions_->copyJson, [this] { QApplication::clipboard()->setText(QString::fromStdString(setup_->document().dump(2))); });
    on(actions_->undo, [this] { takeBack(&Page::undo); });
    on(actions_->redo, [this] { takeBack(&Page::redo); });
    on(actions_->find, [this] {
        showPage(library_->key());
        library_->findRun();
    });
    on(actions_->palette, [this] { showPalette(); });
    on(actions_->settings, [this] { showPage(QStringLiteral("settings")); });
    on(actions_->about, [this] { showAbout(); });
    connect(actions_->fullScreen, &QAction::toggled, this,
            [this](bool full) { setWindowState(windowState().setFlag(Qt::WindowFullScreen, full)); });
    connect(actions_->pages, &QActionGroup::triggered, this, [this](const QAction* page) { showPage(page->data().toString()); });
}

void MainWindow::connectRunActions() {
    const auto on = [this](QAction* action, auto call) { connect(action, &QAction::triggered, this, call); };
    on(actions_->check, [this] {
        showPage(setup_->key());
        setup_->check();
    });
    on(actions_->start, [this] { startExperiment(); });
    on(actions_->pause, [this] { control_->pauseOrResume(); });
    on(actions_->stop, [this] { control_->stop(); });
    on(actions_->stopAfterEpoch, [this] { control_->stopAfterEpoch(); });
    on(actions_->clone, [this] { cloneRun(); });
}

void MainWindow::showPalette() {
    QList<QAction*> all = actions_->all();
    all.removeOne(actions_->palette);
    for (QAction* action : currentPage()->findChildren<QAction*>())  // what the page itself can do
        if (!action->objectName().isEmpty() && !all.contains(action)) all += action;
    auto* palette = new CommandPalette(all, opened_->reader, this);
    connect(palette, &CommandPalette::runChosen, this, [this](qint64 run) {
        showPage(monitor_->key());
        monitor_->showRun(run);
    });
    palette->open();
}

void MainWindow::takeBack(void (Page::*step)()) {
    Page* page = undoPage();
    // One sees what is done in a dock without the Library.
    if (page != library_ || !docks_->haveFocus()) showPage(page->key());
    (page->*step)();
}

Page* MainWindow::undoPage() const {
    const auto hasDone = [](const Page* page) { return page && (page->canUndo() || page->canRedo()); };
    if (docks_->haveFocus() && hasDone(library_)) return library_;
    if (hasDone(currentPage())) return currentPage();
    return hasDone(lastEdited_) ? lastEdited_ : setup_;
}

void MainWindow::updateUndo() {
    actions_->undo->setEnabled(undoPage()->canUndo());
    actions_->redo->setEnabled(undoPage()->canRedo());
}

void MainWindow::updateRunActions() {
    const bool live = control_->run() != 0;
    for (QAction* action : {actions_->pause, actions_->stop, actions_->stopAfterEpoch})
        action->setEnabled(live);
    actions_->pause->setText(control_->isPaused() ? tr("&Resume") : tr("&Pause"));
}

void MainWindow::startExperiment() {
    // Elsewhere one does not see what would be started: the first press shows it.
    if (currentPage() != setup_) return showPage(setup_->key());
    setup_->start();
}

void MainWindow::cloneRun() {
    qint64 run = currentPage()->selectedRun();
    if (run == 0) run = control_->run();
    if (run == 0) return showMessage("info", tr("Select a run in the Library, or show one in Monitor, to clone it."));
    opened_->reader.ask(
        this, [run](const Store& store) { return store.run(run).document; },
        [this, run](const Json& document) {
            setup_->showDocument(document);
            showPage(setup_->key());
            showMessage("info", tr("This is the experiment of run %1. Changing it does not change the run.").arg(run));
        });
}

void MainWindow::openExperiment(const QString& file) {
    showPage(setup_->key());
    setup_->openFile(file);
}

void MainWindow::chooseExperiment() {
    const QString file = QFileDialog::getOpenFileName(this, tr("Open experiment"), {}, tr(experimentFiles));
    if (!file.isEmpty()) openExperiment(file);
}

void MainWindow::saveExperiment() {
    QString file = QFileDialog::getSaveFileName(this, tr("Save experiment"), {}, tr(experimentFiles));
    if (file.isEmpty()) return;
    if (!file.endsWith(QLatin1String(".json"))) file += QStringLiteral(".json");
    setup_->saveFile(file);
}

void MainWindow::chooseStore() {
    const QString file = QFileDialog::getSaveFileName(this, tr("Open a store, or name a new one"),
                                                      QString::fromStdString(opened_->workbench.storePath().string()),
                                                      tr("GapLab stores (*.db)"), nullptr, QFileDialog::DontConfirmOverwrite);
    if (!file.isEmpty()) openStore(file.toStdString());
}

void MainWindow::showAbout() {
    QMessageBox::about(
        this, tr("About GapLab"),
        tr("<h3>GapLab %1</h3><p>A workbench for knowledge distillation in which the gap between teacher and student can be "
           "seen, "
           "set and controlled.</p><p>Free software under the GNU General Public License, version 3 or later. Built with Qt, "
           "LibTorch, SQLite and QCustomPlot.</p><p>Nothing leaves this machine.</p>")
            .arg(QStringLiteral(GAPLAB_VERSION)));
}

void MainWindow::reportRejection(const Json& answer) {
    const Json error = answer.value("error", Json::object());
    const QString hint = QString::fromStdString(error.value("hint", ""));
    showMessage("error", QString::fromStdString(error.value("message", "")) + (hint.isEmpty() ? QString() : ' ' + hint));
}

}  // namespace gaplab::ui
