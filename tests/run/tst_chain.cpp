#include <algorithm>
#include <numeric>
#include <rapidcheck.h>

#include <QTest>

#include "core/base/error.h"
#include "core/run/chain.h"
#include "tests/experiment/test_catalogue.h"

using namespace gaplab;
using namespace gaplab::test;

namespace {

RunRow alone(const std::string& trial, const std::string& architecture, double accuracy) {
    RunRow run;
    run.trial = trial;
    run.state = RunState::Finished;
    run.document = smallest();
    run.document["data"] = distillation()["data"];
    run.document["student"]["architecture"] = architecture;
    SeriesSummary series{.name = "student/validation/accuracy", .count = 1, .direction = "up"};
    series.maximum.value = accuracy;
    run.series = {series};
    return run;
}

double largestHop(double top, double bottom, std::vector<double> values) {
    values.push_back(bottom);
    double hop = 0;
    for (const double value : values) {
        hop = std::max(hop, top - value);
        top = value;
    }
    return hop;
}

/// A resnet56 above a resnet8.
Json document() {
    Json document = distillation();
    document["teachers"]["static"]["architecture"] = "resnet56";
    return document;
}

/// Two networks between these.
std::vector<AloneRecord> assistants() {
    return {{.network = {{"architecture", "resnet20"}, {"width", 2}}, .training = {}},
            {.network = {{"architecture", "resnet20"}}, .training = {}}};
}

}  // namespace

