#include <QTest>
#include <QXmlStreamReader>

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/run/bias.h"
#include "core/run/inspect.h"
#include "core/run/model_card.h"
#include "tests/run/bias_story.h"

using namespace gaplab;
using namespace gaplab::test;

namespace {

/// Names that would break a document or a table that takes them as they are.
const std::vector<std::string> nasty = {"<script>alert(1)</script>", "dog, \"Rex\"", "a & b | c"};

/// Three classes of 12 images in two groups; the student is wrong on every second owl, the student alone on all of them, in its
/// own way.
struct Written {
    Place place;
    Store store = place.make();
    int64_t run = 0;

    explicit Written(const Json& document = distilled()) {
        Told told{.groupNames = {"<b>light</b>", "dark"}, .classNames = nasty, .document = document};
        Classes student, teacher, baseline;
        for (uint16_t c = 0; c < 3; ++c)
            for (int i = 0; i < 24; ++i) {
                told.labels.push_back(c);
                told.groups.push_back(i < 12 ? 0 : 1);
                student.push_back(said(c, c < 2 || i % 2 == 0, 3));
                teacher.push_back(said(c, c < 1 || i % 2 == 0, 3));
                baseline.push_back(c < 2 ? c : 1);
            }
        told.answers = {{"student", student}, {"static", teacher}};
        told.groupCounts = {{10, 20}, {30, 40}, {50, 60}};
        run = tell(store, told);
        Told aloneRun{
            .trial = std::string(64, 'b'), .labels = told.labels, .answers = {{"student", baseline}}, .classNames = nasty};
        tell(store, aloneRun);
    }

    BiasReport report() const { return biasReport(store, {.run = "1", .baseline = "2"}, catalogue()); }
    RunRow row() const { return store.run(run); }
};

/// Rows of a table, by their headings.
std::vector<std::map<std::string, std::string>> rowsOf(const std::string& csv) {
    std::vector<std::string> headings;
    std::vector<std::map<std::string, std::string>> rows;
    readCsv(csv, "table", [&](size_t, const std::vector<std::string>& cells) {
        if (headings.empty()) {
            headings = cells;
            return;
        }
        rows.emplace_back();
        for (size_t i = 0; i < cells.size(); ++i)
            rows.back()[headings[i]] = cells[i];
    });
    return rows;
}

bool has(const std::string& text, const std::string& words) {
    return text.find(words) != std::string::npos;
}

}  // namespace

