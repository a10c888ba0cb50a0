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

/// Of ASCII letters only: other scripts are compared as they are written.
std::string lower(std::string text) {
    for (char& letter : text)
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    return text;
}

const Json* memberOf(const Json& value, const std::string& key) {
    if (!value.is_object()) return nullptr;
    const auto found = value.find(key);
    return found == value.end() ? nullptr : &*found;
}

/// "training.optimizer.lr", "knowledge[0].weight"
const Json* valueAt(const Json& document, const std::string& path) {
    const Json* value = &document;
    for (size_t begin = 0; begin < path.size();) {
        const size_t end = std::min(path.find_first_of(".[", begin), path.size());
        if (end > begin && !(value = memberOf(*value, path.substr(begin, end - begin)))) return nullptr;
        begin = end;
        while (begin < path.size() && path[begin] == '[') {
            size_t index = 0;
            const char* const last = path.data() + path.size();
            const auto [stop, failure] = std::from_chars(path.data() + begin + 1, last, index);
            if (failure != std::errc() || stop == last || *stop != ']' || !value->is_array() || index >= value->size())
                return nullptr;
            value = &(*value)[index];
            begin = static_cast<size_t>(stop - path.data()) + 1;
        }
        if (begin < path.size() && path[begin] == '.') ++begin;
    }
    return value;
}

void addArchitecture(Texts& names, const Json& network) {
    if (const Json* name = memberOf(network, "architecture"); name && name->is_string()) names.push_back(*name);
}

/// As the networks were built, else as the document names them.
Texts architecturesOf(const RunRow& run, bool student) {
    Texts names;
    if (run.networks.is_object())
        for (const auto& [role, network] : run.networks.items())
            if ((role == "student") == student) addArchitecture(names, network);
    if (!names.empty()) return names;
    const Json* networks = memberOf(run.document, student ? "student" : "teachers");
    if (networks && student) addArchitecture(names, *networks);
    if (networks && !student && networks->is_object())
        for (const auto& [role, network] : networks->items())
            addArchitecture(names, network);
    return names;
}

Texts lossesOf(const RunRow& run) {
    Texts names;
    if (const Json* terms = memberOf(run.document, "knowledge"); terms && terms->is_array())
        for (const Json& term : *terms)
            if (const Json* loss = memberOf(term, "loss"); loss && loss->is_string()) names.push_back(*loss);
    return names;
}

Texts kindsOfTeachers(const RunRow& run) {
    Texts names;
    if (const Json* teachers = memberOf(run.document, "teachers"); teachers && teachers->is_object())
        for (const auto& [name, teacher] : teachers->items())
            if (const Json* kind = memberOf(teacher, "kind"); kind && kind->is_string()) names.push_back(*kind);
    return names;
}

std::optional<double> figure(const RunRow& run, const std::string& series, Point (*which)(const SeriesSummary&)) {
    const SeriesSummary* summary = run.find(series);
    return summary ? std::optional(which(*summary).value) : std::nullopt;
}

Point lastOf(const SeriesSummary& summary) {
    return summary.last;
}
Point largestOf(const SeriesSummary& summary) {
    return summary.maximum;
}
Point smallestOf(const SeriesSummary& summary) {
    return summary.minimum;
}
Point bestOf(const SeriesSummary& summary) {
    return summary.best();
}

std::optional<double> inPoints(std::optional<double> share) {
    // 100 * 0.035 is a little more than 3.5, and a person who types 3.5 means that.
    return share ? std::optional(std::round(1e11 * *share) / 1e9) : std::nullopt;
}

struct TextField {
    std::string help;
    TextOf of;
};
struct NumberField {
    std::string help;
    NumberOf of;
};

