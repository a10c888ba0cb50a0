#include "ui/monitor/view_bar.h"

#include <algorithm>
#include <array>

#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>

namespace gaplab::ui {
namespace {

constexpr std::array scales = {XScale::Kind::Epoch, XScale::Kind::Step, XScale::Kind::Images, XScale::Kind::Time};

const std::vector<Smoothing>& smoothings() {
    using Kind = Smoothing::Kind;
    static const std::vector<Smoothing> all = {
        {}, {Kind::Average, 0.6}, {Kind::Average, 0.9}, {Kind::Average, 0.98}, {Kind::Median, 5}, {Kind::Median, 15}};
    return all;
}

std::string wordOf(XScale::Kind kind) {
    switch (kind) {
        case XScale::Kind::Step: return "step";
        case XScale::Kind::Images: return "images";
        case XScale::Kind::Time: return "time";
        case XScale::Kind::Epoch: break;
    }
    return "epoch";
}

std::string wordOf(const Smoothing& smoothing) {
    if (smoothing.kind == Smoothing::Kind::Off) return "off";
    const char* kind = smoothing.kind == Smoothing::Kind::Average ? "average " : "median ";
    return kind + QString::number(smoothing.factor).toStdString();
}

std::string wordOf(const Detail& detail) {
    return detail.title;
}

/// Chooses the entry whose word it is, if there is one.
template <typename Entries>
void chooseWord(ComboBox& combo, const Entries& entries, const std::map<std::string, std::string>& choices, const char* key) {
    const auto wanted = choices.find(key);
    if (wanted == choices.end()) return;
    const auto found = std::ranges::find_if(entries, [&](const auto& entry) { return wordOf(entry) == wanted->second; });
    const QSignalBlocker quiet(combo);
    if (found != entries.end()) combo.setCurrentIndex(static_cast<int>(found - entries.begin()));
}

}  // namespace

ViewBar::ViewBar(QWidget* parent) : QWidget(parent) {
    new QHBoxLayout(this);
    layout()->setContentsMargins({});
    QStringList kinds, calm, below;
    for (const XScale::Kind kind : scales)
        kinds += XScale{.kind = kind}.title();
    for (const Smoothing& smoothing : smoothings())
        calm += smoothing.kind == Smoothing::Kind::Off ? tr("off") : smoothing.text();
    for (const Detail& detail : details())
        below += detail.titleText();
    x_ = add(tr("Over:"), "viewX", kinds);
    smoothing_ = add(tr("Smoothing:"), "viewSmoothing", calm);
    detail_ = add(tr("Below:"), "viewDetail", below);
    connect(detail_, &QComboBox::currentIndexChanged, this, [this] { detailChosen_ = true; });
    note_ = new QLabel(this);
    note_->setObjectName(QStringLiteral("viewNote"));
    note_->setForegroundRole(QPalette::PlaceholderText);
    static_cast<QHBoxLayout*>(layout())->addWidget(note_, 1);
}

ComboBox* ViewBar::add(const QString& label, const char* name, const QStringList& choices) {
    auto* combo = new ComboBox(this);
    combo->setObjectName(QLatin1String(name));
    combo->addItems(choices);
    auto* text = new QLabel(label, this);
    text->setBuddy(combo);
    combo->setAccessibleName(QString(label).remove(':'));
    layout()->addWidget(text);
    layout()->addWidget(combo);
    connect(combo, &QComboBox::currentIndexChanged, this, &ViewBar::changed);
    return combo;
}

XScale::Kind ViewBar::x() const {
    return scales[static_cast<size_t>(x_->currentIndex())];
}

Smoothing ViewBar::smoothing() const {
    return smoothings()[static_cast<size_t>(smoothing_->currentIndex())];
}

std::map<std::string, std::string> ViewBar::choices() const {
    return {{"x", wordOf(x())}, {"smoothing", wordOf(smoothing())}, {"below", wordOf(detail())}};
}

void ViewBar::choose(const std::map<std::string, std::string>& choices) {
    chooseWord(*x_, scales, choices, "x");
    chooseWord(*smoothing_, smoothings(), choices, "smoothing");
    chooseWord(*detail_, details(), choices, "below");
    detailChosen_ = detailChosen_ || choices.contains("below");
}

bool ViewBar::suggest(const Detail& wanted) {
    if (detailChosen_ || &wanted == &detail()) return false;
    const QSignalBlocker quiet(detail_);
    detail_->setCurrentIndex(static_cast<int>(&wanted - details().data()));
    return true;
}

void ViewBar::setNote(const QString& note) {
    note_->setText(note);
}

const Detail& ViewBar::detail() const {
    return details()[static_cast<size_t>(detail_->currentIndex())];
}

}  // namespace gaplab::ui
