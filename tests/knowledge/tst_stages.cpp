#include <cmath>

#include <ATen/Parallel.h>
#include <QtTest>
#include <torch/types.h>

#include "tests/knowledge/feature_cases.h"

using namespace gaplab;

/// Which features are compared, and how unlike ones are brought together.
class TestStages : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { at::set_num_threads(1); }  // for tensors as small as these more only wait for each other

    void stagesArePairedByRelativeDepth() {
        LossPlan plan{.fromShapes = FeatureShapes(10, {4, 8, 8}), .toShapes = FeatureShapes(5, {4, 8, 8})};  // 8 and 3 and a stem
        using Pairs = std::vector<StagePair>;
        QCOMPARE(chosenStages(plan, UsualStages::All), (Pairs{{1, 1}, {5, 2}, {8, 3}}));
        QCOMPARE(chosenStages(plan, UsualStages::Hint), (Pairs{{5, 2}}));
        QCOMPARE(chosenStages(plan, UsualStages::Last), (Pairs{{8, 3}}));
        QCOMPARE(chosenStages(plan, UsualStages::Pooled), (Pairs{{9, 4}}));
        std::swap(plan.fromShapes, plan.toShapes);
        QCOMPARE(chosenStages(plan, UsualStages::All).size(), size_t{8});
        QCOMPARE(chosenStages(plan, UsualStages::All).back(), (StagePair{3, 8}));
        plan.stages = Json::parse(R"([0, [2, 7], "pooled", ["pooled", 1]])");
        QCOMPARE(chosenStages(plan, UsualStages::All), (Pairs{{0, 0}, {2, 7}, {4, 9}, {4, 1}}));
        plan.fromShapes = plan.toShapes = FeatureShapes(2, {4, 8, 8});  // one stage alone
        plan.stages = Json::array();
        QCOMPARE(chosenStages(plan, UsualStages::All), (Pairs{{0, 0}}));
    }

    void aStageThatIsNotThereIsNamed() {
        const Outputs from = maps(6, 0.3), to = maps(3, 5);
        LossPlan plan = planFor(from, to);
        plan.stages = Json::parse("[1, [2, 4]]");
        const Problem problem = problemOf("at", plan);
        QCOMPARE(problem.path, std::string("stages[1]"));
        QVERIFY2(says(problem.message, "The network that learns has no stage 4"), problem.message.c_str());
        QVERIFY2(says(problem.message, "stage 3 [6, 2, 2], pooled [6]"), problem.message.c_str());
        QCOMPARE(problem.allowed, std::string("0 to 3 or \"pooled\""));
        plan.stages = Json::parse("[9]");
        QVERIFY(says(problemOf("at", plan).message, "The source has no stage 9"));
        QCOMPARE(problemOf("ofa", plan).path, std::string("stages[0]"));
        plan.stages = Json::parse("[[1, 2]]");
        QVERIFY(says(problemOf("ofa", plan).message, "alone"));
    }

    void aVectorIsNotComparedWithAMap() {
        const Outputs from = maps(6, 0.3), to = maps(3, 5);
        LossPlan plan = planFor(from, to);
        plan.stages = Json::parse(R"([["pooled", 2]])");
        for (const char* loss : {"at", "fitnet", "vid", "ofd"}) {
            QCOMPARE(problemOf(loss, plan).path, std::string("stages[0]"));
            QVERIFY(says(problemOf(loss, plan).message, "pooled [12] against stage 2 [6, 4, 4]"));
        }
        plan.stages = Json::parse(R"(["pooled"])");
        QVERIFY(says(problemOf("at", plan).message, "no places"));
        QVERIFY(says(problemOf("ofd", plan).message, "behind the ReLU"));
        QCOMPARE(problemOf("fitnet", plan).path, std::string("none"));
    }

    void unlikeShapesAreBroughtTogether() {
        const Outputs from = maps(6, 0.3), to = tokens(5, 2);
        LossPlan plan = planFor(from, to);
        plan.stages = Json::parse("[2, [1, 3], [3, 0]]");
        const auto lines = makeLoss("fitnet", plan)->describe();
        QCOMPARE(lines[0],
                 std::string("stage 2 [12, 4, 4] -> stage 2 [17, 5]: tokens as a map, 1 x 1 convolution to 12 channels"));
        QCOMPARE(lines[1], std::string("stage 1 [6, 8, 8] -> stage 3 [17, 5]: tokens as a map, pooled to 4 x 4, "
                                       "1 x 1 convolution to 6 channels"));
        QCOMPARE(lines[2], std::string("stage 3 [12, 2, 2] -> stage 0 [17, 5]: tokens as a map, pooled to 2 x 2, "
                                       "1 x 1 convolution to 12 channels"));
        QCOMPARE(makeLoss("at", planFor(from, from))->describe()[0],
                 std::string("stage 1 [6, 8, 8] -> stage 1 [6, 8, 8]: as they are"));
        // Patch (1, 2) of a map is token 1 + 4 + 2.
        const at::Tensor map = asMap(to.stages[0]);
        QVERIFY(map.sizes() == at::IntArrayRef({3, 5, 4, 4}));
        QVERIFY(map.select(2, 1).select(2, 2).equal(to.stages[0].select(1, 7)));
        QVERIFY_THROWS_EXCEPTION(Error, asMap(some({1, 7, 3})));
    }
};

QTEST_GUILESS_MAIN(TestStages)
#include "tst_stages.moc"
