#include <chrono>
#include <condition_variable>

#include <QTemporaryDir>
#include <QtTest>

#include "core/base/files.h"
#include "core/base/random.h"
#include "core/data/dataset.h"
#include "core/run/audit.h"
#include "core/run/inspect.h"
#include "core/run/latest_request.h"
#include "tests/data/pictures.h"
#include "tests/data/small_pictures.h"

using namespace gaplab;
using namespace std::chrono_literals;

namespace {

Json shapes(Json given) {
    Json data = {{"source", "shapes"}, {"size", 16}, {"train", 2000}, {"test", 400}};
    data.update(given);
    return data;
}

bool tells(const DataAudit& audit, const std::string& topic, const std::string& words = {}) {
    return std::ranges::any_of(audit.findings, [&](const Finding& finding) {
        return finding.topic == topic && (finding.message + " " + finding.advice).find(words) != std::string::npos;
    });
}

std::string listed(const DataAudit& audit) {
    std::string text;
    for (const Finding& finding : audit.findings)
        text += finding.topic + ": " + finding.message + " | " + finding.advice + "\n";
    return text;
}

}  // namespace

class TestAudit : public QObject {
    Q_OBJECT

    /// A folder of two classes, drawn; copies are planted by hand.
    struct Folder {
        QTemporaryDir place;
        std::filesystem::path root = place.filePath("images").toStdString();
        std::vector<Planes> pictures = drawnPictures(120, 16, 5);

        Folder() {
            qputenv("XDG_CACHE_HOME", place.filePath("cache").toUtf8());
            for (size_t i = 0; i < pictures.size(); ++i)
                add(i < 80 ? "train" : "test", i, pictures[i]);
        }
        static std::string classOf(size_t i) { return i % 2 == 0 ? "cat" : "dog"; }
        static std::string nameOf(const std::string& part, size_t i) {
            return part + "/" + classOf(i) + "/" + std::to_string(i) + ".png";
        }
        void add(const std::string& part, size_t i, const Planes& planes) { write(nameOf(part, i), planes); }
        void write(const std::string& name, const Planes& planes) {
            DecodedImage image{.size = {16, 16}, .pixels = std::vector<uint8_t>(planes.size())};
            for (size_t p = 0; p < 256; ++p)
                for (size_t c = 0; c < 3; ++c)
                    image.pixels[3 * p + c] = planes[c * 256 + p];
            writeBytes(root / name, pngOf(image));
        }
        Json data(Json given = Json::object()) const {
            Json data = {{"source", "folder"}, {"path", root.string()}, {"on_error", "skip"}};
            data.update(given);
            return data;
        }
    };

private Q_SLOTS:
    void initTestCase() { qputenv("XDG_DATA_HOME", QDir::tempPath().toUtf8() + "/no-such-place"); }

    void aPlantedAssociationIsFound() {
        const DataAudit audit = auditData(shapes({{"group_skew", 0.95}}));
        QVERIFY(audit.association && audit.association->reported);
        // Half of the classes have 95 % in one group, the others 5 %: phi is 0.9.
        QVERIFY(audit.association->interval->low <= 0.9 && audit.association->interval->high >= 0.9);
        QVERIFY2(tells(audit, "association", "Cramer's V 0."), listed(audit).c_str());
        QVERIFY(audit.parts[2].images == 400 && std::abs(audit.parts[2].groups[0] - 200) < 60);  // the test set is never skewed
        QVERIFY(tells(audit, "images", "colourfulness"));
    }

    void withoutSkewNothingIsReported() {
        int reported = 0;
        for (int seed = 0; seed < 20; ++seed) {
            const DataAudit audit = auditData(shapes({{"seed", seed}, {"train", 600}, {"test", 100}}), {.threads = 2});
            reported += audit.association->reported || tells(audit, "representation") || tells(audit, "leaks");
        }
        QVERIFY2(reported <= 2, qPrintable(QString::number(reported)));  // more than 2 of 20 at 5 %: 8 in 100 such tests at most
    }

