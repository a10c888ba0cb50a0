#include "ui/setup/member_list.h"

#include <QMenu>
#include <QPushButton>
#include <QVBoxLayout>

#include "core/run/inspect.h"
#include "ui/forms/labels.h"
#include "ui/setup/item_list.h"

namespace gaplab::ui {

MemberList::MemberList(const SetupContext& context, const Place& place, const More& more, QWidget* parent) : QWidget(parent) {
    Draft* draft = &context.draft;
    const std::string path = context.at(place.path);
    auto* addButton = new QPushButton(place.add, this);
    nameWidget(addButton, QString::fromStdString(path + ".add"), place.add);
    auto* menu = new QMenu(addButton);
    menu->setToolTipsVisible(true);
    for (const Member& member : catalogue().members(place.registry)) {
        if (!member.available) continue;
        auto* action = menu->addAction(labelOf(member.name));
        action->setToolTip(QString::fromStdString(member.help));
        connect(action, &QAction::triggered, this, [draft, path, name = member.name] { draft->append(path, name); });
    }
    addButton->setMenu(menu);
    const auto makeItem = [draft, registry = place.registry, more](const std::string& item, QWidget* owner) {
        auto* card = new QWidget(owner);
        auto* layout = new QVBoxLayout(card);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->addWidget(new MemberForm(*draft, {.registry = registry, .base = item, .key = "kind", .required = true}, card));
        if (QWidget* below = more ? more(item, card) : nullptr) layout->addWidget(below);
        return card;
    };
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(new ItemList(*draft, path, place.noun, makeItem, this));
    layout->addWidget(addButton, 0, Qt::AlignLeft);
}

}  // namespace gaplab::ui
