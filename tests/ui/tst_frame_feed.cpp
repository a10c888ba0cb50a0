#include "tests/ui/frame_tests.h"

namespace gaplab::ui {

class TestFeed : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void answersArriveInOrderOnTheWindowsThread();
    void answerIsDroppedOnceTheReceiverIsGone();
    void failedReadIsSaidInASentence();
    void missingStoreIsReportedAndNotMade();
    void writingOfOthersIsNoticed();
    void pointsOfOneDrainComeTogetherAndInOrder();
    void overflowIsTold();
};

void TestFeed::answersArriveInOrderOnTheWindowsThread() {
    TestSession store;
    QList<int> answers;
    QThread* reading = nullptr;
    for (int i = 0; i < 20; ++i)
        store.reader.ask(
            this,
            [i, &reading](const Store&) {
                reading = QThread::currentThread();
                return i;
            },
            [&](int answer) {
                QCOMPARE(QThread::currentThread(), thread());
                answers << answer;
            });
    QVERIFY(!store.reader.isIdle());
    QTRY_VERIFY(store.reader.isIdle());
    QCOMPARE(answers.size(), 20);
    QVERIFY(std::ranges::is_sorted(answers));
    QVERIFY(reading != thread());
}

void TestFeed::answerIsDroppedOnceTheReceiverIsGone() {
    TestSession store;
    bool answered = false;
    auto receiver = std::make_unique<QObject>();
    store.reader.ask(
        receiver.get(), [](const Store&) { return 1; }, [&](int) { answered = true; });
    receiver.reset();
    QTRY_VERIFY(store.reader.isIdle());
    QVERIFY(!answered);
}

void TestFeed::failedReadIsSaidInASentence() {
    TestSession store;
    QSignalSpy failed(&store.reader, &StoreReader::failed);
    store.reader.ask(
        this, [](const Store& read) { return read.run(77); }, [](const RunRow&) { QFAIL("There is no run 77."); });
    QTRY_COMPARE(failed.count(), 1);
    QVERIFY(failed.front().front().toString().contains("77"));
    QTRY_VERIFY(store.reader.isIdle());
}

void TestFeed::missingStoreIsReportedAndNotMade() {
    const QTemporaryDir folder;
    const QString path = folder.filePath("none.db");
    StoreReader reader(path.toStdString());
    QSignalSpy failed(&reader, &StoreReader::failed);
    reader.ask(
        this, [](const Store& store) { return store.runs(); }, [](const std::vector<RunRow>&) { QFAIL("There is no store."); });
    QTRY_COMPARE(failed.count(), 1);
    QVERIFY(!QFile::exists(path));
}

void TestFeed::writingOfOthersIsNoticed() {
    TestSession store;
    QSignalSpy changed(&store.reader, &StoreReader::changed);
    QTest::qWait(700);  // the first look only learns where the store stands
    Store writer(store.path, Store::Mode::Write);
    writer.saveDraft({.name = "from elsewhere", .document = Json::object()});
    QTRY_VERIFY_WITH_TIMEOUT(changed.count() >= 1, 3000);
}

void TestFeed::pointsOfOneDrainComeTogetherAndInOrder() {
    LiveFeed feed;
    FeedPump pump(feed);
    QStringList order;
    connect(&pump, &FeedPump::points, this, [&](const std::vector<FeedItem>& items) {
        QString steps;
        for (const FeedItem& item : items)
            steps += QString::number(item.point.point.step);
        order << "points " + steps;
    });
    connect(&pump, &FeedPump::progress, this,
            [&](const RunProgress& progress) { order << "progress " + QString::fromStdString(progress.detail); });
    connect(&pump, &FeedPump::submitted, this, [&](qint64 submission, const std::vector<int64_t>& runs) {
        order << QStringLiteral("submitted %1 with %2").arg(submission).arg(runs.size());
    });
    connect(&pump, &FeedPump::rejected, this,
            [&](qint64 submission, const Json&) { order << QStringLiteral("rejected %1").arg(submission); });
    const auto point = [&](int64_t step) {
        FeedItem item;
        item.point.point.step = step;
        feed.push(item);
    };
    point(1);
    point(2);
    feed.push({.kind = FeedItem::Kind::Progress, .progress = {.detail = "evaluating"}});
    point(3);
    feed.push({.kind = FeedItem::Kind::Submitted, .submission = 5, .runs = {8, 9}});
    feed.push({.kind = FeedItem::Kind::Rejected, .submission = 6});
    QTRY_COMPARE(order, QStringList({"points 12", "progress evaluating", "points 3", "submitted 5 with 2", "rejected 6"}));
}

void TestFeed::overflowIsTold() {
    LiveFeed feed(4);
    FeedPump pump(feed);
    QSignalSpy overflowed(&pump, &FeedPump::overflowed);
    for (int i = 0; i < 10; ++i)
        feed.push({});
    QTRY_COMPARE(overflowed.count(), 1);
}

int testFeed(const QStringList& arguments) {
    TestFeed tests;
    return QTest::qExec(&tests, arguments);
}

}  // namespace gaplab::ui

#include "tst_frame_feed.moc"