    void chanceAloneIsReportedAtMostFiveTimesInAHundred() {
        int reported = 0;
        for (uint64_t seed = 0; seed < 100; ++seed) {
            Random random(deriveSeed(seed, "counts"));
            fairness::Contingency table(10, std::vector<int64_t>(2));
            for (int i = 0; i < 2000; ++i)
                ++table[static_cast<size_t>(i % 10)][random.chance(0.5) ? 0 : 1];
            reported += fairness::audit(table, {.draws = 100}).reportsAnything();
        }
        QVERIFY2(reported <= 5, qPrintable(QString::number(reported)));
    }

    void anUnderRepresentedGroupIsNamed() {
        const DataAudit audit = auditData(shapes({{"group_share", 0.1}}));
        QVERIFY2(tells(audit, "representation", "The group grey is under-represented"), listed(audit).c_str());
        const auto grey = static_cast<double>(audit.parts[0].groups[1]) / static_cast<double>(audit.parts[0].images);
        QVERIFY(std::abs(grey - 0.1) < 0.03);
        const double inTest = static_cast<double>(audit.parts[2].groups[1]) / 400;
        QVERIFY2(std::abs(inTest - 0.5) < 0.1, qPrintable(QString::number(inTest)));
        QVERIFY(!audit.association->reported);
    }

    void whatWasLookedAtIsSaidWhereNothingWasFound() {
        const DataAudit audit = auditData(shapes({{"channels", 1}}));
        QVERIFY2(audit.faults().empty(), listed(audit).c_str());
        QVERIFY(!audit.looked.empty());
        QVERIFY(tells(audit, "groups", "No groups are known"));
        QVERIFY(tells(audit, "labels", "not looked for"));
        QVERIFY(!audit.association);
        QCOMPARE(audit.statistics[0].size(), size_t{1});
        QVERIFY(audit.card.exists && audit.card.missing.empty());
        QVERIFY(Json::parse(audit.toJson().dump()).at("looked_at").size() > 2);
    }

    void leaksAreFoundWithTheirFiles() {
        Folder folder;
        folder.add("test", 200, folder.pictures[10]);
        folder.add("test", 202, moved(folder.pictures[12], 1, 0, 16));
        folder.add("train", 301, folder.pictures[14]);  // of the other class: one label is wrong
        const DataAudit audit = auditData(folder.data());
        const DuplicateReport& found = audit.duplicates;
        QCOMPARE(found.pairs, int64_t{3});
        QCOMPARE(found.otherLabels, int64_t{1});
        QCOMPARE(found.leakedTest, int64_t(found.across[1]));
        QCOMPARE(found.across[1] + found.across[2], int64_t{2});  // of training or validation, as the split falls
        QStringList files;
        for (const DuplicatePair& pair : found.shown)
            files << QString::fromStdString(pair.first.file + " " + pair.second.file);
        QVERIFY2(files.contains("train/cat/10.png test/cat/200.png"), qPrintable(files.join("; ")));
        QVERIFY(found.shown[0].first.part != found.shown[0].second.part);  // leaks come first
        QCOMPARE(found.shown[0].firstPicture.size(), static_cast<size_t>(3 * found.thumbnailSize * found.thumbnailSize));
        QVERIFY2(tells(audit, "labels", "two different labels"), listed(audit).c_str());
        QVERIFY(tells(audit, "card", "no data card"));
    }

