#include "ui/setup/sweep_summary.h"

#include <algorithm>

#include "core/run/inspect.h"

namespace gaplab::ui {
namespace {

constexpr int planAfterMilliseconds = 250;

void addOnce(const Problem& problem, std::vector<Problem>& problems) {
    const bool known = std::ranges::any_of(
        problems, [&](const Problem& other) { return other.path == problem.path && other.message == problem.message; });
    if (!known) problems.push_back(problem);
}

}  // namespace

Json specificationOf(const Json& sweep, std::vector<Problem>& problems) {
    Json specification = Json::object();
    for (const auto& [path, values] : sweep.items()) {
        try {
            addToSweep(specification, path + "=" + values.get<std::string>());
        } catch (const Error& error) {
            problems.push_back({path, error.what(), error.hint()});
        }
    }
    return specification;
}

SweepSummary summarize(const Json& document, const Json& sweep) {
    SweepSummary summary;
    const Json specification = specificationOf(sweep, summary.problems);
    const SweepReview review = reviewSweep(document, specification, catalogue());
    for (const Problem& problem : review.problems)
        addOnce(problem, summary.problems);
    summary.members = review.members.size();
    for (const auto& [member, problems] : review.members) {
        summary.invalid += problems.empty() ? 0 : 1;
        for (const Problem& problem : problems)
            addOnce(problem, summary.problems);
        for (const auto& [path, value] : member.values) {
            std::vector<Json>& values = summary.values[path];
            if (std::ranges::find(values, value) == values.end()) values.push_back(value);
        }
        const Json seeds = member.document.is_object() ? member.document.value("seeds", Json::array({0})) : Json::array();
        summary.runs += seeds.size();
    }
    return summary;
}

SweepFollower::SweepFollower(StoreReader& reader, QObject* parent) : QObject(parent), reader_(reader) {
    timer_.setSingleShot(true);
    timer_.setInterval(planAfterMilliseconds);
    connect(&timer_, &QTimer::timeout, this, &SweepFollower::ask);
}

void SweepFollower::follow(const Json& document, const Json& sweep) {
    if (document == document_ && sweep == sweep_) return;
    document_ = document;
    sweep_ = sweep;
    timer_.start();
}

void SweepFollower::ask() {
    const int number = ++asked_;
    const auto take = [this, number](const SweepSummary& summary) {
        answered_ = number;
        if (number != asked_) return;
        summary_ = summary;
        Q_EMIT changed();
    };
    if (sweep_.empty()) return take({});
    reader_.ask(
        this, [document = document_, sweep = sweep_](const Store&) { return summarize(document, sweep); }, take);
}

}  // namespace gaplab::ui
