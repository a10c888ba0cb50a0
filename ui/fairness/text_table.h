#pragma once

#include <QTableWidget>

namespace gaplab::ui {

/// A table to be read: numbers stand to the right, the selected cells can be copied.
class TextTable : public QTableWidget {
    Q_OBJECT
public:
    TextTable(const QString& objectName, const QString& accessibleName, QWidget* parent = nullptr);

    void setRows(const QStringList& headings, const QList<QStringList>& rows);
    /// The selected cells, else all of them, with tabs between; headings first.
    QString text() const;

protected:
    void keyPressEvent(QKeyEvent* event) override;
};

}  // namespace gaplab::ui
