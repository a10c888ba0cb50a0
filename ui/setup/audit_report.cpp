#include "ui/setup/audit_report.h"

#include <QImage>
#include <QUrl>

#include "ui/forms/labels.h"
#include "ui/models/format.h"
#include "ui/setup/report_html.h"

namespace gaplab::ui {
namespace {

constexpr int pictureSide = 64;     // pixels, at least
constexpr size_t mostColumns = 12;  // groups in the table of classes and groups
constexpr size_t mostListed = 60;

QString intervalText(const std::optional<Interval>& interval, int decimals) {
    if (!interval) return {};
    return AuditReport::tr("%1 to %2").arg(numberText(interval->low, decimals), numberText(interval->high, decimals));
}

/// Enlarged by whole pixels, so that it stays what the network sees.
QImage pictureOf(const std::vector<unsigned char>& pixels, int side) {
    const QImage image(pixels.data(), side, side, 3 * side, QImage::Format_RGB888);
    const int scale = std::max(1, (pictureSide + side - 1) / side);
    return image.scaled(scale * side, scale * side, Qt::IgnoreAspectRatio, Qt::FastTransformation);
}

}  // namespace

void AuditReport::writeTo(QTextDocument& document) const {
    document.clear();
    document.setHtml(findings() + counts() + cells() + statistics() + pairs(document) + doubts() + card());
}

QString AuditReport::summary() const {
    const int found = static_cast<int>(audit_.faults().size());
    return found == 0 ? tr("Nothing was found.") : tr("%n thing(s) found.", "", found);
}

QString AuditReport::findings() const {
    QString html = heading(summary());
    const auto item = [](const QString& sign, const Finding& finding) {
        return QStringLiteral("<p>%1 %2<br>%3</p>").arg(sign, escaped(finding.message), escaped(finding.advice));
    };
    for (const Finding& finding : audit_.findings)
        if (!finding.isNote) html += item(QStringLiteral("⚠ <b>") + tr("Found:") + QStringLiteral("</b>"), finding);
    for (const Finding& finding : audit_.findings)
        if (finding.isNote) html += item(QStringLiteral("ⓘ <b>") + tr("To know:") + QStringLiteral("</b>"), finding);
    QStringList looked;
    for (const std::string& each : audit_.looked)
        looked << escaped(each);
    return html + paragraph(tr("Looked at were: %1.").arg(looked.join(QStringLiteral("; "))));
}

QString AuditReport::table(const QStringList& head, const QList<QStringList>& rows, int wordColumns) const {
    return tableOf(palette_, head, rows, wordColumns);
}

QString AuditReport::counts() const {
    const QStringList parts = {tr("Training"), tr("Validation"), tr("Test")};
    QList<QStringList> rows;
    const auto add = [&](const QString& name, auto numberOf) {
        QStringList row(name);
        for (const PartCounts& part : audit_.parts)
            row << countText(numberOf(part));
        rows << row;
    };
    for (size_t c = 0; c < audit_.classes.size(); ++c)
        add(escaped(audit_.classes[c]), [c](const PartCounts& part) { return part.classes[c]; });
    add(tr("All"), [](const PartCounts& part) { return part.images; });
    QString html = heading(tr("Images of each class")) + table(QStringList(tr("Class")) + parts, rows);
    if (audit_.groups.empty()) return html;
    rows.clear();
    for (size_t g = 0; g < audit_.groups.size(); ++g)
        add(escaped(audit_.groups[g]), [g](const PartCounts& part) { return part.groups[g]; });
    add(tr("Not known"), [](const PartCounts& part) { return part.ofUnknownGroup; });
    return html + heading(tr("Images of each group")) + table(QStringList(tr("Group")) + parts, rows);
}

QString AuditReport::cells() const {
    if (audit_.groups.empty() || !audit_.association) return {};
    const fairness::Association& found = *audit_.association;
    QString html = heading(tr("Class and group in training"));
    if (found.cramersV)
        html += paragraph(
            tr("Cramér's V %1 (95 % interval %2; 0: no association, 1: the group tells the class), p = %3.")
                .arg(numberText(*found.cramersV, 2), intervalText(found.interval, 2), QLocale().toString(found.pValue, 'g', 2)));
    else
        html += paragraph(tr("Not enough data: only one class or one group has images."));
    if (audit_.groups.size() > mostColumns) return html + paragraph(tr("The table is too wide to be shown; it is in the JSON."));
    QStringList head(tr("Class"));
    for (const std::string& group : audit_.groups)
        head << escaped(group);
    QList<QStringList> rows;
    for (size_t c = 0; c < audit_.table.size(); ++c) {
        QStringList row(escaped(audit_.classes[c]));
        for (size_t g = 0; g < audit_.table[c].size(); ++g) {
            const fairness::CellAssociation& cell = found.cells[c][g];
            row << countText(cell.images) + (!cell.stands        ? QString()
                                             : cell.residual > 0 ? QStringLiteral(" ▲")
                                                                 : QStringLiteral(" ▼"));
        }
        rows << row;
    }
    return html + table(head, rows) +
           paragraph(tr("▲ more, ▼ fewer than the shares of class and group let expect, beyond noise."));
}

QString AuditReport::statistics() const {
    QList<QStringList> rows;
    const bool grouped = !audit_.groups.empty();
    for (size_t s = 0; s < audit_.statistics.size(); ++s)
        for (size_t g = 0; g < audit_.statistics[s].size(); ++g) {
            const fairness::GroupMean& mean = audit_.statistics[s][g];
            QStringList row = {labelOf(audit_.statisticNames[s]), grouped ? escaped(audit_.groups[g]) : tr("all")};
            row << numberText(mean.summary.mean, 1) << intervalText(mean.interval, 1);
            if (grouped)
                row << (mean.enough ? signedText(mean.difference, 1) : QString())
                    << (!mean.enough  ? tr("not enough data")
                        : mean.stands ? tr("differs")
                                      : tr("no difference that matters"));
            rows << row;
        }
    QStringList head = {tr("Training images"), tr("Group"), tr("Mean"), tr("95 % interval")};
    if (grouped) head << tr("Against the others") << tr("Verdict");
    return heading(tr("How the images look, in levels of 0 to 255")) + table(head, rows, 2);
}

QString AuditReport::nameOf(const AuditedImage& image) const {
    const QStringList parts = {tr("training"), tr("validation"), tr("test")};
    const QString part = parts[static_cast<int>(image.part)];
    const QString name = image.file.empty() ? QString::number(image.row) : escaped(image.file);
    QString text = QStringLiteral("%1 · %2<br>%3").arg(part, name, escaped(audit_.classes[static_cast<size_t>(image.klass)]));
    if (image.group >= 0) text += QStringLiteral(" · ") + escaped(audit_.groups[static_cast<size_t>(image.group)]);
    return text;
}

QString AuditReport::pairs(QTextDocument& document) const {
    const DuplicateReport& found = audit_.duplicates;
    if (found.pairs == 0) return {};
    QList<QStringList> rows;
    for (size_t i = 0; i < found.shown.size() && !found.shown[i].firstPicture.empty(); ++i) {
        const DuplicatePair& pair = found.shown[i];
        const auto picture = [&](const std::vector<unsigned char>& pixels, const char* which) {
            const QString name = QStringLiteral("audit:%1-%2").arg(i).arg(QLatin1String(which));
            document.addResource(QTextDocument::ImageResource, QUrl(name),
                                 pictureOf(pixels, static_cast<int>(found.thumbnailSize)));
            return QStringLiteral("<img src='%1'>").arg(name);
        };
        rows << QStringList{picture(pair.firstPicture, "a"), nameOf(pair.first), picture(pair.secondPicture, "b"),
                            nameOf(pair.second), pair.exact ? tr("equal") : numberText(pair.likeness, 3)};
    }
    QString html = heading(tr("Near duplicates: %n pair(s)", "", static_cast<int>(found.pairs)));
    html += table({tr("Picture"), tr("One"), tr("Picture"), tr("Other"), tr("Likeness")}, rows, 4);
    if (found.pairs > rows.size())
        html += paragraph(tr("The first %1 are shown, those across parts before the others; the JSON lists up to 200.")
                              .arg(countText(rows.size())));
    return html;
}

QString AuditReport::doubts() const {
    if (!audit_.labels || audit_.labels->shown.empty()) return {};
    QList<QStringList> rows;
    for (const LabelDoubt& doubt : audit_.labels->shown) {
        if (rows.size() == static_cast<qsizetype>(mostListed)) break;
        rows << QStringList{nameOf(doubt.image), escaped(audit_.classes[static_cast<size_t>(doubt.answer)]),
                            percentText(doubt.confidence)};
    }
    return heading(tr("Labels in doubt: %n", "", static_cast<int>(audit_.labels->doubts))) +
           table({tr("Image and its label"), tr("Taken for"), tr("Confidence")}, rows, 2);
}

QString AuditReport::card() const {
    if (!audit_.card.exists) return {};
    QList<QStringList> rows;
    for (const auto& [key, text] : audit_.card.stated)
        rows << QStringList{labelOf(key).toHtmlEscaped(), escaped(text)};
    for (const std::string& key : audit_.card.missing)
        rows << QStringList{labelOf(key).toHtmlEscaped(), tr("not stated")};
    return heading(tr("Data card")) + table({tr("Field"), tr("What it states")}, rows, 2);
}

}  // namespace gaplab::ui
