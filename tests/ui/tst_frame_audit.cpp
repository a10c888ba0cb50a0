#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QPushButton>
#include <QTextBlock>
#include <QTextBrowser>

#include "core/experiment/experiment.h"
#include "core/run/inspect.h"
#include "tests/ui/frame_tests.h"
#include "ui/forms/form_grid.h"
#include "ui/setup/audit_dialog.h"
#include "ui/setup/audit_report.h"
#include "ui/setup/setup_page.h"

namespace gaplab::ui {
namespace {

struct AuditFixture {
    TestSession store;
    SetupPage page{store.session};

    explicit AuditFixture(const Json& data = Json::object()) {
        page.resize(1200, 760);
        page.show();
        Json document = smallExperiment();
        document["data"].update(data);
        page.showDocument(document);
    }

    Json at(const char* pointer) { return page.document().value(Json::json_pointer(pointer), Json()); }
    Field* field(const QString& path) {
        for (Field* candidate : page.findChildren<Field*>())
            if (candidate->path() == path) return candidate;
        return nullptr;
    }
    void chooseGroups(const QString& kind) {
        auto* combo = page.findChild<QComboBox*>(QStringLiteral("data.groups.from"));
        const int index = combo->findText(kind);
        if (index < 0) qFatal("%s is not offered.", qUtf8Printable(kind));
        combo->setCurrentIndex(index);
        Q_EMIT combo->activated(index);
    }
    /// Presses the button and waits for the report.
    AuditDialog* audited() {
        page.findChild<QPushButton*>(QStringLiteral("data.audit"))->click();
        auto* dialog = page.findChild<AuditDialog*>();
        if (dialog && QTest::qWaitFor([&] { return dialog->audit() != nullptr; }, 30000)) return dialog;
        qFatal("There is no report: %s", dialog ? qPrintable(dialog->findChild<NoteLabel*>(QStringLiteral("auditNote"))->text() +
                                                             QStringLiteral(" / ") + dialog->findChild<QLabel*>()->text())
                                                : "no dialog");
    }
};

}  // namespace

class TestAuditPage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyWayToFindGroupsHasItsFields() {
        AuditFixture setup;
        for (const Member& kind : groupKinds()) {
            setup.chooseGroups(QString::fromStdString(kind.name));
            QCOMPARE(setup.at("/data/groups/from"), Json(kind.name));
            for (const Parameter& parameter : kind.parameters)
                QVERIFY2(setup.field(QString::fromStdString("data.groups." + parameter.name)), parameter.name.c_str());
        }
    }

    void groupsAreUndoneAndTakenAwayAsAWhole() {
        AuditFixture setup;
        setup.chooseGroups(QStringLiteral("skewed"));
        Q_EMIT setup.field(QStringLiteral("data.groups.skew"))->edited(0.8);
        QCOMPARE(setup.at("/data/groups"), (Json{{"from", "skewed"}, {"skew", 0.8}}));
        setup.page.undo();
        QCOMPARE(setup.at("/data/groups"), (Json{{"from", "skewed"}}));
        setup.page.redo();
        setup.chooseGroups(QStringLiteral("colour"));  // its fields go with it
        QCOMPARE(setup.at("/data/groups"), (Json{{"from", "colour"}}));
        setup.page.undo();
        Q_EMIT setup.field(QStringLiteral("data.groups.from"))->resetRequested();
        QVERIFY(setup.at("/data/groups").is_null());
        QVERIFY(!setup.field(QStringLiteral("data.groups.skew")));
        setup.page.undo();
        QCOMPARE(setup.at("/data/groups"), (Json{{"from", "skewed"}, {"skew", 0.8}}));
        QVERIFY(validate(setup.page.document(), catalogue()).empty());
    }

    void aMissingTableStandsBesideItsField() {
        AuditFixture setup;
        setup.chooseGroups(QStringLiteral("csv"));
        QTRY_VERIFY(!setup.field(QStringLiteral("data.groups.path"))->problem().isEmpty());
    }

