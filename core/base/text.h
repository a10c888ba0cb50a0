#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"

namespace gaplab {

/// The number that the text is, in the C locale; "nan", "inf", "-inf" too. Nothing where it is anything else.
std::optional<double> numberIn(std::string_view text);
/// A whole number, also written as "3.0" or "3e2".
std::optional<int64_t> wholeNumberIn(std::string_view text);
/// Shortest form that reads back bit for bit; "nan", "inf", "-inf".
std::string numberText(double value);

/// Without line ends ("\n" or "\r\n").
std::vector<std::string_view> linesOf(std::string_view text);

/// All text inside, keys too, can be written as JSON.
bool isUtf8(const Json& value);
/// The whole file. Throws Error (Input) where it cannot be read or is not UTF-8.
std::string readUtf8(const std::string& path);
/// Throws Error (Input) where the text is not UTF-8. `where` names file and place.
void requireUtf8(const std::string& text, const std::string& where);

/// Takes CSV apart (RFC 4180: cells in quotation marks, doubled inside; "\n" or "\r\n"; a byte order mark is skipped) and hands
/// over row after row with the number of its first line. Throws Error (Input) for open quotation marks, a row of another length
/// than the first one, and what `use` throws. `where` names the file.
void readCsv(const std::string& text, const std::string& where,
             const std::function<void(size_t line, const std::vector<std::string>& cells)>& use);
/// In quotation marks where it needs them.
std::string csvCell(const std::string& text);

}  // namespace gaplab
