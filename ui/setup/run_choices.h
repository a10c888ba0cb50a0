#pragma once

#include <QStandardItemModel>

#include "ui/window/page.h"

namespace gaplab::ui {

/// The stored runs whose weights can be used, newest first: text "#7 resnet20 · name · 71.2 %", id in Qt::UserRole.
class RunChoices : public QStandardItemModel {
    Q_OBJECT
public:
    RunChoices(Session& session, QObject* parent);
    /// Reads the store again.
    void update();

private:
    Session& session_;
};

}  // namespace gaplab::ui