    void theReportTellsWhatWasFoundAndIsCopiedAndSaved() {
        AuditFixture setup(Json({{"train", 1000}, {"group_skew", 0.95}}));
        AuditDialog* dialog = setup.audited();
        auto* report = dialog->findChild<QTextBrowser*>(QStringLiteral("auditReport"));
        QVERIFY(report->isVisible() && report->hasFocus());
        const QString text = report->toPlainText();
        QVERIFY2(text.contains(QStringLiteral("Class and group come together")), qUtf8Printable(text));
        QVERIFY2(text.contains(QStringLiteral("Looked at were")), qUtf8Printable(text));
        QVERIFY(text.indexOf(QStringLiteral("Class and group come together")) <
                text.indexOf(QStringLiteral("Images of each class")));
        dialog->findChild<QPushButton*>(QStringLiteral("auditCopy"))->click();
        const Json copied = Json::parse(QApplication::clipboard()->text().toStdString());
        QCOMPARE(copied, dialog->audit()->toJson());
        const QString file = setup.store.folder.filePath(QStringLiteral("audit.json"));
        dialog->save(file);
        QFile saved(file);
        QVERIFY(saved.open(QIODevice::ReadOnly));
        QCOMPARE(Json::parse(saved.readAll().toStdString()), copied);
        dialog->save(QStringLiteral("/no/such/folder/audit.json"));
        QVERIFY(dialog->findChild<NoteLabel*>(QStringLiteral("auditNote"))->text().contains(QStringLiteral("/no/such/folder")));
    }

    void withoutGroupsTheReportSaysHowToGiveThem() {
        AuditFixture setup(Json({{"channels", 1}, {"train", 400}}));
        const QString text = setup.audited()->findChild<QTextBrowser*>(QStringLiteral("auditReport"))->toPlainText();
        QVERIFY2(text.contains(QStringLiteral("No groups are known")) && text.contains(QStringLiteral("data.groups")),
                 qUtf8Printable(text));
        QVERIFY(!text.contains(QStringLiteral("Cramér")));
    }

    void picturesOfPairsAreShown() {
        // So few pixels that some of the generated pictures are alike.
        DataAudit audit{.source = "x", .classes = {"a", "b"}};
        for (PartCounts& part : audit.parts)
            part = {.images = 2, .classes = {1, 1}};
        audit.duplicates = {.images = 6, .pairs = 1, .thumbnailSize = 24};
        DuplicatePair pair{.first = {.file = "train/a/1 <b>.png"}, .second = {.part = DataPart::Test, .klass = 1}};
        pair.firstPicture = pair.secondPicture = std::vector<unsigned char>(24 * 24 * 3, 200);
        audit.duplicates.shown.push_back(pair);
        const QPalette palette;
        QTextDocument document;
        AuditReport(audit, palette).writeTo(document);
        QVERIFY(document.toPlainText().contains(QStringLiteral("train/a/1 <b>.png")));
        int pictures = 0;
        for (QTextBlock block = document.begin(); block.isValid(); block = block.next())
            for (auto part = block.begin(); !part.atEnd(); ++part) {
                const QTextImageFormat format = part.fragment().charFormat().toImageFormat();
                if (!format.isValid()) continue;
                ++pictures;
                QVERIFY(!document.resource(QTextDocument::ImageResource, QUrl(format.name())).value<QImage>().isNull());
            }
        QCOMPARE(pictures, 2);
    }

    void faultyDataAreToldInTheDialog() {
        AuditFixture setup(Json({{"train", 3}}));
        setup.page.audit();
        auto* dialog = setup.page.findChild<AuditDialog*>();
        auto* note = dialog->findChild<NoteLabel*>(QStringLiteral("auditNote"));
        QTRY_VERIFY(note->text().contains(QStringLiteral("data.train")));
        QVERIFY(!dialog->findChild<QPushButton*>(QStringLiteral("auditCopy"))->isVisible());
    }

    void thePageMayGoWhileTheReportIsOpen() {
        auto setup = std::make_unique<AuditFixture>(Json({{"train", 200'000}}));
        setup->page.audit();
        QTest::qWait(50);
        setup.reset();
    }

    void closingTheDialogStopsTheAudit() {
        AuditFixture setup(Json({{"train", 200'000}}));
        setup.page.audit();
        QTest::qWait(50);
        QElapsedTimer timer;
        timer.start();
        QTest::keyClick(setup.page.findChild<AuditDialog*>(), Qt::Key_Escape);
        QTRY_VERIFY(!setup.page.findChild<AuditDialog*>());
        QVERIFY2(timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed())));
        // the next one is answered
        Json document = setup.page.document();
        document["data"]["train"] = 200;
        setup.page.showDocument(document);
        QVERIFY(setup.audited()->audit()->parts[0].images > 0);
    }
};

int testAudit(const QStringList& arguments) {
    TestAuditPage tests;
    return QTest::qExec(&tests, arguments);
}

}  // namespace gaplab::ui

#include "tst_frame_audit.moc"
