#include <QAction>
#include <QComboBox>
#include <QDialog>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableWidget>

#include "core/run/inspect.h"
#include "tests/ui/frame_tests.h"
#include "ui/setup/assistants_dialog.h"
#include "ui/setup/chain_graph.h"
#include "ui/setup/setup_page.h"
#include "ui/setup/stages_editor.h"

namespace gaplab::ui {
namespace {

/// A resnet20 above a resnet8.
Json wideGap() {
    Json document = smallExperiment();
    document["teachers"]["static"]["architecture"] = "resnet20";
    return document;
}

/// A finished run of a network alone.
void addAlone(Store& store, const std::string& architecture, double accuracy) {
    NewRun row;
    row.name = row.trialLabel = architecture;
    row.document = smallExperiment();
    for (const char* key : {"teachers", "knowledge", "gap"})
        row.document.erase(key);
    row.document["student"]["architecture"] = architecture;
    row.trialDocument = row.document;
    row.trial = std::string(64 - architecture.size(), '0') + architecture;
    row.dataName = "shapes";
    row.dataFingerprint = "00";
    const int64_t id = store.addRun(row);
    store.setState(id, RunState::Preparing);
    store.setState(id, RunState::Running);
    const std::vector<SeriesPoint> points = {{"student/validation/accuracy", {10, 1, accuracy, 0}}};
    store.append(id, points, std::vector<RunEvent>{});
    store.setState(id, RunState::Finished, "");
}

struct Fixture {
    TestSession store;
    SetupPage page{store.session};

    explicit Fixture(const Json& document) {
        page.resize(1200, 2400);
        page.show();
        page.showDocument(document);
        QCoreApplication::processEvents();
    }

    AssistantsDialog* openDialog() {
        page.findChild<QPushButton*>("teachers.addAssistants")->click();
        auto* dialog = page.window()->findChild<AssistantsDialog*>();
        if (!dialog) qFatal("There is no dialog.");
        if (!QTest::qWaitFor([this] { return store.reader.isIdle(); })) qFatal("The store does not answer.");
        QCoreApplication::processEvents();
        return dialog;
    }
};

}  // namespace

class TestChainUi : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theGraphIsReadFromTheDocument();
    void aStageIsOpenedFromTheGraph();
    void assistantsAreProposedFromStoredRuns();
    void withoutRunsThePersonChooses();
    void probesAreQueuedWithoutTouchingTheDraft();
    void stagesArePickedWithTheKeyboard();
};

void TestChainUi::theGraphIsReadFromTheDocument() {
    Json document = wideGap();
    document["stages"]["middle"] = {{"student", {{"architecture", "resnet14"}}},
                                    {"teachers", {{"static", {{"architecture", "resnet20"}, {"weights", "train"}}}}},
                                    {"knowledge", {{{"from", "static"}, {"to", "student"}, {"loss", "kd"}}}}};
    document["teachers"]["helper"] = {{"architecture", "resnet14"}, {"weights", {{"stage", "middle"}}}};
    document["knowledge"].push_back({{"from", "helper"}, {"to", "student"}, {"loss", "kd"}});
    const ChainModel chain = chainModel(document);
    QStringList shown;
    for (const ChainNode& node : chain.nodes)
        shown << QStringLiteral("%1 %2 %3").arg(node.name, node.architecture).arg(node.level);
    shown.sort();
    // The teacher of both is one network.
    QCOMPARE(shown, QStringList({"middle resnet14 1", "static resnet20 0", "student resnet8 2"}));
    QCOMPARE(chain.edges.size(), size_t{3});
    // What is no experiment has no networks, and a circle ends.
    QVERIFY(chainModel(Json::parse("[1]")).nodes.empty());
    document["stages"]["middle"]["teachers"]["static"]["weights"] = {{"stage", "middle"}};
    QVERIFY(chainModel(document).nodes.size() < 6);
}

void TestChainUi::aStageIsOpenedFromTheGraph() {
    Json document = wideGap();
    document["stages"]["middle"] = {{"student", {{"architecture", "resnet20"}}}};
    document["teachers"]["static"]["weights"] = {{"stage", "middle"}};
    Fixture setup(document);
    auto* button = setup.page.findChild<QPushButton*>("chain.middle");
    QVERIFY(button && button->accessibleName().contains("teaches student"));
    QTest::keyClick(button, Qt::Key_Space);
    auto* stage = setup.page.findChild<QComboBox*>("stage");
    QTRY_COMPARE(stage->currentText(), QString("Stage middle"));
    // It names no data: it uses the experiment's, until it gets its own.
    auto* own = setup.page.findChild<QPushButton*>("stages.middle.data.own");
    QVERIFY(own && own->isVisible());
    own->click();
    QVERIFY(setup.page.document()["stages"]["middle"]["data"] == setup.page.document()["data"]);
    QVERIFY(!own->isVisible());
}

