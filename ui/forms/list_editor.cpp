#include "ui/forms/list_editor.h"

#include <algorithm>

#include <QCompleter>
#include <QHBoxLayout>
#include <QStringListModel>

#include "ui/forms/number_text.h"

namespace gaplab::ui {
namespace {

bool isPlain(const Json& element, ListEditor::Kind kind) {
    if (element.is_number()) return kind == ListEditor::Kind::WholeNumbers || kind == ListEditor::Kind::Numbers;
    if (!element.is_string()) return false;
    const QString text = QString::fromStdString(element.get<std::string>());
    return !text.isEmpty() && text == text.trimmed() && !text.contains(',') && !text.startsWith('[');
}

/// Completes the word behind the last comma, and keeps those before it.
class LastWordCompleter final : public QCompleter {
public:
    LastWordCompleter(QStringListModel* words, QLineEdit* line) : QCompleter(words, line), line_(line) {
        setCaseSensitivity(Qt::CaseInsensitive);
    }
    QStringList splitPath(const QString& path) const override { return {path.section(',', -1).trimmed()}; }
    QString pathFromIndex(const QModelIndex& index) const override {
        const QString word = QCompleter::pathFromIndex(index), text = line_->text();
        const auto comma = text.lastIndexOf(',');
        return comma < 0 ? word : text.left(comma + 1) + ' ' + word;
    }

private:
    QLineEdit* line_;
};

}  // namespace

ListEditor::ListEditor(Kind kind, const QString& placeholder, QWidget* parent)
    : Editor(parent), kind_(kind), line_(new QLineEdit(this)) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(line_);
    line_->setPlaceholderText(placeholder);
    setFocusProxy(line_);
    connect(line_, &QLineEdit::textEdited, this, &ListEditor::take);
}

void ListEditor::take(const QString& text) {
    value_ = fromText(text, kind_);
    Q_EMIT edited(value_);
}

void ListEditor::setSuggestions(const QStringList& words) {
    if (!words_) {
        words_ = new QStringListModel(this);
        auto* completer = new LastWordCompleter(words_, line_);
        line_->setCompleter(completer);
        connect(completer, qOverload<const QString&>(&QCompleter::activated), this, &ListEditor::take);
    }
    if (words != words_->stringList()) words_->setStringList(words);
}

void ListEditor::setValue(const Json& value) {
    if (value == value_) return;
    value_ = value;
    line_->setText(toText(value, kind_));
}

QString ListEditor::toText(const Json& value, Kind kind) {
    if (value.is_null() || (value.is_array() && value.empty())) return {};
    const bool plain = value.is_array() && std::ranges::all_of(value, [&](const Json& e) { return isPlain(e, kind); });
    if (!plain) return QString::fromStdString(value.dump());
    QStringList words;
    for (const Json& element : value)
        words << (element.is_string() ? QString::fromStdString(element) : numberText(element));
    return words.join(QStringLiteral(", "));
}

Json ListEditor::fromText(const QString& text, Kind kind) {
    const QString trimmed = text.trimmed();
    if (trimmed.isEmpty()) return kind == Kind::NamesOrCount ? Json() : Json::array();
    if (trimmed.startsWith('[')) {
        const Json list = Json::parse(trimmed.toStdString(), nullptr, false);
        if (!list.is_discarded()) return list;
    }
    const bool names = kind == Kind::Names || kind == Kind::NamesOrCount;
    if (kind == Kind::NamesOrCount)
        if (auto count = parseNumber(trimmed, true)) return *count;
    Json list = Json::array();
    for (const QString& word : trimmed.split(',', Qt::SkipEmptyParts)) {
        const auto number = names ? std::nullopt : parseNumber(word, kind == Kind::WholeNumbers);
        if (!word.trimmed().isEmpty()) list.push_back(number ? *number : Json(word.trimmed().toStdString()));
    }
    return list;
}

}  // namespace gaplab::ui
