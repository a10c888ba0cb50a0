#pragma once

#include <optional>
#include <string>
#include <vector>

namespace gaplab::cli {

/// Columns for a terminal: numbers to the right, words to the left, as wide as their widest cell.
class Table {
public:
    /// A heading that begins with ">" makes a column of numbers.
    explicit Table(std::vector<std::string> headings);
    void add(std::vector<std::string> cells);
    bool empty() const { return rows_.empty(); }
    std::string text() const;

private:
    std::vector<std::string> headings_;
    std::vector<bool> right_;
    std::vector<std::vector<std::string>> rows_;
};

/// Characters, not bytes, of UTF-8 text.
size_t width(const std::string& text);
/// The first `characters` characters.
std::string cut(const std::string& text, size_t characters);

/// 0.7134 -> "71.34 %"; nothing or NaN -> "-".
std::string percent(std::optional<double> fraction);
/// 0.031 -> "3.10" (percentage points); nothing or NaN -> "-".
std::string points(std::optional<double> fraction);
/// 272474 -> "272,474"
std::string grouped(int64_t number);
/// 83 -> "1:23", 4000 -> "1:06:40"
std::string duration(double seconds);
/// 1536 -> "1.5 KB"
std::string size(int64_t bytes);

}  // namespace gaplab::cli
