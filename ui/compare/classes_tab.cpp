#include "ui/compare/classes_tab.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <QHeaderView>
#include <QSplitter>
#include <QStandardItemModel>
#include <QTableView>
#include <QVBoxLayout>

#include "ui/models/format.h"
#include "ui/plot/plot_view.h"

namespace gaplab::ui {
namespace {

const std::string classSeries = "gap/validation/class.";

/// As the data of the runs call them; numbers where they do not say.
QStringList classNames(const CompareAnswer& answer) {
    int count = 0;
    for (const std::string& series : answer.series) {
        if (!series.starts_with(classSeries)) continue;
        int number = 0;
        std::from_chars(series.data() + classSeries.size(), series.data() + series.size(), number);
        count = std::max(count, number + 1);
    }
    QStringList names;
    for (int number = 0; number < count; ++number)
        names += ClassesTab::tr("class %1").arg(number);
    for (const ComparedTrial& trial : answer.trials)
        for (const RunRow& run : trial.runs) {
            if (!run.dataFacts.is_object() || !run.dataFacts.contains("classes")) continue;
            const Json& classes = run.dataFacts.at("classes");
            if (!classes.is_array() || std::cmp_not_equal(classes.size(), count)) continue;
            for (int number = 0; number < count; ++number)
                if (const Json& name = classes[static_cast<size_t>(number)]; name.is_string())
                    names[number] = QString::fromStdString(name.get<std::string>());
            return names;
        }
    return names;
}

std::vector<double> onlyValues(const std::vector<std::pair<uint64_t, double>>& sample) {
    std::vector<double> values;
    for (const auto& [seed, value] : sample)
        values.push_back(value);
    return values;
}

/// A wider gap is neither better nor worse: it is said what it is.
QString changeText(const Comparison& change) {
    QString text = signedText(change.difference, 1);
    if (!change.interval) return text;
    text = ClassesTab::tr("%1 [%2, %3]").arg(text, signedText(change.interval->low, 1), signedText(change.interval->high, 1));
    if (change.interval->low > 0) return ClassesTab::tr("%1 wider").arg(text);
    return change.interval->high < 0 ? ClassesTab::tr("%1 narrower").arg(text) : text;
}

}  // namespace

std::vector<std::pair<uint64_t, double>> classGaps(const ComparedTrial& trial, int number) {
    std::map<uint64_t, double> latest;  // repeats of a seed are not independent
    for (const RunRow& run : trial.runs)
        if (const SeriesSummary* summary = run.find(classSeries + std::to_string(number));
            summary && run.state == RunState::Finished && std::isfinite(summary->last.value))
            latest[run.seed] = 100 * summary->last.value;
    return {latest.begin(), latest.end()};
}

ClassesTab::ClassesTab(TrialColors& colors, QWidget* parent)
    : AnswerView(parent), colors_(colors), plot_(new PlotView), model_(new QStandardItemModel(this)), table_(new QTableView) {
    plot_->setObjectName(QStringLiteral("classPlot"));
    plot_->addPanel(tr("Gap (points)"));
    plot_->setXTitle(tr("Class"));
    table_->setObjectName(QStringLiteral("classTable"));
    table_->setAccessibleName(tr("Gap of each class"));
    table_->setModel(model_);
    table_->setAlternatingRowColors(true);
    table_->setTabKeyNavigation(false);
    table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table_->setShowGrid(false);
    table_->verticalHeader()->hide();
    auto* splitter = new QSplitter(Qt::Vertical);
    splitter->setObjectName(QStringLiteral("classSplitter"));
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(plot_);
    splitter->addWidget(table_);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    auto* column = new QVBoxLayout(this);
    column->addWidget(splitter);
}

void ClassesTab::showAnswer(const CompareAnswer& answer) {
    const QStringList names = classNames(answer);
    table_->setVisible(!names.isEmpty());
    draw(answer, names);
    fillTable(answer, names);
}

void ClassesTab::draw(const CompareAnswer& answer, const QStringList& names) {
    plot_->clear();
    plot_->setXNames(names);
    const auto count = static_cast<double>(answer.trials.size());
    int shown = 0;
    for (size_t i = 0; i < answer.trials.size(); ++i) {
        const ComparedTrial& trial = answer.trials[i];
        const QString id = QString::fromStdString(trial.id);
        const Ink ink = colors_.inkOf(trial.id);
        // Beside each other, so that none covers another.
        const double aside = count > 1 ? 0.6 * (static_cast<double>(i) / (count - 1) - 0.5) : 0;
        QVector<QPointF> means;
        for (int number = 0; number < names.size(); ++number) {
            const std::vector<double> values = onlyValues(classGaps(trial, number));
            if (values.empty()) continue;
            means += {number + aside, summarise(values).mean};
            const auto interval = meanInterval(values, answer.level);
            if (!interval) continue;
            const QString bar = QStringLiteral("%1 %2").arg(id).arg(number);
            plot_->addSeries(bar, 0, {bar, ink, Qt::SolidLine, 1, false, false});
            plot_->setPoints(bar, {{means.last().x(), interval->low}, {means.last().x(), interval->high}});
        }
        if (means.isEmpty()) continue;
        ++shown;
        SeriesStyle style{trial.label, ink, Qt::SolidLine, 8};
        style.mark = colors_.indexOf(trial.id);
        plot_->addSeries(id, 0, style);
        plot_->setPoints(id, means);
    }
    plot_->setSentence(
        shown > 0 ? tr("Gap of each class at the last evaluation, mean with %1 % interval over seeds, of %n trial(s).", "", shown)
                        .arg(numberText(100 * answer.level, 0))
                  : tr("None of these runs has measured the gap of each class: choose \"classes\" among the "
                       "measures in Set-up."));
}

void ClassesTab::fillTable(const CompareAnswer& answer, const QStringList& names) {
    model_->clear();
    QStringList titles = {tr("Class")};
    for (size_t i = 0; i < answer.trials.size(); ++i) {
        titles += i == 0 ? tr("★ %1").arg(answer.trials[i].label) : answer.trials[i].label;
        if (i > 0) titles += tr("Difference\n[%1 % interval over all classes]").arg(numberText(100 * answer.level, 0));
    }
    model_->setHorizontalHeaderLabels(titles);
    const auto looks = static_cast<int64_t>(names.size()) * std::max<int64_t>(1, std::ssize(answer.trials) - 1);
    for (int number = 0; number < names.size(); ++number) {
        QList<QStandardItem*> cells = {new QStandardItem(names[number])};
        const auto baseline = classGaps(answer.trials.front(), number);
        for (size_t i = 0; i < answer.trials.size(); ++i) {
            const auto gaps = classGaps(answer.trials[i], number);
            cells += new QStandardItem(spreadText(summarise(onlyValues(gaps)), 1));
            if (i == 0) continue;
            const bool both = !gaps.empty() && !baseline.empty();
            cells +=
                new QStandardItem(both ? changeText(compare(baseline, gaps, levelOfLook(answer.level, looks), 0)) : QString());
        }
        model_->appendRow(cells);
    }
    table_->resizeColumnsToContents();
}

}  // namespace gaplab::ui
