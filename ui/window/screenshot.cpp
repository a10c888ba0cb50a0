#include "ui/window/screenshot.h"

#include <algorithm>

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QPixmap>
#include <QThread>

#include "ui/plot/plot_view.h"
#include "ui/window/main_window.h"

namespace gaplab::ui {
namespace {

constexpr qint64 longestWait = 30'000;  // milliseconds
constexpr qint64 quietTime = 300;       // an answer may start another question
constexpr int quietRounds = 20;         // on a busy machine one round of events may take longer than that

void waitUntilSettled(const MainWindow& window) {
    QElapsedTimer since, quiet;
    since.start();
    quiet.start();
    int rounds = 0;
    while ((quiet.elapsed() < quietTime || rounds < quietRounds) && since.elapsed() < longestWait) {
        QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
        ++rounds;
        if (!window.isSettled()) {
            quiet.restart();
            rounds = 0;
        }
        QThread::msleep(5);
    }
}

void writeShownPlot(const Page& page, const QString& file) {
    const QList<PlotView*> plots = page.findChildren<PlotView*>();
    const auto shown = std::ranges::find_if(plots, &PlotView::isVisible);
    if (shown == plots.end()) throw inputError("The page \"" + page.key().toStdString() + "\" shows no plot.");
    const QString problem = (*shown)->writeFigure(file, {.millimetres = {FigureFormat::twoColumns, 90}});
    if (!problem.isEmpty()) throw worldError(problem.toStdString());
}

}  // namespace

void takeScreenshot(MainWindow& window, const QString& page, const QString& file, QSize size) {
    const QString view = page.section('/', 1), name = page.section('/', 0, 0);
    if (!window.page(name))
        throw inputError("There is no page \"" + page.toStdString() + "\".",
                         "Pages: setup, monitor, compare, library, fairness, settings.");
    window.resize(size);
    window.show();
    window.showPage(name);
    if (!view.isEmpty() && !window.page(name)->showView(view))
        throw inputError("The page \"" + name.toStdString() + "\" has no view \"" + view.toStdString() + "\".");
    waitUntilSettled(window);
    if (file.endsWith(QLatin1String(".svg")) || file.endsWith(QLatin1String(".pdf")))
        return writeShownPlot(*window.page(name), file);
    if (!window.grab().save(file, "PNG")) throw worldError("The picture cannot be written to " + file.toStdString() + ".");
}

}  // namespace gaplab::ui
