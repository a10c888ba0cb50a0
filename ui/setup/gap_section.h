#pragma once

#include <QCheckBox>

#include "ui/forms/form_grid.h"
#include "ui/forms/section.h"
#include "ui/setup/context.h"
#include "ui/setup/gap_plot.h"
#include "ui/setup/gap_warnings.h"

namespace gaplab::ui {

/// Gap target: the pair, the wanted gap over the epochs, its band, and what a person should know before starting. Plot and fields
/// show the same numbers.
class GapSection : public Section {
    Q_OBJECT
public:
    explicit GapSection(const SetupContext& context, QWidget* parent = nullptr);

    /// How many images there are, which only the data can tell.
    void showImages(const ImageCounts& images);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    QWidget* makeTarget();
    QWidget* makePlot();
    QWidget* makeController();
    QWidget* makeBaseline();
    void setWanted(bool wanted);
    void setSteered(bool steered);
    /// What there is to know of the chosen actuator and this kind of teacher; empty: nothing.
    QString hold() const;
    void refresh();
    void showShape();
    void showWarnings(bool wanted);
    /// Numbers and warnings beside the plot while a handle is dragged; the draft changes when it is let go.
    void preview();
    void takeEdit(bool continues);
    QString pastText() const;

    SetupContext context_;
    GapHistory* history_;
    ImageCounts images_;
    QCheckBox* wanted_;
    GapPlot* plot_;
    QLabel *reading_, *past_;
    Field *targetField_ = nullptr, *bandField_ = nullptr;
    QWidget* target_;
    QCheckBox* steered_;
    QWidget* controller_;
    NoteLabel* hold_;
    NoteLabel *teacherWarning_, *signWarning_, *bandWarning_, *reachWarning_, *weakWarning_;
};

}  // namespace gaplab::ui
