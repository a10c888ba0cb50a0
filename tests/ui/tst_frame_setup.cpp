#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QListWidget>

#include "core/experiment/experiment.h"
#include "core/run/inspect.h"
#include "tests/ui/frame_tests.h"
#include "ui/forms/form_grid.h"
#include "ui/forms/number_spin.h"
#include "ui/setup/setup_page.h"

namespace gaplab::ui {
namespace {

/// The page on its own, with the messages it sends.
struct SetupFixture {
    TestSession store;
    SetupPage page{store.session};
    QStringList levels, messages;

    SetupFixture() {
        QObject::connect(&page, &Page::message, [this](const QString& level, const QString& text) {
            levels << level;
            messages << text;
        });
        page.resize(1200, 760);
        page.show();
        page.showDocument(smallExperiment());
    }

    template <typename Widget>
    Widget* find(const char* name) {
        auto* widget = page.findChild<Widget*>(name);
        if (!widget) qFatal("There is no %s.", name);
        return widget;
    }

    Field* field(const QString& path) {
        for (Field* candidate : page.findChildren<Field*>())
            if (candidate->path() == path) return candidate;
        qFatal("There is no field %s.", qUtf8Printable(path));
    }

    void type(const char* path, const QString& text) {
        auto* widget = find<QWidget>(path);
        auto* line = qobject_cast<QLineEdit*>(widget);
        if (!line) line = widget->findChild<QLineEdit*>();
        line->selectAll();
        QTest::keyClicks(line, text);
    }

    void choose(const char* path, const QString& text) {
        auto* combo = find<QComboBox>(path);
        const int index = combo->findText(text);
        if (index < 0) qFatal("%s does not offer %s.", path, qUtf8Printable(text));
        combo->setCurrentIndex(index);
        Q_EMIT combo->activated(index);
    }

    Json at(const char* pointer) { return page.document().value(Json::json_pointer(pointer), Json()); }
    int problems() { return find<QListWidget>("problems")->count(); }
};

/// With a stage whose student could become an assistant.
Json stagedExperiment() {
    Json document = smallExperiment();
    document["stages"]["assistant"] = {
        {"data", document["data"]}, {"student", {{"architecture", "resnet14"}}}, {"training", {{"epochs", 1}}}};
    return document;
}

}  // namespace

class TestSetup : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void quickStartIsValid();
    void everyDeclaredFieldHasAnEditor();
    void typingChangesTheDocumentAtItsPath_data();
    void typingChangesTheDocumentAtItsPath();
    void anotherMemberShowsItsOwnFieldsAndDropsTheOld();
    void resetTakesTheFieldOutOfTheDocument();
    void jsonViewFollowsAndIsReadOnly();
    void teachersAreAddedRenamedAndRemoved();
    void takenTeacherNameIsRefused();
    void knowledgeTermsAreAddedAndRemoved();
    void gapTargetIsSwitchedOnAndOff();
    void augmentationKeepsItsShortSpellingUntilAParameterIsSet();
    void problemsAppearBesideTheirFields();
    void startWithProblemsSubmitsNothing();
    void misspeltKeyOfAFileNamesTheNearest();
    void brokenFileLeavesTheDraftAlone();
    void savedFileIsTheDocument();
    void sizesAppearInTheNetworkCards();
    void stagesAreEditedInTheSameForm();
    void aShownStageIsTakenAwayByUndo();
    void whatTheDataToldStaysWhileAStageIsShown();
    void draftComesBackAtTheNextStart();
};

void TestSetup::quickStartIsValid() {
    QVERIFY(validate(quickStart(), catalogue()).empty());
}

void TestSetup::everyDeclaredFieldHasAnEditor() {
    SetupFixture setup;
    for (const std::string group : {"", "data", "student", "training", "gap", "evaluation"})
        for (const Parameter& parameter : documentFields(group)) {
            const QString path = QString::fromStdString(group.empty() ? parameter.name : group + "." + parameter.name);
            QVERIFY2(setup.page.findChild<QWidget*>(path), qUtf8Printable(path));
        }
    for (const char* list : {"seeds", "data.classes", "training.keep_epochs", "training.schedule.kind", "training.optimizer.kind",
                             "baseline", "student.weights", "teachers.static.weights", "teachers.static.seed",
                             "teachers.static.training.epochs", "knowledge[0].weight", "gap.between", "gap.target"})
        QVERIFY2(setup.page.findChild<QWidget*>(list), list);
}

