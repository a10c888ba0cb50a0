#include "ui/setup/stage_bar.h"

#include <QHBoxLayout>
#include <QInputDialog>
#include <QLabel>
#include <QRegularExpression>

#include "ui/forms/simple_editors.h"

namespace gaplab::ui {
namespace {

QStringList stageNames(const Draft& draft) {
    QStringList names;
    const Json* stages = draft.find("stages");
    if (stages && stages->is_object())
        for (const auto& [name, stage] : stages->items())
            names << QString::fromStdString(name);
    return names;
}

/// The document as a stage of itself: a start from which the person changes what differs.
Json asStage(const Json& document) {
    Json stage = document;
    for (const char* key : {"schema", "stages", "gap", "baseline", "notes"})
        stage.erase(key);
    return stage;
}

}  // namespace

StageBar::StageBar(Draft& draft, QWidget* parent)
    : QWidget(parent),
      draft_(draft),
      choice_(new ComboBox(this)),
      add_(new QPushButton(tr("Add stage…"), this)),
      remove_(new QPushButton(tr("Remove stage"), this)) {
    nameWidget(choice_, "stage", tr("Shown part of the experiment"),
               tr("A stage is a named experiment that runs first; its student serves as a teacher or as starting weights"));
    nameWidget(add_, "stage.add", tr("Add stage"), tr("Adds a stage that starts as a copy of this experiment"));
    nameWidget(remove_, "stage.remove", tr("Remove the shown stage"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(choice_);
    layout->addWidget(add_);
    layout->addWidget(remove_);
    connect(choice_, &QComboBox::activated, this, [this] {
        remove_->setVisible(!stage().isEmpty());
        Q_EMIT stageChosen(stage());
    });
    connect(add_, &QPushButton::clicked, this, &StageBar::addStage);
    connect(remove_, &QPushButton::clicked, this, [this] {
        const std::string path = "stages." + stage().toStdString();
        choose({});
        draft_.remove(path);
    });
    connect(&draft_, &Draft::changed, this, &StageBar::refresh);
    refresh();
}

void StageBar::refresh() {
    const QString shown = stage();
    QStringList now;
    for (int i = 1; i < choice_->count(); ++i)
        now << choice_->itemData(i).toString();
    const QStringList names = stageNames(draft_);
    if (choice_->count() > 0 && names == now) return;
    choice_->clear();
    choice_->addItem(tr("Experiment"), QString());
    for (const QString& name : names)
        choice_->addItem(tr("Stage %1").arg(name), name);
    choice_->setVisible(!names.isEmpty());
    choice_->setCurrentIndex(std::max(0, choice_->findData(shown)));
    remove_->setVisible(!stage().isEmpty());
    if (stage() != shown) Q_EMIT stageChosen(stage());
}

void StageBar::choose(const QString& wanted) {
    const int index = choice_->findData(wanted);
    if (index < 0 || index == choice_->currentIndex()) return;
    choice_->setCurrentIndex(index);
    remove_->setVisible(!wanted.isEmpty());
    Q_EMIT stageChosen(wanted);
}

void StageBar::addStage() {
    static const QRegularExpression identifier("^[A-Za-z_][A-Za-z0-9_]*$");
    bool accepted = false;
    QString name = QInputDialog::getText(window(), tr("Add stage"), tr("Name of the stage (letters, digits and _):"),
                                         QLineEdit::Normal, QStringLiteral("stage%1").arg(choice_->count()), &accepted);
    name = name.trimmed();
    if (!accepted || !identifier.match(name).hasMatch() || stageNames(draft_).contains(name)) return;
    draft_.set("stages." + name.toStdString(), asStage(draft_.document()));
    choose(name);
}

}  // namespace gaplab::ui