const std::map<std::string, TextField>& textFields() {
    static const std::map<std::string, TextField> fields = {
        {"name", {"name of the run", [](const RunRow& run) { return Texts{run.name}; }}},
        {"trial", {"label of its trial", [](const RunRow& run) { return Texts{run.trialLabel}; }}},
        {"student", {"architecture of the student", [](const RunRow& run) { return architecturesOf(run, true); }}},
        {"teacher", {"architecture of a teacher", [](const RunRow& run) { return architecturesOf(run, false); }}},
        {"teachers", {"kind of a teacher: static, gpd, mutual, ..", kindsOfTeachers}},
        {"loss", {"loss of a knowledge term", lossesOf}},
        {"state", {"queued, running, finished, failed, ..", [](const RunRow& run) { return Texts{toText(run.state)}; }}},
        {"kind", {"experiment or stage", [](const RunRow& run) { return Texts{run.kind}; }}},
        {"data", {"data set", [](const RunRow& run) { return Texts{run.dataName}; }}},
        {"tag", {"a tag", [](const RunRow& run) { return run.tags; }}},
        {"folder", {"folder, with those in it", [](const RunRow& run) { return Texts{run.folder}; }}},
        {"notes", {"notes", [](const RunRow& run) { return Texts{run.notes}; }}},
        {"uuid", {"identity", [](const RunRow& run) { return Texts{run.uuid}; }}}};
    return fields;
}

