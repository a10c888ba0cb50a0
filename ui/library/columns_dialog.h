#pragma once

#include <string>
#include <vector>

#include <QDialog>

class QLabel;
class QLineEdit;
class QListWidget;
class QListWidgetItem;

namespace gaplab::ui {

/// A line for the name of a field, which completes it; shared by columns and groups.
QLineEdit* makeFieldEdit(const QStringList& fields);

/// Which columns the table of runs has, and in what order. Space shows or hides one, Alt+Up and Alt+Down move it. Names of
/// widgets: columnList, columnField, addColumn, columnUp, columnDown, columnProblem.
class ColumnsDialog : public QDialog {
    Q_OBJECT
public:
    /// `shown` in order; `known`: all fields that could become columns.
    ColumnsDialog(const std::vector<std::string>& shown, const QStringList& known, QWidget* parent = nullptr);
    /// Those that are chosen, in order.
    std::vector<std::string> chosen() const;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QListWidgetItem* addItem(const std::string& field, bool shown);
    void addTyped();
    void move(int step);

    QListWidget* list_;
    QLineEdit* field_;
    QLabel* problem_;
};

}  // namespace gaplab::ui
