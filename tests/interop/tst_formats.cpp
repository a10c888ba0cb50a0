#include <bit>
#include <rapidcheck.h>

#include <QTest>

#include "core/base/text.h"
#include "core/interop/event_file.h"
#include "tests/interop/incoming.h"
#include "tests/interop/suites.h"

using namespace gaplab;
using namespace gaplab::test;
namespace fs = std::filesystem;

namespace {

/// Any bits that a double can have.
double anyDouble() {
    return std::bit_cast<double>(*rc::gen::arbitrary<uint64_t>());
}

std::string anyText() {
    static const std::vector<std::string> texts = {"",    "a",  "Ґап",  "\"", ",", "\n", "line one\r\nline two",
                                                   "nan", "間", "=1+1", "\t"};
    return *rc::gen::elementOf(texts);
}

std::vector<Point> anyPoints() {
    std::vector<Point> points;
    int64_t step = *rc::gen::inRange(0, 5);
    for (int count = *rc::gen::inRange(1, 30); count > 0; --count) {
        points.push_back({step, anyDouble(), anyDouble(), anyDouble()});
        step += *rc::gen::inRange<int64_t>(1, int64_t{1} << 40);
    }
    return points;
}

WholeRun anyRun() {
    WholeRun run = finishedRun(anyText() + "run", *rc::gen::arbitrary<uint64_t>());
    run.facts.document["text"] = anyText();
    run.facts.document["number"] = *rc::gen::arbitrary<double>();
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i)
        run.series["student/train/" + std::to_string(i) + anyText()] = anyPoints();
    for (int i = *rc::gen::inRange(0, 3); i > 0; --i)
        run.events.push_back({*rc::gen::inRange<int64_t>(0, 1000), anyDouble(), anyDouble(), "info", anyText(), anyText(), {}});
    run.predictions = {{"student", "test", 1.5, {1, 2, 65535}, {0, 1, 255}}};
    return run;
}

/// Writes and reads back.
std::vector<IncomingRun> roundTrip(const std::vector<WholeRun>& runs, const std::string& name, const fs::path& out) {
    fs::remove_all(out);
    writeRuns(runs, name, out);
    return readRuns(out, name);
}

bool sameValues(const std::vector<Point>& left, const std::vector<Point>& right, bool (*equal)(const Point&, const Point&)) {
    return std::ranges::equal(left, right, equal);
}

}  // namespace

class TestFormats : public QObject {
    Q_OBJECT

    const Place place_;

private Q_SLOTS:
    void whatClaimsToBeLosslessIs() {
        int lossless = 0;
        for (const Format& format : formats()) {
            if (!format.lossless) continue;
            ++lossless;
            const auto check = [&] {
                const WholeRun run = anyRun();
                const fs::path out = place_.path("out");
                std::vector<IncomingRun> back = roundTrip({run}, format.name, out);
                RC_ASSERT(back.size() == size_t{1});
                RC_ASSERT(contentHash(back.front().run) == contentHash(run));
                RC_ASSERT(back.front().run.predictions.front().classes == run.predictions.front().classes);
                fs::remove(place_.path("other.db"));
                Store store(place_.path("other.db"), Store::Mode::Create);
                const auto results = importRuns(&store, std::move(back), {});
                RC_ASSERT(contentHash(store.wholeRun(*results.front().id)) == contentHash(run));
            };
            QVERIFY(rc::check(format.name + " comes back bit for bit", check));
        }
        QVERIFY(lossless > 0);
    }

    void severalRunsAreAFolderOfFiles() {
        const std::vector<WholeRun> runs = {finishedRun("one", 1), finishedRun("two", 2)};
        writeRuns(runs, "json", place_.path("folder"));
        const auto back = readRuns(place_.path("folder"));
        QCOMPARE(back.size(), size_t{2});
        std::set<std::string> names;
        for (const IncomingRun& run : back)
            names.insert(run.run.facts.name);
        QVERIFY((names == std::set<std::string>{"one", "two"}));
    }

