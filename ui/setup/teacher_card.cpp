#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QTimer>

#include "core/run/inspect.h"
#include "ui/forms/word_editor.h"
#include "ui/setup/item_list.h"
#include "ui/setup/models_section.h"
#include "ui/setup/training_form.h"

namespace gaplab::ui {
namespace {

/// Every place of the document that speaks of the teacher by its name.
void renameTeacher(const SetupContext& context, const std::string& from, const std::string& to) {
    Json document = context.draft.document();
    Json* scope = &document;
    if (!context.prefix.empty()) scope = &document["stages"][context.prefix.substr(7, context.prefix.size() - 8)];
    Json& experiment = *scope;
    experiment["teachers"][to] = experiment["teachers"][from];
    experiment["teachers"].erase(from);
    if (experiment.contains("knowledge") && experiment["knowledge"].is_array())
        for (Json& term : experiment["knowledge"])
            if (term.is_object() && term.value("from", Json()) == from) term["from"] = to;
    if (experiment.contains("gap") && experiment["gap"].is_object() && experiment["gap"].contains("between"))
        for (Json& role : experiment["gap"]["between"])
            if (role == from) role = to;
    context.draft.replace(document);
}

}  // namespace

TeacherCard::TeacherCard(const SetupContext& context, const QString& name, QWidget* parent)
    : QWidget(parent),
      context_(context),
      name_(name),
      base_(context.at("teachers." + name.toStdString())),
      network_(new NetworkCard(context, base_, true, this)),
      ownTraining_(makeOwnTraining()) {
    auto* kind = new Form(context_.draft, this);
    kind->bind(base_ + ".kind",
               choiceParameter("kind", "static", catalogue().names(Registry::TeacherKind, true), "What the teacher is"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(makeHeader());
    layout->addWidget(kind);
    layout->addWidget(network_);
    layout->addWidget(ownTraining_);
    connect(&context_.draft, &Draft::changed, this, &TeacherCard::showTrainingFields);
    showTrainingFields();
}

QWidget* TeacherCard::makeHeader() {
    auto* header = new QWidget(this);
    auto* label = new QLabel(tr("Teacher"), header);
    auto* edit = new QLineEdit(name_, header);
    label->setBuddy(edit);
    nameWidget(edit, QString::fromStdString(base_), tr("Name of teacher %1").arg(name_),
               tr("The name by which knowledge and gap refer to this teacher"));
    auto* remove =
        makeIconButton("remove", QString::fromStdString(base_) + ".remove", tr("Remove teacher %1").arg(name_), header);
    connect(edit, &QLineEdit::editingFinished, this, [this, edit] { rename(edit->text().trimmed()); });
    connect(remove, &QToolButton::clicked, this, &TeacherCard::removeTeacher);
    auto* layout = new QHBoxLayout(header);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(label);
    layout->addWidget(edit, 1);
    layout->addWidget(remove);
    return header;
}

QWidget* TeacherCard::makeOwnTraining() {
    auto* box = new QWidget(this);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    auto* seed = new Form(context_.draft, box);
    seed->bind(base_ + ".seed", described("seed", "Seed of the teacher's own run, or \"same\": the seed of the run it serves", 0),
               new WordEditor({"0", "same"}, seed));
    auto* training = new Section(tr("Own training (fields that differ from the experiment's)"),
                                 QString::fromStdString(base_) + ".training", box);
    training->add(new TrainingForm(context_, base_ + ".training", context_.at("training")));
    training->setOpen(false);
    layout->addWidget(seed);
    layout->addWidget(training);
    return box;
}

void TeacherCard::showTrainingFields() {
    // Fields that have no meaning for other weights are still shown while the document has them, so that they can be taken away.
    const bool given = context_.draft.find(base_ + ".seed") || context_.draft.find(base_ + ".training");
    ownTraining_->setVisible(network_->isTrainedFirst() || given);
}

void TeacherCard::rename(const QString& name) {
    // A name that is taken or empty is not taken over; the card keeps the one it has.
    if (name == name_ || name.isEmpty() || name.contains('.') || name.contains('[') || context_.teachers().contains(name)) {
        findChild<QLineEdit*>(QString::fromStdString(base_))->setText(name_);
        return;
    }
    // The card goes with its old name, so not while one of its own signals is on the way.
    QTimer::singleShot(0, &context_.draft, [context = context_, from = name_, to = name] {
        renameTeacher(context, from.toStdString(), to.toStdString());
    });
}

void TeacherCard::removeTeacher() {
    QTimer::singleShot(0, &context_.draft, [draft = &context_.draft, base = base_] { draft->remove(base); });
}

}  // namespace gaplab::ui
