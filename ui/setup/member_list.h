#pragma once

#include <functional>

#include "ui/setup/context.h"
#include "ui/setup/member_form.h"

namespace gaplab::ui {

/// A list of registry members in the document, one card each, and a button whose menu adds another.
class MemberList : public QWidget {
    Q_OBJECT
public:
    struct Place {
        std::string path;  ///< of the list, e.g. "data.augment"
        Registry registry;
        QString noun;  ///< "Augmentation", for the cards
        QString add;   ///< "Add augmentation", of the button
    };
    /// `more` is asked for what stands below the parameters of each card; may be empty, and may give null.
    using More = std::function<QWidget*(const std::string& path, QWidget* parent)>;
    MemberList(const SetupContext& context, const Place& place, const More& more = {}, QWidget* parent = nullptr);
};

}  // namespace gaplab::ui
