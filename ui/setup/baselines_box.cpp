#include "ui/setup/baselines_box.h"

#include <QHeaderView>
#include <QVBoxLayout>

#include "ui/forms/labels.h"

namespace gaplab::ui {
namespace {

constexpr int columns = 3;

bool hasSource(const Draft& draft) {
    const Json* weights = draft.find("student.weights");
    return weights && weights->is_object();
}

}  // namespace

bool BaselinesBox::areWanted(const Draft& draft) {
    return draft.baselines() && hasSource(draft);
}

BaselinesBox::BaselinesBox(const SetupContext& context, QWidget* parent)
    : QWidget(parent),
      context_(context),
      add_(new QPushButton(tr("Add baselines"), this)),
      remove_(new QPushButton(tr("Remove baselines"), this)),
      table_(new QTableWidget(0, columns, this)),
      note_(new NoteLabel(this)) {
    auto* title =
        new QLabel(tr("Baselines: simpler ways to learn the task, which a student that comes from another has to beat"), this);
    title->setWordWrap(true);
    nameWidget(
        add_, "baselines.add", add_->text(),
        tr("Fine-tuning, a linear probe, a fixed source teacher and training from scratch, each with as much compute as the "
           "experiment"));
    nameWidget(remove_, "baselines.remove", remove_->text(), tr("The experiment is trained alone"));
    nameWidget(table_, "baselines.table", tr("Baselines, their epochs and what they are"));
    table_->setHorizontalHeaderLabels({tr("Baseline"), tr("Epochs"), tr("What it is")});
    table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table_->setSelectionMode(QAbstractItemView::NoSelection);
    table_->setTabKeyNavigation(false);
    table_->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table_->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table_->horizontalHeader()->setStretchLastSection(true);
    connect(table_->verticalHeader(), &QHeaderView::sectionResized, this, [this] {
        table_->setFixedHeight(table_->horizontalHeader()->height() + table_->verticalHeader()->length() +
                               2 * table_->frameWidth());
    });
    connect(add_, &QPushButton::clicked, this, [this] {
        context_.draft.setBaselines(true);
        remove_->setFocus();
    });
    connect(remove_, &QPushButton::clicked, this, [this] {
        context_.draft.setBaselines(false);
        add_->setFocus();
    });
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(title);
    layout->addWidget(add_, 0, Qt::AlignLeft);
    layout->addWidget(table_);
    layout->addWidget(note_);
    layout->addWidget(remove_, 0, Qt::AlignLeft);
    connect(&context_.draft, &Draft::changed, this, &BaselinesBox::refresh);
    refresh();
}

void BaselinesBox::showBaselines(const std::vector<Baseline>& baselines) {
    baselines_ = baselines;
    fillTable();
    refresh();
}

void BaselinesBox::fillTable() {
    table_->setRowCount(static_cast<int>(baselines_.size()));
    for (int row = 0; row < table_->rowCount(); ++row) {
        const Baseline& baseline = baselines_[static_cast<size_t>(row)];
        const QStringList texts = {labelOf(baseline.name), countText(baseline.compute.epochs),
                                   QString::fromStdString(baseline.help)};
        for (int column = 0; column < columns; ++column) {
            auto* item = new QTableWidgetItem(texts[column]);
            if (column == 1) item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            table_->setItem(row, column, item);
        }
    }
}

QString BaselinesBox::sentence() const {
    if (baselines_.empty()) return tr("Their epochs appear when the experiment is complete.");
    const Json* seeds = context_.draft.find("seeds");
    const auto runs = static_cast<int>(baselines_.size() * (seeds && seeds->is_array() ? seeds->size() : 1));
    const QString said = tr("Start trains them beside the experiment, with as many epochs as come nearest to its compute.");
    if (!context_.draft.sweep().empty()) return said + ' ' + tr("Each experiment of the sweep gets its own.");
    return said + ' ' + tr("That is %n run(s) more.", "", runs);
}

void BaselinesBox::refresh() {
    setVisible(context_.prefix.empty() && hasSource(context_.draft));
    const bool added = context_.draft.baselines();
    add_->setVisible(!added);
    remove_->setVisible(added);
    table_->setVisible(added && !baselines_.empty());
    note_->setNote("info", added ? sentence() : QString());
}

}  // namespace gaplab::ui
