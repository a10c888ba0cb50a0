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
      history_(new GapHistory(context.reader, this)),
      wanted_(new QCheckBox(tr("Watch the gap against a target"), this)),
      plot_(new GapPlot(this)),
      reading_(new QLabel(this)),
      past_(new QLabel(this)),
      target_(makeTarget()),
      steered_(new QCheckBox(tr("Hold the gap at its target with a controller"), this)),
      controller_(makeController()),
      hold_(new NoteLabel(this)) {
    nameWidget(wanted_, QString::fromStdString(context_.at("gap.wanted")), wanted_->text(),
               tr("The gap is teacher minus student; it is always measured. With a target, it is judged against a band."));
    connect(wanted_, &QCheckBox::clicked, this, &GapSection::setWanted);
    add(wanted_);
    add(target_);
    const auto warning = [this](const char* name) {
        auto* note = new NoteLabel(this);
        note->setObjectName(QString::fromStdString(context_.at(std::string("gap.warning.") + name)));
        add(note);
        return note;
    };
    teacherWarning_ = warning("teacher");
    signWarning_ = warning("sign");
    bandWarning_ = warning("band");
    reachWarning_ = warning("reach");
    nameWidget(
        steered_, QString::fromStdString(context_.at("gap.steered")), steered_->text(),
        tr("While training, the controller measures the gap again and again and turns one knob to bring it to the target."));
    connect(steered_, &QCheckBox::clicked, this, &GapSection::setSteered);
    add(steered_);
    add(controller_);
    weakWarning_ = warning("weak");
    add(hold_);
    add(makeBaseline());
    connect(&context_.draft, &Draft::changed, this, &GapSection::refresh);
    connect(history_, &GapHistory::changed, this, &GapSection::refresh);
    refresh();
}

QWidget* GapSection::makeTarget() {
    auto* form = new Form(context_.draft);
    form->bind(context_.at("gap.between"),
               described("between", "The pair: the gap is the teacher's accuracy minus the student's"),
               new PairEditor(context_, form));
    form->addWide(makePlot());
    Parameter target = described("target", "The wanted gap: one number, or values over the epochs");
    target.type = ParameterType::Real;
    target.unit = "points";
    target.required = true;
    targetField_ = form->bind(context_.at("gap.target"), target, new CurveEditor(target, form));
    for (const Parameter& parameter : documentFields("gap")) {
        Field* field = form->bind(context_.at("gap." + parameter.name), parameter);
        if (parameter.name == "band") bandField_ = field;
    }
    return form;
}

QWidget* GapSection::makePlot() {
    auto* box = new QWidget(this);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    plot_->setObjectName(QString::fromStdString(context_.at("gap.plot")));
    plot_->setToolTip(tr(
        "Drag the handles of the target and the edges of its band. A double click on the line adds a point.\n"
        "Keys: Tab to the next handle, arrows move it (with Shift ten times as far), Insert adds a point, Delete removes it."));
    reading_->setObjectName(QString::fromStdString(context_.at("gap.reading")));
    past_->setObjectName(QString::fromStdString(context_.at("gap.past")));
    past_->setWordWrap(true);
    for (QWidget* widget : {static_cast<QWidget*>(plot_), static_cast<QWidget*>(reading_), static_cast<QWidget*>(past_)})
        layout->addWidget(widget);
    connect(plot_, &GapPlot::previewed, this, &GapSection::preview);
    connect(plot_, &GapPlot::edited, this, &GapSection::takeEdit);
    connect(plot_, &GapPlot::left, this, [this] { context_.draft.beginStep(); });
    return box;
}

void GapSection::preview() {
    reading_->setText(plot_->reading());
    if (!plot_->shape()) return;
    targetField_->editor()->setValue(plot_->shape()->target());
    bandField_->editor()->setValue(plot_->shape()->band());
    showWarnings(true);
}

