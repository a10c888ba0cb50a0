#include "ui/setup/plan_section.h"

#include "core/experiment/experiment.h"
#include "ui/forms/list_editor.h"
#include "ui/forms/word_editor.h"
#include "ui/setup/also_list.h"
#include "ui/setup/form.h"
#include "ui/setup/measures_editor.h"
#include "ui/setup/training_form.h"

namespace gaplab::ui {

PlanSection::PlanSection(const SetupContext& context, QWidget* parent)
    : Section(tr("Run plan"), QString::fromStdString(context.at("plan")), parent),
      context_(context),
      seedsNote_(new NoteLabel(this)),
      sweep_(new SweepBox(context, this)),
      baselines_(new BaselinesBox(context, this)) {
    add(makeSeeds());
    add(seedsNote_);
    add(sweep_);
    add(baselines_);
    add(new TrainingForm(context_, context_.at("training"), {}));
    add(makeEvaluation());
    add(new AlsoList(context_));
    connect(&context_.draft, &Draft::changed, this, &PlanSection::refresh);
    refresh();
}

QWidget* PlanSection::makeSeeds() {
    auto* form = new Form(context_.draft);
    form->bind(context_.at("seeds"), described("seeds", "One run each: whole numbers, no two alike", Json::array({0})),
               new ListEditor(ListEditor::Kind::WholeNumbers, tr("for example 0, 1, 2"), form));
    return form;
}

QWidget* PlanSection::makeEvaluation() {
    auto* form = new Form(context_.draft);
    for (const Parameter& parameter : documentFields("evaluation")) {
        // A beat is a word, a number of epochs, or "200 steps".
        Editor* editor = parameter.name == "every" ? new WordEditor({"epoch", "2", "200 steps"}, form) : nullptr;
        form->bind(context_.at("evaluation." + parameter.name), parameter, editor);
    }
    form->bind(context_.at("evaluation.measures"), described("measures", "What is measured at each evaluation"),
               new MeasuresEditor(form));
    return form;
}

void PlanSection::refresh() {
    const Json* seeds = context_.draft.find(context_.at("seeds"));
    const bool single = !seeds || (seeds->is_array() && seeds->size() == 1);
    seedsNote_->setNote(QStringLiteral("info"), single ? tr("One seed: the result will have no error bars.") : QString());
}

}  // namespace gaplab::ui
