#include "ui/setup/past_gaps.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/run/inspect.h"
#include "ui/forms/number_text.h"
#include "ui/models/series_text.h"
#include "ui/setup/gap_shape.h"

namespace gaplab::ui {
namespace {

constexpr int lookAgainMilliseconds = 3000;  // while a run here writes twice a second

/// Share of images that only one of the two gets right, from half of a paired interval: d = n (h / 1.96)^2 + g^2.
std::optional<double> disagreementOf(const Store& store, const RunRow& run, const std::string& split) {
    if (!run.find("gap/" + split + "/interval")) return {};
    const std::vector<Point> halves = store.points(run.id, "gap/" + split + "/interval");
    const std::vector<Point> gaps = store.points(run.id, "gap/" + split + "/accuracy");
    if (halves.empty()) return {};
    const Point& last = halves.back();
    const auto gap = std::ranges::find(gaps, last.step, &Point::step);
    if (gap == gaps.end()) return {};
    double images = 0;
    if (split == "train") {
        const Json batch = memberAt(run.document, {"training", "batch"});
        const int64_t since = halves.size() > 1 ? halves[halves.size() - 2].step : 0;
        images = static_cast<double>((last.step - since) * (batch.is_number_integer() ? batch.get<int64_t>() : Training().batch));
    } else {
        const Json subset = memberAt(run.document, {"evaluation", "subset"}), all = memberAt(run.dataFacts, {"validation"});
        images = subset.is_number() && subset > 0 ? subset.get<double>() : all.is_number() ? all.get<double>() : 0;
    }
    const double share = images * std::pow(last.value / 1.96, 2) + gap->value * gap->value;
    return images > 0 && std::isfinite(share) ? std::optional(std::clamp(share, 0.0, 1.0)) : std::nullopt;
}

QVector<QPointF> gapCurve(const std::vector<Point>& points) {
    QVector<QPointF> curve;
    for (const Point& point : points)
        if (std::isfinite(point.value)) curve.append({point.epoch, 100 * point.value});
    return curve;
}

std::optional<double> valueAt(const QVector<QPointF>& curve, double epoch) {
    if (epoch < curve.front().x() || epoch > curve.back().x()) return {};
    const auto right = std::ranges::lower_bound(curve, epoch, {}, &QPointF::x);
    if (right->x() == epoch) return right->y();
    const QPointF left = *std::prev(right);
    return left.y() + (right->y() - left.y()) * (epoch - left.x()) / (right->x() - left.x());
}

double quantile(const std::vector<double>& ascending, double share) {
    const double place = share * static_cast<double>(ascending.size() - 1);
    const auto left = static_cast<size_t>(place);
    const size_t right = std::min(left + 1, ascending.size() - 1);
    return ascending[left] + (ascending[right] - ascending[left]) * (place - std::floor(place));
}

void addQuantiles(PastGaps& past) {
    std::set<double> epochs;
    for (const auto& curve : past.curves)
        for (const QPointF& point : curve)
            epochs.insert(point.x());
    for (const double epoch : epochs) {
        std::vector<double> values;
        for (const auto& curve : past.curves)
            if (const auto value = valueAt(curve, epoch)) values.push_back(*value);
        std::ranges::sort(values);
        past.low.append({epoch, quantile(values, 0.1)});
        past.middle.append({epoch, quantile(values, 0.5)});
        past.high.append({epoch, quantile(values, 0.9)});
    }
}

void addReached(PastGaps& past, const RunRow& run, const QVector<QPointF>& curve) {
    if (run.state != RunState::Finished || !memberAt(run.document, {"gap", "controller"}).is_null()) return;
    for (const QPointF& point : curve)
        if (point.x() >= curve.back().x() / 2) past.reached = std::max(past.reached.value_or(point.y()), point.y());
}

}  // namespace

std::string gapTeacherOf(const Json& experiment) {
    const Json pair = memberAt(experiment, {"gap", "between"}), teachers = memberAt(experiment, {"teachers"});
    if (pair.is_array() && !pair.empty() && pair[0].is_string()) return pair[0];
    if (!teachers.is_object() || teachers.empty()) return {};
    for (const char* usual : {"dynamic", "static"})
        if (teachers.contains(usual)) return usual;
    return teachers.begin().key();
}

std::string gapTeacherKind(const Json& experiment) {
    return textAt(experiment, {"teachers", gapTeacherOf(experiment), "kind"}, "static");
}

GapPair GapPair::of(const Json& experiment) {
    GapPair pair;
    pair.student = textAt(experiment, {"student", "architecture"});
    pair.data = textAt(experiment, {"data", "source"});
    pair.measure = textAt(experiment, {"gap", "measure"}, "accuracy");
    if (const std::string place = textAt(experiment, {"data", "path"}); !place.empty()) pair.data += " " + place;
    const Json teacher = memberAt(experiment, {"teachers", gapTeacherOf(experiment)});
    if (!teacher.is_object()) return pair;
    const std::string kind = gapTeacherKind(experiment);
    pair.teacher = textAt(teacher, {"architecture"});
    if (kind != "static") pair.teacher = pair.teacher.empty() ? kind : pair.teacher + " (" + kind + ")";
    // Of one that grows out of the student, the width takes the place of an architecture.
    const Member* member = catalogue().find(Registry::TeacherKind, kind);
    for (const Parameter& parameter : member ? member->parameters : std::vector<Parameter>())
        if (parameter.name == "expansion")
            pair.teacher += " ×" + numberText(teacher.value("expansion", parameter.defaultValue)).toStdString();
    return pair;
}

PastGaps readPastGaps(const Store& store, const GapPair& pair) {
    PastGaps past;
    const std::string series = "gap/validation/" + pair.measure;
    std::vector<RunRow> runs = store.runs();
    for (auto run = runs.rbegin(); run != runs.rend() && past.curves.size() < mostPastRuns; ++run) {
        if (!run->find(series)) continue;
        GapPair other = GapPair::of(run->document);
        other.measure = pair.measure;  // it was measured, whatever that run's own target was about
        if (other != pair) continue;
        const QVector<QPointF> curve = gapCurve(store.points(run->id, series));
        if (curve.isEmpty()) continue;
        past.curves.push_back(curve);
        addReached(past, *run, curve);
        for (const std::string split : {"train", "validation"})
            if (!past.disagreement.contains(split))
                if (const auto share = disagreementOf(store, *run, split)) past.disagreement[split] = *share;
    }
    if (past.curves.size() > mostCurves) addQuantiles(past);
    return past;
}

GapHistory::GapHistory(StoreReader& reader, QObject* parent) : QObject(parent), reader_(reader) {
    later_.setSingleShot(true);
    later_.setInterval(lookAgainMilliseconds);
    connect(&later_, &QTimer::timeout, this, &GapHistory::ask);
    connect(&reader_, &StoreReader::changed, this, [this] {
        isStale_ = true;
        lookLater();
    });
}

void GapHistory::setSeen(bool seen) {
    seen_ = seen;
    if (!seen) later_.stop();
    lookLater();
}

void GapHistory::lookLater() {
    if (seen_ && isStale_ && !later_.isActive()) later_.start();
}

void GapHistory::follow(const GapPair& pair) {
    if (pair == pair_) return;
    pair_ = pair;
    gaps_.reset();
    ask();
}

void GapHistory::ask() {
    isStale_ = false;
    if (!pair_.isTold()) return;
    reader_.ask(
        this, [pair = pair_](const Store& store) { return std::pair(pair, readPastGaps(store, pair)); },
        [this](std::pair<GapPair, PastGaps> answer) {
            if (answer.first != pair_) return;
            gaps_ = std::move(answer.second);
            Q_EMIT changed();
        });
}

}  // namespace gaplab::ui
