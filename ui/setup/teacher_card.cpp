#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QTimer>

#include "core/experiment/experiment.h"
#include "core/run/inspect.h"
#include "ui/forms/labels.h"
#include "ui/forms/list_editor.h"
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
            for (const char* end : {"from", "to"})
                if (term.is_object() && term.value(end, Json()) == from) term[end] = to;
    if (experiment.contains("gap") && experiment["gap"].is_object() && experiment["gap"].contains("between"))
        for (Json& role : experiment["gap"]["between"])
            if (role == from) role = to;
    context.draft.set({}, document);  // one step, to be undone as a whole
}

/// Kind and its parameters. Another kind is another teacher: what stood there for the old one goes.
class KindForm final : public MemberForm {
public:
    KindForm(const SetupContext& context, const std::string& base, QWidget* parent)
        : MemberForm(context.draft, {.registry = Registry::TeacherKind, .base = base, .key = "kind", .byDefault = "static"},
                     parent),
          context_(context),
          base_(base) {}

protected:
    void write(const Field& field, const Json& value) override {
        if (&field != fields().front()) return MemberForm::write(field, value);
        Json teacher = {{"kind", value}};
        const Member* kind = value.is_string() ? catalogue().find(Registry::TeacherKind, value) : nullptr;
        if (kind && kind->facts.value("apart", true))
            teacher["architecture"] = context_.draft.text(context_.at("student.architecture"));
        context_.draft.set(base_, teacher);
    }

private:
    SetupContext context_;
    std::string base_;
};

}  // namespace

DynamicFacts::DynamicFacts(const SetupContext& context, const std::string& base, QWidget* parent)
    : QWidget(parent),
      facts_(new QLabel(this)),
      branches_(new Section(tr("Branches"), QString::fromStdString(base) + ".branches", this)),
      table_(new QTableWidget(0, 2, branches_)) {
    auto* layers = new Form(context.draft, this);
    layers->bind(base + ".layers", described("layers", "Convolutions that get branches, by the beginnings of their names"),
                 new ListEditor(ListEditor::Kind::Names, tr("every eligible one"), layers));
    facts_->setWordWrap(true);
    facts_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    facts_->setObjectName(QString::fromStdString(base) + ".facts");
    table_->setHorizontalHeaderLabels({tr("Convolution"), tr("Branches, or why not")});
    table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table_->setSelectionMode(QAbstractItemView::NoSelection);
    table_->verticalHeader()->hide();
    table_->horizontalHeader()->setStretchLastSection(true);
    nameWidget(table_, QString::fromStdString(base) + ".branches.table", tr("Convolutions and their branches"));
    branches_->add(table_);
    branches_->setOpen(false);
    branches_->hide();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(layers);
    layout->addWidget(facts_);
    layout->addWidget(branches_);
}

void DynamicFacts::showProfile(const Json& dynamic, const Json& student) {
    const bool known = dynamic.is_object() && dynamic.contains("layers") && student.is_object() && student.value("macs", 0.0) > 0;
    branches_->setVisible(known);
    if (!known) return facts_->setText(tr("Parameters, MACs and branches appear when the experiment is complete."));
    // Of expansion 1 it is the student itself: there is one pass.
    const double ratio = dynamic.value("macs", 0.0) / student.value("macs", 1.0), cost = ratio > 1 ? 1 + ratio : 1;
    facts_->setText(
        tr("%1 trainable parameters (the student alone: %2), %3 MACs an image.\n"
           "A training step costs about %4 times that of the student alone, kernels not counted: making them takes %5 "
           "MACs a step.")
            .arg(countText(dynamic.value("parameters", int64_t{0})), countText(student.value("parameters", int64_t{0})),
                 shortCount(dynamic.value("macs", 0.0)), QLocale().toString(cost, 'g', 3),
                 shortCount(dynamic.value("merge_macs", 0.0))));
    const Json& layers = dynamic.at("layers");
    int branched = 0;
    table_->setRowCount(static_cast<int>(layers.size()));
    for (int row = 0; row < table_->rowCount(); ++row) {
        const Json& layer = layers[static_cast<size_t>(row)];
        const bool has = layer.value("branched", false);
        branched += has ? 1 : 0;
        table_->setItem(row, 0, new QTableWidgetItem(QString::fromStdString(layer.value("name", ""))));
        table_->setItem(row, 1, new QTableWidgetItem(has ? tr("branches") : QString::fromStdString(layer.value("reason", ""))));
    }
    table_->resizeColumnToContents(0);
    branches_->setTitle(tr("Branches: %1 of %n convolution(s)", "", static_cast<int>(layers.size())).arg(branched));
}

TeacherCard::TeacherCard(const SetupContext& context, const QString& name, QWidget* parent)
    : QWidget(parent),
      context_(context),
      name_(name),
      base_(context.at("teachers." + name.toStdString())),
      kind_(kindNow()),
      network_(new NetworkCard(context, base_,
                               context.kindSays(name, "trained", false) && !context.kindSays(name, "head_only", false)
                                   ? NetworkCard::Part::Peer
                                   : NetworkCard::Part::Teacher,
                               this)),
      classes_(makeClasses()),
      ownTraining_(makeOwnTraining()),
      dynamic_(new DynamicFacts(context, base_, this)) {
    auto* kind = new KindForm(context_, base_, this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(makeHeader());
    layout->addWidget(kind);
    if (kind_ == "route") {
        auto* route = new Form(context_.draft, this);
        route->bind(base_ + ".anchors",
                    described("anchors", "Epochs of the teacher's own training whose weights teach one after the other"),
                    new ListEditor(ListEditor::Kind::WholeNumbers, tr("for example 5, 10, 20"), route));
        layout->addWidget(route);
    }
    layout->addWidget(network_);
    layout->addWidget(classes_);
    layout->addWidget(ownTraining_);
    layout->addWidget(dynamic_);
    connect(&context_.draft, &Draft::changed, this, &TeacherCard::showFieldsOfKind);
    showFieldsOfKind();
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

Form* TeacherCard::makeClasses() {
    auto* form = new Form(context_.draft, this);
    for (const Parameter& parameter : documentFields("teacher"))
        form->bind(base_ + "." + parameter.name, parameter, nullptr, tr("Classes it knows"));
    return form;
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

void TeacherCard::showProfile(const Json& own, const Json& student) {
    network_->showProfile(own);
    dynamic_->showProfile(own, student);
}

std::string TeacherCard::kindNow() const {
    return context_.draft.text(base_ + ".kind", "static");
}

void TeacherCard::showFieldsOfKind() {
    const bool apart = context_.kindSays(name_, "apart", true);
    const bool trained = context_.kindSays(name_, "trained", false) && !context_.kindSays(name_, "head_only", false);
    // Fields that have no meaning for other weights are still shown while the document has them, so that they can be taken away.
    const bool given = context_.draft.find(base_ + ".seed") || context_.draft.find(base_ + ".training");
    network_->setVisible(apart);
    const bool mayKnowOthers = kind_ == "static" || kind_ == "early";
    classes_->setVisible((mayKnowOthers && !network_->isTrainedFirst()) || context_.draft.find(base_ + ".classes"));
    ownTraining_->setVisible((apart && !trained && network_->isTrainedFirst()) || given);
    dynamic_->setVisible(!apart);
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
