#pragma once

#include "ui/fairness/report_view.h"

class QLabel;
class QVBoxLayout;

namespace gaplab::ui {

/// What may help: each opens as a draft that differs from the run in nothing else. Names of widgets: remedy.KIND.
class RemediesTab : public ReportView {
    Q_OBJECT
public:
    explicit RemediesTab(QWidget* parent = nullptr);
    void showReport(const BiasReport& report) override;

Q_SIGNALS:
    /// A person wants to try one.
    void chosen(const gaplab::BiasMitigation& remedy);

private:
    QVBoxLayout* rows_;
};

}  // namespace gaplab::ui
