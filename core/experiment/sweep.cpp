#include "core/experiment/sweep.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "core/base/names.h"
#include "core/experiment/object_reader.h"

namespace gaplab {
namespace {

struct Axis {
    std::string path;
    std::vector<Json> values;
};

constexpr const char* forms =
    "[value, ..], {\"range\": [from, to, step]}, {\"linear\": [from, to, count]} or {\"log\": [from, to, count]}";

/// 0.1 + 2 * 0.1 as a person writes it, 0.3, and whole numbers as such: fields that count take no others.
Json writtenNumber(double value) {
    const double rounded = std::stod(fmt::format("{:.12g}", value));
    constexpr double exact = 9007199254740992;  // 2^53
    return rounded == std::floor(rounded) && std::abs(rounded) < exact ? Json(static_cast<int64_t>(rounded)) : Json(rounded);
}

/// More than a sweep may have, counted before anything is made of them.
bool tooMany(double count, const std::string& path, Review& review) {
    if (count <= static_cast<double>(mostSweepMembers)) return false;
    review.add(path, fmt::format("{:.0f} values are more than a sweep may have", count),
               fmt::format("at most {}", mostSweepMembers));
    return true;
}

std::vector<Json> rangeValues(double from, double to, double step, const std::string& path, Review& review) {
    if (step <= 0)
        review.add(path, fmt::format("The step of a range is greater than 0, not {:g}", step), forms);
    else if (from > to)
        review.add(path, fmt::format("The range goes down, from {:g} to {:g}", from, to), "from <= to");
    else if (const double count = std::floor((to - from) / step + 1e-9) + 1; !tooMany(count, path, review)) {
        std::vector<Json> values(static_cast<size_t>(count));
        for (size_t i = 0; i < values.size(); ++i)
            values[i] = writtenNumber(from + static_cast<double>(i) * step);
        return values;
    }
    return {};
}

/// `count` values, the `i`-th being `at(i / (count - 1))`.
template <typename At>
std::vector<Json> countedValues(double count, const std::string& path, Review& review, const At& at) {
    if (count < 2 || count != std::floor(count))
        review.add(path, fmt::format("Such a range has a whole number of values, not {:g}", count), "at least 2");
    else if (!tooMany(count, path, review)) {
        std::vector<Json> values(static_cast<size_t>(count));
        for (size_t i = 0; i < values.size(); ++i)
            values[i] = writtenNumber(at(static_cast<double>(i) / (count - 1)));
        return values;
    }
    return {};
}

std::vector<Json> linearValues(double from, double to, double count, const std::string& path, Review& review) {
    if (from < to) return countedValues(count, path, review, [&](double share) { return from + share * (to - from); });
    review.add(path, fmt::format("The range does not go up, from {:g} to {:g}", from, to), "from < to");
    return {};
}

std::vector<Json> logValues(double from, double to, double count, const std::string& path, Review& review) {
    if (from <= 0 || to <= 0)
        review.add(path, fmt::format("A log range has ends above 0, not {:g} and {:g}", from, to), "0 < from < to");
    else if (from >= to)
        review.add(path, fmt::format("The log range does not go up, from {:g} to {:g}", from, to), "0 < from < to");
    else
        return countedValues(count, path, review, [&](double share) { return from * std::pow(to / from, share); });
    return {};
}

/// Empty, with a problem, where the form is none of these.
std::vector<Json> readValues(const Json& form, const std::string& path, Review& review) {
    if (form.is_array()) {
        if (form.empty()) review.add(path, "The list of values is empty", forms);
        return tooMany(static_cast<double>(form.size()), path, review) ? std::vector<Json>() : form.get<std::vector<Json>>();
    }
    for (const auto& [kind, values] : {std::pair("range", &rangeValues), {"linear", &linearValues}, {"log", &logValues}}) {
        if (!form.is_object() || form.size() != 1 || !form.contains(kind)) continue;
        const Json& numbers = form.at(kind);
        if (numbers.is_array() && numbers.size() == 3 &&
            std::ranges::all_of(numbers, [](const Json& number) { return number.is_number(); }))
            return values(numbers[0], numbers[1], numbers[2], path, review);
    }
    review.add(path, fmt::format("{} gives no values", form.is_object() ? form.dump() : shown(form)), forms);
    return {};
}

std::vector<Axis> readAxes(const Json& specification, Review& review) {
    if (!specification.is_object())
        throw inputError(fmt::format("{} is not a sweep", shown(specification)),
                         fmt::format("A sweep is an object of paths, each with {}.", forms));
    std::vector<Axis> axes;
    for (const auto& [path, form] : specification.items()) {
        if (path == "seeds" || path.starts_with("seeds["))
            review.add(path, "Seeds are the repeats of every member, not a field to sweep",
                       "a list of seeds in the document, or --seed");
        else if (std::vector<Json> values = readValues(form, path, review); !values.empty())
            axes.push_back({path, std::move(values)});
    }
    return axes;
}

size_t countMembers(const std::vector<Axis>& axes, Review& review) {
    double count = 1;
    for (const Axis& axis : axes)
        count *= static_cast<double>(axis.values.size());
    if (count <= static_cast<double>(mostSweepMembers)) return static_cast<size_t>(count);
    review.add("", fmt::format("The sweep has {:.0f} members", count), fmt::format("at most {}", mostSweepMembers));
    return 0;
}

std::string lastKey(const std::string& path) {
    return path.substr(path.rfind('.') + 1);
}

/// "lr 0.1, temperature 4" of the fields that vary; their whole paths where two end alike.
std::string nameOf(const std::vector<Axis>& axes, const std::vector<std::pair<std::string, Json>>& values) {
    std::map<std::string, int> ends;
    for (const Axis& axis : axes)
        ++ends[lastKey(axis.path)];
    std::vector<std::string> parts;
    for (size_t i = 0; i < axes.size(); ++i) {
        if (axes[i].values.size() < 2) continue;
        const Json& value = values[i].second;
        const std::string end = lastKey(axes[i].path);
        parts.push_back(fmt::format("{} {}", ends.at(end) == 1 ? end : axes[i].path,
                                    value.is_string() ? value.get<std::string>() : shown(value)));
    }
    return join(parts);
}

void nameMember(SweepMember& member, const std::vector<Axis>& axes) {
    const std::string name = nameOf(axes, member.values);
    if (name.empty() || !member.document.is_object()) return;
    Json& title = member.document["name"];
    if (title.is_null() || title == Json(""))
        title = name;
    else if (title.is_string())
        title = fmt::format("{} ({})", title.get<std::string>(), name);
}

ReviewedMember makeMember(const Json& document, const std::vector<Axis>& axes, size_t number, const Catalogue& catalogue) {
    ReviewedMember reviewed{{document, {}}, {}};
    SweepMember& member = reviewed.member;
    for (auto axis = axes.rbegin(); axis != axes.rend(); ++axis) {
        member.values.emplace_back(axis->path, axis->values[number % axis->values.size()]);
        number /= axis->values.size();
    }
    std::ranges::reverse(member.values);
    for (const auto& [path, value] : member.values) {
        try {
            setValue(member.document, path, value);
        } catch (const Error& error) {
            reviewed.problems.push_back({path, error.what(), error.hint()});
        }
    }
    nameMember(member, axes);
    for (const Problem& problem : validate(member.document, catalogue))
        reviewed.problems.push_back(problem);
    return reviewed;
}

/// Runs of equal identity would be taken for repeats of one trial.
void refuseTwins(std::vector<ReviewedMember>& members, const Catalogue& catalogue) {
    std::map<std::pair<std::string, Json>, const SweepMember*> seen;
    for (auto& [member, problems] : members) {
        if (!problems.empty()) continue;
        const Json path = member.document.at("data").value("path", Json());
        const auto [other, fresh] = seen.try_emplace({trialIdentity(member.document, catalogue, {}), path}, &member);
        if (fresh) continue;
        problems.push_back({"",
                            fmt::format("Two members are the same experiment: {} and {}",
                                        other->second->document.value("name", ""), member.document.value("name", "")),
                            "values, each once, of fields that results depend on"});
    }
}

/// Without spaces around it.
std::string trimmed(const std::string& text) {
    const size_t begin = text.find_first_not_of(" \t\n");
    return begin == std::string::npos ? std::string() : text.substr(begin, text.find_last_not_of(" \t\n") + 1 - begin);
}

/// A problem that several members have is told once.
void addOnce(const Problem& problem, Review& review) {
    const bool known = std::ranges::any_of(
        review.problems, [&](const Problem& other) { return other.path == problem.path && other.message == problem.message; });
    if (!known) review.problems.push_back(problem);
}

/// The text cut at commas outside of brackets and quotes.
std::vector<std::string> splitAtCommas(const std::string& text) {
    std::vector<std::string> parts(1);
    int depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < text.size(); ++i) {
        const char letter = text[i];
        if (letter == '"' && (i == 0 || text[i - 1] != '\\')) quoted = !quoted;
        if (!quoted) depth += (letter == '[' || letter == '{') - (letter == ']' || letter == '}');
        if (letter == ',' && depth == 0 && !quoted)
            parts.emplace_back();
        else
            parts.back() += letter;
    }
    return parts;
}

}  // namespace

