#include <QImage>

#include "tests/app/support.h"

using namespace gaplab;

class CliAuditTests : public QObject {
    Q_OBJECT

    /// Class folders of noise, no two pictures alike, and one that is in training and in test.
    static void writePictures(const Workplace& workplace) {
        quint32 state = 1;
        const auto write = [&](const QString& name) {
            QImage picture(16, 16, QImage::Format_RGB888);
            for (int y = 0; y < 16; ++y)
                for (int x = 0; x < 16; ++x) {
                    state = state * 1664525u + 1013904223u;
                    picture.setPixelColor(x, y, QColor(static_cast<QRgb>(state >> 8)));
                }
            QDir().mkpath(QFileInfo(workplace.path(name)).path());
            if (!picture.save(workplace.path(name))) qFatal("cannot write a picture");
        };
        for (const char* part : {"train", "test"})
            for (const char* name : {"cat", "dog"})
                for (int i = 0; i < 20; ++i)
                    write(QString("images/%1/%2/%3.png").arg(part, name).arg(i));
        QFile::copy(workplace.path("images/train/cat/3.png"), workplace.path("images/test/cat/copy.png"));
    }

private Q_SLOTS:
    void aFolderIsLookedAt() {
        const Workplace workplace;
        writePictures(workplace);
        const Answer answer = workplace.runJson({"audit", "images"});
        QVERIFY2(answer.code == 0, answer.told());
        const Json audit = answer.json();
        QCOMPARE(audit.at("source").get<std::string>(), std::string("folder"));
        QCOMPARE(audit.at("parts").at("test").at("images").get<int>(), 41);
        QCOMPARE(audit.at("duplicates").at("exact").get<int>(), 1);
        const Answer text = workplace.run({"audit", "images", "--set", "data.validation=0.2"});
        QVERIFY2(text.code == 0 && text.out.contains("test/cat/copy.png"), text.told());
        QVERIFY2(text.out.contains("No groups are known"), text.told());
        QVERIFY(!workplace.hasStore());
    }

    void anExperimentIsLookedAtWithItsGroups() {
        const Workplace workplace;
        const Answer answer = workplace.run({"audit", "tiny.json", "--set", "data.train=2000", "--set", "data.group_skew=0.95"});
        QVERIFY2(answer.code == 0, answer.told());
        QVERIFY2(answer.out.contains("Class and group come together"), answer.told());
        QVERIFY2(answer.out.contains("colour") && answer.out.contains("grey"), answer.told());
    }

    void labelsInDoubtNeedARun() {
        const Workplace workplace;
        QVERIFY(workplace.run({"train", "tiny.json"}).code == 0);
        const Answer answer = workplace.runJson({"audit", "tiny.json", "--run", "1"});
        QVERIFY2(answer.code == 0, answer.told());
        QCOMPARE(answer.json().at("labels").at("images").get<int>(), 40);
        const Answer other = workplace.runJson({"audit", "tiny.json", "--run", "1", "--set", "data.split_seed=3"});
        QVERIFY2(other.code == 2 && other.out.contains("did not answer"), other.told());
        const Answer role = workplace.runJson({"audit", "tiny.json", "--run", "1", "--role", "static"});
        QVERIFY2(role.code == 2, role.told());
    }

    void aCardIsWrittenOnce() {
        const Workplace workplace;
        writePictures(workplace);
        QVERIFY2(workplace.run({"audit", "images", "--write-card"}).code == 0, "the card");
        const QByteArray card = workplace.read("images/data-card.json");
        QVERIFY(card.contains("\"licence\": \"\""));
        workplace.write("images/data-card.json", "{\"origin\": \"mine\"}");
        const Answer again = workplace.runJson({"audit", "images", "--write-card"});
        QVERIFY2(again.code == 2, again.told());
        QCOMPARE(workplace.read("images/data-card.json"), QByteArray("{\"origin\": \"mine\"}"));
        const Answer audit = workplace.run({"audit", "images"});
        QVERIFY2(audit.out.contains("does not state: licence"), audit.told());
    }

    void whatIsNotThereIsRefused() {
        const Workplace workplace;
        workplace.write("list.json", "[1]");
        workplace.write("broken.json", "{");
        for (const char* name : {"nowhere", "list.json", "broken.json"}) {
            const Answer answer = workplace.runJson({"audit", name});
            QVERIFY2(answer.code == 2, answer.told());
        }
        const Answer misspelt = workplace.runJson({"audit", "tiny.json", "--set", "data.trian=5"});
        QVERIFY2(misspelt.code == 2 && misspelt.out.contains("data.trian"), misspelt.told());
    }
};

QTEST_GUILESS_MAIN(CliAuditTests)
#include "tst_cli_audit.moc"
