// What the main window does with files: those that are dropped on it, and figures that carry their view.

#include <QDragEnterEvent>
#include <QDropEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QMimeData>

#include "core/base/files.h"
#include "core/experiment/experiment.h"
#include "ui/library/import_dialog.h"
#include "ui/library/library_page.h"
#include "ui/plot/carried_data.h"
#include "ui/window/example_runs.h"
#include "ui/window/main_window.h"
#include "ui/window/opened_figure.h"
#include "ui/window/opened_store.h"

namespace gaplab::ui {
namespace {

QStringList localFiles(const QMimeData& data) {
    QStringList files;
    for (const QUrl& url : data.urls())
        if (url.isLocalFile()) files += url.toLocalFile();
    return files;
}

/// A document of ours, and not a run that was written as JSON. What is no JSON counts as one: Set-up tells where it is wrong.
bool isExperiment(const std::filesystem::path& path) {
    if (path.extension() != ".json") return false;
    try {
        return !parseJson(readText(path), path.string()).contains("gaplab_run");
    } catch (const Error&) {
        std::error_code fault;
        return std::filesystem::file_size(path, fault) <= largestDocument;
    }
}

}  // namespace

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (!localFiles(*event->mimeData()).isEmpty()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    const QStringList files = localFiles(*event->mimeData());
    if (files.isEmpty()) return;
    event->acceptProposedAction();
    openFiles(files);
}

void MainWindow::openFiles(const QStringList& files) {
    const auto isFigure = [](const QString& file) { return hasFigureName(file.toStdString()); };
    if (files.size() == 1 && isFigure(files.front())) return openFigure(files.front());
    if (std::ranges::any_of(files, isFigure))
        return showMessage("warning", tr("Figures are opened one at a time. Drop a single one."));
    if (files.size() > 1) return importFiles(files);
    opened_->reader.ask(
        this, [path = files.front().toStdString()](const Store&) { return isExperiment(path); },
        [this, files](bool experiment) { experiment ? openExperiment(files.front()) : importFiles(files); });
}

void MainWindow::chooseFigure() {
    const QString file = QFileDialog::getOpenFileName(this, tr("Open figure"), {}, tr("Figures of GapLab (*.png *.svg *.pdf)"));
    if (!file.isEmpty()) openFigure(file);
}

void MainWindow::openFigure(const QString& file) {
    opened_->reader.ask(
        this, [path = file.toStdString()](const Store& store) { return openFigureFile(store, path); },
        [this, name = QFileInfo(file).fileName()](const OpenedFigure& figure) { showFigure(name, figure); });
}

void MainWindow::showFigure(const QString& name, const OpenedFigure& figure) {
    if (!figure.problem.empty()) return showMessage("error", QString::fromStdString(figure.problem));
    const FigureView& view = figure.file.view;
    Page* wanted = page(QString::fromStdString(view.page));
    if (wanted && figure.isAnyRunHere()) {
        showPage(wanted->key());
        wanted->openFigure(view);
    }
    if (figure.isUnchanged() && wanted && !view.runs.empty()) return showMessage("info", figure.sentence(name));
    const QString text = view.runs.empty() || !wanted ? tr("%1 tells of no page and no runs that could be opened here.").arg(name)
                                                      : figure.sentence(name);
    messages_->showMessage("warning", text, tr("Show the data it carries"),
                           [this, file = figure.file] { showCarriedData(file); });
}

void MainWindow::showCarriedData(const FigureFile& figure) {
    using Curves = std::pair<std::vector<FigureCurve>, std::string>;
    opened_->reader.ask(
        this,
        [data = figure.data](const Store&) -> Curves {
            try {
                return {figureCurves(data), {}};
            } catch (const Error& error) {
                return {{}, error.what()};
            }
        },
        [this, view = figure.view](const Curves& curves) {
            if (!curves.second.empty()) return showMessage("error", QString::fromStdString(curves.second));
            auto* dialog = new CarriedData(view, curves.first, this);
            dialog->setAttribute(Qt::WA_DeleteOnClose);
            dialog->open();
        });
}

void MainWindow::chooseImport() {
    importFiles({});
}

void MainWindow::importFiles(const QStringList& files) {
    auto* dialog = new ImportDialog(opened_->workbench.storePath(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ImportDialog::imported, this, [this](const std::vector<int64_t>& runs, int leftOut) {
        if (!runs.empty()) library_->addImported(runs);
        showPage(library_->key());
        QString text = tr("%n run(s) imported. Undo moves them to the trash.", "", static_cast<int>(runs.size()));
        if (leftOut > 0) text += ' ' + tr("Left out: %n run(s).", "", leftOut);
        showMessage(QStringLiteral("info"), text);
    });
    if (!files.isEmpty()) dialog->setPaths(files);
    dialog->open();
}

void MainWindow::addExampleRuns() {
    // Goes with the pages of this store: in another one its numbers would mean other runs.
    auto* examples = new ExampleRuns(opened_->workbench.storePath(), library_);
    connect(examples, &ExampleRuns::failed, this, [this](const QString& text) { showMessage("warning", text); });
    connect(examples, &ExampleRuns::added, this, [this](const std::vector<int64_t>& runs) {
        if (runs.empty())
            return showMessage("info", tr("The example runs are in this store already, some perhaps in its trash."));
        library_->addImported(runs);
        showPage(library_->key());
        showMessage("info", tr("%n finished run(s) to look at are in the Library, in the folder Examples: select some and press "
                               "Compare. Undo or Delete moves them to the trash.",
                               "", static_cast<int>(runs.size())));
    });
    examples->add();
}

}  // namespace gaplab::ui