void TestChainUi::assistantsAreProposedFromStoredRuns() {
    Fixture setup(wideGap());
    {
        Store store(setup.store.path, Store::Mode::Write);
        addAlone(store, "resnet20", 0.8);
        addAlone(store, "resnet8", 0.4);
        addAlone(store, "resnet14", 0.58);
        addAlone(store, "resnet32", 0.7);
    }
    AssistantsDialog* dialog = setup.openDialog();
    auto* table = dialog->findChild<QTableWidget*>("chainNetworks");
    QTRY_COMPARE(table->rowCount(), 4);
    QCOMPARE(table->item(1, 1)->text(), QString("resnet14"));
    QCOMPARE(table->item(1, 0)->checkState(), Qt::Checked);
    QCOMPARE(table->item(2, 0)->checkState(), Qt::Unchecked);
    dialog->findChild<QSpinBox*>("chainCount")->setValue(2);
    QCOMPARE(table->item(2, 0)->checkState(), Qt::Checked);
    const Json before = setup.page.document();
    dialog->findChild<QPushButton*>("chainInsert")->click();
    const Json after = setup.page.document();
    QCOMPARE(after["stages"]["assistant1"]["student"]["architecture"].get<std::string>(), std::string("resnet32"));
    QVERIFY(after["teachers"].contains("assistant2") && !after["teachers"].contains("static"));
    setup.page.undo();
    QVERIFY(setup.page.document() == before);
}

void TestChainUi::withoutRunsThePersonChooses() {
    Fixture setup(wideGap());
    AssistantsDialog* dialog = setup.openDialog();
    auto* insert = dialog->findChild<QPushButton*>("chainInsert");
    QVERIFY(!insert->isEnabled());
    auto* other = dialog->findChild<QComboBox*>("chainOther");
    other->setCurrentIndex(other->findText("resnet14"));
    dialog->findChild<QPushButton*>("chainAdd")->click();
    QVERIFY(insert->isEnabled());
    auto* kind = dialog->findChild<QComboBox*>("chainKind");
    kind->setCurrentIndex(1);
    insert->click();
    QCOMPARE(setup.page.document()["teachers"].size(), size_t{2});
    QVERIFY(setup.page.document()["knowledge"][0].contains("drop_group"));
}

void TestChainUi::probesAreQueuedWithoutTouchingTheDraft() {
    Fixture setup(wideGap());
    AssistantsDialog* dialog = setup.openDialog();
    const Json before = setup.page.document();
    QObject::disconnect(dialog, &AssistantsDialog::probesWanted, nullptr, nullptr);  // nothing is trained here
    QSignalSpy again(dialog, &AssistantsDialog::probesWanted);
    dialog->findChild<QSpinBox*>("chainProbeEpochs")->setValue(1);
    dialog->findChild<QPushButton*>("chainProbe")->click();
    QCOMPARE(again.count(), 1);
    const auto documents = again.front().front().value<std::vector<Json>>();
    QCOMPARE(documents.size(), size_t{2});
    for (const Json& document : documents) {
        QCOMPARE(document["training"]["epochs"].get<int>(), 1);
        QVERIFY(!document.contains("teachers") && validate(document, catalogue()).empty());
    }
    QVERIFY(setup.page.document() == before);
}

void TestChainUi::stagesArePickedWithTheKeyboard() {
    Json document = wideGap();
    document["knowledge"][0] = {{"from", "static"}, {"to", "student"}, {"loss", "at"}};
    Fixture setup(document);
    auto* add = setup.page.findChild<QPushButton*>("knowledge[0].stages.add");
    QVERIFY(add && add->isVisible());
    QTest::keyClick(add, Qt::Key_Space);
    QVERIFY(setup.page.document()["knowledge"][0]["stages"].is_array());
    auto* from = setup.page.findChild<QComboBox*>("knowledge[0].stages[0].from");
    QVERIFY(from && !from->accessibleName().isEmpty());
    from->setFocus();
    const Json before = setup.page.document()["knowledge"][0]["stages"];
    QTest::keyClick(from, Qt::Key_Up);
    QVERIFY(setup.page.document()["knowledge"][0]["stages"] != before);
    QTest::keyClick(setup.page.findChild<QWidget*>("knowledge[0].stages[0].remove"), Qt::Key_Space);
    QVERIFY(!setup.page.document()["knowledge"][0].contains("stages"));
    // A loss that chooses no stages shows no picker.
    document["knowledge"][0]["loss"] = "kd";
    setup.page.showDocument(document);
    QCoreApplication::processEvents();
    auto* picker = setup.page.findChild<StagesEditor*>();
    QVERIFY(!picker || !picker->isVisible());
}

int testChain(const QStringList& arguments) {
    TestChainUi tests;
    return QTest::qExec(&tests, arguments);
}

}  // namespace gaplab::ui

#include "tst_frame_chain.moc"
