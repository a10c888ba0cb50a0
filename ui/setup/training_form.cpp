#include "ui/setup/training_form.h"

#include <QVBoxLayout>

#include "core/experiment/experiment.h"
#include "core/run/inspect.h"
#include "ui/forms/list_editor.h"
#include "ui/setup/member_form.h"

namespace gaplab::ui {
namespace {

std::string inside(const std::string& object, const std::string& key) {
    return object.empty() ? std::string() : object + "." + key;
}

}  // namespace

TrainingForm::TrainingForm(const SetupContext& context, const std::string& base, const std::string& fallback, QWidget* parent)
    : QWidget(parent), context_(context) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(makeFields(base, fallback));
    layout->addWidget(new MemberForm(context_.draft, {.registry = Registry::Optimizer,
                                                      .base = base + ".optimizer",
                                                      .key = "kind",
                                                      .label = "optimizer",
                                                      .byDefault = "sgd",
                                                      .fallback = inside(fallback, "optimizer")}));
    layout->addWidget(makeSchedule(base, fallback));
}

QWidget* TrainingForm::makeFields(const std::string& base, const std::string& fallback) {
    auto* form = new Form(context_.draft);
    for (const Parameter& parameter : documentFields("training"))
        form->bind(base + "." + parameter.name, parameter, nullptr, {}, inside(fallback, parameter.name));
    form->bind(base + ".keep_epochs", described("keep_epochs", "Epochs whose weights are kept, for later runs to start from"),
               new ListEditor(ListEditor::Kind::WholeNumbers, tr("none"), form), {}, inside(fallback, "keep_epochs"));
    return form;
}

QWidget* TrainingForm::makeSchedule(const std::string& base, const std::string& fallback) {
    auto* box = new QWidget;
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    auto* schedule = new MemberForm(context_.draft, {.registry = Registry::Schedule,
                                                     .base = base + ".schedule",
                                                     .key = "kind",
                                                     .label = "schedule",
                                                     .byDefault = "cosine",
                                                     .fallback = inside(fallback, "schedule")});
    auto* steps = new Form(context_.draft);
    steps->bind(base + ".schedule.milestones", described("milestones", "Epochs at which the rate drops, ascending"),
                new ListEditor(ListEditor::Kind::Numbers, tr("for example 15, 25"), steps), {},
                inside(fallback, "schedule.milestones"));
    const auto showSteps = [schedule, steps] { steps->setVisible(schedule->member() && schedule->member()->name == "step"); };
    connect(schedule, &MemberForm::memberChanged, steps, showSteps);
    layout->addWidget(schedule);
    layout->addWidget(steps);
    showSteps();
    return box;
}

}  // namespace gaplab::ui
