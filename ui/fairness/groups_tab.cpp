#include "ui/fairness/groups_tab.h"

#include <QSplitter>
#include <QVBoxLayout>

#include "ui/fairness/parts_tab.h"
#include "ui/fairness/text_table.h"
#include "ui/fairness/words.h"
#include "ui/models/format.h"

namespace gaplab::ui {
namespace {

QString percentOr(std::optional<double> value) {
    return value ? percentText(*value) : GroupsTab::tr("not enough data");
}

}  // namespace

GroupsTab::GroupsTab(QWidget* parent)
    : ReportView(parent),
      figures_(new TextTable(QStringLiteral("biasFigures"), tr("Figures of the networks"))),
      groups_(new TextTable(QStringLiteral("biasGroupTable"), tr("Groups"))),
      cells_(new TextTable(QStringLiteral("biasCellTable"), tr("Classes in each group"))),
      chance_(makeText()),
      none_(makeText()) {
    chance_->setObjectName(QStringLiteral("biasChance"));
    none_->setObjectName(QStringLiteral("biasNoGroups"));
    auto* splitter = new QSplitter(Qt::Vertical);
    splitter->setObjectName(QStringLiteral("biasGroupSplitter"));
    splitter->setChildrenCollapsible(false);
    for (TextTable* table : {figures_, groups_, cells_})
        splitter->addWidget(table);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->addWidget(none_);
    column->addWidget(splitter, 1);
    column->addWidget(chance_);
}

void GroupsTab::showReport(const BiasReport& report) {
    none_->setText(QString::fromStdString(report.noGroups));
    none_->setVisible(!report.noGroups.empty());
    groups_->setVisible(!report.groups.empty());
    cells_->setVisible(!report.cells.empty());
    fillFigures(report);
    std::vector<const BiasPart*> parts;
    for (const BiasPart& part : report.groups)
        parts.push_back(&part);
    fillParts(*groups_, report, parts, tr("Group"));
    fillCells(report);
    const fairness::ByChance& chance = report.student.byChance;
    chance_->setVisible(!report.groups.empty());
    chance_->setText(chance.equalizedOdds
                         ? tr("Differences between groups are never below 0: where answers depend on the class "
                              "alone, the student would show a DPD of %1 and an EOD of %2 points by chance.")
                               .arg(pointsText(chance.demographicParity.value_or(0)), pointsText(*chance.equalizedOdds))
                         : QString());
}

void GroupsTab::fillFigures(const BiasReport& report) {
    QStringList headings = {tr("Figure"), studentTitle()};
    if (report.teacher) headings += teacherTitle(report);
    if (report.baseline) headings += baselineTitle();
    QList<QStringList> rows;
    QStringList helps;
    for (const BiasMetric& metric : biasMetrics()) {
        if (metric.ofGroups && report.groups.empty()) continue;
        const auto text = [&](const BiasNetwork* network) { return QString::fromStdString(textOf(report, metric, network)); };
        QStringList row = {QString::fromUtf8(metric.name), text(&report.student)};
        if (report.teacher) row += text(report.teacherOrNull());
        if (report.baseline) row += text(report.baselineOrNull());
        rows += row;
        helps += QString::fromUtf8(metric.help);
    }
    figures_->setRows(headings, rows);
    for (int row = 0; row < helps.size(); ++row)
        figures_->item(row, 0)->setToolTip(helps[row]);
}

void GroupsTab::fillCells(const BiasReport& report) {
    QStringList headings = {tr("Class"), tr("Group"), tr("Images"), tr("In training"), studentTitle()};
    if (report.teacher) headings += teacherTitle(report);
    if (report.baseline) headings += baselineTitle();
    QList<QStringList> rows;
    for (const BiasCell& cell : report.cells) {
        QStringList row = {QString::fromStdString(report.classNames[static_cast<size_t>(cell.klass)]),
                           QString::fromStdString(report.groupNames[static_cast<size_t>(cell.group)]), imagesText(cell.images),
                           imagesText(cell.trainingImages), percentOr(cell.student)};
        if (report.teacher) row += percentOr(cell.teacher);
        if (report.baseline) row += percentOr(cell.baseline);
        rows += row;
    }
    cells_->setRows(headings, rows);
}

}  // namespace gaplab::ui
