#include "ui/setup/term_card.h"

#include <limits>

#include "core/experiment/families.h"
#include "core/run/inspect.h"
#include "ui/forms/curve_editor.h"
#include "ui/setup/role_editor.h"

namespace gaplab::ui {
namespace {

Parameter roleParameter(const std::string& name, const std::string& help) {
    Parameter parameter = described(name, help);
    parameter.required = true;
    return parameter;
}

std::vector<std::string> trainedRoles(const SetupContext& context) {
    std::vector<std::string> names = {"student"};
    for (const QString& teacher : context.trainedTeachers())
        names.push_back(teacher.toStdString());
    return names;
}

QLabel* makePlainText(QWidget* parent) {
    auto* label = new QLabel(parent);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

void setTextOf(QLabel& label, const QString& text) {
    label.setText(text);
    label.setVisible(!text.isEmpty());
}

}  // namespace

TermCard::TermCard(const SetupContext& context, const std::string& path, QWidget* parent)
    : QWidget(parent),
      context_(context),
      path_(path),
      loss_(new MemberForm(context_.draft, {.registry = Registry::Loss, .base = path, .key = "loss", .required = true}, this)),
      formula_(makePlainText(this)),
      families_(makePlainText(this)),
      adaptation_(makePlainText(this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    addEnds(*layout);
    layout->addWidget(families_);
    layout->addWidget(loss_);
    layout->addWidget(formula_);
    addStages(*layout);
    layout->addWidget(adaptation_);
    addWeight(*layout);
    connect(&context_.draft, &Draft::changed, this, &TermCard::refresh);
    refresh();
    showNetworks(networks_, {});
}

void TermCard::addEnds(QLayout& layout) {
    auto* ends = new Form(context_.draft, this);
    ends->bind(path_ + ".from", roleParameter("from", "Who knows: a teacher, or the labels"),
               makeRoleEditor(context_, {"labels"}, ends));
    auto* learners = new ChoiceEditor(trainedRoles(context_), ends);
    connect(&context_.draft, &Draft::changed, learners,
            [context = context_, learners] { learners->setChoices(trainedRoles(context)); });
    ends->bind(path_ + ".to", roleParameter("to", "Who learns: the student, or a teacher that is trained with it"), learners);
    layout.addWidget(ends);
}

void TermCard::addStages(QLayout& layout) {
    stagesForm_ = new Form(context_.draft, this);
    stages_ = new StagesEditor(stagesForm_);
    stagesForm_->bind(path_ + ".stages",
                      described("stages", "Which features are compared: of the source, and of the network that learns"), stages_);
    layout.addWidget(stagesForm_);
}

void TermCard::addWeight(QLayout& layout) {
    auto* form = new Form(context_.draft, this);
    const Parameter factor =
        realParameter("weight", 1.0, 0.0, std::numeric_limits<double>::infinity(), "Factor of this term in the sum");
    form->bind(path_ + ".weight", factor, new CurveEditor(factor, form));
    turns_ = new Form(context_.draft, this);
    turns_->bind(
        path_ + ".drop_group",
        described("drop_group", "Of the terms with the same name here, one at random is left out in each step; empty: never"),
        new TextEditor(false, turns_), tr("Takes turns in"));
    layout.addWidget(form);
    layout.addWidget(turns_);
}

QString TermCard::role(const char* end) const {
    return QString::fromStdString(context_.draft.text(path_ + "." + end));
}

void TermCard::refresh() {
    const Member* loss = loss_->member();
    QString formula;
    if (loss) {
        formula = QString::fromStdString(loss->facts.value("formula", ""));
        if (!formula.isEmpty()) formula += '\n';
        formula += QString::fromStdString(loss->help) + '.';
        if (loss->facts.contains("weight")) formula += ' ' + tr("Usual weight: %1.").arg(loss->facts.at("weight").get<double>());
        if (!loss->source.empty()) formula += ' ' + tr("Source: %1.").arg(QString::fromStdString(loss->source));
    }
    setTextOf(*formula_, formula);
    // A value that does not belong there stays in sight, so that it can be taken away.
    stagesForm_->setVisible((loss && loss->facts.value("stages", false)) || context_.draft.find(path_ + ".stages"));
    turns_->setVisible(role("from") != QLatin1String("labels") || context_.draft.find(path_ + ".drop_group"));
    QString families;
    if (const Json* experiment = context_.experiment()) {
        const std::string from = familyOf(architectureOf(*experiment, role("from").toStdString(), catalogue()), catalogue()),
                          to = familyOf(architectureOf(*experiment, role("to").toStdString(), catalogue()), catalogue());
        if (!areAlike(from, to))
            families = tr("%1 (%2) and %3 (%4) are of unlike families. What losses brought for %5, in points over the student "
                          "alone: %6 (Tian et al. 2020 and the losses' own papers). An assistant between the two can help, too.")
                           .arg(role("from"), QString::fromStdString(from), role("to"), QString::fromStdString(to),
                                QString::fromLatin1(unlikeRecordPair), QString::fromStdString(unlikeRecordText(catalogue())));
    }
    setTextOf(*families_, families);
}

void TermCard::showNetworks(const Json& networks, const std::vector<std::string>& adaptation) {
    networks_ = networks.is_object() ? networks : Json::object();
    const auto shapesOf = [&](const char* end) {
        return networks_.value(role(end).toStdString(), Json::object()).value("stage_shapes", Json::array());
    };
    stages_->setShapes(shapesOf("from"), shapesOf("to"));
    QStringList lines;
    for (const std::string& line : adaptation)
        lines << QString::fromStdString(line);
    setTextOf(*adaptation_, lines.isEmpty() ? QString() : tr("Compared so:") + '\n' + lines.join('\n'));
}

}  // namespace gaplab::ui
