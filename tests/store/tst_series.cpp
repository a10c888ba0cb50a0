#include <cmath>
#include <limits>
#include <map>
#include <rapidcheck.h>

#include <QTest>

#include "tests/store/fixture.h"
#include "tests/store/suites.h"

using namespace gaplab;
using namespace gaplab::test;

namespace {

using Limits = std::numeric_limits<double>;

/// Every kind of number a run can bring forth.
rc::Gen<double> anyDouble() {
    return rc::gen::oneOf(
        rc::gen::arbitrary<double>(), rc::gen::map(rc::gen::arbitrary<int>(), [](int value) { return double(value); }),
        rc::gen::element(0.0, -0.0, Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity(), Limits::denorm_min(),
                         -Limits::denorm_min(), Limits::max(), Limits::lowest(), 1e300, 9007199254740993.0),
        rc::gen::map(rc::gen::arbitrary<uint64_t>(), [](uint64_t bits) {
            double value = 0;
            std::memcpy(&value, &bits, sizeof value);
            return value;
        }));
}

const std::vector<std::string> names{"student/train/loss", "student/validation/accuracy", "gap/validation/accuracy"};

rc::Gen<SeriesPoint> anyPoint() {
    return rc::gen::exec([] {
        SeriesPoint point;
        point.series = *rc::gen::elementOf(names);
        point.point = {*rc::gen::inRange<int64_t>(0, 60), *anyDouble(), *anyDouble(), *anyDouble()};
        return point;
    });
}

/// What the store should hold: series -> step -> point.
using Model = std::map<std::string, std::map<int64_t, Point>>;

SeriesSummary bruteForce(const std::map<int64_t, Point>& points) {
    SeriesSummary summary;
    summary.count = static_cast<int64_t>(points.size());
    summary.last = points.rbegin()->second;
    std::vector<Point> numbers;
    for (const auto& [step, point] : points) {
        if (std::isnan(point.value))
            ++summary.nanCount;
        else
            numbers.push_back(point);
    }
    const auto less = [](const Point& a, const Point& b) { return a.value < b.value; };
    const auto more = [](const Point& a, const Point& b) { return a.value > b.value; };
    if (numbers.empty()) {
        summary.minimum = summary.maximum = points.begin()->second;
    } else {
        summary.minimum = *std::min_element(numbers.begin(), numbers.end(), less);
        summary.maximum = *std::min_element(numbers.begin(), numbers.end(), more);
    }
    return summary;
}

void compareWithModel(const Store& store, int64_t run, const Model& model) {
    const RunRow row = store.run(run);
    size_t filled = 0;
    for (const auto& [name, points] : model) {
        const auto stored = store.points(run, name);
        RC_ASSERT(stored.size() == points.size());
        size_t index = 0;
        for (const auto& [step, point] : points)
            RC_ASSERT(same(stored[index++], point));
        const SeriesSummary* summary = row.find(name);
        RC_ASSERT((summary == nullptr) == points.empty());
        if (points.empty()) continue;
        ++filled;
        const SeriesSummary expected = bruteForce(points);
        RC_ASSERT(summary->count == expected.count);
        RC_ASSERT(summary->nanCount == expected.nanCount);
        RC_ASSERT(same(summary->last, expected.last));
        RC_ASSERT(same(summary->minimum, expected.minimum));
        RC_ASSERT(same(summary->maximum, expected.maximum));
    }
    RC_ASSERT(row.series.size() == filled);
}

}  // namespace

