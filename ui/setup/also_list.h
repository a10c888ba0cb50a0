#pragma once

#include <QPushButton>

#include "ui/setup/context.h"

namespace gaplab::ui {

/// Other data that the student is evaluated on, such as those of the task it comes from: a name and the stage whose data they
/// are. Data that are given in place are made in the JSON alone.
class AlsoList : public QWidget {
    Q_OBJECT
public:
    explicit AlsoList(const SetupContext& context, QWidget* parent = nullptr);

private:
    QWidget* makeItem(const std::string& path, QWidget* owner) const;
    void add();
    void refresh();

    SetupContext context_;
    QPushButton* add_;
};

}  // namespace gaplab::ui
