#include "ui/setup/rates_editor.h"

#include <algorithm>
#include <utility>

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

#include "ui/setup/item_list.h"

namespace gaplab::ui {
namespace {

constexpr double usualFactor = 10;  // what a new classifier is usually given

Parameter factorParameter() {
    return aboveMinimum(realParameter("rate", 1.0, 0.0, 10'000.0, {}));
}

}  // namespace

RatesEditor::RatesEditor(QWidget* parent)
    : Editor(parent), rows_(new QVBoxLayout), usual_(new QLabel(tr("every layer alike"), this)), add_(nullptr) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(usual_);
    layout->addLayout(rows_);
    auto* button = new QPushButton(tr("Add layer"), this);
    connect(button, &QPushButton::clicked, this, &RatesEditor::addRow);
    add_ = button;
    layout->addWidget(button, 0, Qt::AlignLeft);
    setFocusProxy(button);
}

void RatesEditor::setNames(const QString& path, const QString& label, const QString& help) {
    path_ = path;
    label_ = label;
    nameWidget(add_, path + QStringLiteral(".add"), tr("%1: add a layer").arg(label), help);
    nameRows();
}

void RatesEditor::nameRows() {
    for (size_t i = 0; i < shown_.size(); ++i) {
        const QString path = QStringLiteral("%1[%2]").arg(path_).arg(i), name = shown_[i].name;
        nameWidget(shown_[i].layer, path + QStringLiteral(".layer"), tr("%1: layer").arg(label_),
                   tr("The beginning of the names of layers; \"head\" is the classifier"));
        nameWidget(shown_[i].factor, path + QStringLiteral(".factor"), tr("%1: factor for %2").arg(label_, name),
                   tr("The learning rate of these layers is this factor times that of the experiment"));
        nameWidget(shown_[i].remove, path + QStringLiteral(".remove"), tr("%1: remove %2").arg(label_, name),
                   tr("Remove %1").arg(name));
    }
}

void RatesEditor::setValue(const Json& value) {
    if (value == value_) return;
    value_ = value;
    rebuild();
}

void RatesEditor::setLayers(const QStringList& layers) {
    if (layers == layers_) return;
    layers_ = layers;
    for (const Row& row : shown_) {
        const QString typed = row.layer->currentText();
        row.layer->clear();
        row.layer->addItems(layers_);
        row.layer->setEditText(typed);
    }
}

// Rows of layers that stay are kept: one of them may have the keyboard.
void RatesEditor::rebuild() {
    QStringList names;
    if (value_.is_object())
        for (const auto& [name, factor] : value_.items())
            names << QString::fromStdString(name);
    std::erase_if(shown_, [&](const Row& row) {
        if (names.contains(row.name)) return false;
        row.box->hide();
        for (QWidget* part : std::initializer_list<QWidget*>{row.layer, row.factor, row.remove})
            part->setObjectName({});  // another row has its place until it is gone
        row.box->deleteLater();
        return true;
    });
    for (const QString& name : names) {
        auto row = std::ranges::find(shown_, name, &Row::name);
        if (row == shown_.end()) row = shown_.insert(shown_.end(), makeRow(name));
        row->layer->setEditText(name);
        row->factor->setValue(value_.at(name.toStdString()));
    }
    usual_->setVisible(shown_.empty());
    nameRows();
}

RatesEditor::Row RatesEditor::makeRow(const QString& name) {
    auto* box = new QWidget(this);
    auto* layout = new QHBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    Row row{box, new ComboBox(box), new NumberSpin(factorParameter(), box), makeIconButton(QStringLiteral("remove"), {}, {}, box),
            name};
    row.layer->setEditable(true);
    row.layer->setInsertPolicy(QComboBox::NoInsert);
    row.layer->addItems(layers_);
    layout->addWidget(row.layer, 1);
    layout->addWidget(new QLabel(QStringLiteral("×"), box));
    layout->addWidget(row.factor);
    layout->addWidget(row.remove);
    connect(row.layer, &QComboBox::activated, this, [this, layer = row.layer] { rename(layer); });
    connect(row.layer->lineEdit(), &QLineEdit::editingFinished, this, [this, layer = row.layer] { rename(layer); });
    connect(row.factor, &NumberSpin::edited, this, [this, factor = row.factor](const Json& number) {
        const auto own = std::ranges::find(shown_, factor, &Row::factor);
        if (own == shown_.end() || number.is_null()) return;
        Json next = value_;
        next[own->name.toStdString()] = number;
        if (std::exchange(typedFactor_, own->name) != own->name) Q_EMIT stepBegun();
        change(next);
    });
    connect(static_cast<QToolButton*>(row.remove), &QToolButton::clicked, this, [this, remove = row.remove] {
        const auto own = std::ranges::find(shown_, remove, &Row::remove);
        if (own == shown_.end()) return;
        Json next = value_;
        next.erase(own->name.toStdString());
        changeRows(next.empty() ? Json() : next);
    });
    rows_->addWidget(box);
    return row;
}

void RatesEditor::addRow() {
    Json next = value_.is_object() ? value_ : Json::object();
    const auto isFree = [&](const QString& name) { return !next.contains(name.toStdString()); };
    QStringList offered = QStringList{QStringLiteral("head")} + layers_;
    for (int number = 1; std::ranges::none_of(offered, isFree); ++number)
        offered = {tr("layer%1").arg(number)};
    const QString name = *std::ranges::find_if(offered, isFree);
    next[name.toStdString()] = name == QLatin1String("head") ? usualFactor : 1.0 / usualFactor;
    changeRows(next);
    const auto row = std::ranges::find(shown_, name, &Row::name);
    row->box->show();  // at once, so that it can take the keyboard
    row->layer->setFocus();
}

// A name that is taken or empty is not taken over; the row keeps the one it has.
void RatesEditor::rename(ComboBox* layer) {
    const auto row = std::ranges::find(shown_, layer, &Row::layer);
    const QString name = layer->currentText().trimmed();
    if (row == shown_.end() || name == row->name) return;
    if (name.isEmpty() || value_.contains(name.toStdString())) return layer->setEditText(row->name);
    Json next = value_;
    next[name.toStdString()] = next.at(row->name.toStdString());
    next.erase(row->name.toStdString());
    row->name = name;
    changeRows(next);
}

void RatesEditor::changeRows(const Json& value) {
    typedFactor_.clear();
    Q_EMIT stepBegun();
    change(value);
}

void RatesEditor::change(const Json& value) {
    value_ = value;
    rebuild();
    Q_EMIT edited(value_);
}

}  // namespace gaplab::ui
