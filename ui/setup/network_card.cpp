#include "ui/setup/network_card.h"

#include <QVBoxLayout>

#include "core/experiment/experiment.h"
#include "ui/forms/labels.h"
#include "ui/setup/transfer_button.h"

namespace gaplab::ui {
namespace {

using Kind = WeightsEditor::Kind;

WeightsEditor* makeWeightsEditor(const SetupContext& context, bool trainedFirst, QWidget* parent) {
    WeightsEditor::Options options;
    options.kinds = {trainedFirst ? Kind::Train : Kind::Fresh, Kind::File, Kind::Run, Kind::Stage};
    options.freshText = WeightsEditor::tr("fresh (drawn from the seed)");
    options.runs = context.runs;
    options.stages = [context] { return context.stages(); };
    return new WeightsEditor(options, parent);
}

}  // namespace

NetworkCard::NetworkCard(const SetupContext& context, const std::string& base, Part part, QWidget* parent)
    : QWidget(parent),
      context_(context),
      base_(base),
      architecture_(new MemberForm(
          context.draft, {.registry = Registry::Architecture, .base = base, .key = "architecture", .required = true}, this)),
      facts_(new QLabel(this)),
      weights_(new Form(context.draft, this)) {
    facts_->setWordWrap(true);
    facts_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    facts_->setObjectName(QString::fromStdString(base) + ".facts");
    weights_->bind(base_ + ".weights",
                   described("weights", "Where the starting weights come from", part == Part::Teacher ? Json("train") : Json()),
                   makeWeightsEditor(context_, part == Part::Teacher, weights_));
    if (part != Part::Teacher)
        for (const Parameter& parameter : documentFields("student"))
            weights_->bind(base_ + "." + parameter.name, parameter);
    if (part == Part::Student) bindLayerFields();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(architecture_);
    layout->addWidget(facts_);
    layout->addWidget(weights_);
    if (part == Part::Student) layout->addWidget(new TransferButton(context_, base_, this), 0, Qt::AlignLeft);
    connect(architecture_, &MemberForm::memberChanged, this, [this] { showProfile({}); });
    showFacts();
}

void NetworkCard::bindLayerFields() {
    frozen_ = new ListEditor(ListEditor::Kind::Names, tr("none"), weights_);
    rates_ = new RatesEditor(weights_);
    connect(rates_, &RatesEditor::stepBegun, this, [this] { context_.draft.beginStep(); });
    weights_->bind(base_ + ".freeze", described("freeze", "Layers that are not trained, by the beginnings of their names"),
                   frozen_);
    weights_->bind(base_ + ".rates",
                   described("rates",
                             "Factors on the learning rate of layers, by the beginnings of their names; a new classifier "
                             "usually learns faster than what it stands on"),
                   rates_);
}

bool NetworkCard::isTrainedFirst() const {
    const Json* weights = context_.draft.find(base_ + ".weights");
    const Kind kind = WeightsEditor::kindOf(weights ? *weights : Json());
    return kind == Kind::Train || kind == Kind::Fresh;
}

void NetworkCard::showProfile(const Json& profile) {
    profile_ = profile;
    showFacts();
    if (!frozen_) return;
    QStringList parts;
    for (const Json& part : profile.is_object() ? profile.value("parts", Json::array()) : Json::array())
        parts << QString::fromStdString(part.get<std::string>());
    frozen_->setSuggestions(parts);
    rates_->setLayers(QStringList{QStringLiteral("head")} + parts);
}

void NetworkCard::showFacts() {
    const Member* member = architecture_->member();
    QStringList lines;
    if (profile_.is_object() && profile_.contains("parameters") && profile_.contains("macs"))
        lines << tr("%1 parameters, %2 MACs an image").arg(countText(profile_["parameters"]), shortCount(profile_["macs"]));
    else if (member)
        lines << tr("Parameters and MACs appear when the experiment is complete.");
    const QString reference = member ? referenceText(member->facts) : QString();
    if (!reference.isEmpty()) lines << tr("Published accuracy: %1").arg(reference);
    facts_->setText(lines.join('\n'));
}

}  // namespace gaplab::ui
