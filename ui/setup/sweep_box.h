#pragma once

#include <vector>

#include <QLineEdit>
#include <QPushButton>

#include "ui/forms/form_grid.h"
#include "ui/setup/context.h"

class QStringListModel;

namespace gaplab::ui {

class SweepRow;
struct SweepSummary;

/// What is swept, in the run plan: a row each, a line to add a field by its path, and what it comes to. Names of widgets:
/// sweep.path, sweep.add, sweep.show, and those of the rows.
class SweepBox : public QWidget {
    Q_OBJECT
public:
    explicit SweepBox(const SetupContext& context, QWidget* parent = nullptr);

    /// Paths that are offered while one is typed.
    void setPaths(const QStringList& paths);
    void showSummary(const SweepSummary& summary);
    /// The cursor goes to the values of the field, if it is swept.
    bool focusValues(const std::string& path);

Q_SIGNALS:
    void membersAsked();

private:
    QWidget* makeAdder();
    void refresh();
    void add();

    SetupContext context_;
    QVBoxLayout* rowsLayout_;
    std::vector<SweepRow*> rows_;
    QLineEdit* path_;
    QStringListModel* paths_;
    NoteLabel *count_, *problem_;
    QPushButton* show_;
};

}  // namespace gaplab::ui
