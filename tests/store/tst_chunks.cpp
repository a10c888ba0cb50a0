#include <cmath>
#include <limits>
#include <rapidcheck.h>

#include <QTest>

#include "core/store/chunks.h"
#include "tests/store/fixture.h"
#include "tests/store/suites.h"

using namespace gaplab;
using namespace gaplab::test;

namespace {

using Limits = std::numeric_limits<double>;

const std::string loss = "student/train/loss";

/// Points as the trainer makes them: every tenth step, with times to the millisecond.
std::vector<SeriesPoint> trained(int64_t first, int64_t count) {
    std::vector<SeriesPoint> points;
    for (int64_t i = first; i < first + count; ++i) {
        const int64_t step = 10 * i;
        points.push_back({loss,
                          {step, static_cast<double>(step) / 79.0, 1.0 / static_cast<double>(step + 3),
                           static_cast<double>(1'790'000'000'000 + 437 * i) / 1000}});
    }
    return points;
}

std::vector<Point> bare(const std::vector<SeriesPoint>& points) {
    std::vector<Point> all;
    for (const SeriesPoint& point : points)
        all.push_back(point.point);
    return all;
}

bool areSame(const std::vector<Point>& left, const std::vector<Point>& right) {
    return std::ranges::equal(left, right, [](const Point& a, const Point& b) { return same(a, b); });
}

rc::Gen<double> anyDouble() {
    return rc::gen::oneOf(rc::gen::arbitrary<double>(),
                          rc::gen::element(0.0, -0.0, Limits::infinity(), -Limits::infinity(), Limits::denorm_min(),
                                           Limits::max(), 1e300, 1'790'000'000.125, 9007199254740993.0));
}

int64_t number(Connection& connection, const char* sql) {
    return connection.database().execAndGet(sql).getInt64();
}

}  // namespace

class TestChunks : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void predictionsComeBackAsTheyWere() {
        const Place place;
        Store store = place.make();
        const int64_t run = store.addRun(someRun());
        QVERIFY(rc::check([&] {
            PredictionRecord record{.role = "student", .split = "validation", .epoch = 1};
            const int classes = *rc::gen::element(2, 10, 256, 257, 65536);
            record.classes = *rc::gen::container<std::vector<uint16_t>>(
                rc::gen::map(rc::gen::inRange(0, classes), [](int label) { return static_cast<uint16_t>(label); }));
            for (size_t i = 0; i < record.classes.size(); ++i)
                record.confidences.push_back(static_cast<uint8_t>(*rc::gen::inRange(0, 256)));
            store.addPredictions(run, std::vector{record}, 1);
            const auto back = store.predictions(run, "student", "validation");
            RC_ASSERT(back && back->epoch == 1.0 && back->classes == record.classes && back->confidences == record.confidences);
        }));
    }

    void onlyTheBestAndTheLastPredictionsAreKept() {
        const Place place;
        Store store = place.make();
        const int64_t run = store.addRun(someRun());
        const auto add = [&](double epoch, double best) {
            std::vector<PredictionRecord> records;
            for (const char* role : {"labels", "student"})
                records.push_back({role, "validation", epoch, {static_cast<uint16_t>(epoch)}, {9}});
            store.addPredictions(run, records, best);
        };
        const auto has = [&](double epoch) { return store.predictions(run, "student", "validation", epoch).has_value(); };
        store.addPredictions(run, std::vector<PredictionRecord>{{"student", "test", 0, {1}, {2}}}, 0);
        add(0, 0);
        add(1, 1);
        add(2, 1);
        add(3, 1);
        QVERIFY(!has(0) && has(1) && !has(2) && has(3));
        QCOMPARE(store.predictions(run, "student", "validation")->classes, std::vector<uint16_t>{3});
        QVERIFY(store.predictions(run, "student", "test"));  // another split
        QVERIFY(!store.predictions(run, "other", "validation"));
        store.rewind(run, 25, 2.5);
        QVERIFY(has(1) && !has(3));
        QCOMPARE(errorOf([&] { store.addPredictions(99, std::vector<PredictionRecord>{{}}, 0); }).fault(), Fault::Input);
    }

    void damagedPredictionsAreFoundAndLeftOut() {
        const Place place;
        Store store = place.make();
        const int64_t run = store.addRun(someRun());
        const std::vector<PredictionRecord> records = {
            {"student", "test", 2, std::vector<uint16_t>(500, 3), std::vector<uint8_t>(500, 7)},
            {"labels", "test", 2, {1, 2}, {3, 4}}};
        for (const char* damage :
             {"substr(data, 1, 9)", "x'ffffffff'", "x''", "substr(data, 1, 6) || x'5a' || substr(data, 8)"}) {
            store.addPredictions(run, records, 2);
            QVERIFY(store.check().ok);
            Connection(place.path(), Connection::Access::Write)
                .database()
                .exec(std::string("UPDATE prediction SET data = CAST(") + damage + " AS BLOB) WHERE role = 'student'");
            QVERIFY(!store.predictions(run, "student", "test"));
            QVERIFY(store.predictions(run, "labels", "test"));
            const auto health = store.check();
            QCOMPARE(health.findings,
                     std::vector<std::string>{"What student of run 1 answered on test images at epoch 2 is damaged"});
        }
    }

    void anyPointsComeBackBitForBit() {
        QVERIFY(rc::check([] {
            const size_t count = *rc::gen::inRange<size_t>(1, 60);
            const bool regular = *rc::gen::arbitrary<bool>();
            int64_t step = *rc::gen::element<int64_t>(0, -5, 1, int64_t{1} << 40);
            std::vector<Point> points;
            for (size_t i = 0; i < count; ++i) {
                step += *rc::gen::element<int64_t>(1, 1, 10, regular ? 2 : int64_t{1} << 33);
                Point point{step, static_cast<double>(step) / 79.0, *anyDouble(), 1'790'000'000.5 + static_cast<double>(i)};
                if (!regular && *rc::gen::arbitrary<bool>()) point.epoch = *anyDouble();
                if (!regular && *rc::gen::arbitrary<bool>()) point.wall = *anyDouble();
                points.push_back(point);
            }
            std::vector<Point> back;
            const SealedChunk chunk = encodeChunk(points);
            RC_ASSERT(decodeChunk(chunk, back));
            RC_ASSERT(areSame(back, points));
            back.clear();
            SealedChunk cut = chunk;
            cut.data.pop_back();
            RC_ASSERT(!decodeChunk(cut, back) && back.empty());
        }));
    }

    void whatATrainingRecordsTakesSixteenBytesAPoint() {
        const SealedChunk chunk = encodeChunk(bare(trained(0, 1024)));
        QCOMPARE(chunk.encoding, ShortSteps | Milliseconds | EpochsBySteps);
        QCOMPARE(chunk.data.size(), size_t{8 + 16 * 1024});
    }

    void longSeriesAreSealedAndReadAsTheyWere() {
        const Place place;
        Store store = place.make();
        const int64_t run = store.addRun(someRun());
        const auto points = trained(0, 5000);
        for (size_t begin = 0; begin < points.size(); begin += 7)  // as beats of a recorder bring them
            store.append(run, std::span(points).subspan(begin, std::min<size_t>(7, points.size() - begin)));
        QVERIFY(areSame(store.points(run, loss), bare(points)));
        QVERIFY(areSame(store.points(run, loss, 10 * 1500), bare(trained(1501, 3499))));
        QVERIFY(store.points(run, loss, 10 * 4999).empty());
        Connection raw(place.path(), Connection::Access::Read);
        QCOMPARE(number(raw, "SELECT count(*) FROM chunk"), 4);
        QCOMPARE(number(raw, "SELECT count(*) FROM point_tail"), 5000 - 4 * 1024);
        QVERIFY(store.check().ok);
        // All at once is the same.
        const int64_t other = store.addRun(someRun());
        store.append(other, points);
        QVERIFY(areSame(store.points(other, loss), bare(points)));
    }

    /// Late, repeated and removed points, against a map.
    void sealedSeriesCanBeChanged() {
        const Place place;
        Store store = place.make();
        QVERIFY(rc::check([&] {
            const int64_t run = store.addRun(someRun());
            std::map<int64_t, Point> model;
            const auto take = [&](const std::vector<SeriesPoint>& points) {
                store.append(run, points);
                for (const SeriesPoint& point : points)
                    model[point.point.step] = point.point;
            };
            take(trained(0, *rc::gen::inRange<int64_t>(1, 4000)));
            for (int round = 0; round < 4; ++round) {
                const int64_t last = model.empty() ? 0 : model.rbegin()->first / 10;
                switch (*rc::gen::inRange(0, 3)) {
                    case 0: take(trained(last + 1, *rc::gen::inRange<int64_t>(1, 1500))); break;
                    case 1: {
                        auto late = trained(*rc::gen::inRange<int64_t>(0, last + 1), 3);
                        for (SeriesPoint& point : late)
                            point.point.value += 1;
                        take(late);
                        break;
                    }
                    default: {
                        const int64_t step = 10 * *rc::gen::inRange<int64_t>(0, last + 1) + 3;
                        store.rewind(run, step, 0);
                        model.erase(model.upper_bound(step), model.end());
                    }
                }
                std::vector<Point> wanted;
                for (const auto& [step, point] : model)
                    wanted.push_back(point);
                RC_ASSERT(areSame(store.points(run, loss), wanted));
                const RunRow row = store.run(run);
                const SeriesSummary* summary = row.find(loss);
                RC_ASSERT((summary ? summary->count : 0) == std::ssize(wanted));
                if (summary) RC_ASSERT(same(summary->last, wanted.back()));
            }
        }));
        QVERIFY(store.check().ok);
    }

    void aFlippedBitIsFoundShownAsAGapAndReported_data() {
        QTest::addColumn<QString>("damage");
        QTest::newRow("a value") << "UPDATE chunk SET data = CAST(substr(data, 1, 9000) || x'5a' || substr(data, 9002) AS BLOB) "
                                    "WHERE seq = 1";
        QTest::newRow("too short") << "UPDATE chunk SET data = substr(data, 1, 100) WHERE seq = 1";
        QTest::newRow("empty") << "UPDATE chunk SET data = x'' WHERE seq = 1";
        QTest::newRow("its checksum") << "UPDATE chunk SET crc32 = crc32 + 1 WHERE seq = 1";
    }
    void aFlippedBitIsFoundShownAsAGapAndReported() {
        QFETCH(QString, damage);
        const Place place;
        Store store = place.make();
        const int64_t run = store.addRun(someRun());
        store.append(run, trained(0, 4000));
        {
            Connection raw(place.path(), Connection::Access::Write);
            raw.database().exec(damage.toStdString());
        }
        const auto points = store.points(run, loss);
        QCOMPARE(points.size(), size_t{4000 - 1024 + 2});
        QVERIFY(std::isnan(points[1024].value) && std::isnan(points[1025].value));
        QCOMPARE(points[1024].step, 10 * 1024);
        QCOMPARE(points[1025].step, 10 * 2047);
        QVERIFY(std::abs(points[1025].epoch - 20470 / 79.0) < 1e-6);
        QVERIFY(same(points[1026], trained(2048, 1).front().point));
        const auto health = store.check();
        QVERIFY(!health.ok);
        QCOMPARE(health.findings.size(), size_t{1});
        QVERIFY2(QString::fromStdString(health.findings[0])
                     .startsWith("Steps 10240 to 20470 of student/train/loss of run 1 are damaged: 1024 points"),
                 health.findings[0].c_str());
        store.append(run, trained(4000, 2000));  // it goes on
        QCOMPARE(store.points(run, loss).size(), size_t{6000 - 1024 + 2});
        store.rewind(run, 10 * 3000, 0);  // behind the damage
        QCOMPARE(store.points(run, loss).size(), size_t{3001 - 1024 + 2});
    }
};

int testChunks(int argc, char** argv) {
    TestChunks test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_chunks.moc"
