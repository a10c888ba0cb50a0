#pragma once

#include <QString>
#include <QWidget>

#include "core/interop/figure_view.h"
#include "core/run/workbench.h"
#include "ui/feed/feed_pump.h"
#include "ui/feed/store_reader.h"

namespace gaplab::ui {

/// What every page works with; owned by the main window, outlives the pages.
struct Session {
    Workbench& workbench;
    StoreReader& reader;
    FeedPump& pump;
};

/// One page of the navigation rail.
class Page : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;
    /// "setup", "monitor", "compare", "library", "fairness", "settings": for --screenshot, settings and tests; also the
    /// objectName.
    virtual QString key() const = 0;
    virtual QString title() const = 0;
    /// The page became visible, or what it shows may have changed while it was hidden.
    virtual void activate() {}
    /// Shows one of the page's views, where it has several: the part behind the slash of --screenshot. False: there is none of
    /// that name.
    virtual bool showView(const QString&) { return false; }
    /// Shows these runs, where the page shows runs: all of them, or the first.
    virtual void showRuns(const std::vector<int64_t>&) {}
    /// The run the page is about (Monitor's, the one selected in the Library); 0: none. "Clone" uses it.
    virtual qint64 selectedRun() const { return 0; }
    /// Nothing that changes the picture is still being worked out (the reader's questions not counted); for --screenshot.
    virtual bool isSettled() const { return true; }
    /// The runs that are drawn and what was chosen on the page, for a figure that can be opened again.
    virtual FigureView figureView() const { return {}; }
    /// Shows them again: those of its runs that have an id are in this store.
    virtual void openFigure(const FigureView&) {}
    /// What the page has done that can be taken back, and what was taken back.
    virtual bool canUndo() const { return false; }
    virtual bool canRedo() const { return false; }
    virtual void undo() {}
    virtual void redo() {}

Q_SIGNALS:
    /// There is something to take back now, or nothing any more.
    void undoChanged();
    /// A sentence for the message bar; level "info", "warning" or "error".
    void message(const QString& level, const QString& text);
    /// Ask the window to show another page: with these runs (Monitor: the first one; Compare: all), or with a document (Set-up).
    void openMonitor(qint64 run);
    void openCompare(const std::vector<int64_t>& runs);
    void openSetup(const gaplab::Json& document);
    /// Ask the window for runs of other programs and stores.
    void importRequested();
};

}  // namespace gaplab::ui
