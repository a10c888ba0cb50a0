#include "ui/fairness/propagation_tab.h"

#include <algorithm>

#include <QComboBox>
#include <QLabel>
#include <QSignalBlocker>
#include <QSplitter>
#include <QVBoxLayout>

#include "ui/compare/labelled.h"
#include "ui/fairness/text_table.h"
#include "ui/models/format.h"
#include "ui/plot/plot_view.h"

namespace gaplab::ui {
namespace {

constexpr double pointSize = 9, lineWidth = 2;

QString overText(BiasPropagation::Over over) {
    switch (over) {
        case BiasPropagation::Over::Classes: return PropagationTab::tr("Classes");
        case BiasPropagation::Over::Cells: return PropagationTab::tr("Classes in each group");
        case BiasPropagation::Over::Groups: return PropagationTab::tr("Groups");
    }
    return {};
}

QString estimateText(const QString& what, const fairness::Estimate& estimate) {
    if (!estimate.value) return PropagationTab::tr("%1: not enough data.").arg(what);
    QString text = PropagationTab::tr("%1: %2 points").arg(what, signedText(100 * *estimate.value, 1));
    if (estimate.interval)
        text += QStringLiteral(" [%1, %2]")
                    .arg(signedText(100 * estimate.interval->low, 1), signedText(100 * estimate.interval->high, 1));
    return text + '.';
}

QString wordsOf(const BiasReport& report, const BiasPropagation& propagation) {
    QStringList words = {QString::fromStdString(propagation.verdict)};
    const fairness::Slope& slope = propagation.result.slope;
    if (slope.value) {
        QString text = PropagationTab::tr("Slope %1").arg(numberText(*slope.value, 2));
        if (slope.interval)
            text += QStringLiteral(" [%1, %2]").arg(numberText(slope.interval->low, 2), numberText(slope.interval->high, 2));
        if (slope.r) text += PropagationTab::tr(", r %1").arg(numberText(*slope.r, 2));
        if (slope.pValue) text += PropagationTab::tr(", p %1").arg(numberText(*slope.pValue, 3));
        words += text + PropagationTab::tr(", %n seed(s).", "", propagation.result.seeds);
    }
    if (report.transfer) {
        words += PropagationTab::tr("Beyond what the student alone has in common with the teacher anyway:");
        words += estimateText(PropagationTab::tr("Right answers taken over"), report.transfer->right);
        words += estimateText(PropagationTab::tr("The teacher's wrong answers taken over"), report.transfer->wrong);
    }
    return words.join(' ');
}

}  // namespace

PropagationTab::PropagationTab(QWidget* parent)
    : ReportView(parent),
      plot_(new PlotView),
      table_(new TextTable(QStringLiteral("propagationTable"), tr("Weakness of the teacher and shift of the student"))),
      words_(new QLabel) {
    chooser_ = new QWidget;
    auto* row = new QHBoxLayout(chooser_);
    row->setContentsMargins({});
    over_ = addLabelled<QComboBox>(*row, QStringLiteral("propagationOver"), tr("A &point for each of the"));
    row->addStretch();
    words_->setObjectName(QStringLiteral("propagationWords"));
    words_->setWordWrap(true);
    words_->setMargin(6);
    words_->setTextFormat(Qt::PlainText);
    words_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    plot_->setObjectName(QStringLiteral("propagationPlot"));
    plot_->addPanel(tr("Student against alone (points)"), 1, 1);
    plot_->setXTitle(tr("Teacher against its own mean (points): to the left it is weak"));
    auto* splitter = new QSplitter;
    splitter->setObjectName(QStringLiteral("propagationSplitter"));
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(plot_);
    splitter->addWidget(table_);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->addWidget(chooser_);
    column->addWidget(words_);
    column->addWidget(splitter, 1);
    column->addStretch();
    connect(over_, &QComboBox::currentIndexChanged, this, &PropagationTab::draw);
}

void PropagationTab::showReport(const BiasReport& report) {
    shown_ = &report;
    const QSignalBlocker quiet(over_);
    const QString before = over_->currentText();
    over_->clear();
    for (const BiasPropagation& propagation : report.propagation)
        over_->addItem(overText(propagation.over));
    over_->setCurrentIndex(std::max(0, over_->findText(before)));
    over_->setEnabled(over_->count() > 1);
    draw();
}

void PropagationTab::draw() {
    if (!shown_) return;
    plot_->clear();
    const bool any = !shown_->propagation.empty();
    plot_->setVisible(any);
    table_->setVisible(any);
    chooser_->setVisible(any);
    if (!any) {
        const QString missing = QString::fromStdString(shown_->noTeacher.empty() ? shown_->noBaseline : shown_->noTeacher);
        words_->setText(tr("Whether bias was passed on is told by comparing the student with the same student trained alone. %1")
                            .arg(missing));
        return;
    }
    const BiasPropagation& propagation = shown_->propagation[static_cast<size_t>(std::max(0, over_->currentIndex()))];
    words_->setText(wordsOf(*shown_, propagation));
    struct Row {
        QPointF at;
        QString name;
    };
    std::vector<Row> points;
    for (size_t i = 0; i < propagation.result.points.size(); ++i) {
        const auto& point = propagation.result.points[i];
        const QString name = i < propagation.names.size() ? QString::fromStdString(propagation.names[i]) : QString();
        points.push_back({{100 * point.weakness, 100 * point.shift}, name});
    }
    std::ranges::sort(points, {}, [](const Row& row) { return row.at.x(); });
    QVector<QPointF> places;
    QList<QStringList> rows;
    double meanX = 0, meanY = 0;
    for (const Row& row : points) {
        places += row.at;
        rows += QStringList{row.name, signedText(row.at.x(), 1), signedText(row.at.y(), 1)};
        meanX += row.at.x() / static_cast<double>(points.size());
        meanY += row.at.y() / static_cast<double>(points.size());
    }
    SeriesStyle marks{overText(propagation.over), studentInk(), Qt::SolidLine, pointSize};
    marks.mark = 0;
    plot_->addSeries(QStringLiteral("points"), 0, marks);
    plot_->setPoints(QStringLiteral("points"), places);
    if (const auto& slope = propagation.result.slope; slope.value && places.size() > 1) {
        const auto lineAt = [&](double x) { return QPointF(x, meanY + *slope.value * (x - meanX)); };
        plot_->addSeries(QStringLiteral("slope"), 0,
                         {tr("Slope %1, less the noise of so few images").arg(numberText(*slope.value, 2)), teacherInk(),
                          Qt::DashLine, lineWidth});
        plot_->setPoints(QStringLiteral("slope"), {lineAt(places.first().x()), lineAt(places.last().x())});
    }
    plot_->setSentence(tr("%n point(s). Had nothing been passed on, they would lie level.", "", static_cast<int>(places.size())));
    table_->setRows({overText(propagation.over), tr("Teacher against its mean"), tr("Student against alone")}, rows);
}

}  // namespace gaplab::ui
