#include "ui/library/query_edit.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QKeyEvent>
#include <QStringListModel>

#include "core/store/run_query.h"

namespace gaplab::ui {

QueryEdit::QueryEdit(std::function<QStringList(const QString& field)> values, QWidget* parent)
    : QLineEdit(parent),
      values_(std::move(values)),
      model_(new QStringListModel(this)),
      completer_(new QCompleter(model_, this)) {
    completer_->setWidget(this);
    completer_->setCompletionMode(QCompleter::UnfilteredPopupCompletion);
    connect(this, &QLineEdit::textEdited, this, &QueryEdit::offer);
    connect(completer_, qOverload<const QString&>(&QCompleter::activated), this, &QueryEdit::complete);
}

std::pair<int, int> QueryEdit::wordAtCursor() const {
    const int cursor = cursorPosition();
    const auto before = static_cast<int>(text().lastIndexOf(' ', cursor - 1 - text().size()));
    const auto behind = static_cast<int>(text().indexOf(' ', cursor));
    const int begin = cursor == 0 ? 0 : before + 1;
    return {begin, (behind < 0 ? static_cast<int>(text().size()) : behind) - begin};
}

QStringList QueryEdit::candidates() const {
    const auto [begin, length] = wordAtCursor();
    QString word = text().mid(begin, length);
    const QString minus = word.startsWith('-') ? QStringLiteral("-") : QString();
    word.remove(0, minus.size());
    if (word.isEmpty()) return {};
    QStringList all;
    const qsizetype colon = word.indexOf(':');
    if (colon < 0) {
        for (const auto& [field, help] : queryFields())
            if (const QString name = QString::fromStdString(field); name.startsWith(word, Qt::CaseInsensitive))
                all += minus + name;
        return all;
    }
    const QString field = word.left(colon), typed = word.mid(colon + 1);
    for (const QString& value : values_(field.toLower()))
        if (value.startsWith(typed, Qt::CaseInsensitive) && value != typed)
            all += value.contains(' ') ? QStringLiteral("%1%2:\"%3\"").arg(minus, field, value)
                                       : QStringLiteral("%1%2:%3").arg(minus, field, value);
    return all;
}

void QueryEdit::offer() {
    const QStringList found = candidates();
    model_->setStringList(found);
    if (found.isEmpty())
        completer_->popup()->hide();
    else
        completer_->complete();
}

void QueryEdit::complete(const QString& candidate) {
    const auto [begin, length] = wordAtCursor();
    // A field still wants its value.
    const QString ending = candidate.contains(':') ? QStringLiteral(" ") : QString();
    setText(text().replace(begin, length, candidate + ending));
    setCursorPosition(begin + static_cast<int>(candidate.size() + ending.size()));
}

void QueryEdit::keyPressEvent(QKeyEvent* event) {
    if (completer_->popup()->isVisible()) {
        switch (event->key()) {
            case Qt::Key_Enter:
            case Qt::Key_Return:
            case Qt::Key_Escape:
            case Qt::Key_Down:
            case Qt::Key_Tab: return event->ignore();  // the popup's
            default: break;
        }
    }
    if (event->key() == Qt::Key_Down || event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        completer_->popup()->hide();
        return Q_EMIT left();
    }
    QLineEdit::keyPressEvent(event);
}

}  // namespace gaplab::ui
