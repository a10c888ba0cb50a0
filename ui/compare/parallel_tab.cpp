#include "ui/compare/parallel_tab.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <QCheckBox>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QSplitter>
#include <QStandardItemModel>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/compare/parallel_plot.h"
#include "ui/models/format.h"

namespace gaplab::ui {
namespace {

QString wordOf(const Json& value) {
    if (value.is_null()) return ParallelTab::tr("not set");
    return QString::fromStdString(value.is_string() ? value.get<std::string>() : value.dump());
}

}  // namespace

ParallelTab::ParallelTab(TrialColors& colors, QWidget* parent)
    : AnswerView(parent),
      colors_(colors),
      plot_(new ParallelPlot),
      axes_(new QToolButton),
      menu_(new QMenu(this)),
      seeds_(new QCheckBox(tr("Each seed"))),
      model_(new QStandardItemModel(this)),
      table_(new QTableView) {
    plot_->setObjectName(QStringLiteral("parallelPlot"));
    axes_->setObjectName(QStringLiteral("parallelAxes"));
    axes_->setText(tr("Axes"));
    axes_->setAccessibleName(tr("Axes"));
    axes_->setPopupMode(QToolButton::InstantPopup);
    axes_->setFocusPolicy(Qt::StrongFocus);
    axes_->setMenu(menu_);
    seeds_->setObjectName(QStringLiteral("parallelSeeds"));
    seeds_->setToolTip(tr("A line for each run, else one for the means of each trial"));
    auto* hint = new QLabel(
        tr("Drag along an axis to choose a part of it; a double click takes that back. Keys: ← → axis, space, ↑ ↓, Delete."));
    hint->setForegroundRole(QPalette::PlaceholderText);
    hint->setWordWrap(true);
    auto* row = new QHBoxLayout;
    row->addWidget(axes_);
    row->addWidget(seeds_);
    row->addWidget(hint, 1);
    table_->setObjectName(QStringLiteral("parallelTable"));
    table_->setAccessibleName(tr("Chosen lines"));
    table_->setModel(model_);
    table_->setAlternatingRowColors(true);
    table_->setTabKeyNavigation(false);
    table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table_->setSortingEnabled(true);
    table_->setShowGrid(false);
    table_->verticalHeader()->hide();
    auto* splitter = new QSplitter(Qt::Vertical);
    splitter->setObjectName(QStringLiteral("parallelSplitter"));
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(plot_);
    splitter->addWidget(table_);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 1);
    auto* column = new QVBoxLayout(this);
    column->addLayout(row);
    column->addWidget(splitter, 1);
    connect(plot_, &ParallelPlot::brushed, this, &ParallelTab::fillTable);
    connect(seeds_, &QCheckBox::toggled, this, &ParallelTab::draw);
}

void ParallelTab::showAnswer(const CompareAnswer& answer) {
    answer_ = &answer;
    measures_ = runMeasures(answer.series);
    offerAxes();
    draw();
}

std::vector<ParallelTab::Source> ParallelTab::sources() const {
    std::vector<Source> all;
    for (const Difference& difference : answer_->comparison.differences)
        all.push_back({difference.path, QString::fromStdString(difference.path), &difference, nullptr});
    for (const RunMeasure& measure : measures_)
        all.push_back({measure.key, measure.title, nullptr, &measure});
    return all;
}

/// The fields that differ and what runs are judged by, unless a person has chosen.
bool ParallelTab::isShown(const Source& source) const {
    if (const auto choice = chosen_.find(source.key); choice != chosen_.end()) return choice->second;
    static constexpr std::array usual = {"test", "best", "gap"};
    constexpr ptrdiff_t mostFields = 6;  // with more axes none can be read
    if (source.difference) return source.difference - answer_->comparison.differences.data() < mostFields;
    return std::ranges::find(usual, source.key) != usual.end();
}

void ParallelTab::offerAxes() {
    menu_->clear();
    for (const Source& source : sources()) {
        QAction* action = menu_->addAction(source.title);
        action->setCheckable(true);
        action->setChecked(isShown(source));
        connect(action, &QAction::toggled, this, [this, key = source.key](bool shown) {
            chosen_[key] = shown;
            draw();
        });
    }
}

