#include "ui/compare/choose_runs.h"

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

namespace gaplab::ui {

ChooseRuns::ChooseRuns(std::vector<RunRow> runs, QWidget* parent)
    : QDialog(parent), model_(new RunTableModel(this)), filter_(new RunFilter(this)), view_(new QTableView) {
    setObjectName(QStringLiteral("chooseRuns"));
    setWindowTitle(tr("Choose runs to compare"));
    model_->setRuns(std::move(runs));
    filter_->setOnlyExperiments(true);
    filter_->setSourceModel(model_);
    auto* words = new QLineEdit;
    words->setObjectName(QStringLiteral("chooseFilter"));
    words->setAccessibleName(tr("Filter"));
    words->setPlaceholderText(tr("Filter"));
    connect(words, &QLineEdit::textChanged, filter_, &RunFilter::setLine);
    view_->setObjectName(QStringLiteral("chooseTable"));
    view_->setAccessibleName(tr("Runs"));
    view_->setModel(filter_);
    view_->setSelectionBehavior(QAbstractItemView::SelectRows);
    view_->setSortingEnabled(true);
    view_->sortByColumn(RunTableModel::Created, Qt::DescendingOrder);
    view_->setTabKeyNavigation(false);
    view_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    view_->setShowGrid(false);
    view_->verticalHeader()->hide();
    view_->verticalHeader()->setDefaultSectionSize(2 * fontMetrics().height());
    for (const int column :
         {RunTableModel::Kind, RunTableModel::Id, RunTableModel::Last, RunTableModel::Duration, RunTableModel::Spark})
        view_->hideColumn(column);
    view_->resizeColumnsToContents();
    connect(view_, &QTableView::doubleClicked, this, &ChooseRuns::accept);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    buttons->button(QDialogButtonBox::Ok)->setText(tr("Add"));
    connect(buttons, &QDialogButtonBox::accepted, this, &ChooseRuns::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->addWidget(words);
    column->addWidget(view_, 1);
    column->addWidget(buttons);
    resize(140 * fontMetrics().averageCharWidth(), 28 * fontMetrics().height());
}

void ChooseRuns::accept() {
    std::vector<int64_t> runs;
    for (const QModelIndex& index : view_->selectionModel()->selectedRows())
        runs.push_back(index.data(RunTableModel::RunRole).toLongLong());
    std::ranges::sort(runs);
    if (!runs.empty()) Q_EMIT chosen(runs);
    QDialog::accept();
}

}  // namespace gaplab::ui
