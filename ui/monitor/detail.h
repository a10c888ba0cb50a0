#pragma once

#include <string>
#include <vector>

#include <QString>

namespace gaplab::ui {

/// A choice of what is drawn below accuracy and gap.
struct Detail {
    const char* title;  ///< of the choice
    const char* axis;   ///< title of the y axis
    double scale = 1;   ///< shown = stored * scale
    /// Whether it shows this series.
    bool (*shows)(const std::string& series) = nullptr;

    QString titleText() const;
    QString axisText() const;
};

const std::vector<Detail>& details();
/// What a run is shown with unless a person chooses; `ofTransfer`: its student comes from another task.
const Detail& usualDetail(bool ofTransfer);
/// Some detail shows it.
bool isDetail(const std::string& series);

}  // namespace gaplab::ui
