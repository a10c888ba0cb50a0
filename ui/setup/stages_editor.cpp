#include "ui/setup/stages_editor.h"

#include <QHBoxLayout>
#include <QPushButton>

#include "ui/setup/item_list.h"

namespace gaplab::ui {
namespace {

constexpr int unknownStages = 6;  ///< offered while the networks are not known

QString textOf(const Json& stage, const Json& shapes) {
    if (!stage.is_number_integer()) return StagesEditor::tr("pooled features");
    const auto place = stage.get<int64_t>();
    QString text = place == 0 ? StagesEditor::tr("stem") : StagesEditor::tr("stage %1").arg(place);
    if (place >= 0 && place < std::ssize(shapes)) {
        QStringList sizes;
        for (const Json& size : shapes[static_cast<size_t>(place)])
            sizes << QString::number(size.get<int64_t>());
        text += QStringLiteral(" · ") + sizes.join(QStringLiteral(" × "));
    }
    return text;
}

Json lastStage(const Json& shapes) {
    return std::max<int64_t>(1, std::ssize(shapes) - 1);
}

/// Source's and own stage of an entry: 2 or [3, 2].
std::pair<Json, Json> pairOf(const Json& entry) {
    if (entry.is_array() && entry.size() == 2) return {entry[0], entry[1]};
    return {entry, entry};
}

void offer(ComboBox& combo, const Json& shapes, const Json& chosen) {
    const QSignalBlocker quiet(&combo);
    combo.clear();
    const auto add = [&](const Json& stage) { combo.addItem(textOf(stage, shapes), QString::fromStdString(stage.dump())); };
    const int64_t count = shapes.empty() ? unknownStages : std::ssize(shapes);
    for (int64_t i = 0; i < count; ++i)
        add(i);
    add("pooled");
    const QString wanted = QString::fromStdString(chosen.dump());
    if (combo.findData(wanted) < 0) combo.addItem(StagesEditor::tr("%1 (not in this network)").arg(textOf(chosen, {})), wanted);
    combo.setCurrentIndex(combo.findData(wanted));
}

Json chosenIn(const ComboBox& combo) {
    return Json::parse(combo.currentData().toString().toStdString(), nullptr, false);
}

}  // namespace

StagesEditor::StagesEditor(QWidget* parent)
    : Editor(parent), rows_(new QVBoxLayout), usual_(new QLabel(tr("as usual for this loss"), this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(usual_);
    layout->addLayout(rows_);
    auto* button = new QPushButton(tr("Add stages"), this);
    connect(button, &QPushButton::clicked, this, [this] {
        Json value = value_.is_array() ? value_ : Json::array();
        const Json source = lastStage(sourceShapes_), own = lastStage(ownShapes_);
        value.push_back(source == own ? own : Json::array({source, own}));
        change(std::move(value));
    });
    add_ = button;
    layout->addWidget(button, 0, Qt::AlignLeft);
}

QWidget* StagesEditor::target() {
    return shown_.empty() ? add_ : shown_.front().source;
}

void StagesEditor::setNames(const QString& path, const QString& label, const QString& help) {
    path_ = path;
    label_ = label;
    nameWidget(add_, path + QStringLiteral(".add"), tr("%1: add a pair").arg(label), help);
    nameRows();
}

void StagesEditor::nameRows() {
    for (size_t i = 0; i < shown_.size(); ++i) {
        const QString path = QStringLiteral("%1[%2]").arg(path_).arg(i);
        const auto number = static_cast<int>(i) + 1;
        nameWidget(shown_[i].source, path + QStringLiteral(".from"), tr("%1, pair %2: the source's").arg(label_).arg(number));
        nameWidget(shown_[i].own, path + QStringLiteral(".to"), tr("%1, pair %2: the learner's").arg(label_).arg(number));
        nameWidget(shown_[i].remove, path + QStringLiteral(".remove"), tr("%1: remove pair %2").arg(label_).arg(number));
    }
}

void StagesEditor::setValue(const Json& value) {
    if (value == value_) return;
    value_ = value;
    rebuild();
}

void StagesEditor::setShapes(const Json& source, const Json& own) {
    if (source == sourceShapes_ && own == ownShapes_) return;
    sourceShapes_ = source;
    ownShapes_ = own;
    rebuild();
}

void StagesEditor::rebuild() {
    const size_t count = value_.is_array() ? value_.size() : 0;
    while (shown_.size() > count) {
        shown_.back().box->hide();
        shown_.back().box->deleteLater();
        shown_.pop_back();
    }
    while (shown_.size() < count)
        shown_.push_back(makeRow(shown_.size()));
    for (size_t i = 0; i < count; ++i) {
        const auto [source, own] = pairOf(value_[i]);
        offer(*shown_[i].source, sourceShapes_, source);
        offer(*shown_[i].own, ownShapes_, own);
    }
    usual_->setVisible(count == 0);
    nameRows();
}

StagesEditor::Row StagesEditor::makeRow(size_t index) {
    auto* box = new QWidget(this);
    auto* layout = new QHBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    Row row{box, new ComboBox(box), new ComboBox(box), makeIconButton(QStringLiteral("remove"), {}, {}, box)};
    layout->addWidget(row.source, 1);
    layout->addWidget(new QLabel(QStringLiteral("→"), box));
    layout->addWidget(row.own, 1);
    layout->addWidget(row.remove);
    for (ComboBox* combo : {row.source, row.own}) {
        combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        connect(combo, &QComboBox::activated, this, [this, index, source = row.source, own = row.own] {
            const Json from = chosenIn(*source), to = chosenIn(*own);
            Json value = value_;
            value[index] = from == to ? from : Json::array({from, to});
            change(std::move(value));
        });
    }
    connect(static_cast<QToolButton*>(row.remove), &QToolButton::clicked, this, [this, index] {
        Json value = value_;
        value.erase(index);
        change(value.empty() ? Json() : value);
    });
    rows_->addWidget(box);
    return row;
}

void StagesEditor::change(Json value) {
    value_ = std::move(value);
    rebuild();
    Q_EMIT edited(value_);
}

}  // namespace gaplab::ui
