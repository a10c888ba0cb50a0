#include "ui/setup/also_list.h"

#include <algorithm>

#include <QLabel>
#include <QVBoxLayout>

#include "ui/forms/simple_editors.h"
#include "ui/setup/form.h"
#include "ui/setup/item_list.h"

namespace gaplab::ui {
namespace {

std::vector<std::string> stagesOf(const SetupContext& context) {
    std::vector<std::string> names;
    for (const QString& name : context.stages())
        names.push_back(name.toStdString());
    return names;
}

}  // namespace

AlsoList::AlsoList(const SetupContext& context, QWidget* parent)
    : QWidget(parent), context_(context), add_(new QPushButton(tr("Evaluate on other data too"), this)) {
    const std::string path = context_.at("evaluation.also");
    connect(add_, &QPushButton::clicked, this, &AlsoList::add);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(new ItemList(
        context_.draft, path, tr("Other data"), [this](const std::string& item, QWidget* owner) { return makeItem(item, owner); },
        this));
    layout->addWidget(add_, 0, Qt::AlignLeft);
    connect(&context_.draft, &Draft::changed, this, &AlsoList::refresh);
    refresh();
}

QWidget* AlsoList::makeItem(const std::string& path, QWidget* owner) const {
    auto* card = new QWidget(owner);
    auto* name = new Form(context_.draft, card);
    name->bind(path + ".name", described("name", "What the data are called in plots and lists"));
    auto* stage = new Form(context_.draft, card);
    auto* choice = new ChoiceEditor(stagesOf(context_), stage);
    stage->bind(path + ".stage", described("stage", "The stage whose validation images they are"), choice);
    auto* own = new QLabel(tr("Data of its own, as the JSON gives them."), card);
    own->setObjectName(QString::fromStdString(path + ".data"));
    own->setWordWrap(true);
    auto* layout = new QVBoxLayout(card);
    layout->setContentsMargins(0, 0, 0, 0);
    for (QWidget* part : std::initializer_list<QWidget*>{name, stage, own})
        layout->addWidget(part);
    const auto show = [context = context_, path, choice, stage, own] {
        const bool given = context.draft.find(path + ".data") != nullptr;
        stage->setVisible(!given);
        own->setVisible(given);
        choice->setChoices(stagesOf(context));
    };
    connect(&context_.draft, &Draft::changed, card, show);
    show();
    return card;
}

void AlsoList::add() {
    const std::string path = context_.at("evaluation.also");
    const std::vector<std::string> stages = stagesOf(context_);
    // That of the task it comes from, if a stage is.
    const std::string stage = context_.draft.text(context_.at("student.weights.stage"), stages.empty() ? "" : stages.front());
    const Json* list = context_.draft.find(path);
    const auto isTaken = [list](const std::string& name) {
        return list && list->is_array() && std::ranges::any_of(*list, [&](const Json& other) {
                   return other.is_object() && other.value("name", Json()) == name;
               });
    };
    std::string name = stage;
    for (int number = 2; isTaken(name); ++number)
        name = stage + std::to_string(number);
    context_.draft.append(path, {{"name", name}, {"stage", stage}});
}

void AlsoList::refresh() {
    const bool possible = !context_.stages().isEmpty();
    add_->setEnabled(possible);
    nameWidget(add_, QString::fromStdString(context_.at("evaluation.also.add")), add_->text(),
               possible ? tr("How much the student still knows of the task it comes from, at each evaluation")
                        : tr("The data are those of a stage: add a stage first, or give data of their own in the JSON"));
}

}  // namespace gaplab::ui
