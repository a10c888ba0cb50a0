#include <QTemporaryDir>
#include <QtTest>

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/data/data_card.h"
#include "core/data/dataset.h"
#include "tests/data/pictures.h"

using namespace gaplab;

class TestDataCard : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    DataSpec spec() const { return {.source = "folder", .path = folder_.path().toStdString()}; }
    std::filesystem::path place() const { return cardPlace(spec()); }

private Q_SLOTS:
    void init() { std::filesystem::remove(place()); }

    void noCardIsNoError() {
        QVERIFY(!readCard(spec()));
        QCOMPARE(place().filename().string(), std::string("data-card.json"));
    }

    void anEmptyOneIsWrittenAndNeverOverAnother() {
        QCOMPARE(writeCardTemplate(spec()), place());
        const auto card = readCard(spec());
        QVERIFY(card);
        QCOMPARE(card->missing().size(), cardFields().size());
        writeString(place(), R"({"origin": "mine"})");
        QVERIFY_THROWS_EXCEPTION(Error, writeCardTemplate(spec()));
        QCOMPARE(readText(place()), std::string(R"({"origin": "mine"})"));
        QVERIFY_THROWS_EXCEPTION(Error, writeCardTemplate({.source = "folder", .path = "/no/such/folder"}));
        QVERIFY_THROWS_EXCEPTION(Error, writeCardTemplate({.source = "shapes"}));
    }

    void aPartialCardTellsWhatItLacks() {
        writeString(place(), R"({"origin": "a camera", "licence": "", "consent": null, "sensitive_attributes": [],
                                 "intended_use": ["tests", "teaching"], "maintainer": "me"})");
        const auto card = readCard(spec());
        QCOMPARE(card->statement("origin").value_or(""), std::string("a camera"));
        QCOMPARE(card->statement("sensitive_attributes").value_or(""), std::string("none"));
        QCOMPARE(card->statement("intended_use").value_or(""), std::string("tests, teaching"));
        QCOMPARE(card->statement("maintainer").value_or(""), std::string("me"));  // a key of one's own is kept
        std::vector<std::string> missing;
        for (const CardField& field : card->missing())
            missing.push_back(field.key);
        QCOMPARE(missing, (std::vector<std::string>{"licence", "consent", "known_limits"}));
    }

    void brokenCardsAreRefused_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("words");
        QTest::newRow("no JSON") << QByteArray("{\n  \"origin\": \"x\",\n  \"licence\": }\n") << "line 3";
        QTest::newRow("a list") << QByteArray("[]") << "no data card";
        QTest::newRow("a number") << QByteArray(R"({"licence": 4})") << "licence";
        QTest::newRow("misspelt") << QByteArray(R"({"license": "MIT"})") << "licence";
        QTest::newRow("not UTF-8") << QByteArray("{\"origin\": \"\xff\"}") << "UTF-8";
        QTest::newRow("empty") << QByteArray() << "line 1";
    }
    void brokenCardsAreRefused() {
        QFETCH(QByteArray, text);
        QFETCH(QString, words);
        writeString(place(), text.toStdString());
        try {
            readCard(spec());
            QFAIL("It was taken.");
        } catch (const Error& error) {
            QVERIFY2(QString::fromStdString(error.describe()).contains(words), error.what());
            QCOMPARE(error.fault(), Fault::Input);
        }
        QCOMPARE(QByteArray::fromStdString(readText(place())), text);
    }

    void shapesHasItsOwn() {
        const auto card = readCard({.source = "shapes"});
        QVERIFY(card && card->file.empty());
        QVERIFY(card->missing().empty());
    }

    void aCardChangesNothingInTheImages() {
        const QTemporaryDir place;
        const std::filesystem::path root = place.filePath("images").toStdString();
        makeFolder(root, {"."}, {"cat", "dog"}, 10);
        const DataSpec images{.source = "folder", .path = root.string(), .parameters = Json::object()};
        LoadOptions options;
        options.cacheFolder = place.filePath("cache").toStdString();
        const std::string before = loadDataset(images, options)->fingerprint;
        writeCardTemplate(images);
        QCOMPARE(loadDataset(images, options)->fingerprint, before);
    }
};

int runDataCardTests(int argc, char** argv) {
    TestDataCard tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_data_card.moc"
