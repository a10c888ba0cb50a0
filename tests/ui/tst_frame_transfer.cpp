#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QPushButton>
#include <QTextBrowser>

#include "tests/ui/frame_tests.h"
#include "ui/forms/form_grid.h"
#include "ui/setup/setup_page.h"
#include "ui/setup/stage_bar.h"
#include "ui/setup/transfer_dialog.h"
#include "ui/setup/transfer_text.h"

namespace gaplab::ui {
namespace {

Json sourceExperiment() {
    return Json::parse(R"({
        "schema": 1, "name": "source",
        "data": {"source": "shapes", "size": 16, "classes": 4, "train": 200, "test": 40},
        "student": {"architecture": "resnet8"},
        "training": {"epochs": 1, "batch": 40, "threads": 1},
        "seeds": [0]})");
}

/// Other shapes, by a student that starts from the above as a stage.
Json targetExperiment() {
    Json document = sourceExperiment(), stage = document;
    stage.erase("schema");
    document["name"] = "target";
    document["data"].update({{"family", 1}, {"classes", 3}});
    document["student"]["weights"] = {{"stage", "source"}};
    document["stages"] = {{"source", stage}};
    return document;
}

struct Fixture {
    TestSession store;
    SetupPage page{store.session};

    explicit Fixture(const Json& document = targetExperiment()) {
        page.resize(1200, 900);
        page.show();
        page.showDocument(document);
        QCoreApplication::processEvents();
    }
    void trainSource() {
        store.workbench.submit(sourceExperiment());
        store.workbench.wait();
    }
    QPushButton* button(const QString& name = QStringLiteral("student.transfer")) {
        auto* found = page.findChild<QPushButton*>(name);
        if (!found) qFatal("There is no button %s.", qUtf8Printable(name));
        return found;
    }
    TransferDialog* opened() {
        button()->click();
        auto* dialog = page.findChild<TransferDialog*>();
        if (!dialog) qFatal("There is no dialog.");
        return dialog;
    }
};

QString textOf(const QWidget& dialog) {
    return dialog.findChild<QTextBrowser*>(QStringLiteral("transferReport"))->toPlainText();
}

}  // namespace