    void everyTestImageTwiceOnPurposeIsNoDuplicate() {
        Folder folder;
        const DataAudit audit = auditData(folder.data({{"groups", {{"from", "skewed"}}}}));
        QCOMPARE(audit.parts[2].images, int64_t{80});
        QCOMPARE(audit.duplicates.pairs, int64_t{0});
        // The grey ones are of the same files.
        const Json document = {
            {"schema", 1}, {"data", folder.data({{"groups", {{"from", "skewed"}}}})}, {"student", {{"architecture", "resnet8"}}}};
        const auto dataset = loadDataset(parseExperiment(document, catalogue()).data);
        QCOMPARE(dataset->testFiles.size(), size_t{80});
        for (size_t i = 0; i < 40; ++i)
            QVERIFY(!dataset->testFiles[i].empty() && dataset->testFiles[i + 40] == dataset->testFiles[i]);
    }

    void groupsThatAreTooSmallAreNamed() {
        Folder folder;
        std::string table = "file,who\n";
        for (size_t i = 0; i < 120; ++i) {
            const std::string file = Folder::nameOf(i < 80 ? "train" : "test", i);
            if (i >= 70 && i < 80) continue;  // not known
            table += file + "," + (i == 3 ? "alone" : i < 40 ? "early" : i < 80 ? "late" : "early") + "\n";
        }
        writeString(folder.root / "groups.csv", table);
        const DataAudit audit = auditData(
            folder.data({{"validation", 0.2}, {"groups", {{"from", "csv"}, {"path", "groups.csv"}, {"column", "who"}}}}));
        QVERIFY2(tells(audit, "groups", "The group late has no test image"), listed(audit).c_str());
        QVERIFY2(tells(audit, "groups", "Not enough data"), listed(audit).c_str());
        QVERIFY2(tells(audit, "groups", "The group alone has "), listed(audit).c_str());
        QVERIFY2(tells(audit, "groups", "is not known"), listed(audit).c_str());
        QCOMPARE(audit.parts[0].ofUnknownGroup + audit.parts[1].ofUnknownGroup, int64_t{10});
        // alone, early, late: no verdict of a group of one
        for (const auto& row : audit.statistics)
            QVERIFY(!row[0].enough && !row[0].stands);
    }

    void tablesThatDoNotFitAreRefused() {
        Folder folder;
        const auto refused = [&](const std::string& text, const char* column, const char* words) {
            writeString(folder.root / "groups.csv", text);
            try {
                auditData(folder.data({{"groups", {{"from", "csv"}, {"path", "groups.csv"}, {"column", column}}}}));
            } catch (const Error& error) {
                return error.fault() == Fault::Input && error.describe().find(words) != std::string::npos;
            }
            return false;
        };
        QVERIFY(refused("file,who\ntrain/cow/1.png,a\n", "who", "train/cow/1.png"));
        QVERIFY(refused("file,who\ntrain/cat/0.png,a\n", "sex", "no column \"sex\""));
        QVERIFY(refused("file,who\ntrain/cat/0.png\n", "who", "line 2"));
    }

    void brokenFilesAndCardsAreFindings() {
        Folder folder;
        writeBytes(folder.root / "train/cat/broken.png", brokenImage("truncated"));
        writeString(folder.root / "data-card.json", "{\n\"origin\": }");
        const DataAudit audit = auditData(folder.data());
        QVERIFY2(tells(audit, "files", "broken.png"), listed(audit).c_str());
        QVERIFY2(tells(audit, "card", "line 2"), listed(audit).c_str());
        QCOMPARE(readText(folder.root / "data-card.json"), std::string("{\n\"origin\": }"));
        writeString(folder.root / "data-card.json", R"({"origin": "drawn"})");
        QVERIFY(tells(auditData(folder.data()), "card", "does not state: licence"));
    }

    void faultyDataAreRefusedAtTheirPath() {
        try {
            auditData({{"source", "shapes"}, {"trian", 5}});
            QFAIL("It was taken.");
        } catch (const Error& error) {
            QCOMPARE(error.problems().front().path, std::string("data.trian"));
        }
    }