class TestChain : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theLargestHopIsAsSmallAsItCanBe() {
        QVERIFY(rc::check([] {
            const auto candidates = *rc::gen::container<std::vector<double>>(
                *rc::gen::inRange<size_t>(0, 8), rc::gen::map(rc::gen::inRange(0, 100), [](int v) { return v / 100.0; }));
            const int count = *rc::gen::inRange(0, 4);
            const std::vector<size_t> chosen = evenSplit(0.9, 0.3, candidates, count);
            std::vector<double> values;
            for (const size_t place : chosen)
                values.push_back(candidates.at(place));
            RC_ASSERT(std::ranges::is_sorted(values, std::ranges::greater()));
            const double reached = largestHop(0.9, 0.3, values);
            // Every other choice of as many is no better.
            for (unsigned mask = 0; mask < 1U << candidates.size(); ++mask) {
                std::vector<double> other;
                for (size_t i = 0; i < candidates.size(); ++i)
                    if ((mask >> i & 1U) && candidates[i] < 0.9 && candidates[i] > 0.3) other.push_back(candidates[i]);
                if (other.size() != values.size()) continue;
                std::ranges::sort(other, std::ranges::greater());
                RC_ASSERT(reached <= largestHop(0.9, 0.3, other) + 1e-12);
            }
        }));
    }

    void onlyRunsAloneOnTheSameDataTell() {
        std::vector<RunRow> runs = {alone("a", "resnet20", 0.6), alone("a", "resnet20", 0.7), alone("b", "resnet20", 0.5),
                                    alone("c", "resnet56", 0.8), alone("d", "resnet56", 0.9), alone("e", "resnet8", 0.4)};
        runs[4].document["data"]["split_seed"] = 7;
        RunRow taught = alone("f", "resnet8", 0.99);
        taught.document = distillation();
        runs.push_back(taught);
        RunRow watched = alone("g", "resnet8", 0.45);  // by a teacher that says nothing
        watched.document["teachers"] = distillation()["teachers"];
        runs.push_back(watched);
        const auto found = aloneRecords(runs, document(), catalogue());
        QCOMPARE(found.size(), size_t{3});
        QCOMPARE(found[0].network.dump(), std::string(R"({"architecture":"resnet56"})"));
        QCOMPARE(found[0].accuracy, 0.8);
        QCOMPARE(found[1].network.dump(), std::string(R"({"architecture":"resnet20"})"));
        QVERIFY(std::abs(found[1].accuracy - 0.65) < 1e-12);
        QCOMPARE(found[1].runs, 2);
        QCOMPARE(found[2].accuracy, 0.45);
    }

    void probesAreComparedWithProbes() {
        std::vector<RunRow> runs = {alone("a", "resnet20", 0.6), alone("b", "resnet20", 0.3)};
        runs[0].document["training"]["epochs"] = 40;
        runs[1].document["training"]["epochs"] = 2;
        const auto any = aloneRecords(runs, document(), catalogue()), probed = aloneRecords(runs, document(), catalogue(), 2);
        QCOMPARE(any.size(), size_t{1});
        QCOMPARE(any[0].epochs, int64_t{40});
        QCOMPARE(probed.size(), size_t{1});
        QCOMPARE(probed[0].accuracy, 0.3);
        // An assistant that is known from a short training is not taught by one: 12 epochs are the experiment's.
        const auto taughtFor = [&](const AloneRecord& record) {
            return withAssistants(document(), "static", {record}, ChainKind::Takd)["stages"]["assistant"]["training"]["epochs"]
                .get<int>();
        };
        QCOMPARE(taughtFor(probed[0]), 12);
        QCOMPARE(taughtFor(any[0]), 40);
    }

    void aPlanTakesWhatLiesBetween() {
        const auto known = aloneRecords({alone("a", "resnet56", 0.8), alone("b", "resnet8", 0.4), alone("c", "resnet20", 0.58)},
                                        document(), catalogue());
        const ChainPlan plan = planChain(known, document(), "static", 2, catalogue());
        QCOMPARE(plan.assistants.size(), size_t{1});
        QCOMPARE(plan.assistants[0].network["architecture"].get<std::string>(), std::string("resnet20"));
        QVERIFY(std::abs(plan.largestHop - 0.22) < 1e-12);
        QCOMPARE(planChain({}, document(), "static", 1, catalogue()).teacher.has_value(), false);
        QVERIFY_THROWS_EXCEPTION(Error, planChain(known, document(), "nobody", 1, catalogue()));
    }

    void eachAssistantLearnsFromTheOneAboveIt() {
        const Json chain = withAssistants(document(), "static", assistants(), ChainKind::Takd);
        QVERIFY(validate(chain, catalogue()).empty());
        QVERIFY(!chain["teachers"].contains("static"));
        QCOMPARE(chain["teachers"]["assistant2"]["weights"]["stage"].get<std::string>(), std::string("assistant2"));
        QCOMPARE(chain["stages"]["assistant2"]["teachers"].size(), size_t{1});
        QVERIFY(chain["stages"]["assistant2"]["teachers"].contains("assistant1"));
        QVERIFY(chain["stages"]["assistant1"]["teachers"].contains("static"));
        std::vector<std::string> order;
        for (const PlannedRun& run : planRuns(chain, catalogue()))
            order.push_back(run.stage);
        order.erase(std::unique(order.begin(), order.end()), order.end());
        QCOMPARE(order, (std::vector<std::string>{"static", "assistant1", "assistant2", ""}));
    }

    void eachLearnsFromAllAboveItInADenseChain() {
        const Json chain = withAssistants(document(), "static", assistants(), ChainKind::Dgkd);
        QVERIFY(validate(chain, catalogue()).empty());
        QCOMPARE(chain["teachers"].size(), size_t{3});
        QCOMPARE(chain["stages"]["assistant2"]["teachers"].size(), size_t{2});
        QVERIFY(!chain["stages"]["assistant1"]["knowledge"][0].contains("drop_group"));
        const auto dropped =
            std::ranges::count_if(chain["knowledge"], [](const Json& term) { return term.contains("drop_group"); });
        QCOMPARE(dropped, std::ptrdiff_t{3});
    }

    void anotherTeachersSeedChangesAllThatDependsOnIt() {
        const auto identities = [](const Json& document) {
            std::map<std::string, std::string> found;
            for (const PlannedRun& run : planRuns(document, catalogue())) {
                Json form = canonicalForm(run.document, catalogue());
                found[run.stage] = trialIdentity(run.document, catalogue(), "f") + std::to_string(run.seed);
            }
            return found;
        };
        Json chain = withAssistants(document(), "static", assistants(), ChainKind::Takd);
        const auto before = identities(chain);
        chain["stages"]["assistant2"]["seeds"] = {9};
        const auto after = identities(chain);
        QCOMPARE(before.at("static"), after.at("static"));
        QCOMPARE(before.at("assistant1"), after.at("assistant1"));
        QVERIFY(before.at("assistant2") != after.at("assistant2"));
        QVERIFY(before.at("") != after.at(""));
    }
};

QTEST_GUILESS_MAIN(TestChain)
#include "tst_chain.moc"
