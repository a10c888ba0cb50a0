#include "ui/forms/form_grid.h"

#include <algorithm>

#include <QContextMenuEvent>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QStyle>

#include "ui/forms/labels.h"
#include "ui/window/icons.h"
#include "ui/window/theme.h"

namespace gaplab::ui {
namespace {

constexpr int labelCharacters = 27, unitCharacters = 10;

QString helpOf(const Parameter& parameter) {
    QString help = QString::fromStdString(parameter.help);
    if (!help.isEmpty() && !help.endsWith('.')) help += '.';
    if (parameter.type != ParameterType::Text)
        help += QStringLiteral("\n") + Field::tr("Allowed: %1.").arg(QString::fromStdString(allowedValues(parameter)));
    if (!parameter.source.empty())
        help += QStringLiteral("\n") + Field::tr("Source: %1.").arg(QString::fromStdString(parameter.source));
    return help.trimmed();
}

/// What a text can be asked for (cut, copy, paste), where the widget is one; else an empty menu.
QMenu* standardMenu(QWidget* widget) {
    auto* line = qobject_cast<QLineEdit*>(widget);
    if (!line) line = widget->findChild<QLineEdit*>();
    if (line) return line->createStandardContextMenu();
    if (auto* lines = qobject_cast<QPlainTextEdit*>(widget)) return lines->createStandardContextMenu();
    return new QMenu(widget);
}

}  // namespace

NoteLabel::NoteLabel(QWidget* parent) : QWidget(parent), icon_(new QLabel(this)), text_(new QLabel(this)) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(icon_, 0, Qt::AlignTop);
    layout->addWidget(text_, 1);
    text_->setWordWrap(true);
    text_->setTextFormat(Qt::PlainText);
    text_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    hide();
}

void NoteLabel::setNote(const QString& level, const QString& text) {
    level_ = level;
    text_->setText(text);
    setVisible(!text.isEmpty());
    if (text.isEmpty()) return;
    const int size = style()->pixelMetric(QStyle::PM_SmallIconSize);
    icon_->setPixmap(icon(level).pixmap(QSize(size, size), devicePixelRatioF()));
    QPalette colors = palette();
    colors.setColor(QPalette::WindowText, levelColor(level, colors));
    text_->setPalette(colors);
}

void NoteLabel::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && !text_->text().isEmpty()) setNote(level_, text_->text());
}

Field::Field(const QString& path, const Parameter& parameter, Editor* editor, const QString& label, QWidget* grid)
    : QObject(grid),
      path_(path),
      parameter_(parameter),
      editor_(editor),
      label_(new QLabel(label, grid)),
      unit_(new QLabel(QString::fromStdString(parameter.unit), grid)),
      reset_(new QToolButton(grid)),
      problem_(new NoteLabel(grid)),
      hint_(new NoteLabel(grid)) {
    const QString help = helpOf(parameter);
    label_->setBuddy(editor_->target());
    label_->setToolTip(help);
    editor_->setNames(path, label, help);
    reset_->setIcon(icon("reset"));
    reset_->setAutoRaise(true);
    reset_->setVisible(!parameter.required);
    const QString what = parameter.defaultValue.is_null() ? tr("Clear %1").arg(label) : tr("Reset %1 to its default").arg(label);
    nameWidget(reset_, path + ".reset", what, what);
    connect(editor_, &Editor::edited, this, &Field::edited);
    for (QWidget* widget : {static_cast<QWidget*>(label_), static_cast<QWidget*>(editor_), editor_->target()})
        widget->installEventFilter(this);
    connect(reset_, &QToolButton::clicked, this, &Field::resetRequested);
}

void Field::setValue(const Json& value, bool given) {
    editor_->setValue(value);
    reset_->setEnabled(given);
}

void Field::setProblem(const QString& text) {
    problemText_ = text;
    showNote();
}

void Field::setWarning(const QString& text) {
    warningText_ = text;
    showNote();
}

void Field::showNote() {
    problem_->setNote(problemText_.isEmpty() ? QStringLiteral("warning") : QStringLiteral("error"),
                      problemText_.isEmpty() ? warningText_ : problemText_);
}

bool Field::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::ContextMenu) return QObject::eventFilter(watched, event);
    auto* menu = standardMenu(qobject_cast<QWidget*>(watched));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    if (!menu->isEmpty()) menu->addSeparator();
    Q_EMIT menuAsked(*menu);
    menu->popup(static_cast<QContextMenuEvent*>(event)->globalPos());
    return true;
}

void Field::setEnabled(bool enabled) {
    editor_->setEnabled(enabled);
    label_->setEnabled(enabled);
}

void Field::discard() {
    for (QWidget* widget : {static_cast<QWidget*>(label_), static_cast<QWidget*>(unit_), static_cast<QWidget*>(reset_),
                            static_cast<QWidget*>(problem_), static_cast<QWidget*>(hint_), static_cast<QWidget*>(editor_)}) {
        widget->hide();
        widget->setParent(nullptr);
        widget->deleteLater();
    }
    setParent(nullptr);
    disconnect();
    deleteLater();
}

FormGrid::FormGrid(QWidget* parent) : QWidget(parent), grid_(new QGridLayout(this)) {
    grid_->setContentsMargins(0, 0, 0, 0);
    grid_->setColumnStretch(1, 1);
    grid_->setColumnMinimumWidth(0, fontMetrics().averageCharWidth() * labelCharacters);
    grid_->setColumnMinimumWidth(2, fontMetrics().averageCharWidth() * unitCharacters);
}

Field* FormGrid::add(const QString& path, const Parameter& parameter, Editor* editor, const QString& label) {
    if (!editor) editor = makeEditor(parameter, this);
    const QString text = label.isEmpty() ? labelOf(parameter.name) : label;
    auto* field = new Field(path, parameter, editor, text, this);
    const int row = grid_->rowCount();
    grid_->addWidget(field->label_, row, 0, Qt::AlignTop);
    grid_->addWidget(editor, row, 1);
    grid_->addWidget(field->unit_, row, 2);
    grid_->addWidget(field->reset_, row, 3, Qt::AlignTop);
    grid_->addWidget(field->problem_, row + 1, 1, 1, 3);
    grid_->addWidget(field->hint_, row + 2, 1, 1, 3);
    // Level with the first line of the editor beside it.
    const int oneLine = std::min(editor->target()->sizeHint().height(), fontMetrics().lineSpacing() * 2);
    field->label_->setContentsMargins(0, std::max(0, (oneLine - field->label_->sizeHint().height()) / 2), 0, 0);
    fields_.push_back(field);
    return field;
}

void FormGrid::addWide(QWidget* widget) {
    grid_->addWidget(widget, grid_->rowCount(), 0, 1, 4);
}

void FormGrid::truncate(size_t count) {
    while (fields_.size() > count) {
        fields_.back()->discard();
        fields_.pop_back();
    }
}

}  // namespace gaplab::ui
