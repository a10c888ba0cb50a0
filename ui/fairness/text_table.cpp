#include "ui/fairness/text_table.h"

#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QKeyEvent>

namespace gaplab::ui {
namespace {

bool isNumber(const QString& text) {
    return !text.isEmpty() && (text[0].isDigit() || ((text[0] == '-' || text[0] == '+') && text.size() > 1));
}

}  // namespace

TextTable::TextTable(const QString& objectName, const QString& accessibleName, QWidget* parent) : QTableWidget(parent) {
    setObjectName(objectName);
    setAccessibleName(accessibleName);
    setEditTriggers(NoEditTriggers);
    setAlternatingRowColors(true);
    setTabKeyNavigation(false);
    setShowGrid(false);
    setWordWrap(false);
    verticalHeader()->hide();
    horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    horizontalHeader()->setHighlightSections(false);
}

void TextTable::setRows(const QStringList& headings, const QList<QStringList>& rows) {
    clear();
    setColumnCount(static_cast<int>(headings.size()));
    setRowCount(static_cast<int>(rows.size()));
    setHorizontalHeaderLabels(headings);
    for (int row = 0; row < rows.size(); ++row)
        for (int column = 0; column < rows[row].size(); ++column) {
            auto* item = new QTableWidgetItem(rows[row][column]);
            if (column > 0 && isNumber(rows[row][column])) item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            setItem(row, column, item);
        }
    resizeColumnsToContents();
}

QString TextTable::text() const {
    const bool some = selectedItems().size() > 1;
    QStringList lines, headings;
    for (int column = 0; column < columnCount(); ++column)
        headings += horizontalHeaderItem(column)->text();
    lines += headings.join('\t');
    for (int row = 0; row < rowCount(); ++row) {
        QStringList cells;
        bool any = !some;
        for (int column = 0; column < columnCount(); ++column) {
            const QTableWidgetItem* cell = item(row, column);
            any = any || (cell && cell->isSelected());
            cells += cell && (!some || cell->isSelected()) ? cell->text() : QString();
        }
        if (any) lines += cells.join('\t');
    }
    return lines.join('\n');
}

void TextTable::keyPressEvent(QKeyEvent* event) {
    if (event->matches(QKeySequence::Copy)) return QApplication::clipboard()->setText(text());
    QTableWidget::keyPressEvent(event);
}

}  // namespace gaplab::ui