class TestBiasFiles : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theDocumentIsWellFormedWhateverNamesAreLike() {
        const BiasReport report = Written().report();
        for (const BiasHtml form : {BiasHtml::Page, BiasHtml::RichText}) {
            const std::string html = biasHtml(report, form);
            QVERIFY(!has(html, "<script") && has(html, "&lt;script&gt;alert(1)&lt;/script&gt;") && !has(html, "<b>light"));
            QXmlStreamReader reader(QString::fromStdString(html));
            int figures = 0, titles = 0, captions = 0, tables = 0;
            bool inFigure = false;
            while (!reader.atEnd()) {
                reader.readNext();
                if (reader.isStartElement()) {
                    if (reader.name() == u"svg") ++figures, inFigure = true;
                    titles += inFigure && reader.name() == u"desc";
                    captions += reader.name() == u"caption";
                    tables += reader.name() == u"table";
                }
                if (reader.isEndElement() && reader.name() == u"svg") inFigure = false;
            }
            QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
            QVERIFY(tables >= 6);
            QCOMPARE(figures, form == BiasHtml::Page ? 5 : 0);  // classes, groups, two of propagation, confusion
            QCOMPARE(titles, figures);
            QCOMPARE(captions, form == BiasHtml::Page ? tables : 0);
            QVERIFY(!has(html, "http://") && !has(html, "https://") && !has(html, "src="));
        }
    }

    void theDocumentShowsTheFiguresOfTheReport() {
        const BiasReport report = Written().report();
        const std::string html = biasHtml(report);
        QVERIFY(has(html, "83.3 % ["));                  // 60 of 72
        QVERIFY(has(html, "<td class=\"n\">50.0 % ["));  // the third class
        for (const std::string& limit : report.limits)
            QVERIFY(has(html, limit.substr(0, 20)));
        QVERIFY(has(html, "prefers-color-scheme: dark") && has(html, "@media print"));
    }

    void tablesReadBackToTheFiguresOfTheReport() {
        const BiasReport report = Written().report();
        const auto tables = biasTables(report);
        const auto classes = rowsOf(tables.at("classes.csv"));
        QCOMPARE(classes.size(), size_t{3});
        for (size_t c = 0; c < 3; ++c) {
            auto row = classes[c];
            QCOMPARE(row["class"], nasty[c]);
            QCOMPARE(*numberIn(row["student"]), *report.classes[c].student.value);
            QCOMPARE(*numberIn(row["student_low"]), report.classes[c].student.interval->low);
            QCOMPARE(*numberIn(row["difference"]), report.classes[c].movement.difference);
        }
        double images = 0;
        for (auto row : rowsOf(tables.at("confusion.csv")))
            if (row["network"] == "student") images += *numberIn(row["images"]);
        QCOMPARE(images, 72.0);
        bool found = false;
        for (auto row : rowsOf(tables.at("summary.csv")))
            if (row["metric"] == "equalized_odds" && row["network"] == "student") {
                found = true;
                QCOMPARE(*numberIn(row["value"]), *report.student.equalizedOdds.value);
                QCOMPARE(row["interval_over"], std::string("images"));
            }
        QVERIFY(found);
        QCOMPARE(report.takenOver.shown.size(), size_t{12});
        QCOMPARE(rowsOf(tables.at("exemplars.csv")).size(), report.lost.shown.size() + size_t{12});
        QCOMPARE(rowsOf(tables.at("cells.csv")).size(), size_t{6});
    }

    void theJsonFormReadsBack() {
        const BiasReport report = Written().report();
        const Json json = Json::parse(toJson(report).dump());
        QCOMPARE(json["verdict"].get<std::string>(), report.verdictText);
        QCOMPARE(json["student"]["accuracy"]["value"].get<double>(), *report.student.accuracy.value);
        QCOMPARE(json["student"]["confusion"][2][0].get<double>(), 12.0);
        QCOMPARE(json["by_group"][0]["name"].get<std::string>(), std::string("<b>light</b>"));
        QCOMPARE(json["propagation"].size(), size_t{2});
        QVERIFY(json["propagation"][0]["slope"].is_null());  // three classes tell no slope
        QCOMPARE(json["mitigations"].size(), report.mitigations.size());
    }

    void allFilesAreWrittenInOneStep() {
        const Written written;
        const BiasReport report = written.report();
        const auto folder = written.place.path("out/deep");
        const auto files = writeBiasReport(written.store, report, folder);
        for (const char* name : {"report.html", "report.json", "model-card.md", "classes.csv", "groups.csv", "summary.csv"})
            QVERIFY2(std::ranges::find(files, folder / name) != files.end() && std::filesystem::exists(folder / name), name);
        QCOMPARE(readText(folder / "report.html"), biasHtml(report));
        writeBytes(written.place.path("file"), "x");
        QCOMPARE(errorOf([&] { writeBiasReport(written.store, report, written.place.path("file")); }).exitCode(), 1);
    }

    void aModelCardSaysWhatIsKnownAndWhatIsNot() {
        const Written written;
        const std::string card = modelCard(written.store, written.row());
        QVERIFY(has(card, "- Architecture: resnet8") && has(card, "- Parameters: 77,850"));
        QVERIFY(has(card, "- Teachers: static (static, resnet20)") && has(card, "kd from static to student"));
        QVERIFY(has(card, "- Accuracy (95 % interval): 83.3 % ["));
        QVERIFY(has(card, "- Worst class: a & b \\| c, 50.0 % ["));
        QVERIFY(has(card, "There is no data card"));
        QVERIFY(has(card, "| &lt;b>light&lt;/b> | 36 | 83.3 % ["));
        QVERIFY(!has(card, "<script"));
        QVERIFY(has(modelCard(written.store, written.row(), {.epoch = "7"}), "not tested"));
        QVERIFY(has(modelCard(written.store, written.row(), {.average = true}), "not tested"));
        QVERIFY(!has(card, "## Bias report"));
        const BiasReport report = written.report();
        QVERIFY(has(modelCard(written.store, written.row(), {}, &report), "## Bias report"));
    }

    void aDataCardBesideTheImagesIsQuoted() {
        const QTemporaryDir images;
        Json document = distilled();
        document["data"] = {{"source", "folder"}, {"path", images.path().toStdString()}};
        const Written written(document);
        const std::filesystem::path card = std::filesystem::path(images.path().toStdString()) / "data-card.json";
        const auto told = [&] { return modelCard(written.store, written.row()); };
        QVERIFY(has(told(), "There is no data card"));
        writeBytes(
            card,
            Json({{"origin", "a zoo\n# not a heading"}, {"sensitive_attributes", {"age", "sex"}}, {"other", 1}}).dump().c_str());
        QVERIFY(has(told(), "- Origin: a zoo \\# not a heading\n"));
        QVERIFY(has(told(), "- Sensitive attributes: age, sex\n"));
        QVERIFY(has(told(), "- Licence: not stated in the data card\n"));
        writeBytes(card, "{\"sensitive_attributes\": []}");
        QVERIFY(has(told(), "- Sensitive attributes: none\n"));
        for (const char* broken : {"[1]", "{\"origin\": ", "\xff"}) {
            writeBytes(card, broken);
            QVERIFY2(has(told(), "There is no data card"), broken);
        }
    }
};

int runBiasFileTests(int argc, char** argv) {
    TestBiasFiles test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_bias_files.moc"
