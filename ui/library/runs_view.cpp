#include "ui/library/runs_view.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QScrollBar>

#include "ui/models/run_filter.h"
#include "ui/models/run_table_model.h"

namespace gaplab::ui {
namespace {

void setLooks(QTableView& view) {
    view.setSelectionBehavior(QAbstractItemView::SelectRows);
    view.setSelectionMode(QAbstractItemView::ExtendedSelection);
    view.setEditTriggers(QAbstractItemView::NoEditTriggers);
    view.setAlternatingRowColors(true);
    view.setShowGrid(false);
    view.setWordWrap(false);
    view.setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    view.setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    view.verticalHeader()->hide();
    view.verticalHeader()->setDefaultSectionSize(2 * view.fontMetrics().height());
    view.verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    view.horizontalHeader()->setHighlightSections(false);
    view.horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
}

}  // namespace

RunsView::RunsView(RunFilter* filter, QWidget* parent)
    : QTableView(parent), filter_(filter), frozen_(new QTableView(this)), edge_(new QFrame(this)) {
    setLooks(*this);
    setModel(filter);
    setTabKeyNavigation(false);  // Tab leaves the table; arrows move in it
    horizontalHeader()->setSectionsMovable(true);
    horizontalHeader()->setResizeContentsPrecision(0);  // what is in sight, of however many
    setSortingEnabled(true);
    buildFrozen();
    for (QTableView* view : {static_cast<QTableView*>(this), frozen_}) {
        connect(view, &QTableView::doubleClicked, this, &RunsView::toggle);
        connect(view, &QTableView::clicked, this, [this](const QModelIndex& index) {
            if (index.column() == RunTableModel::State) toggle(index);
        });
    }
}

void RunsView::buildFrozen() {
    setLooks(*frozen_);
    frozen_->setObjectName(QStringLiteral("frozenRuns"));
    frozen_->setAccessibleName(tr("State and name of the runs"));
    frozen_->setModel(filter_);
    frozen_->setSelectionModel(selectionModel());
    frozen_->setFocusPolicy(Qt::NoFocus);
    frozen_->setContextMenuPolicy(Qt::NoContextMenu);  // this one's
    frozen_->setFrameShape(QFrame::NoFrame);
    frozen_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    frozen_->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    frozen_->hide();
    edge_->setFrameShape(QFrame::VLine);
    edge_->hide();
    QHeaderView *header = horizontalHeader(), *upper = frozen_->horizontalHeader();
    upper->setSectionsClickable(true);
    upper->setSortIndicatorShown(true);
    upper->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(upper, &QWidget::customContextMenuRequested, header, &QWidget::customContextMenuRequested);
    connect(upper, &QHeaderView::sectionClicked, this, [header](int column) {
        const bool again = header->sortIndicatorSection() == column && header->sortIndicatorOrder() == Qt::AscendingOrder;
        header->setSortIndicator(column, again ? Qt::DescendingOrder : Qt::AscendingOrder);
    });
    connect(upper, &QHeaderView::sectionResized, this, [this](int column, int, int size) {
        if (size > 0 && column < frozenColumns) setColumnWidth(column, size);
    });
    connect(header, &QHeaderView::sortIndicatorChanged, upper, &QHeaderView::setSortIndicator);
    connect(header, &QHeaderView::sectionResized, this, &RunsView::placeFrozen);
    connect(header, &QHeaderView::sectionCountChanged, this, &RunsView::hideOthersInFrozen);
    connect(frozen_, &QTableView::pressed, this, [this] { setFocus(Qt::MouseFocusReason); });
    connect(horizontalScrollBar(), &QScrollBar::valueChanged, this, &RunsView::placeFrozen);
    connect(verticalScrollBar(), &QScrollBar::valueChanged, frozen_->verticalScrollBar(), &QScrollBar::setValue);
    connect(frozen_->verticalScrollBar(), &QScrollBar::valueChanged, verticalScrollBar(), &QScrollBar::setValue);
    hideOthersInFrozen();
}

void RunsView::hideOthersInFrozen() {
    for (int column = frozenColumns; column < filter_->columnCount(); ++column)
        frozen_->setColumnHidden(column, true);
}

void RunsView::setDelegate(int column, QAbstractItemDelegate* delegate) {
    setItemDelegateForColumn(column, delegate);
    frozen_->setItemDelegateForColumn(column, delegate);
}

/// The second view is there only where this one's first columns have been scrolled away.
void RunsView::placeFrozen() {
    const bool shown = horizontalScrollBar()->value() > 0;
    int width = 0;
    for (int column = 0; column < frozenColumns; ++column) {
        frozen_->setColumnWidth(column, columnWidth(column));
        width += columnWidth(column);
    }
    const int frame = frameWidth(), height = viewport()->height() + horizontalHeader()->height();
    frozen_->horizontalHeader()->setFixedHeight(horizontalHeader()->height());
    frozen_->setGeometry(frame, frame, width, height);
    edge_->setGeometry(frame + width, frame, 2, height);
    frozen_->setVisible(shown);
    edge_->setVisible(shown);
    if (!shown) return;
    frozen_->verticalScrollBar()->setValue(verticalScrollBar()->value());
    frozen_->raise();
    edge_->raise();
}

void RunsView::resizeEvent(QResizeEvent* event) {
    QTableView::resizeEvent(event);
    placeFrozen();
}

void RunsView::scrollTo(const QModelIndex& index, ScrollHint hint) {
    QScrollBar* bar = horizontalScrollBar();
    const int before = bar->value();
    QTableView::scrollTo(index, hint);
    if (!index.isValid()) return;
    if (index.column() < frozenColumns) return bar->setValue(before);  // it is in sight wherever one is
    const int covered = columnWidth(0) + columnWidth(1) - columnViewportPosition(index.column());
    if (covered > 0) bar->setValue(bar->value() - covered);
}

void RunsView::toggle(const QModelIndex& index) {
    if (filter_->isHeading(index)) filter_->setOpen(index, !filter_->isOpen(index));
}

void RunsView::keyPressEvent(QKeyEvent* event) {
    const QModelIndex index = currentIndex();
    const int key = event->key();
    const bool heading = filter_->isHeading(index), open = filter_->isOpen(index);
    if (heading && (key == Qt::Key_Return || key == Qt::Key_Enter)) return toggle(index);
    if (heading && ((key == Qt::Key_Left && open) || (key == Qt::Key_Right && !open))) return toggle(index);
    const QModelIndex above = filter_->headingOf(index);
    if (!heading && key == Qt::Key_Left && index.column() == RunTableModel::State && above.isValid())
        return setCurrentIndex(above);
    QTableView::keyPressEvent(event);
}

}  // namespace gaplab::ui