    void doubtfulLabelsComeFromTheAnswers() {
        const Json data = shapes({{"classes", 4}, {"validation", 0.2}});
        const Json document = {{"schema", 1}, {"data", data}, {"student", {{"architecture", "resnet8"}}}};
        const auto dataset = loadDataset(parseExperiment(document, catalogue()).data);
        // A network that is right on all, quite surely, but for two images that it takes for another class: one surely, one
        // hardly.
        RunAnswers answers{.run = 7, .dataFingerprint = dataset->fingerprint, .labels = {}, .answers = {}};
        for (const int64_t row : dataset->validationIndices)
            answers.labels.classes.push_back(static_cast<uint16_t>(dataset->train.labels[row].item<int64_t>()));
        answers.answers = answers.labels;
        answers.answers.confidences.assign(answers.labels.classes.size(), 200);
        const auto other = [&](size_t i) { return static_cast<uint16_t>((answers.labels.classes[i] + 1) % 4); };
        answers.answers.classes[17] = other(17);
        answers.answers.confidences[17] = 240;
        answers.answers.classes[21] = other(21);
        answers.answers.confidences[21] = 120;
        const DataAudit audit = auditData(data, {.answers = answers});
        QCOMPARE(audit.labels->doubts, int64_t{1});
        const LabelDoubt& doubt = audit.labels->shown.front();
        QCOMPARE(doubt.image.row, dataset->validationIndices[17]);
        QCOMPARE(doubt.answer, static_cast<int>(other(17)));
        QVERIFY2(tells(audit, "labels", "1 of 400 validation labels is contradicted surely by the network of run 7"),
                 listed(audit).c_str());
        RunAnswers wrong = answers;
        wrong.labels.classes[0] = other(0);
        QVERIFY_THROWS_EXCEPTION(Error, auditData(data, {.answers = wrong}));
        wrong = answers;
        wrong.dataFingerprint = "other";
        QVERIFY_THROWS_EXCEPTION(Error, auditData(data, {.answers = wrong}));
    }

    void anAuditStops() {
        std::stop_source stop;
        stop.request_stop();
        QVERIFY_THROWS_EXCEPTION(Error, auditData(shapes(Json::object()), {.stop = stop.get_token()}));
    }

    void theLatestRequestIsAnsweredAndCanBeCancelled() {
        std::mutex mutex;
        std::condition_variable changed;
        std::vector<std::pair<int64_t, bool>> answers;
        LatestRequest<DataAudit> requests(
            [&](int64_t request, const std::optional<DataAudit>& audit, const std::optional<Error>&) {
                const std::lock_guard lock(mutex);
                answers.emplace_back(request, audit.has_value());
                changed.notify_all();
            },
            [](int64_t, const std::string&, double) {});
        const auto ask = [&](int64_t images) {
            return requests.request([data = shapes({{"train", images}})](const auto& told) {
                return auditData(data, {.progress = told.progress, .stop = told.stop});
            });
        };
        const int64_t first = ask(100'000), second = ask(100);
        std::unique_lock lock(mutex);
        QVERIFY(changed.wait_for(lock, 60s, [&] { return answers.size() == 2; }));
        QCOMPARE(answers, (std::vector<std::pair<int64_t, bool>>{{first, false}, {second, true}}));
        lock.unlock();
        ask(100'000);
        requests.cancel();
        lock.lock();
        QVERIFY(changed.wait_for(lock, 60s, [&] { return answers.size() == 3; }));
        QVERIFY(!answers.back().second);
    }

    void aFolderIsGuessed() {
        Folder folder;
        QCOMPARE(guessData(folder.root.string()).at("source").get<std::string>(), std::string("folder"));
        writeString(folder.root / "data_batch_1.bin", "");
        QCOMPARE(guessData(folder.root.string()).at("source").get<std::string>(), std::string("cifar10"));
        QVERIFY_THROWS_EXCEPTION(Error, guessData("/no/such/folder"));
    }
};

QTEST_GUILESS_MAIN(TestAudit)
#include "tst_audit.moc"