class TestTransferPage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theButtonIsThereWhereThereIsASource() {
        Fixture setup(sourceExperiment());
        QVERIFY(!setup.button()->isVisible());
        for (const Json& weights : {Json{{"stage", "source"}}, Json{{"run", 1}}, Json{{"file", "weights.safetensors"}}}) {
            Json document = targetExperiment();
            document["student"]["weights"] = weights;
            setup.page.showDocument(document);
            QVERIFY(setup.button()->isVisible());
            QVERIFY(!setup.button()->accessibleName().isEmpty() && !setup.button()->toolTip().isEmpty());
        }
        setup.page.showDocument(sourceExperiment());
        QVERIFY(!setup.button()->isVisible());
    }

    void aSourceThatIsNotTrainedIsAskedFor() {
        Fixture setup;
        auto* dialog = setup.opened();
        auto* note = dialog->findChild<NoteLabel*>(QStringLiteral("transferNote"));
        QTRY_VERIFY_WITH_TIMEOUT(note->text().contains(QStringLiteral("has to be trained first")), 20000);
        QVERIFY(!dialog->findChild<QPushButton*>(QStringLiteral("transferCopy"))->isVisible());
        QTest::keyClick(dialog, Qt::Key_Escape);
        QTRY_VERIFY(!setup.page.findChild<TransferDialog*>());
    }

    void theReportIsShownCopiedAndSaved() {
        Fixture setup;
        setup.trainSource();
        auto* dialog = setup.opened();
        QTRY_VERIFY_WITH_TIMEOUT(dialog->report() != nullptr, 60000);
        const QString text = textOf(*dialog);
        for (const char* part :
             {"LEEP", "LogME", "H-score, shrunk", "CKA with the labels", "Fresh weights", "Nearest source class",
              "How the images differ", "Brightness", "Fréchet", "What none of this can say"})
            QVERIFY2(text.contains(QString::fromUtf8(part)), part);
        QVERIFY(text.startsWith(QString::fromStdString(dialog->report()->conclusion)));
        auto* browser = dialog->findChild<QTextBrowser*>(QStringLiteral("transferReport"));
        QVERIFY(browser->hasFocus() && !browser->accessibleName().isEmpty());
        QCOMPARE(browser->accessibleDescription(), QString::fromStdString(dialog->report()->conclusion));
        dialog->findChild<QPushButton*>(QStringLiteral("transferCopy"))->click();
        const Json copied = Json::parse(QApplication::clipboard()->text().toStdString());
        QCOMPARE(copied, dialog->report()->toJson());
        const QString file = setup.store.folder.filePath(QStringLiteral("transfer.json"));
        dialog->save(file);
        QFile saved(file);
        QVERIFY(saved.open(QIODevice::ReadOnly));
        QCOMPARE(Json::parse(saved.readAll().toStdString()), copied);
    }

    void aStageIsAskedWithTheDataOfTheWhole() {
        Json document = targetExperiment();
        document["stages"]["middle"] = {{"student", {{"architecture", "resnet8"}, {"weights", {{"stage", "source"}}}}}};
        document["student"]["weights"] = {{"stage", "middle"}};
        Fixture setup(document);
        setup.trainSource();
        setup.page.findChild<StageBar*>()->choose(QStringLiteral("middle"));
        QCoreApplication::processEvents();
        setup.button(QStringLiteral("stages.middle.student.transfer"))->click();
        auto* dialog = setup.page.findChild<TransferDialog*>();
        QVERIFY(dialog);
        QTRY_VERIFY_WITH_TIMEOUT(dialog->report() != nullptr, 60000);
        QCOMPARE(dialog->report()->target.classes.size(), size_t{3});
        QCOMPARE(dialog->report()->source.classes.size(), size_t{4});
    }

    void namesOfClassesAreNoMarkup() {
        TransferReport report{.conclusion = "a < b"};
        report.nearest.push_back({.klass = "<b>x</b>", .images = 2, .nearest = {{"<i>y", 0.5}}});
        const QPalette palette;
        QTextDocument document;
        TransferText(report, palette).writeTo(document);
        const QString text = document.toPlainText();
        QVERIFY2(text.contains(QStringLiteral("<b>x</b>")) && text.contains(QStringLiteral("<i>y")), qUtf8Printable(text));
        QVERIFY(text.startsWith(QStringLiteral("a < b")) && text.contains(QStringLiteral("not there")));
        QVERIFY(!text.contains(QStringLiteral("How the images differ")));
    }

    void closingTheDialogStopsTheLook() {
        Json document = targetExperiment();
        document["data"]["train"] = 20'000;
        Fixture setup(document);
        setup.trainSource();
        auto* dialog = setup.opened();
        QTest::qWait(50);
        QElapsedTimer timer;
        timer.start();
        QTest::keyClick(dialog, Qt::Key_Escape);
        QTRY_VERIFY(!setup.page.findChild<TransferDialog*>());
        QVERIFY2(timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed())));
        // the next one is answered
        setup.page.showDocument(targetExperiment());
        auto* next = setup.opened();
        QTRY_VERIFY_WITH_TIMEOUT(next->report() != nullptr, 60000);
    }

    void thePageMayGoWhileTheDialogIsOpen() {
        Json document = targetExperiment();
        document["data"]["train"] = 20'000;
        auto setup = std::make_unique<Fixture>(document);
        setup->opened();
        QTest::qWait(50);
        setup.reset();
    }
};

int testTransfer(const QStringList& arguments) {
    TestTransferPage tests;
    return QTest::qExec(&tests, arguments);
}

}  // namespace gaplab::ui

#include "tst_frame_transfer.moc"
