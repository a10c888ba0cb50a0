#include "ui/setup/transfer_text.h"

#include <cmath>

#include "ui/forms/labels.h"
#include "ui/models/format.h"
#include "ui/setup/report_html.h"

namespace gaplab::ui {
namespace {

QString listOf(const std::vector<std::string>& sentences) {
    QString html;
    for (const std::string& each : sentences)
        html += QStringLiteral("<li>%1</li>").arg(escaped(each));
    return html.isEmpty() ? html : QStringLiteral("<ul>%1</ul>").arg(html);
}

/// Sizes are whole, means are not.
QString levelText(double value) {
    return numberText(value, value == std::floor(value) ? 0 : 1);
}

}  // namespace

void TransferText::writeTo(QTextDocument& document) const {
    document.clear();
    document.setHtml(heading(summary().toHtmlEscaped()) + tasks() + estimates() + nearest() + domain() + limits());
}

QString TransferText::tasks() const {
    QList<QStringList> rows;
    const auto add = [&](const QString& role, const TransferTask& task) {
        const bool there = task.images > 0;
        rows << QStringList{
            role, escaped(task.what), countText(static_cast<qint64>(task.classes.size())),
            there ? tr("%1 of %2").arg(countText(task.looked), countText(task.images)) : tr("not there"),
            there ? QStringLiteral("%1 × %2 × %3").arg(task.channels).arg(task.height).arg(task.width) : QString()};
    };
    add(tr("Source"), report_.source);
    add(tr("Target"), report_.target);
    return paragraph(tr("Looked at through %1 with %n feature(s) before the classifier.", "", static_cast<int>(report_.features))
                         .arg(escaped(report_.architecture))) +
           tableOf(
               palette_,
               {tr("Task"), tr("What it is"), tr("Classes"), tr("Training images looked at"), tr("Channels × height × width")},
               rows, 2) +
           listOf(report_.notes);
}

QString TransferText::estimates() const {
    QList<QStringList> rows;
    for (const TransferEstimate& each : report_.estimates) {
        const QString against = each.source > each.fresh   ? QStringLiteral("▲ ") + tr("higher")
                                : each.source < each.fresh ? QStringLiteral("▼ ") + tr("lower")
                                                           : tr("equal");
        rows << QStringList{escaped(each.name),
                            numberText(each.source, 3),
                            numberText(each.fresh, 3),
                            against,
                            escaped(each.range),
                            escaped(each.says) + QStringLiteral("<br><i>") + escaped(each.saysNot) + QStringLiteral("</i>")};
    }
    return heading(tr("Estimates")) + tableOf(palette_,
                                              {tr("Estimate"), tr("Source"), tr("Fresh weights"), tr("Source against fresh"),
                                               tr("Lies between"), tr("What it says, and cannot say")},
                                              rows, 1, {3, 5});
}

QString TransferText::nearest() const {
    QList<QStringList> rows;
    for (const NearestClasses& each : report_.nearest) {
        QStringList row = {escaped(each.klass), countText(each.images)};
        for (const auto& [name, share] : each.nearest)
            row << tr("%1 (%2)").arg(escaped(name), percentText(share));
        while (row.size() < 5)
            row << QStringLiteral("–");
        rows << row;
    }
    return heading(tr("What the source takes each target class for")) +
           tableOf(palette_, {tr("Target class"), tr("Images"), tr("Nearest source class"), tr("Second"), tr("Third")}, rows, 1,
                   {2, 3, 4}) +
           paragraph(
               tr("Mean probability of the source's answers. Every image must be some source class: a high number is no proof "
                  "of likeness."));
}

QString TransferText::domain() const {
    if (report_.domain.empty()) return {};
    QList<QStringList> rows;
    for (const DomainStatistic& each : report_.domain)
        rows << QStringList{labelOf(each.name), levelText(each.source), levelText(each.target),
                            each.difference ? signedText(*each.difference, 2) : QStringLiteral("–")};
    QString html = heading(tr("How the images differ")) +
                   tableOf(palette_, {tr("Statistic"), tr("Source"), tr("Target"), tr("Difference")}, rows) +
                   paragraph(tr("Levels of 0 to 255, or pixels.") + ' ' + QString::fromUtf8(domainMeaning).toHtmlEscaped());
    if (report_.frechet)
        html += paragraph(
            tr("Fréchet distance of the features, source to target: <b>%1</b>; between two halves of the source "
               "images: %2.")
                .arg(QLocale().toString(*report_.frechet, 'g', 4), QLocale().toString(*report_.frechetOfHalves, 'g', 2)) +
            ' ' + QString::fromUtf8(frechetMeaning).toHtmlEscaped());
    return html;
}

QString TransferText::limits() const {
    return heading(tr("What none of this can say")) + listOf(report_.limits);
}

}  // namespace gaplab::ui
