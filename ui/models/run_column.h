#pragma once

#include <functional>
#include <string>
#include <vector>

#include <QString>

#include "core/store/records.h"

namespace gaplab::ui {

/// What rows are put in order by: numbers before texts, and nothing always last.
struct SortKey {
    enum Kind { Number, Text, Nothing } kind = Nothing;
    double number = 0;
    QString text;
    bool operator==(const SortKey&) const = default;
};

/// One column of runs. Its values are worked out when they are shown or sorted by, never before.
struct RunColumn {
    std::string field;  ///< its name in the filter language, where that knows it
    std::function<QString()> title;
    bool numeric = false;  ///< to the right, and averaged in groups
    std::function<QString(const RunRow&)> text;
    std::function<SortKey(const RunRow&)> key;
    std::function<QString(double)> format = {};  ///< of a mean or a spread; null where that says nothing
};

SortKey keyOf(const std::optional<double>& value);
SortKey keyOf(const QString& text);

/// Those that every table of runs has, in the order of RunTableModel::Column.
const std::vector<RunColumn>& ownColumns();
/// Any field of the filter language ("training.optimizer.lr", "student/train/loss.last"). Throws Error (Input) where there can be
/// no such field.
RunColumn columnOfField(const std::string& field);
/// What a run has under a field, in one text; empty where it has nothing.
QString fieldText(const std::string& field, const RunRow& run);

}  // namespace gaplab::ui