void TestSetup::typingChangesTheDocumentAtItsPath_data() {
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("pointer");
    QTest::addColumn<QString>("json");
    QTest::newRow("integer") << QByteArray("training.epochs") << "7"
                             << "/training/epochs"
                             << "7";
    QTest::newRow("real") << QByteArray("training.optimizer.lr") << "5e-3"
                          << "/training/optimizer/lr"
                          << "0.005";
    QTest::newRow("text") << QByteArray("name") << "mine"
                          << "/name"
                          << "\"mine\"";
    QTest::newRow("seeds") << QByteArray("seeds") << "0, 1, 2"
                           << "/seeds"
                           << "[0,1,2]";
    QTest::newRow("source's own") << QByteArray("data.train") << "300"
                                  << "/data/train"
                                  << "300";
    QTest::newRow("loss's own") << QByteArray("knowledge[0].temperature") << "2,5"
                                << "/knowledge/0/temperature"
                                << "2.5";
    QTest::newRow("teacher's own training") << QByteArray("teachers.static.training.epochs") << "3"
                                            << "/teachers/static/training/epochs"
                                            << "3";
    QTest::newRow("beat") << QByteArray("evaluation.every") << "5 steps"
                          << "/evaluation/every"
                          << "\"5 steps\"";
}

void TestSetup::typingChangesTheDocumentAtItsPath() {
    QFETCH(QByteArray, path);
    QFETCH(QString, typed);
    QFETCH(QString, pointer);
    QFETCH(QString, json);
    SetupFixture setup;
    setup.type(path.constData(), typed);
    QCOMPARE(QString::fromStdString(setup.at(pointer.toUtf8().constData()).dump()), json);
}

void TestSetup::anotherMemberShowsItsOwnFieldsAndDropsTheOld() {
    SetupFixture setup;
    setup.type("training.optimizer.momentum", "0.8");
    setup.choose("training.optimizer.kind", "adamw");
    QCOMPARE(QString::fromStdString(setup.at("/training/optimizer").dump()), QString("{\"kind\":\"adamw\",\"lr\":0.1}"));
    QVERIFY(setup.page.findChild<QWidget*>("training.optimizer.beta1"));
    QVERIFY(!setup.page.findChild<QWidget*>("training.optimizer.momentum"));
    setup.choose("training.schedule.kind", "step");
    QVERIFY(setup.find<QWidget>("training.schedule.milestones")->isVisible());
}

void TestSetup::resetTakesTheFieldOutOfTheDocument() {
    SetupFixture setup;
    setup.find<QToolButton>("training.epochs.reset")->click();
    QVERIFY(setup.at("/training/epochs").is_null());
    QCOMPARE(setup.find<NumberSpin>("training.epochs")->text(), QString("30"));
    QVERIFY(!setup.find<QToolButton>("training.epochs.reset")->isEnabled());
}

void TestSetup::jsonViewFollowsAndIsReadOnly() {
    SetupFixture setup;
    setup.type("name", "seen");
    auto* json = setup.find<QPlainTextEdit>("json");
    QVERIFY(json->isReadOnly());
    QVERIFY(Json::parse(json->toPlainText().toStdString()) == setup.page.document());
}

void TestSetup::teachersAreAddedRenamedAndRemoved() {
    SetupFixture setup;
    setup.find<QPushButton>("teachers.add")->click();
    QVERIFY(setup.at("/teachers/static2").is_object());
    auto* name = setup.find<QLineEdit>("teachers.static");
    name->selectAll();
    QTest::keyClicks(name, "big");
    QTest::keyClick(name, Qt::Key_Return);
    QTRY_VERIFY(setup.at("/teachers/big").is_object());
    QVERIFY(setup.at("/teachers/static").is_null());
    QVERIFY(setup.at("/knowledge/0/from") == "big");
    setup.page.undo();
    QVERIFY(setup.at("/teachers/static").is_object() && setup.at("/knowledge/0/from") == "static");
    setup.page.redo();
    QTRY_VERIFY(setup.page.findChild<QToolButton*>("teachers.static2.remove") != nullptr);
    setup.find<QToolButton>("teachers.static2.remove")->click();
    QTRY_VERIFY(setup.at("/teachers/static2").is_null());
}

void TestSetup::takenTeacherNameIsRefused() {
    SetupFixture setup;
    setup.find<QPushButton>("teachers.add")->click();
    auto* name = setup.find<QLineEdit>("teachers.static2");
    name->selectAll();
    QTest::keyClicks(name, "static");
    QTest::keyClick(name, Qt::Key_Return);
    QTest::qWait(20);
    QCOMPARE(setup.at("/teachers").size(), size_t{2});
    QCOMPARE(name->text(), QString("static2"));
}

