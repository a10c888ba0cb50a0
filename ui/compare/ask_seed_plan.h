#pragma once

#include <QDialog>

#include "core/run/add_seeds.h"

class QSpinBox;

namespace gaplab::ui {

/// Asks how far seeds may be added. Names of widgets: seedCap, seedLooks.
class AskSeedPlan : public QDialog {
    Q_OBJECT
public:
    explicit AskSeedPlan(QWidget* parent);

Q_SIGNALS:
    void chosen(const gaplab::SeedPlan& plan);

private:
    void accept() override;

    QSpinBox *cap_, *looks_;
};

}  // namespace gaplab::ui
