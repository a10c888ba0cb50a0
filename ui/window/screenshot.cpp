#include "ui/window/screenshot.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QPixmap>
#include <QThread>

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

}  // namespace

void takeScreenshot(MainWindow& window, const QString& page, const QString& file, QSize size) {
    if (!window.page(page))
        throw inputError("There is no page \"" + page.toStdString() + "\".",
                         "Pages: setup, monitor, compare, library, settings.");
    window.resize(size);
    window.show();
    window.showPage(page);
    waitUntilSettled(window);
    if (!window.grab().save(file, "PNG")) throw worldError("The picture cannot be written to " + file.toStdString() + ".");
}

}  // namespace gaplab::ui