void TestSetup::knowledgeTermsAreAddedAndRemoved() {
    SetupFixture setup;
    setup.find<QPushButton>("knowledge.add")->click();
    QCOMPARE(setup.at("/knowledge").size(), size_t{2});
    setup.choose("knowledge[1].from", "labels");
    QVERIFY(setup.at("/knowledge/1/from") == "labels");
    setup.find<QToolButton>("knowledge[0].remove")->click();
    QCOMPARE(setup.at("/knowledge").size(), size_t{1});
    QVERIFY(setup.at("/knowledge/0/from") == "labels");
    QCOMPARE(setup.find<QComboBox>("knowledge[0].from")->currentText(), QString("labels"));
}

void TestSetup::gapTargetIsSwitchedOnAndOff() {
    SetupFixture setup;
    auto* wanted = setup.find<QCheckBox>("gap.wanted");
    QVERIFY(wanted->isChecked());
    wanted->click();
    QVERIFY(setup.at("/gap").is_null());
    QVERIFY(!setup.find<QWidget>("gap.target")->isVisible());
    wanted->click();
    QVERIFY(setup.at("/gap/target").is_number());
    setup.type("gap.target", "-1");
    bool warned = false;
    for (const NoteLabel* note : setup.find<QWidget>("gap")->findChildren<NoteLabel*>())
        warned = warned || note->text().contains("below zero");
    QVERIFY(warned);
}

void TestSetup::augmentationKeepsItsShortSpellingUntilAParameterIsSet() {
    SetupFixture setup;
    QCOMPARE(setup.find<QComboBox>("data.augment[0].kind")->currentText(), QString("flip"));
    QVERIFY(setup.at("/data/augment/0") == "flip");
    setup.type("data.augment[0].probability", "0.25");
    QCOMPARE(QString::fromStdString(setup.at("/data/augment/0").dump()), QString("{\"kind\":\"flip\",\"probability\":0.25}"));
}

void TestSetup::problemsAppearBesideTheirFields() {
    SetupFixture setup;
    setup.type("training.epochs", "-3");
    QTRY_COMPARE(setup.problems(), 1);
    QVERIFY(setup.field("training.epochs")->problem().contains("-3"));
    QVERIFY(setup.field("training.batch")->problem().isEmpty());
    setup.type("training.epochs", "3");
    QTRY_COMPARE(setup.problems(), 0);
    QVERIFY(setup.field("training.epochs")->problem().isEmpty());
}

void TestSetup::startWithProblemsSubmitsNothing() {
    SetupFixture setup;
    setup.type("training.batch", "0");
    setup.find<QPushButton>("start")->click();
    QCOMPARE(setup.levels.last(), QString("error"));
    QVERIFY(setup.messages.last().contains("Nothing was started"));
    QVERIFY(!setup.store.workbench.busy());
    QTest::qWait(100);
    QVERIFY(Store(setup.store.path, Store::Mode::Read).runs().empty());
    QCOMPARE(setup.problems(), 1);
}

void TestSetup::misspeltKeyOfAFileNamesTheNearest() {
    SetupFixture setup;
    Json document = smallExperiment();
    document["training"]["epcohs"] = 3;
    setup.page.openFile(writeFile(setup.store.folder, "typo.json", QByteArray::fromStdString(document.dump())));
    QCOMPARE(setup.levels.last(), QString("warning"));
    QVERIFY(setup.messages.last().contains("training.epcohs"));
    QVERIFY(setup.messages.last().contains("epochs"));
    QTRY_COMPARE(setup.problems(), 1);
    auto* list = setup.find<QListWidget>("problems");
    Q_EMIT list->itemActivated(list->item(0));
    QVERIFY(setup.find<QPushButton>("problems.remove")->isVisible());
    setup.find<QPushButton>("problems.remove")->click();
    QTRY_COMPARE(setup.problems(), 0);
    QVERIFY(setup.page.document() == smallExperiment());
}

void TestSetup::brokenFileLeavesTheDraftAlone() {
    SetupFixture setup;
    const Json before = setup.page.document();
    setup.page.openFile(writeFile(setup.store.folder, "broken.json", "{\"schema\": 1,"));
    QCOMPARE(setup.levels.last(), QString("error"));
    setup.page.openFile(setup.store.folder.filePath("missing.json"));
    QCOMPARE(setup.levels.last(), QString("error"));
    QVERIFY(setup.messages.last().contains("missing.json"));
    QVERIFY(setup.page.document() == before);
}

