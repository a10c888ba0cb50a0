#include "tests/ui/frame_tests.h"
#include "ui/setup/gap_warnings.h"
#include "ui/setup/past_gaps.h"

namespace gaplab::ui {
namespace {

Json controlled(Json document, const char* actuator) {
    document["gap"]["controller"] = {{"actuator", actuator}};
    return document;
}

/// A finished run of the document whose gap, in points, falls from its double over four epochs.
int64_t addRun(Store& store, const Json& document, double gap, RunState state = RunState::Finished) {
    NewRun row;
    row.name = row.trialLabel = "earlier";
    row.document = row.trialDocument = document;
    row.trial = std::string(64, '0');
    row.dataName = "shapes";
    row.dataFingerprint = "00";
    row.dataFacts = {{"validation", 1000}};
    const int64_t id = store.addRun(row);
    store.setState(id, RunState::Preparing);
    store.setState(id, RunState::Running);
    std::vector<SeriesPoint> points;
    for (int64_t epoch = 0; epoch <= 4; ++epoch) {
        const auto x = static_cast<double>(epoch);
        const double value = gap / 100 * (2 - x / 4);
        points.push_back({"gap/validation/accuracy", {epoch * 10, x, value, 0}});
        points.push_back({"gap/train/accuracy", {epoch * 10, x, value, 0}});
        points.push_back({"gap/train/interval", {epoch * 10, x, 0.02, 0}});
    }
    store.append(id, points, std::vector<RunEvent>{});
    if (state != RunState::Running) store.setState(id, state, "");
    return id;
}

const ImageCounts fewImages{10000, 1000};

}  // namespace

class TestPastGaps : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aPairIsStudentTeacherAndData();
    void onlyRunsOfThePairAreRead();
    void manyRunsBecomeAChannel();
    void reachIsThatOfFinishedRunsWithoutController();
    void historyFollowsThePair();
    void warningsSayWhatSpeaksAgainstATarget_data();
    void warningsSayWhatSpeaksAgainstATarget();
    void thinBandIsJudgedByWhatTheControllerSees();
};

void TestPastGaps::aPairIsStudentTeacherAndData() {
    Json document = smallExperiment();
    const GapPair pair = GapPair::of(document);
    QVERIFY(pair.isTold());
    QCOMPARE(pair.student, std::string("resnet8"));
    QCOMPARE(pair.teacher, std::string("resnet14"));
    document["training"]["epochs"] = 99;
    QVERIFY(GapPair::of(document) == pair);
    document["data"] = {{"source", "folder"}, {"path", "/a"}};
    const GapPair here = GapPair::of(document);
    document["data"]["path"] = "/b";
    QVERIFY(GapPair::of(document) != here);
    document["teachers"]["static"] = {{"kind", "mutual"}, {"architecture", "resnet14"}};
    QVERIFY(GapPair::of(document).teacher != pair.teacher);
    document.erase("teachers");
    QVERIFY(!GapPair::of(document).isTold());
    for (const char* strange : {"null", "[]", "{\"teachers\":{\"t\":3},\"gap\":{\"between\":[7]}}", "{\"student\":\"resnet8\"}"})
        QVERIFY2(!GapPair::of(Json::parse(strange)).isTold(), strange);
}

void TestPastGaps::onlyRunsOfThePairAreRead() {
    TestSession session;
    Store store(session.path, Store::Mode::Write);
    Json other = smallExperiment();
    other["student"]["architecture"] = "resnet20";
    addRun(store, other, 9);
    addRun(store, smallExperiment(), 2);
    addRun(store, smallExperiment(), 3);
    const PastGaps past = readPastGaps(store, GapPair::of(smallExperiment()));
    QCOMPARE(past.curves.size(), size_t{2});
    QCOMPARE(past.curves.front().back(), QPointF(4, 3));  // the newest first
    QVERIFY(past.middle.isEmpty());
}

void TestPastGaps::manyRunsBecomeAChannel() {
    TestSession session;
    Store store(session.path, Store::Mode::Write);
    for (int gap = 1; gap <= 11; ++gap)
        addRun(store, smallExperiment(), gap);
    const PastGaps past = readPastGaps(store, GapPair::of(smallExperiment()));
    QCOMPARE(past.middle.size(), 5);
    QVERIFY(qAbs(past.low.back().y() - 2) < 1e-9);
    QVERIFY(qAbs(past.middle.back().y() - 6) < 1e-9);
    QVERIFY(qAbs(past.high.back().y() - 10) < 1e-9);
}

