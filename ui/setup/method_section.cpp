#include "ui/setup/method_section.h"

#include <QPushButton>

#include "ui/setup/item_list.h"
#include "ui/setup/term_card.h"

namespace gaplab::ui {

MethodSection::MethodSection(const SetupContext& context, QWidget* parent)
    : Section(tr("Method"), QString::fromStdString(context.at("method")), parent), context_(context) {
    add(new ItemList(context_.draft, context_.at("knowledge"), tr("Knowledge term"),
                     [this](const std::string& path, QWidget* owner) {
                         auto* card = new TermCard(context_, path, owner);
                         showNetworks(*card);
                         return card;
                     }));
    auto* addButton = new QPushButton(tr("Add knowledge term"), this);
    nameWidget(addButton, QString::fromStdString(context_.at("knowledge.add")), tr("Add knowledge term"),
               tr("One loss term from a teacher, or from the labels, to the student or to its dynamic teacher. Each of these "
                  "always learns from the labels with cross-entropy of weight 1, unless a term from the labels says otherwise."));
    connect(addButton, &QPushButton::clicked, this, &MethodSection::addTerm);
    add(addButton, Qt::AlignLeft);
}

void MethodSection::showNetworks(const Json& networks, const std::vector<std::vector<std::string>>& adaptations) {
    networks_ = networks;
    adaptations_ = adaptations;
    for (TermCard* card : findChildren<TermCard*>())
        showNetworks(*card);
}

void MethodSection::showNetworks(TermCard& card) const {
    for (size_t i = 0; i < adaptations_.size(); ++i)
        if (card.path() == context_.at("knowledge[" + std::to_string(i) + "]"))
            return card.showNetworks(networks_, adaptations_[i]);
    card.showNetworks(networks_, {});
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