    void longTablesKeepEveryPoint() {
        QVERIFY(rc::check("points come back bit for bit", [&] {
            WholeRun run = anyRun();
            // an epoch that is not known is the step, which is no point kept
            for (auto& [name, points] : run.series)
                for (Point& point : points)
                    if (std::isnan(point.epoch)) point.epoch = 0.5;
            const auto back = roundTrip({run}, "csv", place_.path("long.csv"));
            RC_ASSERT(back.size() == size_t{1});
            RC_ASSERT(back.front().run.facts.name == run.facts.name);
            RC_ASSERT(back.front().run.series.size() == run.series.size());
            for (const auto& [name, points] : run.series)
                RC_ASSERT(sameValues(back.front().run.series.at(name), points, same));
        }));
    }

    void wideTablesAreReadToo() {
        const std::vector<WholeRun> runs = {finishedRun("one", 1), finishedRun("one", 2)};
        writeRuns(runs, "csv-wide", place_.path("wide.csv"));
        const auto back = readRuns(place_.path("wide.csv"));
        QCOMPARE(back.size(), size_t{2});  // of equal names, but told apart
        const auto& loss = back.front().run.series.at("student/train/loss");
        QVERIFY(sameValues(loss, runs.front().series.at("student/train/loss"), same));
        QVERIFY(back.front().run.series.at("student/validation/accuracy").front().value > 1e308);
    }

    void cellsOfATableMayHoldAnything() {
        std::vector<std::vector<std::string>> rows;
        readCsv("\xef\xbb\xbf" + csvCell("a,\"b\"\r\n") + ",x\r\n\"\",\n", "t",
                [&](size_t, const std::vector<std::string>& cells) { rows.push_back(cells); });
        QVERIFY((rows == std::vector<std::vector<std::string>>{{"a,\"b\"\r\n", "x"}, {"", ""}}));
    }

    void eventFilesKeepFloats() {
        QVERIFY(rc::check("values come back as floats, steps and times as they were", [&] {
            WholeRun run = finishedRun();
            run.series["student/train/any"] = anyPoints();
            const auto back = roundTrip({run}, "tensorboard", place_.path("events"));
            RC_ASSERT(back.size() == size_t{1});
            RC_ASSERT(back.front().notUnderstood.empty());
            const auto equal = [](const Point& read, const Point& written) {
                return read.step == written.step && same(read.wall, written.wall) &&
                       same(read.value, static_cast<double>(static_cast<float>(written.value)));
            };
            for (const auto& [name, points] : run.series)
                RC_ASSERT(sameValues(back.front().run.series.at(name), points, equal));
        }));
    }

    void checksumsAreThoseOfTheFormat() {
        // RFC 3720, B.4: the CRC-32C of 32 zero bytes is 8a9136aa
        QCOMPARE(maskedChecksum(std::string(32, '\0')), (0x8a9136aaU >> 15 | 0x8a9136aaU << 17) + 0xa282ead8U);
    }

    void filesOfOneFolderAreOneRun() {
        const fs::path folder = place_.path("parts");
        const auto part = [](int64_t first, int64_t last, double value) {
            std::string content = versionRecord(1);
            for (int64_t step = first; step <= last; ++step)
                content += scalarRecord({"loss", step, 100 + static_cast<double>(step), value});
            return content;
        };
        writeFile(folder / "events.out.tfevents.1", part(0, 5, 1));
        // taken up again at step 4, and killed while it wrote
        writeFile(folder / "events.out.tfevents.2", part(4, 8, 2).substr(0, part(4, 8, 2).size() - 3));
        const IncomingRun run = readRuns(folder).front();
        const auto& points = run.run.series.at("foreign/all/loss");
        QCOMPARE(points.size(), size_t{8});
        QCOMPARE(points[3].value, 1.0);
        QCOMPARE(points[4].value, 2.0);
        QCOMPARE(points.back().step, int64_t{7});
        QCOMPARE(run.notUnderstood.size(), size_t{2});
        QVERIFY(run.notUnderstood.front().find("cut off") != std::string::npos);
        QCOMPARE(text(run.run.facts.document.at("foreign").at("metrics")), text(Json{{"foreign/all/loss", "loss"}}));
        QCOMPARE(run.run.started, 100.0);
    }

