#pragma once

#include <filesystem>
#include <memory>

#include <QMainWindow>
#include <QStackedWidget>

#include "ui/settings/settings.h"
#include "ui/window/actions.h"
#include "ui/window/message_bar.h"
#include "ui/window/page.h"
#include "ui/window/run_control.h"
#include "ui/window/status_line.h"

namespace gaplab {
struct FigureFile;
}

namespace gaplab::ui {

struct OpenedFigure;

class ComparePage;
class Docks;
class LibraryPage;
class MonitorPage;
class SetupPage;

/// The frame around the pages. Pages are found by page(key): setup, monitor, compare, library, settings; actions by their
/// objectName (see actions.h); further names: rail.KEY, messageBar, status.store, status.disk, status.device, status.runs.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    /// Opens (or makes) the store. Throws Error. `restore`: take up the last session's geometry, splitters and page.
    explicit MainWindow(const std::filesystem::path& store, bool restore = true, QWidget* parent = nullptr);
    ~MainWindow() override;

    Actions& actions() { return *actions_; }
    Page* page(const QString& key) const;
    Page* currentPage() const;
    void showPage(const QString& key);
    void openExperiment(const QString& file);
    /// Opens the view of an exported figure again, and says in the message bar whether its data have changed since.
    void openFigure(const QString& file);
    /// Whatever they are: a figure, an experiment, or something that runs can be taken over from.
    void openFiles(const QStringList& files);
    /// Replaces the store, unless a run is going on here. Says in the message bar what went wrong. True if it is open now.
    bool openStore(const std::filesystem::path& store);
    /// Takes over the runs that come with the program and shows them.
    void addExampleRuns();
    void showMessage(const QString& level, const QString& text) { messages_->showMessage(level, text); }
    /// Nothing is being read or worked out for the page that is shown.
    bool isSettled() const;
    /// Stops what runs after its step, with a checkpoint, then closes: what SIGTERM and the end of the desktop session ask for.
    void stopAndClose();

Q_SIGNALS:
    void closed();

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    struct OpenedStore;

    void makePages();
    void removePages();
    void takeBack(void (Page::*step)());
    void addPage(Page* page);
    void connectPages();
    void connectFileActions();
    void connectRunActions();
    void updateRunActions();
    /// The page that undo and redo are for: the one that is shown, if it has done something, else the one where something was
    /// done last, which is the Library's for what was done in a dock.
    Page* undoPage() const;
    void updateUndo();
    void startExperiment();
    void cloneRun();
    void chooseExperiment();
    void saveExperiment();
    void chooseFigure();
    void showFigure(const QString& name, const OpenedFigure& figure);
    void showCarriedData(const FigureFile& figure);
    void chooseImport();
    void importFiles(const QStringList& files);
    void chooseStore();
    void showAbout();
    void showPalette();
    void reportRejection(const Json& answer);

    std::unique_ptr<OpenedStore> opened_;
    Actions* actions_;
    QStackedWidget* stack_;
    MessageBar* messages_;
    Docks* docks_;
    StatusLine* status_ = nullptr;
    RunControl* control_ = nullptr;
    SetupPage* setup_ = nullptr;
    MonitorPage* monitor_ = nullptr;
    ComparePage* compare_ = nullptr;
    LibraryPage* library_ = nullptr;
    Page* lastEdited_ = nullptr;  ///< where something was done, or taken back, last
    bool stopping_ = false;
};

}  // namespace gaplab::ui