std::vector<ParallelTab::Row> ParallelTab::rows() const {
    std::vector<Row> all;
    for (size_t trial = 0; trial < answer_->trials.size(); ++trial) {
        const std::vector<FinishedRun> runs = finishedRuns(*answer_, trial);
        const QString label = answer_->trials[trial].label;
        if (!seeds_->isChecked()) {
            if (!runs.empty()) all.push_back({trial, runs, label});
            continue;
        }
        for (const FinishedRun& run : runs)
            all.push_back({trial,
                           {run},
                           tr("%1, seed %2").arg(label, QString::number(run.row->seed)),
                           static_cast<int>(&run - runs.data())});
    }
    return all;
}

ParallelAxis ParallelTab::axisOf(const Source& source, const std::vector<Row>& rows,
                                 std::vector<std::optional<double>>& values) const {
    ParallelAxis axis{.title = source.title};
    if (source.measure) {
        axis.decimals = source.measure->decimals;
        axis.logarithmic = source.measure->logarithmic;
        for (const Row& row : rows) {
            const Summary summary = summarise(valuesOf(row.runs, *source.measure));
            values.push_back(summary.n > 0 ? std::optional(summary.mean) : std::nullopt);
        }
        return axis;
    }
    const std::vector<Json>& found = source.difference->values;
    const bool numbers = std::ranges::all_of(found, [](const Json& value) { return value.is_number() || value.is_null(); });
    if (numbers) {
        constexpr double wide = 20;  // a field whose values differ that much is looked at by factors
        double low = std::numeric_limits<double>::infinity(), high = 0;
        for (const Row& row : rows) {
            const Json& value = found[row.trial];
            values.push_back(value.is_number() ? std::optional(value.get<double>()) : std::nullopt);
            if (values.back()) low = std::min(low, *values.back()), high = std::max(high, *values.back());
        }
        axis.logarithmic = low > 0 && high > wide * low;
        axis.decimals = -1;
        return axis;
    }
    for (const Row& row : rows) {
        const QString word = wordOf(found[row.trial]);
        if (!axis.words.contains(word)) axis.words += word;
        values.push_back(static_cast<double>(axis.words.indexOf(word)));
    }
    return axis;
}

void ParallelTab::draw() {
    if (!answer_) return;
    const std::vector<Row> lines = rows();
    std::vector<ParallelLine> drawn;
    for (const Row& row : lines) {
        const ComparedTrial& trial = answer_->trials[row.trial];
        const int dash = seeds_->isChecked() ? row.place : colors_.indexOf(trial.id) / 8;
        drawn.push_back({row.name, colors_.inkOf(trial.id), repeatDash(dash)});
    }
    std::vector<ParallelAxis> axes;
    for (const Source& source : sources()) {
        if (!isShown(source)) continue;
        std::vector<std::optional<double>> values;
        ParallelAxis axis = axisOf(source, lines, values);
        if (std::ranges::none_of(values, [](const auto& value) { return value.has_value(); })) continue;
        axes.push_back(std::move(axis));
        for (size_t i = 0; i < drawn.size(); ++i)
            drawn[i].values.push_back(values[i]);
    }
    plot_->setContent(std::move(axes), std::move(drawn));
    fillTable();
}

void ParallelTab::fillTable() {
    model_->clear();
    QStringList titles = {tr("Trial")};
    for (const ParallelAxis& axis : plot_->axes())
        titles += axis.title;
    model_->setHorizontalHeaderLabels(titles);
    for (size_t i = 0; i < plot_->lines().size(); ++i) {
        if (!plot_->isChosen(i)) continue;
        const ParallelLine& line = plot_->lines()[i];
        QList<QStandardItem*> cells = {new QStandardItem(line.name)};
        cells.front()->setData(line.name, Qt::UserRole);
        cells.front()->setIcon(lineSwatch(line.ink(palette()), line.dash, 3));
        for (size_t axis = 0; axis < plot_->axes().size(); ++axis) {
            auto* cell = new QStandardItem(line.values[axis] ? plot_->axes()[axis].text(*line.values[axis]) : QString());
            cell->setData(line.values[axis] ? QVariant(*line.values[axis]) : QVariant(), Qt::UserRole);
            if (plot_->axes()[axis].words.isEmpty()) cell->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            cells += cell;
        }
        model_->appendRow(cells);
    }
    model_->setSortRole(Qt::UserRole);  // numbers, not their text
    table_->resizeColumnsToContents();
}

}  // namespace gaplab::ui
