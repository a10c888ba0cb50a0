#include "ui/forms/list_editor.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QStringList>

#include "ui/forms/number_text.h"

namespace gaplab::ui {
namespace {

bool isPlain(const Json& element, ListEditor::Kind kind) {
    if (element.is_number()) return kind == ListEditor::Kind::WholeNumbers || kind == ListEditor::Kind::Numbers;
    if (!element.is_string()) return false;
    const QString text = QString::fromStdString(element.get<std::string>());
    return !text.isEmpty() && text == text.trimmed() && !text.contains(',') && !text.startsWith('[');
}

}  // namespace

ListEditor::ListEditor(Kind kind, const QString& placeholder, QWidget* parent)
    : Editor(parent), kind_(kind), line_(new QLineEdit(this)) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(line_);
    line_->setPlaceholderText(placeholder);
    setFocusProxy(line_);
    connect(line_, &QLineEdit::textEdited, this, [this](const QString& text) {
        value_ = fromText(text, kind_);
        Q_EMIT edited(value_);
    });
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