    void runsOfOneFolderAreNamedByTheirs() {
        WholeRun strange = finishedRun("../a/b\n" + std::string(99, 'x') + "間間", 1);
        writeRuns({strange, finishedRun("plain", 2)}, "tensorboard", place_.path("two"));
        const auto runs = readRuns(place_.path("two"));
        QCOMPARE(runs.size(), size_t{2});
        QVERIFY(runs[0].run.facts.name.starts_with(".._a_b_xxx"));
        QVERIFY(runs[1].run.facts.name.starts_with("plain ["));
    }

    void namesOfFoldersMayBeAnyBytes() {
        writeFile(place_.path("outer") / "\xff\xfe" / "events.out.tfevents.1",
                  versionRecord(1) + scalarRecord({"loss", 1, 2, 3}));
        Store store(place_.path("bytes.db"), Store::Mode::Create);
        const auto results = importRuns(&store, readRuns(place_.path("outer")), {});
        QCOMPARE(store.wholeRun(*results.front().id).series.size(), size_t{1});
        fs::remove_all(place_.path("outer"));  // Qt cannot
    }

    void mlflowFoldersAreRead() {
        writeMlflowFolder(place_.path("mlruns"));
        const auto runs = readRuns(place_.path("mlruns"));
        QCOMPARE(runs.size(), size_t{1});
        const WholeRun& run = runs.front().run;
        QCOMPARE(runs.front().format, std::string("mlflow"));
        QCOMPARE(run.foreignRef, std::string("mlflow:abc123"));
        QCOMPARE(run.facts.name, std::string("bright-fox"));
        QCOMPARE(run.facts.notes, std::string("what I thought"));
        QCOMPARE(run.facts.seed, uint64_t{7});
        QCOMPARE(text(run.facts.document.at("foreign").at("parameters")),
                 std::string(R"({"lr":0.1,"model":"resnet20","seed":7})"));
        QCOMPARE(text(run.facts.document.at("foreign").at("experiment")), std::string("\"trials of mine\""));
        QCOMPARE(run.started, 1.7e9);
        const auto& accuracy = run.series.at("foreign/val/acc");
        QCOMPARE(accuracy.size(), size_t{3});
        QVERIFY(std::isnan(accuracy[1].value));
        QCOMPARE(accuracy[2].wall, 1700000003.0);
        // logged without steps
        QCOMPARE(run.series.at("foreign/all/loss").back().step, int64_t{1});
        QVERIFY(runs.front().notUnderstood.front().find("counted instead") != std::string::npos);
    }

    void repeatsOfAForeignTrialAreOneTrial() {
        writeMlflowFolder(place_.path("seeds"), "one");
        writeMlflowFolder(place_.path("seeds"), "two");
        writeFile(place_.path("seeds") / "1" / "two" / "params" / "seed", "8");
        const auto runs = readRuns(place_.path("seeds"));
        QCOMPARE(runs[0].run.facts.trial, runs[1].run.facts.trial);
        QVERIFY(runs[0].run.facts.seed != runs[1].run.facts.seed);
    }

