#include "ui/setup/method_section.h"

#include <limits>

#include <QPushButton>

#include "core/run/inspect.h"
#include "ui/forms/curve_editor.h"
#include "ui/setup/item_list.h"
#include "ui/setup/member_form.h"
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

}  // namespace

MethodSection::MethodSection(const SetupContext& context, QWidget* parent)
    : Section(tr("Method"), QString::fromStdString(context.at("method")), parent), context_(context) {
    add(new ItemList(context_.draft, context_.at("knowledge"), tr("Knowledge term"),
                     [this](const std::string& path, QWidget* owner) { return makeTerm(path, owner); }));
    auto* addButton = new QPushButton(tr("Add knowledge term"), this);
    nameWidget(addButton, QString::fromStdString(context_.at("knowledge.add")), tr("Add knowledge term"),
               tr("One loss term from a teacher, or from the labels, to the student or to its dynamic teacher. Each of these "
                  "always learns from the labels with cross-entropy of weight 1, unless a term from the labels says otherwise."));
    connect(addButton, &QPushButton::clicked, this, &MethodSection::addTerm);
    add(addButton, Qt::AlignLeft);
}

QWidget* MethodSection::makeTerm(const std::string& path, QWidget* owner) {
    auto* box = new QWidget(owner);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    auto* ends = new Form(context_.draft, box);
    ends->bind(path + ".from", roleParameter("from", "Who knows: a teacher, or the labels"),
               makeRoleEditor(context_, {"labels"}, ends));
    auto* learners = new ChoiceEditor(trainedRoles(context_), ends);
    connect(&context_.draft, &Draft::changed, learners,
            [context = context_, learners] { learners->setChoices(trainedRoles(context)); });
    ends->bind(path + ".to", roleParameter("to", "Who learns: the student, or a teacher that is trained with it"), learners);
    layout->addWidget(ends);
    layout->addWidget(
        new MemberForm(context_.draft, {.registry = Registry::Loss, .base = path, .key = "loss", .required = true}, box));
    auto* weight = new Form(context_.draft, box);
    const Parameter factor =
        realParameter("weight", 1.0, 0.0, std::numeric_limits<double>::infinity(), "Factor of this term in the sum");
    weight->bind(path + ".weight", factor, new CurveEditor(factor, weight));
    layout->addWidget(weight);
    return box;
}

void MethodSection::addTerm() {
    const QStringList teachers = context_.teachers();
    const std::string from = teachers.isEmpty() ? "labels" : teachers.front().toStdString();
    const bool grown = context_.grownTeachers().contains(QString::fromStdString(from));
    context_.draft.append(context_.at("knowledge"), {{"from", from},
                                                     {"to", "student"},
                                                     {"loss", teachers.isEmpty() ? "ce"
                                                              : grown            ? "smoothed_ce"
                                                                                 : "kd"}});
}

}  // namespace gaplab::ui
