#pragma once

#include <QComboBox>
#include <QLineEdit>

#include "ui/forms/form_grid.h"
#include "ui/setup/draft.h"
#include "ui/setup/sweep_values.h"

namespace gaplab::ui {

/// One swept field: its path, how its values are given, the values, and what they come to. Names of widgets: sweep.PATH,
/// sweep.PATH.form, sweep.PATH.remove.
class SweepRow : public QWidget {
    Q_OBJECT
public:
    SweepRow(Draft& draft, const std::string& path, QWidget* parent);

    const std::string& path() const { return path_; }
    /// Shows the draft.
    void refresh();
    void showValues(const std::vector<Json>& values, const QString& problem);
    void focusValues();
    /// Puts its widgets behind `before` in the order of the tab key; returns its last one.
    QWidget* chainAfter(QWidget* before);

private:
    void write();

    Draft& draft_;
    std::string path_;
    QComboBox* form_;
    QLineEdit* values_;
    QToolButton* remove_;
    NoteLabel* note_;
};

}  // namespace gaplab::ui
