#include "ui/setup/report_html.h"

#include <QColor>

namespace gaplab::ui {
namespace {

/// Seen on both themes, and fainter than the text.
QString lineColour(const QPalette& palette) {
    const QColor text = palette.color(QPalette::Text), base = palette.color(QPalette::Base);
    const auto between = [](int a, int b) { return (2 * a + 3 * b) / 5; };
    return QColor(between(text.red(), base.red()), between(text.green(), base.green()), between(text.blue(), base.blue())).name();
}

}  // namespace

QString escaped(const std::string& text) {
    return QString::fromStdString(text).toHtmlEscaped();
}

QString heading(const QString& text) {
    return QStringLiteral("<h3>%1</h3>").arg(text);
}

QString paragraph(const QString& text) {
    return QStringLiteral("<p>%1</p>").arg(text);
}

QString tableOf(const QPalette& palette, const QStringList& head, const QList<QStringList>& rows, int wordColumns,
                const QList<int>& wide) {
    const auto line = [&](const QStringList& cells, const char* tag) {
        QString html = QStringLiteral("<tr>");
        for (int i = 0; i < cells.size(); ++i)
            html += QStringLiteral("<%1 align='%2'>%3</%1>")
                        .arg(QLatin1String(tag),
                             i < wordColumns || wide.contains(i) ? QStringLiteral("left") : QStringLiteral("right"), cells[i]);
        return html + QStringLiteral("</tr>");
    };
    QString html = QStringLiteral(
                       "<table cellspacing='0' cellpadding='4' border='1' style='border-collapse:collapse; border-style:solid; "
                       "border-color:%1'><thead>")
                       .arg(lineColour(palette));
    html += line(head, "th") + QStringLiteral("</thead>");
    for (const QStringList& row : rows)
        html += line(row, "td");
    return html + QStringLiteral("</table>");
}

}  // namespace gaplab::ui