void TestSetup::savedFileIsTheDocument() {
    SetupFixture setup;
    const QString file = setup.store.folder.filePath("saved.json");
    setup.page.saveFile(file);
    setup.page.newExperiment();
    QVERIFY(setup.page.document() != smallExperiment());
    setup.page.openFile(file);
    QVERIFY(setup.page.document() == smallExperiment());
    setup.page.saveFile("/nowhere/at/all.json");
    QCOMPARE(setup.levels.last(), QString("error"));
}

void TestSetup::sizesAppearInTheNetworkCards() {
    SetupFixture setup;
    QTRY_VERIFY_WITH_TIMEOUT(setup.find<QLabel>("student.facts")->text().contains("MACs an image"), 20000);
    QVERIFY(setup.find<QLabel>("preview.networks")->text().contains("times the parameters"));
    QVERIFY(setup.find<QLabel>("preview.data")->text().contains("training"));
}

void TestSetup::stagesAreEditedInTheSameForm() {
    SetupFixture setup;
    setup.page.showDocument(stagedExperiment());
    QVERIFY(setup.find<QComboBox>("stage")->isVisible());
    setup.choose("stage", "Stage assistant");
    setup.type("stages.assistant.training.epochs", "4");
    QVERIFY(setup.at("/stages/assistant/training/epochs") == 4);
    setup.type("stages.assistant.training.epochs", "0");
    QTRY_VERIFY(setup.field("stages.assistant.training.epochs")->problem().contains("0"));
}

void TestSetup::aShownStageIsTakenAwayByUndo() {
    SetupFixture setup;
    setup.page.showDocument(stagedExperiment());
    setup.choose("stage", "Stage assistant");
    setup.find<QPushButton>("stage.remove")->click();
    QVERIFY(setup.page.document() != stagedExperiment());
    setup.page.undo();
    QVERIFY(setup.page.document() == stagedExperiment());
    setup.choose("stage", "Stage assistant");
    setup.page.redo();
    QCOMPARE(setup.find<QComboBox>("stage")->currentText(), QString("Experiment"));
    QTRY_VERIFY(!setup.page.findChild<QWidget*>("stages.assistant.training.epochs"));
    setup.type("training.epochs", "4");
    QVERIFY(setup.at("/training/epochs") == 4);
}

void TestSetup::whatTheDataToldStaysWhileAStageIsShown() {
    SetupFixture setup;
    setup.page.showDocument(stagedExperiment());
    const auto bandWarning = [&] { return setup.find<NoteLabel>("gap.warning.band")->text(); };
    QTRY_VERIFY_WITH_TIMEOUT(bandWarning().contains("20 validation images"), 20000);
    setup.choose("stage", "Stage assistant");
    setup.choose("stage", "Experiment");
    QTRY_VERIFY(!setup.page.findChild<QWidget*>("stages.assistant.training.epochs"));
    QVERIFY(bandWarning().contains("20 validation images"));
}

void TestSetup::draftComesBackAtTheNextStart() {
    TestSession store;
    {
        SetupPage page(store.session);
        QTRY_VERIFY(store.reader.isIdle());
        Json document = smallExperiment();
        document["name"] = "kept over night";
        page.showDocument(document);
        // Changed again before the store has told the new draft's number: it is still one draft.
        QTest::qWait(900);
        document["notes"] = "and a word";
        auto* notes = page.findChild<QPlainTextEdit*>("notes");
        notes->setPlainText("and a word");
        QTRY_COMPARE_WITH_TIMEOUT(int(Store(store.path, Store::Mode::Read).drafts().size()), 1, 5000);
        QTRY_VERIFY_WITH_TIMEOUT(Store(store.path, Store::Mode::Read).drafts().front().document.contains("notes"), 5000);
    }
    SetupPage next(store.session);
    QTRY_VERIFY(next.document().value("name", "") == "kept over night");
    QVERIFY(next.document().value("notes", "") == "and a word");
    QCOMPARE(int(Store(store.path, Store::Mode::Read).drafts().size()), 1);
}

int testSetup(const QStringList& arguments) {
    TestSetup tests;
    return QTest::qExec(&tests, arguments);
}

}  // namespace gaplab::ui

#include "tst_frame_setup.moc"
