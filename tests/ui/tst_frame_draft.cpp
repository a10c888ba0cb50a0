#include "tests/ui/frame_tests.h"
#include "ui/setup/draft.h"

namespace gaplab::ui {

class TestDraft : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void settingChangesExactlyThePath_data();
    void settingChangesExactlyThePath();
    void removingTakesEmptyGroupsAlong_data();
    void removingTakesEmptyGroupsAlong();
    void settingTheSameValueIsNoChange();
    void whatIsSweptFollowsARenamedTeacher();
    void missingPathsAreNull();
    void aPathIsInsideOnlyOfItsWholeSteps();
    void everyChangeIsTakenBackAndMadeAgain();
    void typingAtOnePlaceIsOneStep();
    void anotherDocumentForgetsWhatWasDone();
};

void TestDraft::settingChangesExactlyThePath_data() {
    QTest::addColumn<QString>("before");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("after");
    QTest::newRow("plain") << "{\"a\":1}"
                           << "a"
                           << "2"
                           << "{\"a\":2}";
    QTest::newRow("objects on the way") << "{}"
                                        << "training.optimizer.lr"
                                        << "0.5"
                                        << "{\"training\":{\"optimizer\":{\"lr\":0.5}}}";
    QTest::newRow("element") << "{\"k\":[{\"w\":1},{\"w\":2}]}"
                             << "k[1].w"
                             << "3"
                             << "{\"k\":[{\"w\":1},{\"w\":3}]}";
    QTest::newRow("short spelling") << "{\"augment\":[\"crop\"]}"
                                    << "augment[0].padding"
                                    << "2"
                                    << "{\"augment\":[{\"kind\":\"crop\",\"padding\":2}]}";
    QTest::newRow("kind of number") << "{\"a\":1}"
                                    << "a"
                                    << "1.0"
                                    << "{\"a\":1.0}";
}

void TestDraft::settingChangesExactlyThePath() {
    QFETCH(QString, before);
    QFETCH(QString, path);
    QFETCH(QString, value);
    QFETCH(QString, after);
    Draft draft;
    draft.replace(Json::parse(before.toStdString()));
    QSignalSpy changed(&draft, &Draft::changed);
    draft.set(path.toStdString(), Json::parse(value.toStdString()));
    QCOMPARE(QString::fromStdString(draft.document().dump()), after);
    QCOMPARE(changed.count(), 1);
}

void TestDraft::removingTakesEmptyGroupsAlong_data() {
    QTest::addColumn<QString>("before");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("after");
    QTest::newRow("field") << "{\"a\":{\"b\":1,\"c\":2}}"
                           << "a.b"
                           << "{\"a\":{\"c\":2}}";
    QTest::newRow("emptied group") << "{\"training\":{\"optimizer\":{\"lr\":1}}}"
                                   << "training.optimizer.lr"
                                   << "{}";
    QTest::newRow("a teacher stays") << "{\"teachers\":{\"t\":{\"seed\":1}}}"
                                     << "teachers.t.seed"
                                     << "{\"teachers\":{\"t\":{}}}";
    QTest::newRow("an element stays") << "{\"k\":[{\"w\":1}]}"
                                      << "k[0].w"
                                      << "{\"k\":[{}]}";
    QTest::newRow("element") << "{\"k\":[1,2,3]}"
                             << "k[1]"
                             << "{\"k\":[1,3]}";
    QTest::newRow("nothing there") << "{\"a\":1}"
                                   << "b.c"
                                   << "{\"a\":1}";
}

void TestDraft::removingTakesEmptyGroupsAlong() {
    QFETCH(QString, before);
    QFETCH(QString, path);
    QFETCH(QString, after);
    Draft draft;
    draft.replace(Json::parse(before.toStdString()));
    draft.remove(path.toStdString());
    QCOMPARE(QString::fromStdString(draft.document().dump()), after);
}

