#include "ui/setup/data_section.h"

#include <QLabel>

#include "core/experiment/experiment.h"
#include "core/run/inspect.h"
#include "ui/forms/list_editor.h"
#include "ui/setup/member_form.h"
#include "ui/setup/member_list.h"
#include "ui/window/icons.h"

namespace gaplab::ui {
namespace {

/// Fields that the sources declare themselves are shown with the source.
bool belongsToSources(const std::string& name) {
    for (const Member& source : catalogue().members(Registry::Source))
        for (const Parameter& parameter : source.parameters)
            if (parameter.name == name) return true;
    return false;
}

}  // namespace

DataSection::DataSection(const SetupContext& context, QWidget* parent)
    : Section(tr("Data"), QString::fromStdString(context.at("data")), parent), context_(context) {
    auto* own = new QWidget;
    auto* layout = new QVBoxLayout(own);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(new MemberForm(
        context_.draft,
        {.registry = Registry::Source, .base = context_.at("data"), .key = "source", .required = true, .hidden = {"classes"}}));
    layout->addWidget(makeFields());
    layout->addWidget(new MemberForm(context_.draft, {.base = context_.at("data.groups"),
                                                      .key = "from",
                                                      .label = "groups",
                                                      .nothing = tr("as the source tells them"),
                                                      .members = &groupKinds()}));
    layout->addWidget(makeAugmentation());
    if (!context_.prefix.empty()) add(makeInherited(own));
    add(own);
    add(makeAudit(), Qt::AlignLeft);
}

/// A stage that names no data uses the experiment's.
QWidget* DataSection::makeInherited(QWidget* own) {
    auto* box = new QWidget;
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    auto* text = new QLabel(tr("The stage uses the data of the experiment."), box);
    auto* give = new QPushButton(tr("Give it data of its own"), box);
    nameWidget(give, QString::fromStdString(context_.at("data.own")), tr("Give the stage data of its own"),
               tr("They start as a copy of the experiment's"));
    connect(give, &QPushButton::clicked, this, [this] {
        if (const Json* outer = context_.draft.find("data")) context_.draft.set(context_.at("data"), *outer);
    });
    layout->addWidget(text);
    layout->addWidget(give, 0, Qt::AlignLeft);
    const auto refresh = [this, box, own] {
        const bool inherited = context_.experiment() && !context_.draft.find(context_.at("data"));
        box->setVisible(inherited);
        own->setVisible(!inherited);
    };
    connect(&context_.draft, &Draft::changed, box, refresh);
    refresh();
    return box;
}

QWidget* DataSection::makeFields() {
    auto* form = new Form(context_.draft);
    form->bind(context_.at("data.classes"),
               described("classes", "The classes to keep, by name (cat, dog) or as a number: the first so many; empty: all"),
               new ListEditor(ListEditor::Kind::NamesOrCount, tr("all"), form));
    for (const Parameter& parameter : documentFields("data"))
        if (!belongsToSources(parameter.name)) form->bind(context_.at("data." + parameter.name), parameter);
    return form;
}

QWidget* DataSection::makeAudit() {
    auto* audit = new QPushButton(icon("find"), tr("Audit the data…"), this);
    nameWidget(audit, QString::fromStdString(context_.at("data.audit")), tr("Audit the data"),
               tr("Looks for images that are in training and in test, classes that go with a group, and what else could mislead, "
                  "before anything is trained"));
    connect(audit, &QPushButton::clicked, this, &DataSection::auditWanted);
    return audit;
}

QWidget* DataSection::makeAugmentation() {
    auto* box = new QWidget;
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    auto* title = new QLabel(tr("Augmentation of training images, in this order"), box);
    layout->addWidget(title);
    layout->addWidget(new MemberList(
        context_,
        {.path = "data.augment", .registry = Registry::Augmentation, .noun = tr("Augmentation"), .add = tr("Add augmentation")},
        {}, box));
    return box;
}

}  // namespace gaplab::ui
