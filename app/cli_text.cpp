#include "app/cli_text.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

namespace gaplab::cli {
namespace {

bool startsCharacter(char byte) {
    return (static_cast<unsigned char>(byte) & 0xc0) != 0x80;
}

std::string number(std::optional<double> value, const char* unit) {
    return value && std::isfinite(*value) ? fmt::format("{:.2f}{}", *value * 100, unit) : "-";
}

}  // namespace

size_t width(const std::string& text) {
    return static_cast<size_t>(std::ranges::count_if(text, startsCharacter));
}

std::string cut(const std::string& text, size_t characters) {
    size_t seen = 0;
    for (size_t at = 0; at < text.size(); ++at)
        if (startsCharacter(text[at]) && ++seen > characters) return text.substr(0, at);
    return text;
}

std::string percent(std::optional<double> fraction) {
    return number(fraction, " %");
}

std::string points(std::optional<double> fraction) {
    return number(fraction, "");
}

std::string grouped(int64_t number) {
    std::string text = std::to_string(number);
    for (auto at = std::ssize(text) - 3; at > (number < 0 ? 1 : 0); at -= 3)
        text.insert(static_cast<size_t>(at), 1, ',');
    return text;
}

std::string duration(double seconds) {
    const auto whole = static_cast<int64_t>(std::llround(std::max(0.0, seconds)));
    if (whole < 3600) return fmt::format("{}:{:02}", whole / 60, whole % 60);
    return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

std::string size(int64_t bytes) {
    static constexpr std::array units = {"bytes", "KB", "MB", "GB", "TB"};
    auto value = static_cast<double>(bytes);
    size_t unit = 0;
    for (; value >= 1024 && unit + 1 < units.size(); ++unit)
        value /= 1024;
    return unit == 0 ? fmt::format("{} bytes", bytes) : fmt::format("{:.1f} {}", value, units.at(unit));
}

Table::Table(std::vector<std::string> headings) {
    for (std::string& heading : headings) {
        right_.push_back(heading.starts_with('>'));
        headings_.push_back(right_.back() ? heading.substr(1) : std::move(heading));
    }
}

void Table::add(std::vector<std::string> cells) {
    cells.resize(headings_.size());
    rows_.push_back(std::move(cells));
}

std::string Table::text() const {
    std::vector<size_t> widths;
    for (size_t column = 0; column < headings_.size(); ++column) {
        widths.push_back(width(headings_[column]));
        for (const auto& row : rows_)
            widths[column] = std::max(widths[column], width(row[column]));
    }
    const auto line = [&](const std::vector<std::string>& cells) {
        std::string result;
        for (size_t column = 0; column < cells.size(); ++column) {
            const std::string gap(widths[column] - width(cells[column]), ' ');
            result += fmt::format("{}{}{}{}", column == 0 ? "" : "  ", right_[column] ? gap : "", cells[column],
                                  right_[column] ? "" : gap);
        }
        return result.substr(0, result.find_last_not_of(' ') + 1) + "\n";
    };
    std::string result = line(headings_);
    for (const auto& row : rows_)
        result += line(row);
    return result;
}

}  // namespace gaplab::cli
