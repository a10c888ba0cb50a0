#include <cmath>
#include <cstring>

#include "tests/app/support.h"

using namespace gaplab;

namespace {

constexpr const char* taught = R"({
    "schema": 1, "name": "taught",
    "data": {"source": "shapes", "size": 16, "classes": 4, "train": 240, "test": 160, "validation": 0.2, "groups": {"from": "skewed"}},
    "student": {"architecture": "resnet8"},
    "teachers": {"static": {"architecture": "resnet20", "weights": "train"}},
    "knowledge": [{"from": "static", "to": "student", "loss": "kd"}],
    "training": {"epochs": 2, "batch": 40, "threads": 1},
    "seeds": [0]
})";

/// Runs 1 (the student alone), 2 (the teacher) and 3 (under it).
const Workplace& trained() {
    static const Workplace workplace = [] {
        Workplace made;
        made.write("taught.json", taught);
        Json alone = Json::parse(taught);
        alone.erase("teachers");
        alone.erase("knowledge");
        made.write("alone.json", QByteArray::fromStdString(alone.dump()));
        for (const char* file : {"alone.json", "taught.json"})
            if (const Answer answer = made.run({"train", file}); answer.code != 0) qFatal("%s", answer.told().constData());
        return made;
    }();
    return workplace;
}

/// A float32 tensor of a safetensors file: a length of eight bytes, JSON that tells where each tensor lies, and the values.
std::vector<float> tensorIn(const QByteArray& file, const std::string& name) {
    uint64_t length = 0;
    std::memcpy(&length, file.constData(), sizeof length);
    const Json header = Json::parse(file.mid(8, static_cast<qsizetype>(length)).toStdString());
    const size_t begin = header.at(name).at("data_offsets").at(0), end = header.at(name).at("data_offsets").at(1);
    std::vector<float> values((end - begin) / sizeof(float));
    std::memcpy(values.data(), file.constData() + 8 + length + begin, end - begin);
    return values;
}

}  // namespace

/// Bias reports and model cards of real, short trainings.
class FairnessTests : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theReportTellsWhoIsComparedAndWhatWasFound() {
        const Answer answer = trained().run({"fairness", "3", "--baseline", "1"});
        QVERIFY2(answer.code == 0, answer.told());
        for (const char* words :
             {"Student: taught, seed 0, run 3", "Teacher: static (resnet20)", "Student alone: taught, seed 0, run 1",
              "Equalized odds difference", "grey", "Scope and limits", "passed on"})
            QVERIFY2(answer.out.contains(words), words + QByteArray(" is missing in\n") + answer.told());
    }

    void storedGroupsReachTheReport() {
        const Json report = trained().runJson({"fairness", "3", "--baseline", "1"}).json();
        QCOMPARE(report["groups"].dump(), std::string(R"(["colour","grey"])"));
        QCOMPARE(report["images"].get<int>(), 320);  // every test image in colour and in grey
        QCOMPARE(report["by_group"][0]["images"].get<int>(), 160);
        int images = 0;
        for (const Json& part : report["by_class"])
            images += part["training_images"].get<int>();
        QCOMPARE(images, 192);
        QVERIFY(report["student"]["amplification"]["value"].is_number());
        QCOMPARE(report["propagation"].size(), size_t{2});
    }

    void filesAreWrittenWhereTheyAreAskedFor() {
        const Answer answer = trained().run({"fairness", "3", "--html", "page.html", "--csv", "tables"});
        QVERIFY2(answer.code == 0, answer.told());
        QVERIFY(trained().read("page.html").startsWith("<!DOCTYPE html>"));
        QCOMPARE(trained().read("tables/report.html"), trained().read("page.html"));
        QVERIFY(trained().read("tables/model-card.md").contains("## Bias report"));
        QVERIFY(trained().read("tables/groups.csv").startsWith("group,images,training_images,student"));
    }

    void whatCannotBeToldIsRefused_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("words");
        QTest::newRow("no such run") << QStringList{"99"} << QByteArray("no run 99");
        QTest::newRow("no such teacher") << QStringList{"3", "--teacher", "aunt"} << QByteArray("It knows those of static");
        QTest::newRow("no such split") << QStringList{"3", "--split", "train"} << QByteArray("test and validation");
        QTest::newRow("no such baseline") << QStringList{"3", "--baseline", "99"} << QByteArray("no run 99");
    }
    void whatCannotBeToldIsRefused() {
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, words);
        const Answer answer = trained().run(QStringList{"fairness"} + arguments);
        QCOMPARE(answer.code, 2);
        QVERIFY2(answer.err.contains(words), answer.told());
    }

    void whatIsAddedToAnswersIsDeployedToo() {
        Json document = Json::parse(taught);
        document.erase("teachers");
        document.erase("knowledge");
        document["mitigations"] = {{{"kind", "logit_adjustment"}, {"in", "answers"}, {"tau", 2}}};
        trained().write("adjusted.json", QByteArray::fromStdString(document.dump()));
        const Answer answer = trained().run({"train", "adjusted.json"});
        QVERIFY2(answer.code == 0, answer.told());
        trained().run({"deploy", "1", "--out", "plain.safetensors", "--epoch", "last"});
        trained().run({"deploy", "4", "--out", "adjusted.safetensors", "--epoch", "last"});
        const QByteArray plain = trained().read("plain.safetensors"), adjusted = trained().read("adjusted.safetensors");
        QCOMPARE(tensorIn(adjusted, "fc.weight"), tensorIn(plain, "fc.weight"));  // the training is the same
        const std::vector<float> before = tensorIn(plain, "fc.bias"), after = tensorIn(adjusted, "fc.bias");
        for (size_t i = 0; i < before.size(); ++i)  // four classes of equal size: less 2 log(1/4)
            QVERIFY(std::abs(after[i] - before[i] - 2 * std::log(4.0F)) < 1e-5F);
    }

    void aDeployedStudentHasACard() {
        const Json answer = trained().runJson({"deploy", "3", "--out", "small.safetensors"}).json();
        QVERIFY(QString::fromStdString(answer["model_card"].get<std::string>()).endsWith("small.model-card.md"));
        const QByteArray card = trained().read("small.model-card.md");
        QVERIFY(card.startsWith("# Model card: taught"));
        QVERIFY(card.contains("- Test images: 320\n") && card.contains("| grey | 160 |"));
        trained().run({"deploy", "3", "--out", "last.safetensors", "--epoch", "last"});
        QVERIFY(trained().read("last.model-card.md").contains("- Weights: epoch last\n"));
        QVERIFY(trained().read("last.model-card.md").contains("- Test images: 320\n"));
    }
};

QTEST_GUILESS_MAIN(FairnessTests)
#include "tst_cli_fairness.moc"
