#include <QCheckBox>
#include <QComboBox>
#include <QCompleter>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableWidget>

#include "core/experiment/experiment.h"
#include "core/run/inspect.h"
#include "tests/ui/frame_tests.h"
#include "tests/ui/setup_window.h"
#include "ui/forms/number_spin.h"

namespace gaplab::ui {
namespace {

/// A student that comes from another family of shapes; an epoch takes a moment.
Json transferExperiment() {
    return Json::parse(R"({
        "schema": 1, "name": "tiny",
        "data": {"source": "shapes", "family": 1, "size": 16, "classes": 4, "train": 160, "test": 40, "validation": 0.25},
        "student": {"architecture": "resnet8", "weights": {"stage": "source"}, "head": "new"},
        "training": {"epochs": 2, "batch": 40, "threads": 1},
        "seeds": [0],
        "stages": {"source": {
            "data": {"source": "shapes", "size": 16, "classes": 4, "train": 160, "test": 40, "validation": 0.25},
            "student": {"architecture": "resnet8"},
            "training": {"epochs": 1, "batch": 40, "threads": 1}}}})");
}

struct TransferSetupFixture : SetupWindow {
    explicit TransferSetupFixture(const Json& document = transferExperiment()) : SetupWindow(document) {}

    Json at(const char* pointer) { return page->document().value(Json::json_pointer(pointer), Json()); }
    void click(const QString& name) { QTest::mouseClick(find(name), Qt::LeftButton); }
    void undo() { window.actions().undo->trigger(); }
    void redo() { window.actions().redo->trigger(); }
    /// The inspection has told what the networks are.
    bool knowsLayers() { return find<QLineEdit>("student.freeze")->completer()->model()->rowCount() > 0; }
    /// Accepts the first of what is offered for the typed text.
    void complete(QLineEdit* line, const QString& typed) {
        line->setFocus();
        QTest::keyClicks(line, typed);
        QTRY_VERIFY(line->completer()->popup()->isVisible());
        QTest::keyClick(line->completer()->popup(), Qt::Key_Down);
        QTest::keyClick(line->completer()->popup(), Qt::Key_Return);
    }
};

}  // namespace

