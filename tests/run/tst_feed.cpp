#include <atomic>
#include <thread>

#include <QtTest>

#include "core/run/command_box.h"
#include "core/run/live_feed.h"
#include "core/run/task_thread.h"

using namespace gaplab;
using namespace std::chrono_literals;

namespace {

FeedItem pointItem(int64_t step) {
    return {.kind = FeedItem::Kind::Point, .run = 1, .point = {"a/train/loss", {step, 0, 0, 0}}};
}

}  // namespace

class TestFeed : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyPointArrivesOnceAndInOrderWhileBothSidesWork() {
        LiveFeed feed;
        constexpr int64_t count = 20000;
        std::jthread worker([&] {
            for (int64_t i = 0; i < count; ++i)
                feed.push(pointItem(i));
        });
        int64_t expected = 0;
        while (expected < count) {
            const LiveFeed::Batch batch = feed.drain();
            QVERIFY(!batch.overflowed);
            for (const FeedItem& item : batch.items)
                QCOMPARE(item.point.point.step, expected++);
        }
    }

    void anOverflowDropsPointsOnlyAndSaysSo() {
        LiveFeed feed(10);
        feed.push({.kind = FeedItem::Kind::Submitted, .submission = 7});
        for (int64_t i = 0; i < 100; ++i)
            feed.push(pointItem(i));
        const LiveFeed::Batch batch = feed.drain();
        QVERIFY(batch.overflowed);
        QCOMPARE(batch.items.size(), size_t{10});
        QCOMPARE(batch.items.front().submission, 7);
        QCOMPARE(batch.items.back().point.point.step, 99);
        QVERIFY(!feed.drain().overflowed);
    }

    void tasksRunInOrderOnOneThread() {
        TaskThread thread;
        std::vector<int> order;
        for (int i = 0; i < 100; ++i)
            thread.post([&order, i](std::stop_token) { order.push_back(i); });
        thread.waitUntilIdle();
        QCOMPARE(order.size(), size_t{100});
        QVERIFY(std::ranges::is_sorted(order));
        QVERIFY(thread.idle());
    }

    void manyThreadsMayPost() {
        TaskThread thread;
        std::atomic<int> done = 0;
        {
            std::vector<std::jthread> posters;
            for (int p = 0; p < 4; ++p)
                posters.emplace_back([&] {
                    for (int i = 0; i < 500; ++i)
                        thread.post([&](std::stop_token) { ++done; });
                });
        }
        thread.waitUntilIdle();
        QCOMPARE(done.load(), 2000);
    }

    void theDestructorStopsTheRunningTaskAndDropsTheRest() {
        std::atomic<bool> stopped = false, second = false;
        {
            TaskThread thread;
            std::atomic<bool> begun = false;
            thread.post([&](std::stop_token stop) {
                begun = true;
                while (!stop.stop_requested())
                    std::this_thread::yield();
                stopped = true;
            });
            thread.post([&](std::stop_token) { second = true; });
            while (!begun)
                std::this_thread::yield();
        }
        QVERIFY(stopped);
        QVERIFY(!second);
    }

    void clearDropsWhatHasNotBegun() {
        TaskThread thread;
        std::atomic<bool> release = false;
        std::atomic<int> ran = 0;
        thread.post([&](std::stop_token) {
            while (!release)
                std::this_thread::yield();
        });
        for (int i = 0; i < 5; ++i)
            thread.post([&](std::stop_token) { ++ran; });
        thread.clear();
        release = true;
        thread.waitUntilIdle();
        QCOMPARE(ran.load(), 0);
    }

    void aPausedWorkerIsLetGoBy_data() {
        QTest::addColumn<int>("command");
        QTest::addColumn<int>("wish");
        QTest::newRow("resume") << int(Command::Resume) << int(CommandBox::Wish::GoOn);
        QTest::newRow("stop") << int(Command::StopAfterStep) << int(CommandBox::Wish::StopAfterStep);
    }
    void aPausedWorkerIsLetGoBy() {
        QFETCH(int, command);
        QFETCH(int, wish);
        CommandBox box;
        box.post(Command::Pause);
        QVERIFY(box.wish() == CommandBox::Wish::Pause);
        std::atomic<bool> free = false;
        std::jthread worker([&] {
            box.waitWhilePaused();
            free = true;
        });
        std::this_thread::sleep_for(20ms);
        QVERIFY(!free);
        box.post(static_cast<Command>(command));
        worker.join();
        QVERIFY(free);
        QCOMPARE(int(box.wish()), wish);
    }

    void aWeakerStopDoesNotReplaceAStrongerOne() {
        CommandBox box;
        box.post(Command::StopAfterStep);
        box.post(Command::StopAfterEpoch);
        box.post(Command::Resume);
        QVERIFY(box.wish() == CommandBox::Wish::StopAfterStep);
        box.reset();
        QVERIFY(box.wish() == CommandBox::Wish::GoOn);
    }
};

QTEST_GUILESS_MAIN(TestFeed)
#include "tst_feed.moc"
