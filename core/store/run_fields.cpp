#include "core/store/run_fields.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

namespace gaplab {
namespace {

using Texts = std::vector<std::string>;
using TextOf = std::function<Texts(const RunRow&)>;
using NumberOf = std::function<std::optional<double>(const RunRow&)>;

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

RunField ofDocument(const std::string& path) {
    const NumberOf number = [path](const RunRow& run) -> std::optional<double> {
        const Json* found = valueAt(run.document, path);
        return found && found->is_number() ? std::optional(found->get<double>()) : std::nullopt;
    };
    const TextOf texts = [path](const RunRow& run) {
        const Json* found = valueAt(run.document, path);
        if (!found || found->is_null()) return Texts();
        return Texts{found->is_string() ? found->get<std::string>() : found->dump()};
    };
    return {path, "", texts, number};
}

void addLeaves(const Json& value, const std::string& path, std::set<std::string>& names) {
    if (value.is_object()) {
        for (const auto& [key, member] : value.items())
            addLeaves(member, path.empty() ? key : path + '.' + key, names);
    } else if (value.is_array() && !value.empty() && value.front().is_structured()) {
        for (size_t i = 0; i < value.size(); ++i)
            addLeaves(value[i], fmt::format("{}[{}]", path, i), names);
    } else if (path.find_first_of(".[") != std::string::npos) {
        names.insert(path);
    }
}

}  // namespace

std::string inLowerCase(std::string text) {
    for (char& letter : text)
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    return text;
}

std::optional<RunField> runField(const std::string& name) {
    const std::string folded = inLowerCase(name);
    if (const auto text = textFields().find(folded); text != textFields().end())
        return RunField{folded, text->second.help, text->second.of, {}};
    if (const auto number = numberFields().find(folded); number != numberFields().end())
        return RunField{folded, number->second.help, {}, number->second.of};
    if (const auto series = ofSeries(name)) return RunField{name, "", {}, *series};
    if (name.find_first_of(".[") != std::string::npos) return ofDocument(name);
    return {};
}

std::vector<std::string> fieldsOfRuns(const std::vector<const RunRow*>& runs) {
    std::set<std::string> names;
    for (const RunRow* run : runs) {
        addLeaves(run->document, {}, names);
        for (const SeriesSummary& series : run->series)
            for (const char* figure : {".last", ".best", ".min", ".max"})
                names.insert(series.name + figure);
    }
    return {names.begin(), names.end()};
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
    return inLowerCase(text);
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
