#pragma once

#include <functional>

#include <QLineEdit>

class QCompleter;
class QStringListModel;

namespace gaplab::ui {

/// A line of the filter language that completes the word under the cursor: fields, and what a field holds.
class QueryEdit : public QLineEdit {
    Q_OBJECT
public:
    /// `values`: what a field holds in the runs that there are.
    explicit QueryEdit(std::function<QStringList(const QString& field)> values, QWidget* parent = nullptr);

    /// What the word under the cursor could become.
    QStringList candidates() const;

Q_SIGNALS:
    /// Down or Return: on to what was found.
    void left();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    /// Begin and length of the word under the cursor.
    std::pair<int, int> wordAtCursor() const;
    void offer();
    void complete(const QString& candidate);

    std::function<QStringList(const QString&)> values_;
    QStringListModel* model_;
    QCompleter* completer_;
};

}  // namespace gaplab::ui