void TestDraft::settingTheSameValueIsNoChange() {
    Draft draft;
    draft.replace({{"a", 1}});
    QSignalSpy changed(&draft, &Draft::changed);
    draft.set("a", 1);
    draft.remove("b");
    QCOMPARE(changed.count(), 0);
}

void TestDraft::whatIsSweptFollowsARenamedTeacher() {
    Draft draft;
    draft.replace(Json::parse(R"({"teachers": {"old": {"width": 1}}})"));
    draft.setSweep("teachers.old.width", "1,2");
    draft.setSweep("training.epochs", "1,2");
    draft.renameKey("teachers", "old", "new");
    QVERIFY(draft.isSwept("teachers.new.width") && draft.isSwept("training.epochs") && !draft.isSwept("teachers.old.width"));
    draft.undo();
    QVERIFY(draft.isSwept("teachers.old.width") && draft.find("teachers.old.width"));
    Draft restored;
    restored.restore(draft.stored());
    QVERIFY(restored.document() == draft.document() && restored.sweep() == draft.sweep());
}

void TestDraft::missingPathsAreNull() {
    Draft draft;
    draft.replace({{"a", {1, 2}}});
    QVERIFY(!draft.find("b"));
    QVERIFY(!draft.find("a[2]"));
    QVERIFY(!draft.find("a.x"));
    QVERIFY(!draft.find("a[0].x"));
    QVERIFY(*draft.find("a[1]") == 2);
    QVERIFY(draft.text("a", "otherwise") == "otherwise");
}

void TestDraft::aPathIsInsideOnlyOfItsWholeSteps() {
    QVERIFY(isInside("knowledge[1].loss", "knowledge"));
    QVERIFY(isInside("seeds[0]", "seeds"));
    QVERIFY(isInside("a.b", "a.b"));
    QVERIFY(!isInside("knowledge2", "knowledge"));
    QVERIFY(!isInside("data", "data.path"));
}

void TestDraft::everyChangeIsTakenBackAndMadeAgain() {
    Draft draft;
    draft.replace({{"a", 1}, {"k", {1, 2}}});
    std::vector<Json> seen{draft.document()};
    const auto remember = [&] { seen.push_back(draft.document()); };
    draft.set("a", 2), remember();
    draft.append("k", 3), remember();
    draft.append("k", 4), remember();
    draft.renameKey("", "a", "b"), remember();
    draft.remove("b"), remember();
    for (size_t i = seen.size() - 1; i-- > 0;) {
        draft.undo();
        QVERIFY(draft.document() == seen[i]);
    }
    QVERIFY(!draft.canUndo());
    draft.undo();
    for (size_t i = 1; i < seen.size(); ++i) {
        draft.redo();
        QVERIFY(draft.document() == seen[i]);
    }
    QVERIFY(!draft.canRedo());
    draft.undo();
    draft.set("c", 1);
    QVERIFY(!draft.canRedo());
}

void TestDraft::typingAtOnePlaceIsOneStep() {
    Draft draft;
    draft.replace({{"a", 1}});
    for (const int typed : {12, 123})
        draft.set("a", typed);
    draft.beginStep();
    draft.set("a", 5);
    draft.undo();
    QVERIFY(draft.document() == Json({{"a", 123}}));
    draft.set("a", 1234);  // what comes after an undo does not grow into the step before it
    draft.undo();
    QVERIFY(draft.document() == Json({{"a", 123}}));
    draft.undo();
    QVERIFY(draft.document() == Json({{"a", 1}}));
}

void TestDraft::anotherDocumentForgetsWhatWasDone() {
    Draft draft;
    draft.set("a", 1);
    draft.replace({{"b", 1}});
    QVERIFY(!draft.canUndo());
    draft.undo();
    QVERIFY(draft.document() == Json({{"b", 1}}));
}

int testDraft(const QStringList& arguments) {
    TestDraft tests;
    return QTest::qExec(&tests, arguments);
}

}  // namespace gaplab::ui

#include "tst_frame_draft.moc"
