#include "ui/setup/item_list.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>

#include "ui/forms/editor.h"
#include "ui/window/icons.h"

namespace gaplab::ui {

QToolButton* makeIconButton(const QString& iconName, const QString& objectName, const QString& label, QWidget* parent) {
    auto* button = new QToolButton(parent);
    button->setIcon(icon(iconName));
    button->setAutoRaise(true);
    nameWidget(button, objectName, label, label);
    return button;
}

ItemList::ItemList(Draft& draft, const std::string& path, const QString& noun, MakeItem makeItem, QWidget* parent)
    : QWidget(parent), draft_(draft), path_(path), noun_(noun), makeItem_(std::move(makeItem)), layout_(new QVBoxLayout(this)) {
    layout_->setContentsMargins(0, 0, 0, 0);
    connect(&draft_, &Draft::changed, this, &ItemList::refresh);
    refresh();
}

size_t ItemList::count() const {
    const Json* list = draft_.find(path_);
    return list && list->is_array() ? list->size() : 0;
}

void ItemList::refresh() {
    while (cards_.size() > count()) {
        // One of its own buttons may be what is being pressed.
        QWidget* card = cards_.back();
        cards_.pop_back();
        card->hide();
        card->setParent(nullptr);
        card->deleteLater();
    }
    while (cards_.size() < count()) {
        cards_.push_back(makeCard(cards_.size()));
        layout_->addWidget(cards_.back());
    }
}

QWidget* ItemList::makeCard(size_t index) {
    const std::string path = path_ + "[" + std::to_string(index) + "]";
    const QString title = QStringLiteral("%1 %2").arg(noun_).arg(index + 1);
    auto* card = new QFrame(this);
    card->setFrameShape(QFrame::StyledPanel);
    auto* up = makeIconButton("up", QString::fromStdString(path) + ".up", tr("Move %1 up").arg(title), card);
    auto* remove = makeIconButton("remove", QString::fromStdString(path) + ".remove", tr("Remove %1").arg(title), card);
    up->setEnabled(index > 0);
    connect(up, &QToolButton::clicked, this, [this, index] { moveUp(index); });
    connect(remove, &QToolButton::clicked, this, [this, path] { draft_.remove(path); });
    auto* header = new QHBoxLayout;
    header->addWidget(new QLabel(title, card), 1);
    header->addWidget(up);
    header->addWidget(remove);
    auto* layout = new QVBoxLayout(card);
    layout->addLayout(header);
    layout->addWidget(makeItem_(path, card));
    return card;
}

void ItemList::moveUp(size_t index) {
    Json list = *draft_.find(path_);
    std::swap(list[index], list[index - 1]);
    draft_.set(path_, list);
}

}  // namespace gaplab::ui
