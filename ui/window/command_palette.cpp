#include "ui/window/command_palette.h"

#include <algorithm>

#include <QKeyEvent>
#include <QVBoxLayout>

#include "ui/models/format.h"
#include "ui/models/run_facts.h"

namespace gaplab::ui {
namespace {

constexpr int actionRole = Qt::UserRole, runRole = Qt::UserRole + 1;
constexpr size_t mostRuns = 20;

QString plainText(const QAction& action) {
    return QString(action.text()).remove('&').remove(QStringLiteral("…")).section('\t', 0, 0);
}

bool hasAll(const QString& text, const QString& words) {
    for (const QString& word : words.split(' ', Qt::SkipEmptyParts))
        if (!text.contains(word, Qt::CaseInsensitive)) return false;
    return true;
}

}  // namespace

CommandPalette::CommandPalette(const QList<QAction*>& actions, StoreReader& reader, QWidget* parent)
    : QDialog(parent), reader_(reader), line_(new QLineEdit(this)), list_(new QListWidget(this)) {
    setObjectName(QStringLiteral("commandPalette"));
    setWindowTitle(tr("Find a command or a run"));
    setAttribute(Qt::WA_DeleteOnClose);
    for (QAction* action : actions)
        if (action->isEnabled() && action->isVisible() && !action->isSeparator() && !plainText(*action).isEmpty())
            actions_ += action;
    line_->setObjectName(QStringLiteral("paletteLine"));
    line_->setAccessibleName(tr("Words of the command or the run"));
    line_->setPlaceholderText(tr("Type words of a command, or of a run's name, notes or tags"));
    line_->installEventFilter(this);
    list_->setObjectName(QStringLiteral("paletteList"));
    list_->setAccessibleName(tr("What was found"));
    auto* column = new QVBoxLayout(this);
    column->addWidget(line_);
    column->addWidget(list_, 1);
    const int unit = fontMetrics().averageCharWidth();
    resize(70 * unit, 30 * fontMetrics().height());
    connect(line_, &QLineEdit::textChanged, this, &CommandPalette::find);
    connect(list_, &QListWidget::itemActivated, this, &CommandPalette::choose);
    connect(list_, &QListWidget::itemClicked, this, &CommandPalette::choose);
    find();
}

void CommandPalette::find() {
    list_->clear();
    const QString words = line_->text();
    QList<qsizetype> named, explained;  // what is called so comes before what only mentions it
    for (qsizetype i = 0; i < actions_.size(); ++i) {
        const QAction* action = actions_[i];
        if (!action) continue;
        if (hasAll(plainText(*action), words))
            named += i;
        else if (hasAll(plainText(*action) + ' ' + action->statusTip(), words))
            explained += i;
    }
    const QList<qsizetype> found = named + explained;
    for (const qsizetype i : found) {
        const QAction& action = *actions_[i];
        const QString keys = action.shortcut().toString(QKeySequence::NativeText);
        QString text = plainText(action);
        const auto sameText = [&](qsizetype other) { return plainText(*actions_[other]) == text; };
        if (std::ranges::count_if(found, sameText) > 1 && !action.statusTip().isEmpty())
            text += QStringLiteral(" – ") + action.statusTip();
        auto* item = new QListWidgetItem(action.icon(), keys.isEmpty() ? text : QStringLiteral("%1    %2").arg(text, keys));
        item->setData(actionRole, QVariant::fromValue(i));
        item->setToolTip(action.statusTip());
        list_->addItem(item);
    }
    list_->setCurrentRow(0);
    if (words.trimmed().size() < 2) return;
    reader_.ask(
        this,
        [line = words.toStdString()](const Store& store) {
            std::vector<std::pair<qint64, QString>> runs;
            for (const RunRow& run : store.newestRuns(line, mostRuns))
                runs.emplace_back(run.id, QStringLiteral("%1 · %2").arg(runTitle(run), stateText(run.state)));
            return runs;
        },
        [this, words](const std::vector<std::pair<qint64, QString>>& runs) {
            if (words == line_->text()) showRuns(runs);
        });
}

void CommandPalette::showRuns(const std::vector<std::pair<qint64, QString>>& runs) {
    for (const auto& [run, text] : runs) {
        auto* item = new QListWidgetItem(tr("Run %1: %2").arg(run).arg(text));
        item->setData(runRole, run);
        list_->addItem(item);
    }
    if (!list_->currentItem()) list_->setCurrentRow(0);
}

void CommandPalette::choose(QListWidgetItem* item) {
    if (!item) return;
    const QVariant run = item->data(runRole), place = item->data(actionRole);
    const QPointer<QAction> action = place.isValid() ? actions_[place.value<qsizetype>()] : QPointer<QAction>();
    accept();
    if (run.isValid()) Q_EMIT runChosen(run.toLongLong());
    if (action) action->trigger();
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event) {
    if (watched != line_ || event->type() != QEvent::KeyPress) return QDialog::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (key == Qt::Key_Return || key == Qt::Key_Enter) {
        choose(list_->currentItem());
        return true;
    }
    const int step = key == Qt::Key_Down ? 1 : key == Qt::Key_Up ? -1 : 0;
    if (step == 0) return QDialog::eventFilter(watched, event);
    list_->setCurrentRow(std::clamp(list_->currentRow() + step, 0, std::max(0, list_->count() - 1)));
    return true;
}

}  // namespace gaplab::ui
