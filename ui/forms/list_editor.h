#pragma once

#include <QLineEdit>

#include "ui/forms/editor.h"

class QStringListModel;

namespace gaplab::ui {

/// A list in one line: "0, 1, 2" or "cat, dog". Elements that commas cannot tell apart are shown, and may be typed, as JSON: ["a,
/// b"].
class ListEditor : public Editor {
    Q_OBJECT
public:
    enum class Kind {
        WholeNumbers,
        Numbers,
        Names,
        NamesOrCount,  ///< a single number stands for a count, not for a list
    };
    ListEditor(Kind kind, const QString& placeholder, QWidget* parent);

    Json value() const override { return value_; }
    void setValue(const Json& value) override;
    QWidget* target() override { return line_; }
    /// Words that are offered while one is typed, for the word behind the last comma.
    void setSuggestions(const QStringList& words);

    static QString toText(const Json& value, Kind kind);
    /// An element that is no number where numbers are asked for stays a text, for validation to name it.
    static Json fromText(const QString& text, Kind kind);

private:
    void take(const QString& text);

    Kind kind_;
    QLineEdit* line_;
    QStringListModel* words_ = nullptr;
    Json value_;
};

}  // namespace gaplab::ui
