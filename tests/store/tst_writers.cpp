#include <atomic>
#include <thread>

#include <QTest>

#include "core/store/connection.h"
#include "tests/store/fixture.h"

using namespace gaplab;
using namespace gaplab::test;

class TestWriters : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void twoWritersAndAReaderLoseNoPoint() {
        const Place place;
        place.make();
        constexpr int64_t beats = 60, pointsABeat = 20;
        std::atomic<int> writing{2};
        const auto write = [&] {
            Store store = place.open();
            const int64_t run = store.addRun(someRun());
            bring(store, run, RunState::Running);
            for (int64_t beat = 0; beat < beats; ++beat) {
                store.append(run, steps(beat * pointsABeat, (beat + 1) * pointsABeat - 1));
                if (beat % 10 == 0) store.holdLease(run, 10);
            }
            store.setState(run, RunState::Finished);
            --writing;
        };
        std::thread first(write), second(write);
        const Store reader = place.open(Store::Mode::Read);
        int64_t seen = 0;
        bool shrunk = false, torn = false;
        while (writing > 0) {
            int64_t count = 0;
            for (const RunRow& run : reader.runs()) {
                const SeriesSummary* summary = run.find("student/train/loss");
                if (!summary) continue;
                count += summary->count;
                torn = torn || summary->count != summary->last.step + 1;
            }
            shrunk = shrunk || count < seen;
            seen = count;
        }
        first.join();
        second.join();
        QVERIFY(!shrunk);
        QVERIFY(!torn);
        for (const int64_t run : {1, 2}) {
            QCOMPARE(std::ssize(reader.points(run, "student/train/loss")), beats * pointsABeat);
            QCOMPARE(reader.run(run).state, RunState::Finished);
        }
        QVERIFY(reader.check().ok);
    }

    void manyThreadsMakeOneStore() {
        const Place place;
        std::vector<std::thread> threads;
        std::atomic<int> failures{0};
        for (uint64_t seed = 0; seed < 4; ++seed)
            threads.emplace_back([&, seed] {
                try {
                    place.make().addRun(someRun("run", seed));
                } catch (const std::exception&) {
                    ++failures;
                }
            });
        for (std::thread& thread : threads)
            thread.join();
        QCOMPARE(failures.load(), 0);
        QCOMPARE(place.open(Store::Mode::Read).runs().size(), size_t{4});
    }
};

QTEST_GUILESS_MAIN(TestWriters)
#include "tst_writers.moc"
