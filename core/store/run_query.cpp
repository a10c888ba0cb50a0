#include "core/store/run_query.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/names.h"

namespace gaplab {
namespace {

using Condition = std::function<bool(const RunRow&, const std::string& text)>;
using Texts = std::vector<std::string>;
using TextOf = std::function<Texts(const RunRow&)>;
using NumberOf = std::function<std::optional<double>(const RunRow&)>;

/// * stands for anything, ? for one letter. Linear in both, since a person may type any number of stars.
bool isLike(const std::string& text, const std::string& pattern) {
    size_t t = 0, p = 0, star = std::string::npos, from = 0;
    while (t < text.size()) {
        if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
            ++t, ++p;
        } else if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            from = t;
        } else if (star != std::string::npos) {
            p = star + 1;
            t = ++from;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*')
        ++p;
    return p == pattern.size();
}

std::vector<std::string> split(const std::string& text, char at) {
    std::vector<std::string> parts(1);
    for (const char letter : text)
        letter == at ? parts.emplace_back() : parts.back() += letter;
    return parts;
}

Condition ofText(const std::string& key, const TextOf& of, const std::string& value) {
    std::vector<std::string> patterns = split(inLowerCase(value), ',');
    // Part of a long text is enough; a folder holds those in it.
    for (std::string& pattern : patterns)
        if (key == "notes" || key == "trial" || key == "name") pattern = "*" + pattern + "*";
    if (key == "folder")
        for (size_t i = 0, count = patterns.size(); i < count; ++i)
            patterns.push_back(patterns[i] + "/*");
    return [of, patterns](const RunRow& run, const std::string&) {
        const Texts texts = of(run);
        return std::ranges::any_of(texts, [&](const std::string& text) {
            return std::ranges::any_of(patterns, [&](const std::string& pattern) { return isLike(inLowerCase(text), pattern); });
        });
    };
}

std::optional<double> numberIn(std::string text) {
    const bool share = text.ends_with('%');
    if (share) text.pop_back();
    double value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || failure != std::errc() || end != text.data() + text.size()) return {};
    return share ? value / 100 : value;
}

[[noreturn]] void refuse(const std::string& word, const std::string& why, const std::string& hint) {
    throw inputError(fmt::format("\"{}\" in the filter: {}", word, why), hint);
}

Condition ofNumber(const NumberOf& of, const std::string& comparison, const std::string& value, const std::string& word) {
    const auto asked = [&](const std::string& text) {
        const auto number = numberIn(text);
        if (!number) refuse(word, fmt::format("\"{}\" is not a number", text), "For example acc>70%, seed:0..4, gap<=3");
        return *number;
    };
    if (comparison == ":" || comparison == "=") {
        std::vector<std::pair<double, double>> ranges;
        for (const std::string& part : split(value, ',')) {
            const size_t dots = part.find("..");
            if (dots == std::string::npos)
                ranges.emplace_back(asked(part), asked(part));
            else
                ranges.emplace_back(asked(part.substr(0, dots)), asked(part.substr(dots + 2)));
        }
        return [of, ranges](const RunRow& run, const std::string&) {
            const auto number = of(run);
            return number && std::ranges::any_of(
                                 ranges, [&](const auto& range) { return range.first <= *number && *number <= range.second; });
        };
    }
    const double limit = asked(value);
    return [of, comparison, limit](const RunRow& run, const std::string&) {
        const auto number = of(run);
        if (!number || std::isnan(*number)) return false;
        if (comparison == "<") return *number < limit;
        if (comparison == "<=") return *number <= limit;
        if (comparison == ">") return *number > limit;
        if (comparison == ">=") return *number >= limit;
        return *number != limit;
    };
}

/// What can be a number is compared as one where that is asked for, else as text.
Condition ofField(const RunField& field, const std::string& comparison, const std::string& value, const std::string& word) {
    if (!field.texts) return ofNumber(field.number, comparison, value, word);
    const bool orders = comparison != ":" && comparison != "=";
    if (field.number && (orders || numberIn(split(value, ',').front()) || value.find("..") != std::string::npos))
        return ofNumber(field.number, comparison, value, word);
    if (!orders) return ofText(field.name, field.texts, value);
    if (comparison != "!=")
        refuse(word, fmt::format("{} is a text, which is neither more nor less", field.name), "Write " + field.name + ":..");
    return
        [equal = ofText(field.name, field.texts, value)](const RunRow& run, const std::string& all) { return !equal(run, all); };
}

/// Words with what is within quotation marks in one piece.
std::vector<std::string> wordsOf(const std::string& line) {
    std::vector<std::string> words;
    std::string word;
    bool quoted = false, any = false;
    for (const char letter : line) {
        if (letter == '"') {
            quoted = !quoted;
            any = true;
        } else if (!quoted && (letter == ' ' || letter == '\t' || letter == '\n')) {
            if (any) words.push_back(word);
            word.clear();
            any = false;
        } else {
            word += letter;
            any = true;
        }
    }
    if (quoted) refuse(line, "a quotation mark is not closed", "Write \"several words\".");
    if (any) words.push_back(word);
    return words;
}

Condition bare(const std::string& word) {
    return
        [wanted = inLowerCase(word)](const RunRow&, const std::string& text) { return text.find(wanted) != std::string::npos; };
}

Condition conditionOf(const std::string& word) {
    const size_t at = word.find_first_of(":<>=!");
    if (at == std::string::npos || at == 0) return bare(word);
    const bool two = at + 1 < word.size() && word[at + 1] == '=' && word[at] != ':' && word[at] != '=';
    const std::string key = word.substr(0, at), comparison = word.substr(at, two ? 2 : 1),
                      value = word.substr(at + comparison.size());
    if (comparison == "!") return bare(word);
    if (value.empty()) refuse(word, "there is nothing to compare with", fmt::format("For example {}{}..", key, comparison));
    if (const auto field = runField(key)) return ofField(*field, comparison, value, word);
    std::vector<std::string> known;
    for (const auto& [field, help] : queryFields())
        known.push_back(field);
    const std::string near = nearestName(key, known);
    refuse(word, fmt::format("there is no field {}{}", key, near.empty() ? "" : fmt::format(" (did you mean {}?)", near)),
           "Fields: " + join(known) + "; a path of the document (training.epochs); a series (student/train/loss.last)");
}

}  // namespace

RunQuery::RunQuery(const std::string& line) {
    for (const std::string& word : wordsOf(line)) {
        const bool negated = word.size() > 1 && word.front() == '-';
        Condition condition = conditionOf(negated ? word.substr(1) : word);
        if (negated)
            conditions_.emplace_back([condition](const RunRow& run, const std::string& text) { return !condition(run, text); });
        else
            conditions_.push_back(std::move(condition));
    }
}

bool RunQuery::matches(const RunRow& run) const {
    return matches(run, searchText(run));
}

bool RunQuery::matches(const RunRow& run, const std::string& text) const {
    return std::ranges::all_of(conditions_, [&](const Condition& condition) { return condition(run, text); });
}

}  // namespace gaplab