    void wandbFoldersAreRead() {
        const fs::path files = place_.path("wandb") / "run-20260101_120000-ab12cd34" / "files";
        writeFile(
            files / "config.yaml",
            "_wandb:\n    value:\n        cli_version: 0.16.0\nlr:\n    desc: null\n    value: 0.1\nname:\n    value: 'it''s'\n"
            "layers:\n    value:\n        - 1\n        - 2\nseed:\n    value: 3\n");
        writeFile(files / "wandb-summary.json",
                  R"({"_step": 9, "loss": 0.5, "final": 0.75, "_wandb": {"runtime": 3}, "pic": {}})");
        writeFile(files / "history.jsonl", R"({"_step":0,"_timestamp":1700000000.5,"loss":2.5,"hist":{"bins":[1]}})"
                                           "\n"
                                           R"({"_step":1,"_timestamp":1700000001.5,"loss":"NaN"})");
        const auto runs = readRuns(place_.path("wandb"));
        QCOMPARE(runs.size(), size_t{1});
        const WholeRun& run = runs.front().run;
        QCOMPARE(run.foreignRef, std::string("wandb:ab12cd34"));
        const Json parameters = {{"lr", 0.1}, {"name", "it's"}, {"seed", 3}};
        QCOMPARE(text(run.facts.document.at("foreign").at("parameters")), text(parameters));
        QCOMPARE(run.series.at("foreign/all/loss").size(), size_t{2});
        QVERIFY(std::isnan(run.series.at("foreign/all/loss").back().value));
        QCOMPARE(run.series.at("foreign/all/final").front().step, int64_t{9});
        std::string notes;
        for (const std::string& note : runs.front().notUnderstood)
            notes += note + "\n";
        for (const char* word : {"layers", "hist", "pic"})
            QVERIFY2(notes.find(word) != std::string::npos, notes.c_str());
    }

    void wandbHistoryMayBeATable() {
        const fs::path folder = place_.path("exported");
        writeFile(folder / "wandb-summary.json", "{}");
        writeFile(folder / "history.csv", ",_step,_runtime,_timestamp,loss,note\n0,0,1.5,100,0.5,begin\n1,1,2.5,101,0.25,\n");
        const auto runs = readRuns(folder, "wandb");
        const auto& loss = runs.front().run.series.at("foreign/all/loss");
        QCOMPARE(loss.size(), size_t{2});
        QCOMPARE(loss.back().wall, 101.0);
        QCOMPARE(runs.front().notUnderstood.size(), size_t{1});
    }

    void otherNamesOfSeriesAreToldApart() {
        writeFile(place_.path("names.csv"),
                  "metric,step,value\na/b/c/d,1,1\na/b/c.d,1,2\nloss,1,3\nforeign/all/loss,1,4\n/x,1,5\n");
        const WholeRun run = readRuns(place_.path("names.csv")).front().run;
        QCOMPARE(run.series.size(), size_t{5});
        QCOMPARE(run.series.at("a/b/c.d").front().value, 2.0);
        QCOMPARE(run.series.at("a/b/c.d~2").front().value, 1.0);
        QCOMPARE(run.series.at("foreign/all/loss").front().value, 4.0);
        QCOMPARE(run.series.at("foreign/-/x").front().value, 5.0);
        QCOMPARE(run.facts.document.at("foreign").at("metrics").size(), size_t{3});
    }

    void formatsThatAreMissingAreNamed() {
        QVERIFY(says(errorOf([] { format("jsn"); }), "no format \"jsn\""));
        QCOMPARE(errorOf([] { format("jsn"); }).hint(), std::string("Did you mean \"json\"?"));
        QVERIFY(says(errorOf([&] { writeRuns({finishedRun()}, "mlflow", place_.path("x")); }), "only read"));
        writeFile(place_.path("x.txt"), "hello");
        QVERIFY(says(errorOf([&] { readRuns(place_.path("x.txt")); }), "no known format"));
        QVERIFY(says(errorOf([&] { readRuns(place_.path("x.txt"), "csv-wide"); }), "only written"));
        QVERIFY(says(errorOf([&] { readRuns(place_.path("nowhere")); }), "no file or folder"));
    }
};

int testFormats(int argc, char** argv) {
    TestFormats test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_formats.moc"
