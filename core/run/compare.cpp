#include "core/run/compare.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include <fmt/format.h>

#include "core/base/names.h"
#include "core/gap/target.h"
#include "core/run/trials.h"

namespace gaplab {
namespace {

std::vector<std::string> trialsNamed(const Store& store, const std::vector<std::string>& names) {
    std::vector<std::string> trials;
    for (const std::string& name : names)
        if (std::string trial = trialNamed(store, name); std::ranges::find(trials, trial) == trials.end())
            trials.push_back(std::move(trial));
    return trials;
}

/// The series of the gap that the run is about.
std::string gapSeriesOf(const RunRow& run) {
    const std::optional<GapTarget> target = gapTarget(run);
    return target ? gapSeriesOf(*target) : "gap/validation/accuracy";
}

void addGap(RunFigures& figures, const Store& store, const RunRow& run) {
    const std::optional<GapTarget> target = gapTarget(run);
    std::vector<GapPoint> points;
    for (const Point& point : store.points(run.id, gapSeriesOf(run)))
        points.push_back({point.epoch, 100 * point.value});
    if (target) figures.inBand = shareInBand(*target, points);
    figures.gap = gapDynamics(points, target ? &*target : nullptr);
}

std::optional<double> lastOf(const RunRow& run, const std::string& series) {
    const SeriesSummary* summary = run.find(series);
    return summary ? std::optional(summary->last.value) : std::nullopt;
}

std::optional<double> valueAt(const Store& store, int64_t run, const std::string& series, int64_t step) {
    const auto points = store.points(run, series, step - 1);
    return !points.empty() && points.front().step == step ? std::optional(points.front().value) : std::nullopt;
}

/// How much of what the teacher is ahead of the student alone its student has made up for.
std::optional<double> recoveredGap(const Store& store, const RunRow& run) {
    const auto named = run.from.find("baseline");
    if (named == run.from.end()) return std::nullopt;
    const auto student = lastOf(run, "student/validation/accuracy"), gap = lastOf(run, "gap/validation/accuracy"),
               alone = lastOf(store.run(named->second), "student/validation/accuracy");
    if (!student || !gap || !alone || *student + *gap <= *alone) return std::nullopt;
    return (*student - *alone) / (*student + *gap - *alone);
}

/// Of one image, where the teacher is right: whether the student is. Where it is wrong: whether the student repeats it.
struct Transfer {
    double positive = 0, negative = 0;
};

std::optional<Transfer> transferOf(const std::vector<uint16_t>& labels, const std::vector<uint16_t>& teacher,
                                   const std::vector<uint16_t>& student) {
    if (labels.empty() || teacher.size() != labels.size() || student.size() != labels.size()) return std::nullopt;
    double right = 0, kept = 0, wrong = 0, repeated = 0;
    for (size_t i = 0; i < labels.size(); ++i) {
        (teacher[i] == labels[i] ? right : wrong) += 1;
        kept += teacher[i] == labels[i] && student[i] == labels[i];
        repeated += teacher[i] != labels[i] && student[i] == teacher[i];
    }
    if (right == 0 || wrong == 0) return std::nullopt;
    return Transfer{kept / right, repeated / wrong};
}

void addTransfer(RunFigures& figures, const Store& store, const RunRow& run) {
    const auto named = run.from.find("baseline");
    if (named == run.from.end() || !figures.bestEpoch) return;
    const RunRow alone = store.run(named->second);
    const SeriesSummary *accuracy = alone.find("student/validation/accuracy"), *gap = run.find("gap/validation/accuracy");
    if (!accuracy || !gap || alone.dataFingerprint != run.dataFingerprint || alone.splitSeed != run.splitSeed) return;
    const std::string teacher = gapTeacher(run);
    const auto at = [&](int64_t id, const std::string& role, double epoch) {
        const auto found = store.predictions(id, role, "validation", epoch);
        return found ? found->classes : std::vector<uint16_t>();
    };
    const auto labels = at(run.id, "labels", *figures.bestEpoch), said = at(run.id, teacher, *figures.bestEpoch);
    if (at(alone.id, "labels", accuracy->maximum.epoch) != labels) return;  // other validation images
    const auto with = transferOf(labels, said, at(run.id, "student", *figures.bestEpoch)),
               without = transferOf(labels, said, at(alone.id, "student", accuracy->maximum.epoch));
    if (!with || !without) return;
    figures.positiveTransfer = with->positive - without->positive;
    figures.negativeTransfer = with->negative - without->negative;
}

}  // namespace

std::optional<GapTarget> gapTarget(const RunRow& run) {
    const auto gap = run.document.find("gap");
    if (gap == run.document.end() || !gap->is_object() || !gap->contains("target")) return std::nullopt;
    GapTarget target;
    if (gap->value("measure", target.measure) != "accuracy") return std::nullopt;
    target.target = curveFromJson(gap->at("target"));
    target.band = gap->value("band", target.band);
    return target;
}

RunFigures runFigures(const Store& store, const RunRow& run) {
    RunFigures figures{.run = run.id, .seed = run.seed};
    if (const SeriesSummary* validation = run.find("student/validation/accuracy")) {
        figures.bestValidation = validation->maximum.value;
        figures.bestEpoch = validation->maximum.epoch;
        figures.last = validation->last.value;
        figures.gapBest = valueAt(store, run.id, gapSeriesOf(run), validation->maximum.step);
    }
    figures.testAtBest = lastOf(run, "student/test/accuracy_at_best");
    figures.testAtLast = lastOf(run, "student/test/accuracy_at_last");
    figures.gapLast = lastOf(run, gapSeriesOf(run));
    addGap(figures, store, run);
    figures.recovered = recoveredGap(store, run);
    addTransfer(figures, store, run);
    if (run.started > 0 && run.finished > 0) figures.seconds = run.finished - run.started;
    return figures;
}

namespace {

/// Repeats must differ in nothing but the seed.
void warnOfMixture(const std::map<uint64_t, const RunRow*>& runs, const char* key, const char* plural,
                   std::vector<std::string>& warnings) {
    std::set<std::string> values;
    for (const auto& [seed, run] : runs) {
        if (!run->environment.is_object() || !run->environment.contains(key)) continue;
        const Json& value = run->environment.at(key);
        values.insert(value.is_string() ? value.get<std::string>() : value.dump());
    }
    if (values.size() > 1) warnings.push_back(fmt::format("mixes {}: {}", plural, join({values.begin(), values.end()})));
}

/// `figure`: a member, or what makes one of a run.
template <typename Figure>
Summary summaryOf(const std::vector<RunFigures>& runs, Figure figure) {
    std::vector<double> values;
    for (const RunFigures& run : runs)
        if (const std::optional<double> value = std::invoke(figure, run)) values.push_back(*value);
    return summarise(values);
}

TrialFigures figuresOf(const Store& store, const std::string& trial, const std::vector<RunRow>& runs) {
    TrialFigures figures{.trial = trial, .label = runs.front().trialLabel, .document = runs.front().document};
    const auto finished = finishedBySeed(runs, figures.warnings);
    warnOfMixture(finished, "precision", "precisions", figures.warnings);
    warnOfMixture(finished, "device", "devices", figures.warnings);
    warnOfMixture(finished, "threads", "thread counts", figures.warnings);
    for (const auto& [seed, run] : finished) {
        figures.seeds.push_back(seed);
        figures.runs.push_back(runFigures(store, *run));
    }
    figures.bestValidation = summaryOf(figures.runs, &RunFigures::bestValidation);
    figures.testAtBest = summaryOf(figures.runs, &RunFigures::testAtBest);
    figures.last = summaryOf(figures.runs, &RunFigures::last);
    figures.testAtLast = summaryOf(figures.runs, &RunFigures::testAtLast);
    figures.gapLast = summaryOf(figures.runs, &RunFigures::gapLast);
    return figures;
}

std::vector<std::pair<uint64_t, double>> testBySeed(const TrialFigures& trial) {
    std::vector<std::pair<uint64_t, double>> values;
    for (const RunFigures& run : trial.runs)
        if (run.testAtBest) values.emplace_back(run.seed, *run.testAtBest);
    return values;
}

/// Why the figures of two runs do not measure the same thing; empty if they do.
std::vector<std::string> obstacles(const RunRow& baseline, const RunRow& other) {
    std::vector<std::string> reasons;
    if (baseline.dataFingerprint != other.dataFingerprint) reasons.emplace_back("test set differs");
    if (baseline.splitSeed != other.splitSeed) reasons.emplace_back("split seed differs");
    return reasons;
}

/// Of the answers on the test images at the best validation.
std::optional<PairedAnswers> pairedAnswers(const Store& store, const RunFigures& first, const RunFigures& second, double level) {
    if (!first.bestEpoch || !second.bestEpoch) return std::nullopt;
    const auto labels = store.predictions(first.run, "labels", "test", *first.bestEpoch);
    const auto others = store.predictions(second.run, "labels", "test", *second.bestEpoch);
    const auto one = store.predictions(first.run, "student", "test", *first.bestEpoch);
    const auto two = store.predictions(second.run, "student", "test", *second.bestEpoch);
    if (!labels || !others || !one || !two || labels->classes != others->classes || labels->classes.empty()) return std::nullopt;
    int64_t onlyFirst = 0, onlySecond = 0;
    for (size_t i = 0; i < labels->classes.size(); ++i) {
        const uint16_t label = labels->classes[i];
        onlyFirst += one->classes[i] == label && two->classes[i] != label;
        onlySecond += one->classes[i] != label && two->classes[i] == label;
    }
    return mcnemar(onlyFirst, onlySecond, std::ssize(labels->classes), level);
}

/// One run a side says nothing of other seeds, but something of these two networks.
void addAnswers(const Store& store, TrialComparison& comparison, const std::vector<size_t>& comparable, double level) {
    const TrialFigures& baseline = comparison.trials.front();
    const double corrected = levelOfLook(level, std::max<int64_t>(1, std::ssize(comparable)));
    for (const size_t i : comparable) {
        TrialFigures& trial = comparison.trials[i];
        if (baseline.runs.size() == 1 && trial.runs.size() == 1)
            trial.answers = pairedAnswers(store, baseline.runs.front(), trial.runs.front(), corrected);
    }
}

void addDeltas(TrialComparison& comparison, const std::vector<size_t>& comparable, double level, double margin, int64_t looks) {
    std::vector<std::vector<std::pair<uint64_t, double>>> others;
    for (const size_t i : comparable)
        others.push_back(testBySeed(comparison.trials[i]));
    const auto deltas = compareAll(testBySeed(comparison.trials.front()), others, level, margin, looks);
    for (size_t k = 0; k < comparable.size(); ++k)
        comparison.trials[comparable[k]].delta = deltas[k];
}

Json numberOrNull(std::optional<double> value) {
    return value && std::isfinite(*value) ? Json(*value) : Json();
}

Json toJson(const Summary& summary) {
    return {{"mean", numberOrNull(summary.mean)}, {"sd", numberOrNull(summary.sd)}, {"n", summary.n}};
}

Json toJson(const std::optional<Comparison>& delta) {
    if (!delta) return {};
    const auto bound = [&](double Interval::*end) { return delta->interval ? numberOrNull((*delta->interval).*end) : Json(); };
    return {{"mean", numberOrNull(delta->difference)},
            {"low", bound(&Interval::low)},
            {"high", bound(&Interval::high)},
            {"n", delta->n},
            {"paired", delta->paired},
            {"level", delta->level},
            {"looks", delta->looks},
            {"p", numberOrNull(delta->pValue)},
            {"sign_flip_p", delta->signFlip ? Json(delta->signFlip->pValue) : Json()},
            {"sign_flip_error", delta->signFlip ? Json(delta->signFlip->error) : Json()},
            {"detectable", numberOrNull(delta->detectable)},
            {"below_margin", delta->belowMargin},
            {"note", delta->note}};
}

Json toJson(const std::optional<PairedAnswers>& answers) {
    if (!answers) return {};
    return {{"only_baseline_right", answers->onlyFirst},
            {"only_this_right", answers->onlySecond},
            {"images", answers->n},
            {"mean", answers->difference},
            {"low", answers->interval.low},
            {"high", answers->interval.high},
            {"p", answers->pValue}};
}

Json toJson(const TrialFigures& trial, bool baseline) {
    Json runs = Json::array();
    for (const RunFigures& run : trial.runs)
        runs.push_back(run.run);
    const Verdict verdict = trial.delta ? trial.delta->verdict : Verdict::CannotTell;
    return {{"trial", trial.trial},
            {"label", trial.label},
            {"seeds", trial.seeds},
            {"runs", runs},
            {"best_validation", toJson(trial.bestValidation)},
            {"test_at_best_validation", toJson(trial.testAtBest)},
            {"last", toJson(trial.last)},
            {"test_at_last", toJson(trial.testAtLast)},
            {"gap_last", toJson(trial.gapLast)},
            {"in_band", toJson(summaryOf(trial.runs, &RunFigures::inBand))},
            {"recovered", toJson(summaryOf(trial.runs, &RunFigures::recovered))},
            {"gap_slope", toJson(summaryOf(trial.runs, [](const RunFigures& run) { return run.gap.slope; }))},
            {"gap_outside_epochs", toJson(summaryOf(trial.runs, [](const RunFigures& run) { return run.gap.outside; }))},
            {"positive_transfer_beyond_alone", toJson(summaryOf(trial.runs, &RunFigures::positiveTransfer))},
            {"negative_transfer_beyond_alone", toJson(summaryOf(trial.runs, &RunFigures::negativeTransfer))},
            {"delta", toJson(trial.delta)},
            {"this_seed_only", toJson(trial.answers)},
            {"verdict", baseline ? Json() : Json(toText(verdict))},
            {"warnings", trial.warnings}};
}

}  // namespace

TrialComparison compareTrials(const Store& store, const std::vector<std::string>& names, double level, double margin,
                              int64_t looks) {
    if (names.empty()) throw inputError("There is nothing to compare", "Name at least one run or trial.");
    TrialComparison comparison;
    std::optional<RunRow> baseline;  // one run a trial: its data stand for all
    std::vector<size_t> comparable;
    for (const std::string& trial : trialsNamed(store, names)) {
        const std::vector<RunRow> runs = runsThatCount(store, trial);
        comparison.trials.push_back(figuresOf(store, trial, runs));
        if (!baseline) baseline = runs.front();
        const size_t index = comparison.trials.size() - 1;
        const auto reasons = obstacles(*baseline, runs.front());
        for (const std::string& reason : reasons) {
            comparison.trials[index].warnings.push_back("not comparable with the first: " + reason);
            if (std::ranges::find(comparison.notComparable, reason) == comparison.notComparable.end())
                comparison.notComparable.push_back(reason);
        }
        if (index > 0 && reasons.empty()) comparable.push_back(index);
    }
    addDeltas(comparison, comparable, level, margin, looks);
    addAnswers(store, comparison, comparable, levelOfLook(level, looks));
    std::vector<Json> documents;
    for (const TrialFigures& trial : comparison.trials)
        documents.push_back(trial.document);
    comparison.differences = differences(documents);
    return comparison;
}

Json toJson(const TrialComparison& comparison) {
    Json trials = Json::array(), changes = Json::array();
    for (const TrialFigures& trial : comparison.trials)
        trials.push_back(toJson(trial, trials.empty()));
    for (const Difference& difference : comparison.differences)
        changes.push_back({{"path", difference.path}, {"values", difference.values}});
    return {{"trials", trials}, {"differences", changes}, {"not_comparable", comparison.notComparable}};
}

}  // namespace gaplab
