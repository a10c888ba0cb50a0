#include "ui/fairness/confusion_tab.h"

#include <algorithm>
#include <functional>

#include <QComboBox>
#include <QLabel>
#include <QSignalBlocker>
#include <QSplitter>
#include <QVBoxLayout>

#include "ui/compare/labelled.h"
#include "ui/fairness/heat_map.h"
#include "ui/fairness/text_table.h"
#include "ui/fairness/words.h"
#include "ui/models/format.h"

namespace gaplab::ui {
namespace {

constexpr size_t mostPairs = 50;

using Matrix = std::vector<std::vector<double>>;

/// Per 100 images of the label, so that networks tested on classes of unlike sizes read alike.
Matrix shares(const Matrix& counts) {
    Matrix result = counts;
    for (std::vector<double>& row : result) {
        double sum = 0;
        for (const double value : row)
            sum += value;
        for (double& value : row)
            value = sum > 0 ? 100 * value / sum : 0;
    }
    return result;
}

Matrix difference(Matrix one, const Matrix& other) {
    for (size_t row = 0; row < one.size(); ++row)
        for (size_t column = 0; column < one.size(); ++column)
            one[row][column] -= other[row][column];
    return one;
}

double at(const BiasNetwork& network, int row, int column) {
    return network.confusion[static_cast<size_t>(row)][static_cast<size_t>(column)];
}

}  // namespace

ConfusionTab::ConfusionTab(QWidget* parent)
    : ReportView(parent),
      map_(new HeatMap),
      pairs_(new TextTable(QStringLiteral("confusionPairs"), tr("The most frequent confusions"))),
      cell_(new QLabel) {
    auto* row = new QHBoxLayout;
    of_ = addLabelled<QComboBox>(*row, QStringLiteral("confusionOf"), tr("A&nswers of"));
    row->addStretch();
    map_->setObjectName(QStringLiteral("confusionMap"));
    map_->setAccessibleName(tr("Confusions: labels downwards, answers across"));
    map_->setText([this](int label, int answer) { return cellText(label, answer); });
    cell_->setObjectName(QStringLiteral("confusionCell"));
    cell_->setMargin(6);
    cell_->setWordWrap(true);
    cell_->setTextFormat(Qt::PlainText);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->addLayout(row);
    auto* splitter = new QSplitter;
    splitter->setObjectName(QStringLiteral("confusionSplitter"));
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(map_);
    splitter->addWidget(pairs_);
    splitter->setSizes({1000, 1000});  // equal shares
    column->addWidget(splitter, 1);
    column->addWidget(cell_);
    connect(of_, &QComboBox::currentIndexChanged, this, &ConfusionTab::draw);
    connect(map_, &HeatMap::cellChanged, this, [this] { cell_->setText(map_->cellText()); });
}

void ConfusionTab::showReport(const BiasReport& report) {
    shown_ = &report;
    offer();
    draw();
    fillPairs();
}

void ConfusionTab::fillPairs() {
    struct Pair {
        int label, answer;
    };
    const int count = static_cast<int>(shown_->classNames.size());
    std::vector<Pair> pairs;
    for (int label = 0; label < count; ++label)
        for (int answer = 0; answer < count; ++answer)
            if (label != answer && at(shown_->student, label, answer) > 0) pairs.push_back({label, answer});
    std::ranges::stable_sort(pairs, std::greater(),
                             [&](const Pair& pair) { return at(shown_->student, pair.label, pair.answer); });
    if (pairs.size() > mostPairs) pairs.resize(mostPairs);
    QStringList headings = {tr("Label"), tr("Taken for"), studentTitle()};
    if (shown_->teacher) headings += teacherTitle(*shown_);
    if (shown_->baseline) headings += baselineTitle();
    QList<QStringList> rows;
    for (const Pair& pair : pairs) {
        const auto name = [this](int number) { return QString::fromStdString(shown_->classNames[static_cast<size_t>(number)]); };
        const auto images = [&](const BiasNetwork& network) {
            return numberText(at(network, pair.label, pair.answer), network.seeds.size() > 1 ? 1 : 0);
        };
        QStringList row = {name(pair.label), name(pair.answer), images(shown_->student)};
        if (shown_->teacher) row += images(*shown_->teacher);
        if (shown_->baseline) row += images(*shown_->baseline);
        rows += row;
    }
    pairs_->setRows(headings, rows);
}

void ConfusionTab::offer() {
    const QSignalBlocker quiet(of_);
    const QVariant before = of_->currentData();
    of_->clear();
    of_->addItem(studentTitle(), QStringLiteral("student"));
    if (shown_->teacher) {
        of_->addItem(teacherTitle(*shown_), QStringLiteral("teacher"));
        of_->addItem(tr("Student less teacher"), QStringLiteral("student-teacher"));
    }
    if (shown_->baseline) {
        of_->addItem(baselineTitle(), QStringLiteral("baseline"));
        of_->addItem(tr("Student less student alone"), QStringLiteral("student-baseline"));
    }
    of_->setCurrentIndex(std::max(0, of_->findData(before)));
}

void ConfusionTab::draw() {
    if (!shown_) return;
    QStringList names;
    for (const std::string& name : shown_->classNames)
        names += QString::fromStdString(name);
    const QString of = of_->currentData().toString();
    const auto matrixOf = [&](const QString& name) {
        const BiasNetwork* network = name == QLatin1String("teacher")    ? shown_->teacherOrNull()
                                     : name == QLatin1String("baseline") ? shown_->baselineOrNull()
                                                                         : &shown_->student;
        return shares(network->confusion);
    };
    const QString other = of.section('-', 1, 1);
    const Matrix own = matrixOf(of.section('-', 0, 0));
    map_->setValues(names, other.isEmpty() ? own : difference(own, matrixOf(other)));
}

QString ConfusionTab::cellText(int row, int column) const {
    if (!shown_) return {};
    const auto name = [this](int number) { return QString::fromStdString(shown_->classNames[static_cast<size_t>(number)]); };
    const auto images = [&](const BiasNetwork& network) {
        return numberText(at(network, row, column), network.seeds.size() > 1 ? 1 : 0);
    };
    QStringList counts = {tr("student %1").arg(images(shown_->student))};
    if (shown_->teacher) counts += tr("teacher %1").arg(images(*shown_->teacher));
    if (shown_->baseline) counts += tr("student alone %1").arg(images(*shown_->baseline));
    const QString what =
        row == column ? tr("%1, rightly named").arg(name(row)) : tr("%1, taken for %2").arg(name(row), name(column));
    //: what is counted, and the counts: "cat, taken for dog. Images: student 12, teacher 9"
    return tr("%1. Images: %2. Shades are images of 100 of the label.").arg(what, counts.join(QStringLiteral(", ")));
}

}  // namespace gaplab::ui