const std::map<std::string, NumberField>& numberFields() {
    static const std::string accuracy = "student/validation/accuracy", gap = "gap/validation/accuracy";
    static const std::map<std::string, NumberField> fields = {
        {"acc", {"best validation accuracy", [](const RunRow& run) { return figure(run, accuracy, largestOf); }}},
        {"acc.best", {"best validation accuracy", [](const RunRow& run) { return figure(run, accuracy, largestOf); }}},
        {"acc.last", {"last validation accuracy", [](const RunRow& run) { return figure(run, accuracy, lastOf); }}},
        {"test",
         {"test accuracy at the best validation",
          [](const RunRow& run) { return figure(run, "student/test/accuracy_at_best", lastOf); }}},
        {"gap", {"last gap on validation, in points", [](const RunRow& run) { return inPoints(figure(run, gap, lastOf)); }}},
        {"gap.min", {"smallest gap on validation", [](const RunRow& run) { return inPoints(figure(run, gap, smallestOf)); }}},
        {"gap.max", {"largest gap on validation", [](const RunRow& run) { return inPoints(figure(run, gap, largestOf)); }}},
        {"seed", {"seed", [](const RunRow& run) { return std::optional(static_cast<double>(run.seed)); }}},
        {"run", {"number of the run", [](const RunRow& run) { return std::optional(static_cast<double>(run.id)); }}},
        {"epochs",
         {"epochs planned",
          [](const RunRow& run) -> std::optional<double> {
              const Json* epochs = valueAt(run.document, "training.epochs");
              return epochs && epochs->is_number() ? std::optional(epochs->get<double>()) : std::nullopt;
          }}},
        {"minutes", {"how long it took", [](const RunRow& run) -> std::optional<double> {
                         return run.started > 0 && run.finished > 0 ? std::optional((run.finished - run.started) / 60)
                                                                    : std::nullopt;
                     }}}};
    return fields;
}

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
    std::vector<std::string> patterns = split(lower(value), ',');
    // Part of a long text is enough; a folder holds those in it.
    for (std::string& pattern : patterns)
        if (key == "notes" || key == "trial" || key == "name") pattern = "*" + pattern + "*";
    if (key == "folder")
        for (size_t i = 0, count = patterns.size(); i < count; ++i)
            patterns.push_back(patterns[i] + "/*");
    return [of, patterns](const RunRow& run, const std::string&) {
        const Texts texts = of(run);
        return std::ranges::any_of(texts, [&](const std::string& text) {
            return std::ranges::any_of(patterns, [&](const std::string& pattern) { return isLike(lower(text), pattern); });
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

/// "role/split/measure.last"
std::optional<NumberOf> ofSeries(const std::string& key) {
    if (std::ranges::count(key, '/') != 2) return {};
    const size_t dot = key.rfind('.');
    const std::string which = dot == std::string::npos ? "last" : key.substr(dot + 1);
    static const std::map<std::string, Point (*)(const SeriesSummary&)> figures = {
        {"last", lastOf}, {"best", bestOf}, {"min", smallestOf}, {"max", largestOf}};
    const auto found = figures.find(which);
    const std::string series = found == figures.end() ? key : key.substr(0, dot);
    const auto take = found == figures.end() ? lastOf : found->second;
    return [series, take](const RunRow& run) { return figure(run, series, take); };
}

/// A field of the document: compared as a number where both are numbers, else as text.
Condition ofDocument(const std::string& path, const std::string& comparison, const std::string& value, const std::string& word) {
    const bool orders = comparison != ":" && comparison != "=";
    const NumberOf number = [path](const RunRow& run) -> std::optional<double> {
        const Json* found = valueAt(run.document, path);
        return found && found->is_number() ? std::optional(found->get<double>()) : std::nullopt;
    };
    if (orders || numberIn(split(value, ',').front()) || value.find("..") != std::string::npos)
        return ofNumber(number, comparison, value, word);
    const TextOf text = [path](const RunRow& run) {
        const Json* found = valueAt(run.document, path);
        if (!found) return Texts();
        return Texts{found->is_string() ? found->get<std::string>() : found->dump()};
    };
    return ofText(path, text, value);
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
    return [wanted = lower(word)](const RunRow&, const std::string& text) { return text.find(wanted) != std::string::npos; };
}

Condition conditionOf(const std::string& word) {
    const size_t at = word.find_first_of(":<>=!");
    if (at == std::string::npos || at == 0) return bare(word);
    const bool two = at + 1 < word.size() && word[at + 1] == '=' && word[at] != ':' && word[at] != '=';
    const std::string key = word.substr(0, at), comparison = word.substr(at, two ? 2 : 1),
                      value = word.substr(at + comparison.size());
    if (comparison == "!") return bare(word);
    const std::string name = lower(key);
    if (value.empty()) refuse(word, "there is nothing to compare with", fmt::format("For example {}{}..", key, comparison));
    if (const auto text = textFields().find(name); text != textFields().end()) {
        if (comparison == ":" || comparison == "=") return ofText(name, text->second.of, value);
        if (comparison != "!=")
            refuse(word, fmt::format("{} is a text, which is neither more nor less", key), "Write " + key + ":..");
        return [equal = ofText(name, text->second.of, value)](const RunRow& run, const std::string& all) {
            return !equal(run, all);
        };
    }
    if (const auto number = numberFields().find(name); number != numberFields().end())
        return ofNumber(number->second.of, comparison, value, word);
    if (const auto series = ofSeries(key)) return ofNumber(*series, comparison, value, word);
    if (key.find('.') != std::string::npos || key.find('[') != std::string::npos) return ofDocument(key, comparison, value, word);
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

const std::vector<std::pair<std::string, std::string>>& queryFields() {
    static const auto all = [] {
        std::vector<std::pair<std::string, std::string>> fields;
        for (const auto& [name, field] : textFields())
            fields.emplace_back(name, field.help);
        for (const auto& [name, field] : numberFields())
            fields.emplace_back(name, field.help);
        return fields;
    }();
    return all;
}

std::string searchText(const RunRow& run) {
    std::string text;
    const auto add = [&text](const std::string& part) { text += part + "\n"; };
    for (const std::string& part : {run.name, run.trialLabel, run.notes, run.folder, toText(run.state), run.dataName, run.kind})
        add(part);
    for (const Texts& parts : {run.tags, architecturesOf(run, true), architecturesOf(run, false), lossesOf(run)})
        std::ranges::for_each(parts, add);
    return lower(text);
}

std::vector<std::string> queryValues(const std::string& field, const std::vector<const RunRow*>& runs) {
    const auto found = textFields().find(field);
    if (found == textFields().end()) return {};
    std::set<std::string> values;
    for (const RunRow* run : runs)
        for (const std::string& value : found->second.of(*run))
            if (!value.empty()) values.insert(value);
    return {values.begin(), values.end()};
}

}  // namespace gaplab
