#include "ui/setup/gap_section.h"

#include <algorithm>

#include <QVBoxLayout>

#include "core/experiment/experiment.h"
#include "core/run/inspect.h"
#include "ui/forms/curve_editor.h"
#include "ui/forms/word_editor.h"
#include "ui/setup/form.h"
#include "ui/setup/member_form.h"
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
      steered_(new QCheckBox(tr("Hold the gap at its target with a controller"), this)),
      controller_(makeController()),
      hold_(new NoteLabel(this)),
      warning_(new NoteLabel(this)) {
    nameWidget(wanted_, QString::fromStdString(context_.at("gap.wanted")), wanted_->text(),
               tr("The gap is teacher minus student; it is always measured. With a target, it is judged against a band."));
    connect(wanted_, &QCheckBox::clicked, this, &GapSection::setWanted);
    add(wanted_);
    add(target_);
    add(warning_);
    nameWidget(
        steered_, QString::fromStdString(context_.at("gap.steered")), steered_->text(),
        tr("While training, the controller measures the gap again and again and turns one knob to bring it to the target."));
    connect(steered_, &QCheckBox::clicked, this, &GapSection::setSteered);
    add(steered_);
    add(controller_);
    add(hold_);
    add(makeBaseline());
    connect(&context_.draft, &Draft::changed, this, &GapSection::refresh);
    refresh();
}

QWidget* GapSection::makeTarget() {
    auto* form = new Form(context_.draft);
    form->bind(context_.at("gap.between"),
               described("between", "The pair: the gap is the teacher's accuracy minus the student's"),
               new PairEditor(context_, form));
    Parameter target = described("target", "The wanted gap: one number, or values over the epochs");
    target.type = ParameterType::Real;
    target.unit = "points";
    target.required = true;
    form->bind(context_.at("gap.target"), target, new CurveEditor(target, form));
    for (const Parameter& parameter : documentFields("gap"))
        form->bind(context_.at("gap." + parameter.name), parameter);
    return form;
}

QWidget* GapSection::makeController() {
    auto* box = new QWidget(this);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    auto* beat = new Form(context_.draft, box);
    beat->bind(context_.at("gap.every"),
               described("every", "How long the gap is averaged before the controller acts: epochs, or \"20 steps\"", 0.5),
               new WordEditor({"0.5", "epoch", "20 steps"}, beat), tr("Controller acts every"));
    layout->addWidget(new MemberForm(
        context_.draft,
        {.registry = Registry::Actuator, .base = context_.at("gap.controller"), .key = "actuator", .required = true}, box));
    layout->addWidget(beat);
    return box;
}

std::string GapSection::gapTeacher() const {
    const QStringList teachers = context_.teachers();
    const Json* pair = context_.draft.find(context_.at("gap.between"));
    if (pair && pair->is_array() && !pair->empty() && (*pair)[0].is_string()) return (*pair)[0];
    for (const char* usual : {"dynamic", "static"})
        if (teachers.contains(QLatin1String(usual))) return usual;
    return teachers.isEmpty() ? std::string() : teachers.front().toStdString();
}

/// The first actuator that has a hold on this kind of teacher, most of all one that has been measured.
void GapSection::setSteered(bool steered) {
    if (!steered) return context_.draft.remove(context_.at("gap.controller"));
    const Json kind = context_.draft.text(context_.at("teachers." + gapTeacher() + ".kind"), "static");
    std::string chosen = "student_balance", weak;
    for (const Member& actuator : catalogue().members(Registry::Actuator)) {
        const Json holds = actuator.facts.value("kinds", Json::array()), weakly = actuator.facts.value("weak", Json::array());
        if (std::ranges::find(holds, kind) == holds.end() || std::ranges::find(weakly, kind) != weakly.end()) continue;
        chosen = actuator.name;
        break;
    }
    context_.draft.set(context_.at("gap.controller"), {{"actuator", chosen}});
}

QString GapSection::hold() const {
    const Member* actuator = catalogue().find(Registry::Actuator, context_.draft.text(context_.at("gap.controller.actuator")));
    if (!actuator) return {};
    const std::string kind = context_.draft.text(context_.at("teachers." + gapTeacher() + ".kind"), "static");
    const Json weak = actuator->facts.value("weak", Json::array());
    if (std::ranges::find(weak, Json(kind)) != weak.end())
        return tr("With a teacher of the kind %1 this knob hardly moves the gap, as far as it was measured.")
            .arg(QString::fromStdString(kind));
    const bool copies = context_.draft.text(context_.at("teachers." + gapTeacher() + ".private_init"), "copies") == "copies";
    if (kind == "gpd" && copies)
        return tr(
            "A dynamic teacher that starts as copies of the student stays near it: with private_init \"noise\" the gap can "
            "be moved further.");
    return {};
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
    const bool steered = wanted && context_.draft.find(context_.at("gap.controller")) != nullptr;
    steered_->setVisible(wanted);
    steered_->setChecked(steered);
    controller_->setVisible(steered);
    hold_->setNote(QStringLiteral("info"), steered ? hold() : QString());
    warning_->setNote(QStringLiteral("warning"), wanted ? warning() : QString());
}

QString GapSection::warning() const {
    if (context_.teachers().isEmpty()) return tr("There is no teacher yet, so there is no gap: add one under Models.");
    const Json* target = context_.draft.find(context_.at("gap.target"));
    if (!target) return {};
    std::vector<double> levels;
    if (target->is_number()) levels.push_back(*target);
    const Json points = target->is_object() ? target->value("points", Json::array()) : *target;
    if (points.is_array())
        for (const Json& point : points)
            if (point.is_array() && point.size() == 2 && point[1].is_number()) levels.push_back(point[1]);
    if (std::ranges::any_of(levels, [](double level) { return level < 0.0; }))
        return tr("A target below zero asks the student to beat its teacher.");
    return bandWarning_;
}

}  // namespace gaplab::ui
