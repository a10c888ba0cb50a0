#include "ui/compare/compare_page.h"

#include <QEvent>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>

#include "ui/compare/classes_tab.h"
#include "ui/compare/curves_tab.h"
#include "ui/compare/lineage_tab.h"
#include "ui/compare/parallel_tab.h"
#include "ui/compare/seed_adder.h"
#include "ui/compare/side_by_side_tab.h"
#include "ui/compare/trade_off_tab.h"
#include "ui/compare/trial_list.h"
#include "ui/models/config_diff_model.h"
#include "ui/models/empty_state.h"
#include "ui/models/trial_table_model.h"
#include "ui/plot/plot_view.h"
#include "ui/window/icons.h"

namespace gaplab::ui {

ComparePage::ComparePage(Session& session, QWidget* parent)
    : Page(parent),
      session_(session),
      stack_(new QStackedWidget),
      trials_(new TrialList(colors_)),
      curves_(new CurvesTab(colors_)),
      tradeOff_(new TradeOffTab(colors_)),
      classes_(new ClassesTab(colors_)),
      sideBySide_(new SideBySideTab(session.reader)),
      differences_(new ConfigDiffModel(this)),
      figures_(new TrialTableModel(this)),
      seeds_(new SeedAdder(session, this)) {
    setObjectName(key());
    auto* empty = new EmptyState(QStringLiteral("compare"), tr("Choose two runs in the Library, or here."), tr("Choose runs…"));
    connect(empty->button(), &QPushButton::clicked, this, &ComparePage::chooseRuns);
    auto* splitter = new QSplitter;
    splitter->setObjectName(QStringLiteral("compareSplitter"));
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(buildSide());
    splitter->addWidget(buildTabs());
    splitter->setStretchFactor(1, 1);
    const int unit = fontMetrics().averageCharWidth();
    splitter->setSizes({44 * unit, 130 * unit});
    stack_->addWidget(empty);
    stack_->addWidget(splitter);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(stack_);
    addActions(curves_->plot()->actions());
    curves_->plot()->setFigureSource([this] { return figureView(); });
    connect(trials_, &TrialList::visibilityChanged, this, &ComparePage::refresh);
    connect(trials_, &QTreeWidget::itemSelectionChanged, this, &ComparePage::updateButtons);
    connect(curves_, &CurvesTab::viewChanged, this, &ComparePage::refresh);
    connect(&session_.reader, &StoreReader::changed, this, [this] {
        if (isVisible() && answer_.live) refresh();
    });
    connect(&session_.reader, &StoreReader::failed, this, [this] { pending_ = false; });
    connect(seeds_, &SeedAdder::added, this, &ComparePage::addRuns);
    connect(seeds_, &SeedAdder::message, this, [this](const QString& level, const QString& text) {
        Q_EMIT message(level, text);
        updateButtons();
    });
    setFocusProxy(trials_);
    updateButtons();
}

QPushButton* ComparePage::addButton(const QString& name, const QString& iconName, const QString& text,
                                    void (ComparePage::*call)()) {
    auto* button = new QPushButton(icon(iconName), text);
    button->setObjectName(name);
    button->setAccessibleName(text);
    connect(button, &QPushButton::clicked, this, call);
    return button;
}

QWidget* ComparePage::buildSide() {
    add_ = addButton(QStringLiteral("addRuns"), QStringLiteral("add"), tr("Add…"), &ComparePage::chooseRuns);
    remove_ = addButton(QStringLiteral("removeRuns"), QStringLiteral("remove"), tr("Remove"), &ComparePage::removeSelected);
    setBaseline_ =
        addButton(QStringLiteral("setBaseline"), QStringLiteral("check"), tr("Set as baseline"), &ComparePage::setBaseline);
    setBaseline_->setToolTip(tr("Compare the other trials with the selected one (Ctrl+B)"));
    setBaseline_->setShortcut(Qt::CTRL | Qt::Key_B);
    addSeeds_ =
        addButton(QStringLiteral("addSeeds"), QStringLiteral("start"), tr("Add seeds until decided…"), &ComparePage::askSeedPlan);
    addSeeds_->setToolTip(tr("Train further seeds of all these trials until each has a verdict"));
    auto* side = new QWidget;
    auto* row = new QHBoxLayout;
    row->addWidget(add_);
    row->addWidget(remove_);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins({});
    column->addWidget(trials_, 1);
    column->addLayout(row);
    column->addWidget(setBaseline_);
    column->addWidget(addSeeds_);
    return side;
}

QTableView* ComparePage::buildTable(const QString& name, const QString& text, QAbstractItemModel* model) {
    auto* view = new QTableView;
    view->setObjectName(name);
    view->setAccessibleName(text);
    view->setModel(model);
    view->setAlternatingRowColors(true);
    view->setTabKeyNavigation(false);
    view->verticalHeader()->hide();
    view->verticalHeader()->setDefaultSectionSize(2 * fontMetrics().height());
    view->setShowGrid(false);
    view->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    return view;
}

QWidget* ComparePage::buildTabs() {
    differenceView_ = buildTable(QStringLiteral("diffTable"), tr("Fields in which the trials differ"), differences_);
    figureView_ = buildTable(QStringLiteral("trialTable"), tr("Results of the trials"), figures_);
    warning_ = new QLabel;
    warning_->setObjectName(QStringLiteral("notComparable"));
    warning_->setWordWrap(true);
    warning_->setMargin(6);
    warning_->setAutoFillBackground(true);
    warning_->hide();
    same_ = new QLabel(tr("The documents of these trials do not differ."));
    same_->setMargin(6);
    rules_ = new QLabel;
    rules_->setWordWrap(true);
    rules_->setMargin(6);
    const auto tab = [](QWidget* above, QWidget* below, int stretch) {
        auto* page = new QWidget;
        auto* column = new QVBoxLayout(page);
        column->addWidget(above, stretch);
        column->addWidget(below, 1 - stretch);
        return page;
    };
    tabs_ = new QTabWidget;
    tabs_->setObjectName(QStringLiteral("compareTabs"));
    tabs_->setAccessibleName(tr("Views of the comparison"));
    const auto add = [this](QWidget* view, const char* name, const QString& title) {
        view->setObjectName(QLatin1String(name));
        tabs_->addTab(view, title);
    };
    add(curves_, "curves", tr("Curves"));
    add(tab(figureView_, rules_, 1), "table", tr("Table"));
    const auto addView = [&](AnswerView* view, const char* name, const QString& title) {
        add(view, name, title);
        views_.push_back(view);
    };
    addView(tradeOff_, "trade-off", tr("Trade-off"));
    addView(new ParallelTab(colors_), "parallel", tr("Parallel coordinates"));
    addView(classes_, "classes", tr("Classes"));
    add(tab(same_, differenceView_, 0), "differences", tr("Config diff"));
    auto* lineage = new LineageTab;
    connect(lineage, &LineageTab::chosen, this, &Page::openMonitor);
    addView(lineage, "lineage", tr("Lineage"));
    addView(sideBySide_, "side-by-side", tr("Side by side"));
    connect(tabs_, &QTabWidget::currentChanged, this, &ComparePage::showCurrentView);
    auto* right = new QWidget;
    auto* column = new QVBoxLayout(right);
    column->setContentsMargins({});
    column->addWidget(warning_);
    column->addWidget(tabs_, 1);
    return right;
}

bool ComparePage::showView(const QString& name) {
    for (int i = 0; i < tabs_->count(); ++i)
        if (tabs_->widget(i)->objectName() == name) {
            tabs_->setCurrentIndex(i);
            return true;
        }
    return false;
}

bool ComparePage::isSettled() const {
    return !pending_ && curves_->plot()->isSettled() && tradeOff_->plot()->isSettled() && classes_->plot()->isSettled() &&
           sideBySide_->isSettled();
}

void ComparePage::changeEvent(QEvent* event) {
    Page::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && warning_) showWarning();
}

}  // namespace gaplab::ui