class TestTransferSetup : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { QSettings().clear(); }

    void plainFieldsStandInTheForm_data() {
        QTest::addColumn<QString>("path");
        QTest::newRow("L2-SP") << "training.l2_sp";
        QTest::newRow("feedback") << "data.feedback";
        QTest::newRow("classifier") << "student.head";
        QTest::newRow("frozen") << "student.freeze";
        QTest::newRow("rates") << "student.rates";
    }
    void plainFieldsStandInTheForm() {
        QFETCH(QString, path);
        TransferSetupFixture setup;
        QWidget* target = setup.field(path)->editor()->target();
        QVERIFY(!target->toolTip().isEmpty());
        QVERIFY(!target->accessibleName().isEmpty());
    }

    void whatFitsOfWeightsIsTakenOver() {
        TransferSetupFixture setup;
        auto* box = setup.find<QCheckBox>("student.weights.partial");
        QVERIFY(box->isVisibleTo(setup.page) && !box->isChecked());
        box->setFocus();
        QTest::keyClick(box, Qt::Key_Space);
        QCOMPARE(setup.at("/student/weights"), (Json{{"stage", "source"}, {"partial", true}}));
        setup.undo();
        QCOMPARE(setup.at("/student/weights"), (Json{{"stage", "source"}}));
        QVERIFY(!box->isChecked());
        setup.redo();
        QVERIFY(box->isChecked());
        QTest::keyClick(box, Qt::Key_Space);
        QCOMPARE(setup.at("/student/weights"), (Json{{"stage", "source"}}));
        auto* kind = setup.find<QComboBox>("student.weights");
        kind->setCurrentIndex(0);
        Q_EMIT kind->activated(0);
        QVERIFY(!box->isVisibleTo(setup.page));  // fresh weights fit always
    }

    void namesOfLayersAreCompleted() {
        TransferSetupFixture setup;
        QTRY_VERIFY_WITH_TIMEOUT(setup.knowsLayers(), 20'000);
        auto* line = setup.find<QLineEdit>("student.freeze");
        setup.complete(line, "con");
        QCOMPARE(setup.at("/student/freeze"), Json::array({"conv1"}));
        setup.complete(line, ", layer1");
        QCOMPARE(setup.at("/student/freeze"), Json::array({"conv1", "layer1"}));
        QCOMPARE(line->text(), QString("conv1, layer1"));
        QTest::keyClicks(line, "0");
        QTRY_VERIFY_WITH_TIMEOUT(setup.field("student.freeze")->problem().contains("no layer \"layer10\""), 20'000);
    }

    void layersHaveRatesOfTheirOwn() {
        TransferSetupFixture setup;
        QTRY_VERIFY_WITH_TIMEOUT(setup.knowsLayers(), 20'000);
        setup.click("student.rates.add");
        QCOMPARE(setup.at("/student/rates"), (Json{{"head", 10.0}}));
        setup.click("student.rates.add");
        QCOMPARE(setup.at("/student/rates"), (Json{{"head", 10.0}, {"conv1", 0.1}}));
        auto* layer = setup.page->findChildren<QComboBox*>("student.rates[1].layer").value(0);
        QVERIFY(layer && layer->hasFocus() && layer->findText("layer2") > 0);
        layer->lineEdit()->selectAll();
        QTest::keyClicks(layer, "layer2");
        QTest::keyClick(layer, Qt::Key_Return);
        QCOMPARE(setup.at("/student/rates"), (Json{{"head", 10.0}, {"layer2", 0.1}}));
        layer->lineEdit()->selectAll();
        QTest::keyClicks(layer, "head");  // is taken
        QTest::keyClick(layer, Qt::Key_Return);
        QCOMPARE(layer->currentText(), QString("layer2"));
        auto* factor = setup.find<NumberSpin>("student.rates[0].factor");
        factor->setFocus();
        factor->selectAll();
        QTest::keyClicks(factor, "5");
        QCOMPARE(setup.at("/student/rates/head"), Json(5));
        setup.undo();
        QCOMPARE(setup.at("/student/rates"), (Json{{"head", 10.0}, {"layer2", 0.1}}));
        layer->lineEdit()->selectAll();
        layer->setFocus();
        QTest::keyClicks(layer, "layer9");
        QTest::keyClick(layer, Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(setup.field("student.rates")->problem().contains("no layer \"layer9\""), 20'000);
        setup.undo();
        QCOMPARE(setup.at("/student/rates"), (Json{{"head", 10.0}, {"layer2", 0.1}}));
        setup.click("student.rates[1].remove");
        setup.click("student.rates[0].remove");
        QVERIFY(!setup.page->document()["student"].contains("rates"));
        setup.undo();
        QCOMPARE(setup.at("/student/rates"), (Json{{"head", 10.0}}));
        QTRY_VERIFY(setup.find("student.rates[0].layer")->isVisibleTo(setup.page));
    }

    void otherDataAreThoseOfAStage() {
        TransferSetupFixture setup;
        setup.click("evaluation.also.add");
        QCOMPARE(setup.at("/evaluation/also"), Json::parse(R"([{"name": "source", "stage": "source"}])"));
        setup.click("evaluation.also.add");
        QCOMPARE(setup.at("/evaluation/also/1/name"), Json("source2"));
        auto* name = setup.find<QLineEdit>("evaluation.also[1].name");
        name->selectAll();
        QTest::keyClicks(name, "validation");
        QTRY_VERIFY(setup.field("evaluation.also[1].name")->problem().contains("no name"));
        setup.click("evaluation.also[1].remove");
        QVERIFY(setup.find("evaluation.also[0].stage")->isVisibleTo(setup.page));
        QVERIFY(!setup.find("evaluation.also[0].data")->isVisibleTo(setup.page));
        setup.click("evaluation.also[0].remove");
        QVERIFY(!setup.page->document().contains("evaluation"));
        setup.undo();
        QCOMPARE(setup.at("/evaluation/also/0/stage"), Json("source"));

        Json document = transferExperiment();
        document["evaluation"]["also"] = Json::array({Json{{"name", "first"}, {"data", document["data"]}}});
        setup.page->showDocument(document);
        QTRY_VERIFY(!setup.find("evaluation.also[0].stage")->isVisibleTo(setup.page));
        QTRY_VERIFY(setup.find("evaluation.also[0].data")->isVisibleTo(setup.page));
        document.erase("stages");
        document["student"] = {{"architecture", "resnet8"}};
        setup.page->showDocument(document);
        QVERIFY(!setup.find("evaluation.also.add")->isEnabled());  // there is no stage
    }

    void aTeacherMayKnowOtherClasses() {
        Json document = transferExperiment();
        document["teachers"]["static"] = {{"architecture", "resnet8"}, {"weights", "train"}};
        TransferSetupFixture setup(document);
        auto* classes = setup.find<NumberSpin>("teachers.static.classes");
        QVERIFY(!classes->isVisibleTo(setup.page));  // it would be trained on these data
        document["teachers"]["static"]["weights"] = {{"stage", "source"}};
        setup.page->showDocument(document);
        classes = setup.find<NumberSpin>("teachers.static.classes");
        QVERIFY(classes->isVisibleTo(setup.page));
        classes->setFocus();
        classes->selectAll();
        QTest::keyClicks(classes, "7");
        QCOMPARE(setup.at("/teachers/static/classes"), Json(7));
        QVERIFY(validate(setup.page->document(), catalogue()).empty());
        setup.undo();
        QVERIFY(!setup.page->document()["teachers"]["static"].contains("classes"));
    }

    void baselinesAreAddedAndTakenBack() {
        TransferSetupFixture setup;
        auto *add = setup.find<QPushButton>("baselines.add"), *remove = setup.find<QPushButton>("baselines.remove");
        auto* table = setup.find<QTableWidget>("baselines.table");
        QVERIFY(add->isVisibleTo(setup.page) && !remove->isVisibleTo(setup.page) && !table->isVisibleTo(setup.page));
        add->setFocus();
        QTest::keyClick(add, Qt::Key_Space);
        QVERIFY(remove->isVisibleTo(setup.page) && !add->isVisibleTo(setup.page));
        QTRY_COMPARE_WITH_TIMEOUT(table->rowCount(), 4, 20'000);
        QVERIFY(table->isVisibleTo(setup.page));
        QStringList rows;
        for (int row = 0; row < 4; ++row) {
            rows << table->item(row, 0)->text() + ' ' + table->item(row, 1)->text();
            QVERIFY(!table->item(row, 2)->text().isEmpty());
        }
        // A student alone for two epochs: a probe costs a third of it, and a fixed teacher a third more.
        QCOMPARE(rows, (QStringList{"Fine-tuning 2", "Linear probe 6", "Fixed source teacher 2", "From scratch 2"}));
        setup.undo();
        QVERIFY(add->isVisibleTo(setup.page) && !table->isVisibleTo(setup.page));
        setup.redo();
        QVERIFY(remove->isVisibleTo(setup.page));
        QTest::keyClick(remove, Qt::Key_Space);
        QVERIFY(add->isVisibleTo(setup.page));

        Json fresh = transferExperiment();
        fresh["student"] = {{"architecture", "resnet8"}};
        setup.page->showDocument(fresh);
        QVERIFY(!add->isVisibleTo(setup.page));
    }

    void baselinesAreTrainedBesideTheExperiment() {
        TransferSetupFixture setup;
        setup.click("baselines.add");
        setup.click("start");
        QTRY_COMPARE_WITH_TIMEOUT(setup.window.currentPage()->key(), QString("monitor"), 30'000);
        const auto finished = [&] { return std::ranges::count(setup.runs(), RunState::Finished, &RunRow::state); };
        QTRY_COMPARE_WITH_TIMEOUT(finished(), 6, 120'000);  // with the source, once
        QStringList names;
        for (const RunRow& run : setup.runs())
            if (run.kind != "stage") names << QString::fromStdString(run.name);
        QCOMPARE(names, (QStringList{"tiny", "tiny · fine-tuning", "tiny · linear probe", "tiny · fixed source teacher",
                                     "tiny · from scratch"}));
    }

    void baselinesArePartOfTheDraft() {
        const QTemporaryDir folder;
        const std::filesystem::path path = folder.filePath("runs.db").toStdString();
        {
            MainWindow window(path, false);
            window.show();
            auto* page = qobject_cast<SetupPage*>(window.page("setup"));
            page->showDocument(transferExperiment());
            page->findChild<QPushButton*>("baselines.add")->click();
            QTest::qWait(1500);
        }
        MainWindow window(path, false);
        window.show();
        auto* page = qobject_cast<SetupPage*>(window.page("setup"));
        QTRY_VERIFY(page->findChild<QPushButton*>("baselines.remove")->isVisibleTo(page));
        QCOMPARE(page->document(), transferExperiment());
    }
};

int testTransferSetup(const QStringList& arguments) {
    TestTransferSetup test;
    return QTest::qExec(&test, arguments);
}

}  // namespace gaplab::ui

#include "tst_frame_transfer_setup.moc"
