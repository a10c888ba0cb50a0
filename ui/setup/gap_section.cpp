#include "ui/setup/gap_section.h"

#include <algorithm>

#include "core/experiment/experiment.h"
#include "ui/forms/curve_editor.h"
#include "ui/setup/form.h"
#include "ui/setup/role_editor.h"
#include "ui/setup/weights_editor.h"

namespace gaplab::ui {
namespace {

constexpr double usualTarget = 3.0, usualBand = 1.5;  // points; what the quick start uses

}  // namespace

GapSection::GapSection(const SetupContext& context, QWidget* parent)
    : Section(tr("Gap target"), QString::fromStdString(context.at("gap")), parent),
      context_(context),
      wanted_(new QCheckBox(tr("Watch the gap against a target"), this)),
      target_(makeTarget()),
      warning_(new NoteLabel(this)) {
    nameWidget(wanted_, QString::fromStdString(context_.at("gap.wanted")), wanted_->text(),
               tr("The gap is teacher minus student; it is always measured. With a target, it is judged against a band."));
    connect(wanted_, &QCheckBox::clicked, this, &GapSection::setWanted);
    add(wanted_);
    add(target_);
    add(warning_);
    add(makeBaseline());
    connect(&context_.draft, &Draft::changed, this, &GapSection::refresh);
    refresh();
}

QWidget* GapSection::makeTarget() {
    auto* form = new Form(context_.draft);
    form->bind(context_.at("gap.between"),
               described("between", "The pair: the gap is the teacher's accuracy minus the student's"),
               new PairEditor(context_, form));
    Parameter target = described("target", "The wanted gap: one number, or values over the epochs joined by straight lines");
    target.type = ParameterType::Real;
    target.unit = "points";
    target.required = true;
    form->bind(context_.at("gap.target"), target, new CurveEditor(target, form));
    for (const Parameter& parameter : documentFields("gap"))
        form->bind(context_.at("gap." + parameter.name), parameter);
    return form;
}

QWidget* GapSection::makeBaseline() {
    using Kind = WeightsEditor::Kind;
    auto* form = new Form(context_.draft);
    WeightsEditor::Options options;
    options.kinds = {Kind::Fresh, Kind::Run, Kind::Stage};
    options.freshText = tr("none");
    options.epoch = false;
    options.runs = context_.runs;
    options.stages = [context = context_] { return context.stages(); };
    form->bind(context_.at("baseline"), described("baseline", "The student alone, drawn beside this experiment"),
               new WeightsEditor(options, form));
    return form;
}

void GapSection::setWanted(bool wanted) {
    if (!wanted) return context_.draft.remove(context_.at("gap"));
    const QStringList teachers = context_.teachers();
    const std::string teacher = teachers.isEmpty() ? std::string("static") : teachers.front().toStdString();
    context_.draft.set(context_.at("gap"), {{"between", {teacher, "student"}}, {"target", usualTarget}, {"band", usualBand}});
}

void GapSection::showBandWarning(const QString& text) {
    bandWarning_ = text;
    refresh();
}

void GapSection::refresh() {
    const bool wanted = context_.draft.find(context_.at("gap")) != nullptr;
    wanted_->setChecked(wanted);
    target_->setVisible(wanted);
    warning_->setNote(QStringLiteral("warning"), wanted ? warning() : QString());
}

QString GapSection::warning() const {
    if (context_.teachers().isEmpty()) return tr("There is no teacher yet, so there is no gap: add one under Models.");
    const Json* target = context_.draft.find(context_.at("gap.target"));
    if (!target) return {};
    std::vector<double> levels;
    if (target->is_number()) levels.push_back(*target);
    if (target->is_array())
        for (const Json& point : *target)
            if (point.is_array() && point.size() == 2 && point[1].is_number()) levels.push_back(point[1]);
    if (std::ranges::any_of(levels, [](double level) { return level < 0.0; }))
        return tr("A target below zero asks the student to beat its teacher.");
    return bandWarning_;
}

}  // namespace gaplab::ui
