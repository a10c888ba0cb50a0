#include "ui/forms/number_text.h"

#include <array>
#include <charconv>
#include <cmath>

#include <QRegularExpression>

namespace gaplab::ui {
namespace {

/// "5e-04" -> "5e-4"
QString tidyExponent(QString text) {
    static const QRegularExpression padding("e([+-]?)0*(\\d)");
    text.replace(padding, "e\\1\\2");
    return text.replace("e+", "e");
}

template <typename Number>
std::optional<Json> exact(const std::string& text) {
    Number number{};
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc() || end != text.data() + text.size()) return {};
    return Json(number);
}

}  // namespace

QString numberText(const Json& number) {
    if (!number.is_number_float()) return QString::fromStdString(number.dump());
    std::array<char, 64> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), number.get<double>()).ptr;
    return tidyExponent(QString::fromLatin1(text.data(), end - text.data()));
}

std::optional<Json> parseNumber(const QString& text, bool whole) {
    std::string plain = text.trimmed().replace(',', '.').toStdString();
    if (plain.starts_with('+')) plain.erase(0, 1);
    if (auto number = exact<int64_t>(plain)) return number;
    if (auto number = exact<uint64_t>(plain)) return number;
    if (whole) return {};
    auto number = exact<double>(plain);
    if (!number || !std::isfinite(number->get<double>())) return {};
    return number;
}

}  // namespace gaplab::ui
