#include <atomic>
#include <stdexcept>

#include <QtTest>

#include "core/data/memory.h"
#include "core/data/parallel.h"
#include "tests/data/expect.h"

using namespace gaplab;

class ParallelTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyItemIsDoneOnce() {
        for (const int threads : {1, 2, 7}) {
            std::vector<std::atomic<int>> seen(1000);
            parallelFor(1000, {.threads = threads, .chunk = 13}, [&](int64_t begin, int64_t end) {
                for (int64_t i = begin; i < end; ++i)
                    ++seen[static_cast<size_t>(i)];
            });
            QVERIFY(std::ranges::all_of(seen, [](int count) { return count == 1; }));
        }
    }

    void theFirstFailureIsToldForAnyNumberOfThreads() {
        for (int repeat = 0; repeat < 50; ++repeat)
            try {
                parallelFor(1000, {.threads = 4, .chunk = 10}, [](int64_t begin, int64_t end) {
                    for (int64_t i = begin; i < end; ++i)
                        if (i >= 105 && i % 7 == 0) throw std::runtime_error(std::to_string(i));
                });
                QFAIL("nothing was thrown");
            } catch (const std::runtime_error& error) {
                QCOMPARE(error.what(), "105");
            }
    }

    void progressReachesTheEnd() {
        std::atomic<int64_t> most = 0;
        const auto advanced = [&](int64_t done) {
            int64_t seen = most;
            while (done > seen && !most.compare_exchange_weak(seen, done)) {
            }
        };
        parallelFor(777, {.threads = 3, .chunk = 10, .advanced = advanced}, [](int64_t, int64_t) {});
        QCOMPARE(most.load(), int64_t{777});
    }

    void moreThanHalfOfTheMemoryIsRefusedWithTheNumbers() {
        requireMemory(500, "The images", 1000);
        QVERIFY(refuses([] { requireMemory(3'000'000'000, "The images", 4'000'000'000); }, Fault::World,
                        {"The images need 3.0 GB", "4.0 GB free", "data.size"}));
        QVERIFY(availableMemory() > 1'000'000);
    }
};

int runParallelTests(int argc, char** argv) {
    ParallelTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_parallel.moc"