void TestPastGaps::reachIsThatOfFinishedRunsWithoutController() {
    TestSession session;
    Store store(session.path, Store::Mode::Write);
    addRun(store, controlled(smallExperiment(), "temperature"), 30);
    addRun(store, smallExperiment(), 20, RunState::Running);
    QVERIFY(!readPastGaps(store, GapPair::of(smallExperiment())).reached);
    addRun(store, smallExperiment(), 4);
    const PastGaps past = readPastGaps(store, GapPair::of(smallExperiment()));
    QVERIFY(past.reached && qAbs(*past.reached - 6) < 1e-9);  // at half of the training
}

void TestPastGaps::historyFollowsThePair() {
    TestSession session;
    Store store(session.path, Store::Mode::Write);
    addRun(store, smallExperiment(), 2);
    GapHistory history(session.reader);
    QSignalSpy changed(&history, &GapHistory::changed);
    history.follow(GapPair::of(smallExperiment()));
    QVERIFY(!history.gaps());
    QTRY_COMPARE(changed.count(), 1);
    QCOMPARE(history.gaps()->curves.size(), size_t{1});
    history.follow(GapPair::of(smallExperiment()));
    QVERIFY(history.gaps());
    Json other = smallExperiment();
    other["student"]["architecture"] = "resnet20";
    history.follow(GapPair::of(other));
    QVERIFY(!history.gaps());
    QTRY_COMPARE(changed.count(), 2);
    QVERIFY(history.gaps()->curves.empty());
}

void TestPastGaps::warningsSayWhatSpeaksAgainstATarget_data() {
    QTest::addColumn<QString>("changes");
    QTest::addColumn<QStringList>("said");
    const auto row = [](const char* name, const char* changes, const QStringList& said) {
        QTest::newRow(name) << QString(changes) << said;
    };
    row("nothing", "{\"gap\":{\"band\":5}}", {});
    row("thin band", "{\"gap\":{\"band\":0.5}}", {"thin"});
    row("below zero", "{\"gap\":{\"band\":5,\"target\":[[0,3],[2,-1]]}}", {"zero"});
    row("out of reach", "{\"gap\":{\"band\":5,\"target\":7}}", {"reach"});
    row("only high at first", "{\"gap\":{\"band\":5,\"target\":[[0,9],[1,3]]}}", {});
    row("weak actuator",
        "{\"gap\":{\"band\":5,\"controller\":{\"actuator\":\"teacher_rate\"}},\"teachers\":{\"static\":{\"kind\":\"gpd\"}}}",
        {"weak"});
    row("strong actuator",
        "{\"gap\":{\"band\":9,\"controller\":{\"actuator\":\"teacher_rate\"}},\"teachers\":{\"static\":{\"kind\":\"mutual\"}}}",
        {});
    row("no teacher", "{\"gap\":{\"band\":0.5,\"target\":-9},\"teachers\":null}", {"teacher"});
}

void TestPastGaps::warningsSayWhatSpeaksAgainstATarget() {
    QFETCH(QString, changes);
    QFETCH(QStringList, said);
    Json document = smallExperiment();
    document.merge_patch(Json::parse(changes.toStdString()));
    const auto shape = GapShape::read(document["gap"]["target"], document["gap"]["band"]);
    PastGaps past;
    past.reached = 6;
    const GapWarnings warnings = gapWarnings(document, &*shape, &past, fewImages);
    QStringList given;
    for (const auto& [name, text] :
         {std::pair("teacher", warnings.teacher), std::pair("zero", warnings.belowZero), std::pair("thin", warnings.thinBand),
          std::pair("reach", warnings.outOfReach), std::pair("weak", warnings.weak)})
        if (!text.isEmpty()) given << name;
    QCOMPARE(given, said);
}

void TestPastGaps::thinBandIsJudgedByWhatTheControllerSees() {
    const Json watched = smallExperiment(), steered = controlled(watched, "temperature");
    const auto shape = GapShape::read(3.0, 0.5);
    const auto says = [&](const Json& document, const PastGaps* past) {
        return gapWarnings(document, &*shape, past, fewImages).thinBand;
    };
    QVERIFY(says(watched, nullptr).contains("1000 validation images"));
    QVERIFY(says(watched, nullptr).contains("assumed"));
    QVERIFY(says(steered, nullptr).contains("5000 training images"));  // half an epoch
    PastGaps past;
    past.disagreement["train"] = 0.1;
    QVERIFY(says(steered, &past).contains("10 %"));
    QVERIFY(says(watched, &past).contains("assumed"));
    QVERIFY(gapWarnings(watched, &*shape, nullptr, {}).thinBand.isEmpty());  // nobody knows yet how many images there are
}

int testPastGaps(const QStringList& arguments) {
    TestPastGaps tests;
    return QTest::qExec(&tests, arguments);
}

}  // namespace gaplab::ui

#include "tst_frame_past_gaps.moc"
