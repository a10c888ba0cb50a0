#include "ui/window/main_window.h"

#include <QCloseEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QStatusBar>
#include <QTimer>

#include "ui/compare/compare_page.h"
#include "ui/fairness/fairness_page.h"
#include "ui/library/library_page.h"
#include "ui/monitor/monitor_page.h"
#include "ui/settings/settings_page.h"
#include "ui/setup/setup_page.h"
#include "ui/window/closing.h"
#include "ui/window/docks/docks.h"
#include "ui/window/icons.h"
#include "ui/window/navigation_rail.h"
#include "ui/window/opened_store.h"
#include "ui/window/window_state.h"

namespace gaplab::ui {
namespace {
constexpr int stopPollMilliseconds = 50;
}

MainWindow::MainWindow(const std::filesystem::path& store, bool restore, QWidget* parent)
    : QMainWindow(parent),
      opened_(std::make_unique<OpenedStore>(store)),
      actions_(new Actions(this)),
      stack_(new QStackedWidget(this)),
      messages_(new MessageBar(this)),
      docks_(new Docks(this)) {
    setAcceptDrops(true);
    setWindowIcon(QIcon(QStringLiteral(":/icons/gaplab.svg")));
    makePages();
    actions_->docks = docks_->actions();
    actions_->fillMenus(*menuBar());
    connect(docks_, &Docks::showRun, this, [this](qint64 run) {
        showPage(monitor_->key());
        monitor_->showRun(run);
    });
    auto* bar = addToolBar(tr("Tool bar"));
    bar->setObjectName("toolBar");
    bar->setMovable(false);
    bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    actions_->fillToolBar(*bar);
    auto* centre = new QWidget(this);
    auto* columns = new QHBoxLayout(centre);
    columns->setContentsMargins(0, 0, 0, 0);
    columns->setSpacing(0);
    columns->addWidget(new NavigationRail(actions_->pages->actions(), centre));
    auto* content = new QVBoxLayout;
    content->addWidget(messages_);
    content->addWidget(stack_, 1);
    columns->addLayout(content, 1);
    setCentralWidget(centre);
    connectFileActions();
    connectRunActions();
    connect(qGuiApp, &QGuiApplication::commitDataRequest, this, [this] { opened_->workbench.stopAll(); });
    QString first;
    if (restore)
        first = restoreWindowState(*this);
    else
        placeFirstTime(*this);
    showPage(page(first) ? first : QStringLiteral("setup"));
}

MainWindow::~MainWindow() {
    removePages();
}

void MainWindow::makePages() {
    Session& session = opened_->session;
    setWindowTitle(tr("GapLab – %1").arg(QString::fromStdString(session.workbench.storePath().filename().string())));
    control_ = new RunControl(session, this);
    status_ = new StatusLine(session, *statusBar(), this);
    // Before the pages: what a page has to say about its own rejection is the better message and comes last.
    connect(&session.pump, &FeedPump::rejected, this, [this](qint64, const Json& answer) { reportRejection(answer); });
    connect(&session.reader, &StoreReader::failed, this, [this](const QString& text) { showMessage("error", text); });
    connect(control_, &RunControl::changed, this, &MainWindow::updateRunActions);
    addPage(setup_ = new SetupPage(session));
    addPage(monitor_ = new MonitorPage(session));
    addPage(compare_ = new ComparePage(session));
    addPage(library_ = new LibraryPage(session));
    auto* fairness = new FairnessPage(session);
    addPage(fairness);
    connect(fairness, &FairnessPage::openSweep, this,
            [this](const Json& document, const std::string& path, const std::string& values) {
                setup_->showDocument(document, {{path, values}});
                showPage(setup_->key());
            });
    auto* settings = new SettingsPage(session);
    addPage(settings);
    connect(settings, &SettingsPage::themeChanged, this, [](Theme theme) { applyTheme(theme); });
    connect(
        settings, &SettingsPage::storeChosen, this, [this](const QString& path) { openStore(path.toStdString()); },
        Qt::QueuedConnection);
    connectPages();
    docks_->open(session, library_->edits(), [this] { return currentPage() ? currentPage()->selectedRun() : 0; });
    updateRunActions();
}

void MainWindow::addPage(Page* page) {
    page->setObjectName(page->key());
    page->setAccessibleName(page->title());
    stack_->addWidget(page);
    if (!actions_->page(page->key())) actions_->addPage(page->key(), page->title());
    connect(page, &Page::message, this, &MainWindow::showMessage);
    connect(page, &Page::undoChanged, this, [this, page] {
        lastEdited_ = page;
        updateUndo();
    });
}

void MainWindow::connectPages() {
    for (int i = 0; i < stack_->count(); ++i) {
        auto* page = qobject_cast<Page*>(stack_->widget(i));
        connect(page, &Page::openMonitor, this, [this](qint64 run) {
            showPage(monitor_->key());
            monitor_->showRun(run);
        });
        connect(page, &Page::openCompare, this, [this](const std::vector<int64_t>& runs) {
            showPage(compare_->key());
            compare_->showRuns(runs);
        });
        connect(page, &Page::importRequested, this, &MainWindow::chooseImport);
        connect(page, &Page::openSetup, this, [this](const Json& document) {
            // An empty document asks for the page, not for another experiment.
            if (document.is_object() && !document.empty()) setup_->showDocument(document);
            showPage(setup_->key());
        });
    }
}

void MainWindow::removePages() {
    docks_->clear();
    lastEdited_ = nullptr;
    for (int i = 0; i < stack_->count(); ++i)
        stack_->widget(i)->disconnect(this);  // what a page tells while it goes would be asked of pages that are gone already
    while (stack_->count() > 0)
        delete stack_->widget(0);
    delete status_;
    delete control_;
    status_ = nullptr;
    control_ = nullptr;
}

Page* MainWindow::page(const QString& key) const {
    for (int i = 0; i < stack_->count(); ++i)
        if (auto* page = qobject_cast<Page*>(stack_->widget(i)); page->key() == key) return page;
    return nullptr;
}

Page* MainWindow::currentPage() const {
    return qobject_cast<Page*>(stack_->currentWidget());
}

void MainWindow::showPage(const QString& key) {
    Page* wanted = page(key);
    if (!wanted) return;
    stack_->setCurrentWidget(wanted);
    actions_->page(key)->setChecked(true);
    wanted->activate();
    // Whoever comes by keyboard is in the page, not where the focus was before.
    if (wanted->focusProxy() && !wanted->isAncestorOf(focusWidget())) wanted->setFocus(Qt::ShortcutFocusReason);
    updateUndo();
}

bool MainWindow::isSettled() const {
    return opened_->reader.isIdle() && currentPage()->isSettled();
}

bool MainWindow::openStore(const std::filesystem::path& store) {
    if (opened_->workbench.busy()) {
        showMessage("warning", tr("A run is going on here. Stop it before opening another store."));
        return false;
    }
    try {
        auto next = std::make_unique<OpenedStore>(store);
        const QString shown = currentPage()->key();
        removePages();
        opened_ = std::move(next);
        makePages();
        showPage(shown);
    } catch (const Error& error) {
        const QString hint = QString::fromStdString(error.hint());
        showMessage("error", QString::fromUtf8(error.what()) + (hint.isEmpty() ? QString() : ' ' + hint));
        return false;
    }
    Preferences preferences = Preferences::load();
    preferences.store = QString::fromStdString(std::filesystem::absolute(store).string());
    preferences.save();
    currentPage()->activate();
    return true;
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (!opened_->workbench.busy()) {
        saveWindowState(*this, currentPage()->key());
        event->accept();
        Q_EMIT closed();
        return;
    }
    event->ignore();
    if (stopping_) return;
    const Closing answer = askHowToClose(this);
    if (answer == Closing::KeepMinimised) showMinimized();
    if (answer == Closing::StopAndClose) stopAndClose();
}

void MainWindow::stopAndClose() {
    if (stopping_) return;
    stopping_ = true;
    opened_->workbench.stopAll();
    showMessage("info", tr("Stopping after this step; the checkpoint is being written…"));
    auto* timer = new QTimer(this);
    connect(timer, &QTimer::timeout, this, [this, timer] {
        if (opened_->workbench.busy()) return;
        timer->deleteLater();
        stopping_ = false;
        close();
    });
    timer->start(stopPollMilliseconds);
}

}  // namespace gaplab::ui