void GapSection::takeEdit(bool continues) {
    const GapShape shape = *plot_->shape();  // the first change has the plot shown anew
    if (!continues) context_.draft.beginStep();
    // Only one of the two is different: a handle belongs to the target or to the band.
    context_.draft.set(context_.at("gap.target"), shape.target());
    if (const Json* band = context_.draft.find(context_.at("gap.band"));
        shape.band() != (band ? *band : bandField_->parameter().defaultValue))
        context_.draft.set(context_.at("gap.band"), shape.band());
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

/// The first actuator that has a hold on this kind of teacher, most of all one that has been measured.
void GapSection::setSteered(bool steered) {
    if (!steered) return context_.draft.remove(context_.at("gap.controller"));
    const Json kind = gapTeacherKind(*context_.experiment());
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
    const std::string teacher = gapTeacherOf(*context_.experiment());
    const bool copies = context_.draft.text(context_.at("teachers." + teacher + ".private_init"), "copies") == "copies";
    if (gapTeacherKind(*context_.experiment()) == "gpd" && copies)
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
    options.partial = false;
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

void GapSection::showImages(const ImageCounts& images) {
    images_ = images;
    refresh();
}

void GapSection::showEvent(QShowEvent* event) {
    Section::showEvent(event);
    history_->setSeen(true);
}

void GapSection::hideEvent(QHideEvent* event) {
    Section::hideEvent(event);
    history_->setSeen(false);
}

void GapSection::refresh() {
    if (!context_.experiment()) return;  // the stage has just been taken away
    const bool wanted = context_.draft.find(context_.at("gap")) != nullptr;
    wanted_->setChecked(wanted);
    target_->setVisible(wanted);
    const bool steered = wanted && context_.draft.find(context_.at("gap.controller")) != nullptr;
    steered_->setVisible(wanted);
    steered_->setChecked(steered);
    controller_->setVisible(steered);
    if (wanted) showShape();
    showWarnings(wanted);
    hold_->setNote(QStringLiteral("info"), steered && weakWarning_->text().isEmpty() ? hold() : QString());
}

void GapSection::showShape() {
    history_->follow(GapPair::of(*context_.experiment()));
    const Json* target = context_.draft.find(context_.at("gap.target"));
    const Json* band = context_.draft.find(context_.at("gap.band"));
    plot_->setShape(GapShape::read(target ? *target : Json(), band ? *band : bandField_->parameter().defaultValue),
                    gridOf(*context_.experiment()));
    plot_->setPast(history_->gaps());
    reading_->setText(plot_->reading());
    past_->setText(pastText());
    past_->setVisible(!past_->text().isEmpty());
}

QString GapSection::pastText() const {
    const PastGaps* gaps = history_->gaps();
    if (!gaps) return {};
    const GapPair& pair = history_->pair();
    const QString names =
        tr("%1 minus %2 on %3")
            .arg(QString::fromStdString(pair.teacher), QString::fromStdString(pair.student), QString::fromStdString(pair.data));
    if (gaps->curves.empty()) return tr("There are no earlier runs of %1 in this store.").arg(names);
    const int count = static_cast<int>(gaps->curves.size());
    if (gaps->middle.isEmpty()) return tr("Grey: the validation gap of %n earlier run(s) of %1.", "", count).arg(names);
    return tr("Grey: the validation gap of the newest %n earlier run(s) of %1; median, and the range of the middle 80 %.", "",
              count)
        .arg(names);
}

void GapSection::showWarnings(bool wanted) {
    GapWarnings warnings;
    if (wanted)
        warnings = gapWarnings(*context_.experiment(), plot_->shape() ? &*plot_->shape() : nullptr, history_->gaps(), images_);
    const QString level = QStringLiteral("warning");
    teacherWarning_->setNote(level, warnings.teacher);
    signWarning_->setNote(level, warnings.belowZero);
    bandWarning_->setNote(level, warnings.thinBand);
    reachWarning_->setNote(level, warnings.outOfReach);
    weakWarning_->setNote(level, warnings.weak);
}

}  // namespace gaplab::ui
