#pragma once

#include <memory>
#include <vector>

#include "core/run/held_out_pictures.h"
#include "ui/fairness/report_view.h"

class QComboBox;
class QLabel;
class QListWidget;

namespace gaplab::ui {

/// Images that tell something, as they are: what the student lost, and the errors it took over. Names of widgets: exemplarsOf,
/// exemplarList, exemplarWords.
class ExemplarsTab : public ReportView {
    Q_OBJECT
public:
    explicit ExemplarsTab(QWidget* parent = nullptr);
    ~ExemplarsTab() override;
    void showReport(const BiasReport& report) override;
    /// All pictures that were asked for have come.
    bool isSettled() const { return asked_ == answered_; }

private:
    void draw();
    void take(const PictureLoader::Answer& answer);
    QString wordsOf(const BiasExemplar& exemplar) const;

    const BiasReport* shown_ = nullptr;
    QComboBox* of_;
    QListWidget* list_;
    QLabel* words_;
    int64_t asked_ = 0, answered_ = 0;
    std::unique_ptr<PictureLoader> loader_;
};

}  // namespace gaplab::ui
