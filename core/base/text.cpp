#include "core/base/text.h"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/files.h"

namespace gaplab {
namespace {

template <typename Number>
std::optional<Number> parsed(std::string_view text) {
    Number value{};
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    return failure == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

}  // namespace

bool isUtf8(const Json& value) {
    try {
        (void)value.dump();
        return true;
    } catch (const Json::type_error&) {
        return false;
    }
}

std::optional<double> numberIn(std::string_view text) {
    return parsed<double>(text);
}

std::optional<int64_t> wholeNumberIn(std::string_view text) {
    if (const auto whole = parsed<int64_t>(text)) return whole;
    constexpr double mostExact = 9007199254740992;  // 2^53
    const auto number = numberIn(text);
    if (!number || std::abs(*number) > mostExact || std::floor(*number) != *number) return {};
    return static_cast<int64_t>(*number);
}

std::string numberText(double value) {
    return std::isnan(value) ? "nan" : fmt::format("{}", value);
}

std::vector<std::string_view> linesOf(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        lines.push_back(line);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return lines;
}

void requireUtf8(const std::string& text, const std::string& where) {
    if (!isUtf8(Json(text)))
        throw inputError(where + " is not text in UTF-8", "Save it as UTF-8, or look whether it is the right file.");
}

std::string readUtf8(const std::string& path) {
    std::string text = readText(path);
    requireUtf8(text, path);
    return text;
}

namespace {

class CsvReader {
public:
    CsvReader(const std::string& text, const std::string& where)
        : text_(text), where_(where), at_(text.starts_with("\xef\xbb\xbf") ? 3 : 0) {}

    bool atEnd() const { return at_ == text_.size(); }
    size_t line() const { return line_; }

    std::vector<std::string> row() {
        std::vector<std::string> cells;
        do
            cells.push_back(text_[std::min(at_, text_.size())] == '"' ? quotedCell() : plainCell());
        while (take(','));
        take('\r');
        if (!take('\n') && !atEnd()) refuse("a comma or the end of the line is missing behind a cell");
        return cells;
    }

private:
    bool take(char byte) {
        if (atEnd() || text_[at_] != byte) return false;
        if (byte == '\n') ++line_;
        ++at_;
        return true;
    }

    std::string plainCell() {
        const size_t end = std::min(text_.find_first_of(",\r\n\"", at_), text_.size());
        std::string cell = text_.substr(at_, end - at_);
        at_ = end;
        return cell;
    }

    std::string quotedCell() {
        const size_t first = line_;
        std::string cell;
        for (++at_; !atEnd();) {
            const char byte = text_[at_];
            if (take('"') && !take('"')) return cell;
            if (byte != '"') take(byte);
            cell += byte;
        }
        line_ = first;
        refuse("quotation marks are opened and not closed");
    }

    [[noreturn]] void refuse(const char* reason) const {
        throw inputError(fmt::format("{}, line {}: {}", where_, line_, reason));
    }

    const std::string& text_;
    const std::string& where_;
    size_t at_, line_ = 1;
};

}  // namespace

void readCsv(const std::string& text, const std::string& where,
             const std::function<void(size_t line, const std::vector<std::string>& cells)>& use) {
    CsvReader reader(text, where);
    size_t columns = 0;
    while (!reader.atEnd()) {
        const size_t line = reader.line();
        const std::vector<std::string> cells = reader.row();
        if (columns == 0) columns = cells.size();
        const bool emptyLine = cells.size() == 1 && cells.front().empty();
        if (emptyLine && columns > 1) continue;
        if (cells.size() != columns)
            throw inputError(fmt::format("{}, line {}: there are {} cells instead of {}", where, line, cells.size(), columns));
        use(line, cells);
    }
}

std::string csvCell(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string cell = "\"";
    for (const char byte : text)
        cell += byte == '"' ? "\"\"" : std::string(1, byte);
    return cell + "\"";
}

}  // namespace gaplab
