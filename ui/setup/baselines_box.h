#pragma once

#include <vector>

#include <QPushButton>
#include <QTableWidget>

#include "core/run/baselines.h"
#include "ui/forms/form_grid.h"
#include "ui/setup/context.h"

namespace gaplab::ui {

/// What a student that comes from another task has to beat, trained beside the experiment for equal compute: added with one
/// click, and taken back with one. Hidden where the student starts from no weights. Names of widgets: baselines.add,
/// baselines.remove, baselines.table.
class BaselinesBox : public QWidget {
    Q_OBJECT
public:
    explicit BaselinesBox(const SetupContext& context, QWidget* parent = nullptr);

    /// As the inspection tells them; empty while they are not known.
    void showBaselines(const std::vector<Baseline>& baselines);
    /// They were added, and the student starts from weights.
    static bool areWanted(const Draft& draft);

private:
    void refresh();
    void fillTable();
    QString sentence() const;

    SetupContext context_;
    QPushButton *add_, *remove_;
    QTableWidget* table_;
    NoteLabel* note_;
    std::vector<Baseline> baselines_;
};

}  // namespace gaplab::ui
