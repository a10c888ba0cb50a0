#include <chrono>
#include <condition_variable>

#include <QTemporaryDir>
#include <QtTest>

#include "core/experiment/experiment.h"
#include "core/nn/tensor_file.h"
#include "core/run/inspect.h"
#include "core/run/latest_request.h"
#include "core/run/preparation.h"
#include "core/run/transfer.h"
#include "core/run/workbench.h"

using namespace gaplab;
using namespace std::chrono_literals;

namespace {

bool mentions(const std::vector<std::string>& sentences, const std::string& words) {
    return std::ranges::any_of(sentences, [&](const std::string& each) { return each.find(words) != std::string::npos; });
}

const TransferEstimate& estimate(const TransferReport& report, const std::string& key) {
    return *std::ranges::find(report.estimates, key, &TransferEstimate::key);
}

/// What the error says, with its hint and its problems; empty where there is none.
template <class Call>
QByteArray refusal(Call call) {
    try {
        call();
    } catch (const Error& error) {
        return QByteArray::fromStdString(error.describe());
    }
    return {};
}

Json source() {
    return Json::parse(R"({
      "name": "source",
      "data": {"source": "shapes", "size": 16, "classes": 4, "train": 600, "test": 40, "difficulty": 0},
      "student": {"architecture": "resnet8"},
      "training": {"epochs": 4, "batch": 32, "optimizer": {"kind": "sgd", "lr": 0.05}, "threads": 1},
      "seeds": [0]})");
}

/// Other pictures of the same shapes.
Json target(const Json& weights = {{"stage", "source"}}) {
    Json document = source();
    document.update({{"schema", 1}, {"name", "target"}, {"stages", {{"source", source()}}}});
    document["data"].update({{"seed", 1}, {"train", 300}});
    document["student"]["weights"] = weights;
    return document;
}

Json grey(Json document) {
    document["data"]["channels"] = 1;
    return document;
}

}  // namespace

/// One small source is trained, and then asked for targets of several kinds.
class TestTransfer : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::filesystem::path path_;
    int64_t run_ = 0;

    TransferReport estimated(const Json& document) const { return estimateTransfer(document, {.store = path_}); }
    QByteArray refused(const Json& document) const {
        return refusal([&] { estimated(document); });
    }
    std::filesystem::path weights() const { return weightsOfRun(Store(path_, Store::Mode::Read), run_, "best"); }

