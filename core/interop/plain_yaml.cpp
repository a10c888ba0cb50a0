#include "core/interop/plain_yaml.h"

#include "core/base/text.h"

namespace gaplab {
namespace {

std::string unquoted(std::string_view text) {
    const char mark = text.size() < 2 ? '\0' : text.front();
    if ((mark != '\'' && mark != '"') || text.back() != mark) return std::string(text);
    text = text.substr(1, text.size() - 2);
    std::string plain;
    for (size_t i = 0; i < text.size(); ++i) {
        // '' inside '..', and \" or \\ inside ".."
        const bool isEscape = i + 1 < text.size() && text[i] == (mark == '"' ? '\\' : mark);
        if (isEscape) ++i;
        plain += text[i];
    }
    return plain;
}

std::string_view trimmed(std::string_view text) {
    const size_t begin = text.find_first_not_of(' ');
    return begin == std::string_view::npos ? std::string_view() : text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

}  // namespace

std::vector<YamlLine> readPlainYaml(const std::string& text) {
    std::vector<YamlLine> lines;
    for (const std::string_view line : linesOf(text)) {
        const std::string_view body = trimmed(line);
        if (body.empty() || body.front() == '#' || body.front() == '-') continue;
        const size_t indent = line.find_first_not_of(' ');
        const size_t colon = body.find(": ");
        const bool opens = body.ends_with(':') && colon == std::string_view::npos;
        if (colon != std::string_view::npos)
            lines.push_back({indent, unquoted(body.substr(0, colon)), std::string(trimmed(body.substr(colon + 2)))});
        else if (opens)
            lines.push_back({indent, unquoted(body.substr(0, body.size() - 1)), ""});
        else if (!lines.empty() && indent > lines.back().indent && !lines.back().value.empty())
            lines.back().value += " " + std::string(body);
    }
    for (YamlLine& line : lines)
        line.value = unquoted(line.value);
    return lines;
}

}  // namespace gaplab
