#include "ui/setup/weights_editor.h"

#include <QHBoxLayout>
#include <QLineEdit>

namespace gaplab::ui {
namespace {

Json fieldOf(const Json& value, const char* key) {
    return value.is_object() && value.contains(key) ? value[key] : Json();
}

}  // namespace

WeightsEditor::WeightsEditor(const Options& options, QWidget* parent)
    : Editor(parent),
      options_(options),
      kind_(new ComboBox(this)),
      run_(new ComboBox(this)),
      stage_(new ComboBox(this)),
      file_(new PathEditor(PathEditor::Kind::File, this)),
      epoch_(new WordEditor({"best", "last"}, this)),
      partial_(new QCheckBox(tr("take over what fits, leave the rest fresh"), this)) {
    for (const Kind kind : options_.kinds)
        kind_->addItem(kindText(kind), static_cast<int>(kind));
    run_->setModel(options_.runs);
    run_->setEditable(true);
    run_->setInsertPolicy(QComboBox::NoInsert);
    run_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    run_->setMinimumContentsLength(14);
    run_->lineEdit()->setPlaceholderText(tr("number or uuid of a run"));
    stage_->setEditable(true);
    stage_->setInsertPolicy(QComboBox::NoInsert);
    layOut();
    connect(kind_, &QComboBox::activated, this, &WeightsEditor::chooseKind);
    connect(file_, &Editor::edited, this, [this](const Json& path) { takeField("file", path); });
    connect(run_, &QComboBox::activated, this, &WeightsEditor::chooseRun);
    connect(run_->lineEdit(), &QLineEdit::textEdited, this,
            [this](const QString& text) { takeField("run", text.trimmed().toStdString()); });
    connect(stage_, &QComboBox::activated, this, [this] { takeField("stage", stage_->currentText().toStdString()); });
    connect(stage_->lineEdit(), &QLineEdit::textEdited, this,
            [this](const QString& text) { takeField("stage", text.trimmed().toStdString()); });
    connect(epoch_, &Editor::edited, this, [this](const Json& epoch) { takeField("epoch", epoch); });
    connect(partial_, &QCheckBox::clicked, this, [this](bool partial) { takeField("partial", partial ? Json(true) : Json()); });
    showKind(kindOf(value_));
}

void WeightsEditor::layOut() {
    auto* row = new QHBoxLayout;
    row->addWidget(kind_);
    row->addWidget(file_, 1);
    row->addWidget(run_, 1);
    row->addWidget(stage_, 1);
    row->addWidget(epoch_);
    row->addStretch();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(row);
    layout->addWidget(partial_);
    setFocusProxy(kind_);
}

void WeightsEditor::setNames(const QString& path, const QString& label, const QString& help) {
    Editor::setNames(path, label, help);
    file_->setNames(path + ".file", tr("%1: file").arg(label), help);
    nameWidget(run_, path + ".run", tr("%1: run").arg(label), help);
    nameWidget(stage_, path + ".stage", tr("%1: stage").arg(label), help);
    epoch_->setNames(path + ".epoch", tr("%1: epoch").arg(label), tr("best (validation), last, or the number of a kept epoch"));
    nameWidget(
        partial_, path + ".partial", tr("%1: take over what fits").arg(label),
        tr("For weights of another structure: what has no place here is left out, and layers that get nothing stay as they "
           "are drawn. Unticked: weights that do not fit are refused."));
}

QString WeightsEditor::kindText(Kind kind) const {
    switch (kind) {
        case Kind::Fresh: return options_.freshText;
        case Kind::Train: return tr("train it first");
        case Kind::File: return tr("from a file");
        case Kind::Run: return tr("from a stored run");
        case Kind::Stage: return tr("from a stage");
    }
    return {};
}

WeightsEditor::Kind WeightsEditor::kindOf(const Json& value) {
    if (value == "train") return Kind::Train;
    if (value.is_object() && value.contains("file")) return Kind::File;
    if (value.is_object() && value.contains("run")) return Kind::Run;
    if (value.is_object() && value.contains("stage")) return Kind::Stage;
    return Kind::Fresh;
}

void WeightsEditor::setValue(const Json& value) {
    value_ = value;
    const Kind kind = kindOf(value);
    if (stage_->hasFocus() == false) {
        stage_->clear();
        if (options_.stages) stage_->addItems(options_.stages());
    }
    file_->setValue(fieldOf(value, "file"));
    const QString run = plainText(fieldOf(value, "run"));
    if (run != run_->currentText()) run_->setEditText(run);
    const QString stage = plainText(fieldOf(value, "stage"));
    if (stage != stage_->currentText()) stage_->setEditText(stage);
    const Json epoch = fieldOf(value, "epoch");
    epoch_->setValue(epoch.is_null() ? Json("best") : epoch);
    partial_->setChecked(fieldOf(value, "partial") == true);
    showKind(kind);
}

void WeightsEditor::showKind(Kind kind) {
    // "train" and nothing mean the same where only one of them is offered.
    int index = kind_->findData(static_cast<int>(kind));
    if (index < 0 && (kind == Kind::Fresh || kind == Kind::Train)) index = 0;
    kind_->setCurrentIndex(index);
    file_->setVisible(kind == Kind::File);
    run_->setVisible(kind == Kind::Run);
    stage_->setVisible(kind == Kind::Stage);
    epoch_->setVisible(options_.epoch && (kind == Kind::Run || kind == Kind::Stage));
    partial_->setVisible(options_.partial && (kind == Kind::File || kind == Kind::Run || kind == Kind::Stage));
}

void WeightsEditor::chooseKind() {
    const auto kind = static_cast<Kind>(kind_->currentData().toInt());
    if (kind == kindOf(value_)) return;
    Json next;
    if (kind == Kind::Train) next = "train";
    if (kind == Kind::File) next = {{"file", ""}};
    if (kind == Kind::Run) next = {{"run", ""}};
    if (kind == Kind::Stage) {
        const QStringList names = options_.stages ? options_.stages() : QStringList();
        next = {{"stage", names.isEmpty() ? std::string() : names.front().toStdString()}};
    }
    setValue(next);
    Q_EMIT edited(value_);
}

void WeightsEditor::chooseRun(int index) {
    const QString id = run_->itemData(index).toString();
    run_->setEditText(id);
    takeField("run", id.toStdString());
}

void WeightsEditor::takeField(const char* key, const Json& value) {
    if (!value_.is_object()) return;
    if (value.is_null())
        value_.erase(key);
    else
        value_[key] = value;
    Q_EMIT edited(value_);
}

}  // namespace gaplab::ui