class TestSeries : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void pointsAndSummariesSurviveAnythingBitForBit() {
        const Place place;
        Store store = place.make(), reader = place.open(Store::Mode::Read);
        QVERIFY(rc::check([&] {
            const int64_t run = store.addRun(someRun());
            Model model;
            const int rounds = *rc::gen::inRange(1, 5);
            for (int round = 0; round < rounds; ++round) {
                const auto points = *rc::gen::container<std::vector<SeriesPoint>>(anyPoint());
                store.append(run, points);
                for (const SeriesPoint& point : points)
                    model[point.series][point.point.step] = point.point;
                if (*rc::gen::arbitrary<bool>()) {
                    const int64_t step = *rc::gen::inRange<int64_t>(-1, 60);
                    store.rewind(run, step, 0);
                    for (auto& [name, series] : model)
                        series.erase(series.upper_bound(step), series.end());
                }
                compareWithModel(reader, run, model);
            }
        }));
    }

    void laterPointsOnlyWhereAskedFor() {
        const Place place;
        Store store = place.make();
        const int64_t run = store.addRun(someRun());
        store.append(run, steps(0, 9));
        QCOMPARE(store.points(run, "student/train/loss", 6).size(), size_t{3});
        QCOMPARE(store.points(run, "student/train/loss", 6).front().step, 7);
        QVERIFY(store.points(run, "student/train/loss", 9).empty());
        QVERIFY(store.points(run, "student/train/other").empty());
        QVERIFY(store.points(run + 1, "student/train/loss").empty());
    }

    void directionDecidesWhatIsBest() {
        const Place place;
        Store store = place.make();
        const int64_t run = store.addRun(someRun());
        for (const char* name : {"student/train/loss", "student/validation/accuracy", "gap/validation/accuracy"}) {
            store.append(run, std::vector<SeriesPoint>{
                                  {name, {0, 0, 2, 0}}, {name, {1, 1, 9, 0}}, {name, {2, 2, 1, 0}}, {name, {3, 3, 3, 0}}});
        }
        const RunRow row = store.run(run);
        QCOMPARE(row.find("student/train/loss")->best().value, 1.0);
        QCOMPARE(row.find("student/validation/accuracy")->best().value, 9.0);
        QCOMPARE(row.find("gap/validation/accuracy")->best().value, 3.0);
        QVERIFY(!row.find("student/test/accuracy"));
    }

    void appendWritesAllOrNothing() {
        const Place place;
        Store store = place.make();
        const int64_t run = store.addRun(someRun());
        const std::vector<SeriesPoint> points{{"student/train/loss", {1, 0, 1, 0}}, {"misnamed", {1, 0, 1, 0}}};
        QVERIFY(says(errorOf([&] { store.append(run, points); }), "misnamed"));
        QVERIFY(store.run(run).series.empty());
        // the series whose row was rolled back is not remembered
        store.append(run, std::vector<SeriesPoint>{points.front()});
        QCOMPARE(store.points(run, "student/train/loss").size(), size_t{1});
        QVERIFY(store.check().ok);
        QCOMPARE(errorOf([&] { store.append(99, std::vector<SeriesPoint>{points.front()}); }).fault(), Fault::Input);
    }

    void eventsReadBackInOrder() {
        const Place place;
        Store store = place.make();
        const int64_t run = store.addRun(someRun());
        const std::vector<RunEvent> events{{5, 0.5, 1e9, "info", "started", "It began", {{"a", 1}}},
                                           {3, Limits::infinity(), 1e9, "error", "nan", "Loss is not a number", nullptr}};
        store.append(run, {}, events);
        const auto stored = store.events(run);
        QCOMPARE(stored.size(), size_t{2});
        for (size_t i = 0; i < 2; ++i) {
            QCOMPARE(stored[i].step, events[i].step);
            QVERIFY(same(stored[i].epoch, events[i].epoch));
            QCOMPARE(stored[i].wall, events[i].wall);
            QCOMPARE(stored[i].level, events[i].level);
            QCOMPARE(stored[i].kind, events[i].kind);
            QCOMPARE(stored[i].text, events[i].text);
            QCOMPARE(text(stored[i].details), text(events[i].details));
        }
    }

    void rewindTellsWhatItRemoved() {
        const Place place;
        Store store = place.make();
        const int64_t run = store.addRun(someRun()), other = store.addRun(someRun());
        const std::vector<RunEvent> events{{.step = 4, .kind = "early"}, {.step = 6, .kind = "late"}};
        store.append(run, steps(0, 9), events);
        store.append(other, steps(0, 9), events);
        store.rewind(run, 5, 0.5);
        const auto stored = store.events(run);
        QCOMPARE(stored.size(), size_t{2});
        QCOMPARE(stored[0].kind, std::string("early"));
        QCOMPARE(stored[1].kind, std::string("rewound"));
        QCOMPARE(stored[1].step, 5);
        QCOMPARE(text(stored[1].details), text(Json{{"points", 4}, {"events", 1}}));
        QCOMPARE(store.points(other, "student/train/loss").size(), size_t{10});
        QCOMPARE(store.events(other).size(), size_t{2});
        QCOMPARE(errorOf([&] { store.rewind(99, 0, 0); }).fault(), Fault::Input);
    }
};

int testSeries(int argc, char** argv) {
    TestSeries test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_series.moc"
