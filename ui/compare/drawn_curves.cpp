#include "ui/compare/drawn_curves.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <QCoreApplication>

#include "core/gap/target.h"
#include "core/run/compare.h"
#include "core/stats/curves.h"
#include "ui/models/series_text.h"

namespace gaplab::ui {
namespace {

using Place = std::optional<Point>;

Place firstInBand(const Store& store, const RunRow& run) {
    const std::optional<GapTarget> target = gapTarget(run);
    if (!target) return std::nullopt;
    const bool held = run.find(steeredGapSeries) != nullptr;
    for (const Point& point : store.points(run.id, held ? steeredGapSeries : gapSeriesOf(*target)))
        if (inBand(*target, {point.epoch, 100 * point.value})) return point;
    return std::nullopt;
}

Place firstFallOfTheRate(const Store& store, const RunRow& run) {
    constexpr double fall = 0.55;  // a cosine falls more slowly from one point to the next
    const std::vector<Point> rates = store.points(run.id, "student/train/learning_rate");
    for (size_t i = 1; i < rates.size(); ++i)
        if (rates[i].value < fall * rates[i - 1].value) return rates[i];
    return std::nullopt;
}

Place firstEvent(const Store& store, const RunRow& run, const std::string& kind) {
    const std::vector<RunEvent> events = store.events(run.id);
    const auto found = std::ranges::find(events, kind, &RunEvent::kind);
    if (found == events.end()) return std::nullopt;
    return Point{.step = found->step, .epoch = found->epoch, .wall = found->wall};
}

Place zeroOf(const Store& store, const RunRow& run, const std::string& zero) {
    if (zero == "band") return firstInBand(store, run);
    if (zero == "rate") return firstFallOfTheRate(store, run);
    return firstEvent(store, run, zero);
}

/// Of one run; nothing where it has nothing that could lie at x = 0.
std::optional<CurvePoints> curveOf(const Store& store, const RunRow& run, const CurveView& view, FigureRun::Held& held) {
    const XScale scale = XScale::of(run, {}, view.x);
    double origin = 0;
    if (!view.zero.empty()) {
        const Place zero = zeroOf(store, run, view.zero);
        if (!zero) return std::nullopt;
        origin = scale.x(zero->step, zero->epoch, zero->wall);
    }
    const double unit = unitOf(view.series).scale;
    const std::vector<Point> points = store.points(run.id, view.series);
    held = heldOf(points);
    CurvePoints curve;
    curve.reserve(points.size());
    for (const Point& point : points)
        curve.push_back({scale.x(point.step, point.epoch, point.wall) - origin, unit * point.value});
    // A run that was resumed on another machine may have a clock that went back.
    if (!std::ranges::is_sorted(curve, {}, &CurvePoint::x)) std::ranges::stable_sort(curve, {}, &CurvePoint::x);
    return curve;
}

/// The mean where all the curves are.
CurvePoints meanOf(const std::vector<CurveSummary>& summaries, int64_t all) {
    CurvePoints mean;
    for (const CurveSummary& summary : summaries)
        if (summary.n == all) mean.push_back({summary.x, summary.mean});
    return mean;
}

/// What the curves of trials are taken from.
class Baseline {
public:
    void add(uint64_t seed, const CurvePoints& curve) { curves_[seed] = curve; }
    void close() {
        std::vector<CurvePoints> all;
        for (const auto& [seed, curve] : curves_)
            all.push_back(curve);
        mean_ = meanOf(summariseCurves(all), std::ssize(all));
    }
    CurvePoints differenceOf(uint64_t seed, const CurvePoints& curve) const {
        const auto same = curves_.find(seed);
        return differenceTo(curve, same == curves_.end() ? mean_ : same->second);
    }

private:
    std::map<uint64_t, CurvePoints> curves_;
    CurvePoints mean_;
};

CurveData lineOf(const CurvePoints& points) {
    CurveData line;
    for (const CurvePoint& point : points)
        line.append(point.x, point.y);
    return line;
}

void addSpread(DrawnCurves::Trial& trial, const std::vector<CurveSummary>& summaries, const CurveView& view, double level) {
    const CurveView::Spread spread = view.spread;
    if (spread == CurveView::Spread::None) return;
    std::vector<Interval> around;
    if (spread == CurveView::Spread::Interval)
        around = meanIntervals(summaries, level);
    else
        for (const CurveSummary& summary : summaries)
            around.push_back(spread == CurveView::Spread::Range ? Interval{summary.least, summary.most}
                                                                : Interval{summary.mean - summary.sd, summary.mean + summary.sd});
    const SeriesUnit whole = unitOf(view.series);
    for (size_t i = 0; i < summaries.size(); ++i) {
        if (summaries[i].n < 2 || !std::isfinite(around[i].low) || !std::isfinite(around[i].high)) continue;
        // Of two or three seeds the interval of a share reaches beyond what a share can be.
        if (whole.share && !view.difference) {
            around[i].low = std::max(around[i].low, 0.0);
            around[i].high = std::min(around[i].high, whole.scale);
        }
        trial.low.append(summaries[i].x, around[i].low);
        trial.high.append(summaries[i].x, around[i].high);
    }
}

void addMean(DrawnCurves::Trial& trial, const std::vector<CurvePoints>& curves, const CurveView& view, double level) {
    const auto summaries = summariseCurves(curves);
    const int64_t all = std::ssize(curves);
    bool whole = false;
    for (const CurveSummary& summary : summaries) {
        if (summary.n == all) {
            // The dotted line goes on from where the whole one ends.
            if (!whole && !trial.fewer.empty()) trial.fewer.append(summary.x, summary.mean);
            trial.mean.append(summary.x, summary.mean);
            trial.last = summary.mean;
        } else {
            if (whole) {
                trial.fewer.append(trial.mean.x(trial.mean.size() - 1), std::nan(""));
                trial.fewer.append(trial.mean.x(trial.mean.size() - 1), trial.mean.y(trial.mean.size() - 1));
            }
            trial.fewer.append(summary.x, summary.mean);
        }
        whole = summary.n == all;
    }
    addSpread(trial, summaries, view, level);
}

}  // namespace

const std::vector<CurveZero>& curveZeros() {
    static const std::vector<CurveZero> all = {{"band", QT_TRANSLATE_NOOP("curveZero", "first inside the band")},
                                               {"rate", QT_TRANSLATE_NOOP("curveZero", "learning rate halved")},
                                               {"edit", QT_TRANSLATE_NOOP("curveZero", "first change by hand")},
                                               {"held", QT_TRANSLATE_NOOP("curveZero", "controller held")},
                                               {"released", QT_TRANSLATE_NOOP("curveZero", "gap released")},
                                               {"widened", QT_TRANSLATE_NOOP("curveZero", "teacher widened")},
                                               {"anchor", QT_TRANSLATE_NOOP("curveZero", "next anchor of the route")},
                                               {"resumed", QT_TRANSLATE_NOOP("curveZero", "resumed")}};
    return all;
}

QString CurveZero::titleText() const {
    return QCoreApplication::translate("curveZero", title);
}

DrawnCurves drawCurves(const Store& store, const std::vector<ComparedTrial>& trials, const CurveView& asked, double level) {
    DrawnCurves drawn;
    CurveView view = asked;
    size_t runs = 0;
    for (const ComparedTrial& trial : trials)
        runs += trial.runs.size();
    if (runs > mostSeedLines) view.seeds = false;
    if (trials.size() > mostSpreads) view.spread = CurveView::Spread::None;
    drawn.onlyMeans = view.seeds != asked.seeds || view.spread != asked.spread;
    Baseline baseline;
    for (const ComparedTrial& trial : trials) {
        const bool first = drawn.trials.empty();
        DrawnCurves::Trial& lines = drawn.trials.emplace_back();
        std::vector<CurvePoints> curves;
        std::vector<int64_t> ids;
        std::vector<uint64_t> seeds;
        for (const RunRow& run : trial.runs) {
            if (view.hidden.contains(run.id) && !(first && view.difference)) continue;
            FigureRun::Held held;
            std::optional<CurvePoints> curve = curveOf(store, run, view, held);
            drawn.withoutZero += !curve;
            if (!curve || curve->empty()) continue;
            if (first && view.difference) baseline.add(run.seed, *curve);
            if (view.hidden.contains(run.id)) continue;
            drawn.held[run.id] = std::move(held);
            curves.push_back(std::move(*curve));
            ids.push_back(run.id);
            seeds.push_back(run.seed);
        }
        if (first && view.difference) baseline.close();
        for (size_t i = 0; i < curves.size(); ++i) {
            if (view.difference) curves[i] = baseline.differenceOf(seeds[i], curves[i]);
            lines.runs.push_back({ids[i], view.seeds || curves.size() == 1 ? lineOf(curves[i]) : CurveData()});
        }
        if (!curves.empty()) addMean(lines, curves, view, level);
    }
    return drawn;
}

}  // namespace gaplab::ui
