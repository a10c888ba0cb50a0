#pragma once

#include <QPushButton>

#include "ui/setup/context.h"
#include "ui/setup/live_transfer.h"

namespace gaplab::ui {

/// Asks how related the tasks are; seen where the student starts from weights of another training. Name: BASE.transfer.
class TransferButton : public QPushButton {
    Q_OBJECT
public:
    /// `base`: the network, "student" or "stages.NAME.student".
    TransferButton(const SetupContext& context, const std::string& base, QWidget* parent);

private:
    void follow();
    void ask();
    Json asked() const;

    SetupContext context_;
    std::string base_;
    LiveTransfer* estimates_;
};

}  // namespace gaplab::ui