bool SweepReview::isValid() const {
    return problems.empty() && std::ranges::all_of(members, [](const ReviewedMember& member) { return member.problems.empty(); });
}

SweepReview reviewSweep(const Json& document, const Json& specification, const Catalogue& catalogue) {
    Review review{catalogue};
    const std::vector<Axis> axes = readAxes(specification, review);
    const size_t count = countMembers(axes, review);
    SweepReview sweep{std::move(review.problems), {}};
    for (size_t number = 0; number < count; ++number)
        sweep.members.push_back(makeMember(document, axes, number, catalogue));
    refuseTwins(sweep.members, catalogue);
    return sweep;
}

std::vector<SweepMember> expandSweep(const Json& document, const Json& specification, const Catalogue& catalogue) {
    SweepReview sweep = reviewSweep(document, specification, catalogue);
    Review all{catalogue, std::move(sweep.problems)};
    std::vector<SweepMember> members;
    for (ReviewedMember& reviewed : sweep.members) {
        for (const Problem& problem : reviewed.problems)
            addOnce(problem, all);
        members.push_back(std::move(reviewed.member));
    }
    if (!all.problems.empty())
        throw Error(Fault::Input, "The sweep cannot be run; nothing was started.", "", std::move(all.problems));
    return members;
}

void addToSweep(Json& specification, const std::string& assignment) {
    const auto [path, text] = splitAssignment(assignment);
    if (specification.contains(path))
        throw inputError(fmt::format("\"{}\" is swept twice", path), "Give all its values at once.");
    Json values = Json::array();
    if (!text.empty())
        for (const std::string& part : splitAtCommas(text))
            values.push_back(valueFromText(trimmed(part)));
    const bool isForm = values.size() == 1 && values.front().is_structured();  // a whole list, a range or a log range
    specification[path] = isForm ? values.front() : values;
}

Shard shardFromText(const std::string& text) {
    Shard shard;
    const char* end = text.data() + text.size();
    std::from_chars_result read = std::from_chars(text.data(), end, shard.index);
    const bool slash = read.ec == std::errc() && read.ptr != end && *read.ptr == '/';
    if (slash) read = std::from_chars(read.ptr + 1, end, shard.count);
    if (!slash || read.ec != std::errc() || read.ptr != end || shard.index < 1 || shard.index > shard.count)
        throw inputError(fmt::format("\"{}\" is not a shard", text), "Write i/n with i from 1 to n, for example 2/3.");
    return shard;
}

}  // namespace gaplab
