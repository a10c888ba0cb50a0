#include "ui/library/columns_dialog.h"

#include <QCompleter>
#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

#include "core/base/error.h"
#include "ui/models/run_column.h"

namespace gaplab::ui {
namespace {

constexpr int fieldRole = Qt::UserRole;
constexpr int frozen = 2;  // state and name stand first, always

/// In the words of the table where it has some.
QString titleOf(const std::string& field) {
    for (const RunColumn& column : ownColumns())
        if (column.field == field) return column.title();
    return QString::fromStdString(field);
}

}  // namespace

QLineEdit* makeFieldEdit(const QStringList& fields) {
    auto* edit = new QLineEdit;
    auto* completer = new QCompleter(fields, edit);
    completer->setFilterMode(Qt::MatchContains);
    completer->setCaseSensitivity(Qt::CaseInsensitive);
    completer->setMaxVisibleItems(15);
    edit->setCompleter(completer);
    edit->setAccessibleName(ColumnsDialog::tr("Name of a field"));
    edit->setPlaceholderText(ColumnsDialog::tr("A field, such as training.optimizer.lr or student/train/loss.last"));
    return edit;
}

ColumnsDialog::ColumnsDialog(const std::vector<std::string>& shown, const QStringList& known, QWidget* parent)
    : QDialog(parent), list_(new QListWidget), field_(makeFieldEdit(known)), problem_(new QLabel) {
    setObjectName(QStringLiteral("columnsDialog"));
    setWindowTitle(tr("Columns"));
    list_->setObjectName(QStringLiteral("columnList"));
    list_->setAccessibleName(tr("Columns, from left to right"));
    list_->setDragDropMode(QAbstractItemView::NoDragDrop);
    list_->installEventFilter(this);
    for (const std::string& field : shown)
        addItem(field, true);
    for (const RunColumn& column : ownColumns())
        if (std::ranges::find(shown, column.field) == shown.end()) addItem(column.field, false);
    list_->setCurrentRow(0);
    const auto button = [this](const QString& name, const QString& text, auto call) {
        auto* made = new QPushButton(text);
        made->setObjectName(name);
        made->setAutoDefault(false);
        connect(made, &QPushButton::clicked, this, call);
        return made;
    };
    auto* add = button(QStringLiteral("addColumn"), tr("&Add"), [this] { addTyped(); });
    auto* up = button(QStringLiteral("columnUp"), tr("Move &up"), [this] { move(-1); });
    auto* down = button(QStringLiteral("columnDown"), tr("Move &down"), [this] { move(1); });
    up->setToolTip(tr("Alt+Up in the list"));
    down->setToolTip(tr("Alt+Down in the list"));
    field_->setObjectName(QStringLiteral("columnField"));
    field_->installEventFilter(this);
    problem_->setObjectName(QStringLiteral("columnProblem"));
    problem_->setWordWrap(true);
    problem_->hide();
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* line = new QHBoxLayout;
    line->addWidget(field_, 1);
    line->addWidget(add);
    auto* moves = new QHBoxLayout;
    moves->addWidget(up);
    moves->addWidget(down);
    moves->addStretch();
    auto* column = new QVBoxLayout(this);
    column->addWidget(list_, 1);
    column->addLayout(moves);
    column->addLayout(line);
    column->addWidget(problem_);
    column->addWidget(buttons);
    resize(75 * fontMetrics().averageCharWidth(), 34 * fontMetrics().height());
}

QListWidgetItem* ColumnsDialog::addItem(const std::string& field, bool shown) {
    auto* item = new QListWidgetItem(titleOf(field));
    item->setData(fieldRole, QString::fromStdString(field));
    item->setToolTip(QString::fromStdString(field));
    Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable;
    if (list_->count() < frozen) flags &= ~Qt::ItemIsUserCheckable;
    item->setFlags(flags);
    item->setCheckState(shown ? Qt::Checked : Qt::Unchecked);
    list_->addItem(item);
    return item;
}

std::vector<std::string> ColumnsDialog::chosen() const {
    std::vector<std::string> fields;
    for (int row = 0; row < list_->count(); ++row)
        if (list_->item(row)->checkState() == Qt::Checked)
            fields.push_back(list_->item(row)->data(fieldRole).toString().toStdString());
    return fields;
}

void ColumnsDialog::addTyped() {
    const QString typed = field_->text().trimmed();
    problem_->hide();
    if (typed.isEmpty()) return;
    QListWidgetItem* item = nullptr;
    for (int row = 0; row < list_->count(); ++row)
        if (list_->item(row)->data(fieldRole).toString() == typed) item = list_->item(row);
    try {
        if (!item) item = addItem(columnOfField(typed.toStdString()).field, true);
    } catch (const Error& error) {
        problem_->setText(QString::fromUtf8(error.what()) + QStringLiteral(". ") + QString::fromStdString(error.hint()));
        return problem_->show();
    }
    item->setCheckState(Qt::Checked);
    list_->setCurrentItem(item);
    field_->clear();
}

void ColumnsDialog::move(int step) {
    const int from = list_->currentRow(), to = from + step;
    if (from < frozen || to < frozen || to >= list_->count()) return;
    list_->insertItem(to, list_->takeItem(from));
    list_->setCurrentRow(to);
}

bool ColumnsDialog::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        // Adds a column: a dialog would take it for its first button.
        if (watched == field_ && (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter)) {
            addTyped();
            return true;
        }
        if (watched == list_ && key->modifiers() == Qt::AltModifier && (key->key() == Qt::Key_Up || key->key() == Qt::Key_Down)) {
            move(key->key() == Qt::Key_Up ? -1 : 1);
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

}  // namespace gaplab::ui