private Q_SLOTS:
    void initTestCase() {
        qputenv("XDG_CACHE_HOME", folder_.filePath("cache").toUtf8());
        path_ = folder_.filePath("runs.db").toStdString();
        const QByteArray untrained = refused(target());
        QVERIFY2(untrained.contains("has to be trained first") && untrained.contains("resnet8 on shapes, 4 epochs"), untrained);
        QVERIFY(!std::filesystem::exists(path_));
        Json document = source();
        document["schema"] = 1;
        Workbench workbench(path_);
        workbench.submit(document);
        workbench.wait();
        run_ = Store(path_, Store::Mode::Read).runs().front().id;
    }

    void aSourceThatKnowsTheTargetIsTold() {
        const TransferReport report = estimated(target());
        QVERIFY2(report.source.what.starts_with("stage \"source\""), report.source.what.c_str());
        QCOMPARE(report.source.classes.size(), size_t{4});
        QCOMPARE(report.target.looked, report.target.images);
        QCOMPARE(report.features, 64);
        for (const char* key : {"leep", "logme", "h_score", "shrunk_h_score", "label_cka"})
            QVERIFY2(estimate(report, key).source > estimate(report, key).fresh, key);
        QVERIFY(estimate(report, "leep").source < 0 && estimate(report, "leep").source > -1);
        QVERIFY2(report.conclusion.starts_with("By 5 of 5"), report.conclusion.c_str());
        // the classes are the same: each is nearest to itself
        QCOMPARE(report.nearest.size(), size_t{4});
        int own = 0;
        for (const NearestClasses& each : report.nearest) {
            QCOMPARE(each.nearest.size(), size_t{3});
            QVERIFY(each.nearest[0].second >= each.nearest[1].second && each.nearest[1].second >= each.nearest[2].second);
            own += each.nearest[0].first == each.klass ? 1 : 0;
        }
        QVERIFY(own >= 3);
        // and so are the pictures, but for their seed
        for (const DomainStatistic& each : report.domain)
            if (each.difference) QVERIFY2(std::abs(*each.difference) < 0.3, each.name.c_str());
        QVERIFY(*report.frechet >= 0 && *report.frechetOfHalves > 0);
        QVERIFY(report.notes.empty());
    }

    void aRunAndItsFileTellTheSame() {
        const TransferReport ofStage = estimated(target()), ofRun = estimated(target({{"run", run_}})),
                             ofFile = estimated(target({{"file", weights().string()}}));
        for (const TransferEstimate& each : ofStage.estimates) {
            QCOMPARE(estimate(ofRun, each.key).source, each.source);
            QCOMPARE(estimate(ofFile, each.key).source, each.source);
            QCOMPARE(estimate(ofFile, each.key).fresh, each.fresh);
        }
        QCOMPARE(ofRun.source.classes, ofStage.source.classes);
        QCOMPARE(*ofRun.frechet, *ofStage.frechet);
        QCOMPARE(ofFile.source.classes, (std::vector<std::string>{"class 0", "class 1", "class 2", "class 3"}));
        QVERIFY(ofFile.domain.empty() && !ofFile.frechet && mentions(ofFile.notes, "does not say what it was trained on"));
    }

    void anotherNumberOfClassesIsLookedAt() {
        Json document = target();
        document["data"].update({{"classes", 7}, {"family", 1}});
        const TransferReport report = estimated(document);
        QCOMPARE(report.target.classes.size(), size_t{7});
        QCOMPARE(report.nearest.size(), size_t{7});
        QVERIFY(estimate(report, "h_score").range == "0 to 6");
        QVERIFY(estimate(report, "leep").source < estimate(estimated(target()), "leep").source);
    }

    void greyImagesAreRepeatedAndSizesStay() {
        Json document = grey(target());
        document["data"]["size"] = 20;
        const TransferReport report = estimated(document);
        QVERIFY(mentions(report.notes, "repeated to three channels"));
        QVERIFY(!mentions(report.notes, "resized"));
        const auto height = std::ranges::find(report.domain, "height", &DomainStatistic::name);
        QVERIFY(height->source == 16 && height->target == 20 && !height->difference);
        QVERIFY(std::ranges::find(report.domain, "red mean", &DomainStatistic::name) != report.domain.end());
    }

    void whatTheNetworkCannotTakeIsConverted() {
        // A transformer for grey images of 16 pixels, with fresh values, as a file of weights.
        const Json parameters = {{"patch", 4}, {"dim", 48}, {"depth", 2}, {"heads", 2}};
        const auto network = buildNetwork("deit", parameters, {.channels = 1, .height = 16, .width = 16}, 3);
        TensorFile file;
        putState(file, "", *network, initialState(*network, 5));
        const std::filesystem::path place = folder_.filePath("deit.safetensors").toStdString();
        saveTensors(place, file);
        Json document = target({{"file", place.string()}});
        document["student"].update({{"architecture", "deit"}});
        document["student"].update(parameters);
        const TransferReport report = estimated(document);
        QVERIFY(mentions(report.notes, "taken as their luma"));
        QCOMPARE(report.source.classes.size(), size_t{3});
        QVERIFY(std::isfinite(estimate(report, "logme").source));
        // A file does not say for which size: as in training, positions are brought to that of the target, and it is told.
        QVERIFY(!mentions(report.notes, "positions"));
        document["data"]["size"] = 24;
        const TransferReport larger = estimated(document);
        QVERIFY(mentions(larger.notes, "pos_embed had 17 positions and now has 37: interpolated"));
        QVERIFY(std::isfinite(estimate(larger, "logme").source));
    }

    void weightsOfAnotherNetworkAreRefusedWithWhatDoesNotFit() {
        Json document = target({{"file", weights().string()}});
        document["student"]["architecture"] = "resnet14";
        const QByteArray told = refused(document);
        QVERIFY2(told.contains("layer1.1.conv1.weight"), told);
    }

    void whatHasNoSourceIsRefused() {
        Json document = target(nullptr);
        QVERIFY(refused(document).contains("no source task"));
        QVERIFY(refused(target({{"run", 99}})).contains("99"));
        QVERIFY(refused(target({{"file", "/no/such/file"}})).contains("/no/such/file"));
        document["data"]["trian"] = 3;
        QVERIFY(refused(document).contains("data.trian"));
        Json other = target();
        other["stages"]["source"]["training"]["epochs"] = 5;
        QVERIFY(refused(other).contains("has to be trained first"));
    }

    void theAnswerIsAlsoJson() {
        const TransferReport report = estimated(target());
        const Json json = report.toJson();
        QCOMPARE(json.at("nearest_classes").size(), size_t{4});
        QCOMPARE(json.at("estimates").at("leep").at("source").get<double>(), estimate(report, "leep").source);
        QVERIFY(json.at("domain").at("height").at("difference").is_null());
        QCOMPARE(json, Json::parse(json.dump()));
    }

    void aNewRequestStopsTheOneBefore() {
        std::mutex mutex;
        std::condition_variable changed;
        std::map<int64_t, std::pair<std::optional<TransferReport>, std::optional<Error>>> answers;
        int64_t told = 0;
        LatestRequest<TransferReport> requests(
            [&](int64_t request, std::optional<TransferReport> report, std::optional<Error> error) {
                const std::lock_guard lock(mutex);
                answers[request] = {std::move(report), std::move(error)};
                changed.notify_all();
            },
            [&](int64_t, const std::string&, double) {
                const std::lock_guard lock(mutex);
                ++told;
            });
        const auto ask = [&](const Json& document) {
            return requests.request([this, document](const auto& asked) {
                return estimateTransfer(document, {.store = path_, .progress = asked.progress, .stop = asked.stop});
            });
        };
        Json large = target();
        large["data"]["train"] = 200'000;
        const int64_t first = ask(large), second = ask(target());
        std::unique_lock lock(mutex);
        QVERIFY(changed.wait_for(lock, 60s, [&] { return answers.size() == 2; }));
        const auto& [none, stopped] = answers.at(first);
        QVERIFY(!none && stopped && stopped->fault() == Fault::Stopped);
        const auto& [report, failure] = answers.at(second);
        QVERIFY2(report, failure ? failure->what() : "");
        QVERIFY(told > 0);
    }
};

QTEST_GUILESS_MAIN(TestTransfer)
#include "tst_transfer.moc"
