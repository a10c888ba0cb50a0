#include <QtTest>

#include "tests/experiment/test_catalogue.h"

using namespace gaplab;
using namespace gaplab::test;

class ParseTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void defaultsAreFilledIn() {
        const Experiment e = parseExperiment(smallest(), catalogue());
        QCOMPARE(e.name, std::string());
        QCOMPARE(e.data.source, std::string("shapes"));
        QVERIFY(e.data.parameters == Json({{"size", 32}, {"classes", 10}, {"train", 6000}, {"test", 2000}, {"difficulty", 0.5}}));
        QCOMPARE(e.data.validation, 0.1);
        QVERIFY(e.data.augment.empty() && e.data.classes.empty() && !e.data.skipBroken);
        QVERIFY(e.student.parameters == Json({{"width", 1.0}}));
        QCOMPARE(e.student.weights.kind, Weights::Kind::None);
        QCOMPARE(e.training.epochs, int64_t{30});
        QVERIFY(e.training.optimizer ==
                Json({{"kind", "sgd"}, {"lr", 0.1}, {"momentum", 0.9}, {"weight_decay", 5e-4}, {"nesterov", false}}));
        QVERIFY(e.training.schedule == Json({{"kind", "cosine"}, {"minimum", 0.0}, {"warmup", 0.0}}));
        QCOMPARE(e.evaluation.every.epochs, 1.0);
        QCOMPARE(e.evaluation.every.steps, int64_t{0});
        QVERIFY(e.seeds == std::vector<uint64_t>{0});
        QVERIFY(!e.gap && e.teachers.empty() && e.baseline.kind == Weights::Kind::None);
    }

    void everyFieldReachesTheStruct() {
        const Experiment e = parseExperiment(everything(), catalogue());
        QCOMPARE(e.notes, std::string("of it"));
        QCOMPARE(e.data.path, std::string("/images"));
        QVERIFY(e.data.parameters == Json({{"size", 24}, {"test_fraction", 0.3}}));
        QVERIFY((e.data.classes == std::vector<std::string>{"cat", "dog"}));
        QCOMPARE(e.data.perClass, int64_t{50});
        QCOMPARE(e.data.limit, int64_t{90});
        QCOMPARE(e.data.splitSeed, uint64_t{3});
        QVERIFY(e.data.skipBroken);
        QVERIFY(
            (e.data.augment == std::vector<Json>{{{"kind", "crop"}, {"padding", 2}}, {{"kind", "flip"}, {"probability", 0.5}}}));
        QCOMPARE(e.student.weights.kind, Weights::Kind::Stage);
        QCOMPARE(e.student.weights.stage, std::string("alone"));
        QCOMPARE(e.student.weights.epoch, std::string("3"));
        QCOMPARE(e.baseline.stage, std::string("alone"));
        QCOMPARE(e.evaluation.every.steps, int64_t{200});
        QCOMPARE(e.training.batch, int64_t{64});
        QVERIFY((e.training.keepEpochs == std::vector<int64_t>{5, 20}));
        QVERIFY(e.training.schedule == Json({{"kind", "step"}, {"milestones", {8.0, 12.0}}, {"gamma", 0.2}, {"warmup", 1.0}}));
        QVERIFY((e.seeds == std::vector<uint64_t>{3, 1}));
        QCOMPARE(e.stages.size(), size_t{2});
    }

    void teachersReachTheStruct() {
        const Experiment e = parseExperiment(everything(), catalogue());
        QCOMPARE(e.teachers.size(), size_t{4});
        QVERIFY(!e.teacher("dynamic"));
        QCOMPARE(e.teacher("assistant")->network.weights.epoch, std::string("last"));
        QCOMPARE(e.teacher("file")->network.weights.file, std::string("/w.safetensors"));
        QVERIFY(e.teacher("file")->network.parameters == Json({{"layout", "c10"}}));
        QCOMPARE(e.teacher("run")->network.weights.run, std::string("7"));
        QCOMPARE(e.teacher("run")->network.weights.epoch, std::string("2"));
        QCOMPARE(e.teacher("run")->seed, std::optional<uint64_t>(0));
        const Teacher& trained = *e.teacher("static");
        QCOMPARE(trained.network.weights.kind, Weights::Kind::Train);
        QCOMPARE(trained.seed, std::optional<uint64_t>());
        QVERIFY(trained.training == Json({{"epochs", 40}, {"optimizer", {{"lr", 0.05}}}, {"clip", 0.0}}));
    }

    void termsAndGapReachTheStruct() {
        const Experiment e = parseExperiment(everything(), catalogue());
        QCOMPARE(e.knowledge.size(), size_t{2});
        QVERIFY(e.knowledge[0].parameters == Json({{"temperature", 2.0}}));
        QCOMPARE(e.knowledge[0].weight.at(2.5), 0.5);
        QCOMPARE(e.knowledge[1].loss, std::string("ce"));
        QCOMPARE(e.knowledge[1].weight.at(99), 0.5);
        QCOMPARE(e.gap->teacher, std::string("assistant"));
        QCOMPARE(e.gap->target.at(5), 3.0);
        QCOMPARE(e.gap->band, 1.5);
    }

    void labelsTeachTheStudentUnlessTheDocumentSaysHow() {
        const Experiment implicit = parseExperiment(distillation(), catalogue());
        QCOMPARE(implicit.knowledge.size(), size_t{2});
        QCOMPARE(implicit.knowledge[1].from, std::string("labels"));
        QCOMPARE(implicit.knowledge[1].to, std::string("student"));
        QCOMPARE(implicit.knowledge[1].loss, std::string("ce"));
        QCOMPARE(implicit.knowledge[1].weight.at(0), 1.0);
        Json document = distillation();
        document.erase("knowledge");
        QCOMPARE(parseExperiment(document, catalogue()).knowledge.size(), size_t{1});
        document["knowledge"] = Json::parse(R"([{"from": "labels", "to": "student", "loss": "ce", "weight": 0}])");
        const Experiment given = parseExperiment(document, catalogue());
        QCOMPARE(given.knowledge.size(), size_t{1});
        QCOMPARE(given.knowledge[0].weight.at(0), 0.0);
    }

    void theGapIsUsuallyThatOfTheStaticTeacher() {
        QCOMPARE(parseExperiment(distillation(), catalogue()).gap->teacher, std::string("static"));
        Json document = distillation();
        document["teachers"] = {{"big", {{"architecture", "resnet56"}}}};
        document.erase("knowledge");
        QCOMPARE(parseExperiment(document, catalogue()).gap->teacher, std::string("big"));
    }

    void numberOfClassesIsTheSourcesOwnOrACount() {
        Json document = smallest();
        document["data"]["classes"] = 4;
        const DataSpec own = parseExperiment(document, catalogue()).data;
        QCOMPARE(own.classCount, int64_t{0});
        QCOMPARE(own.parameters.at("classes").get<int>(), 4);
        document["data"] = {{"source", "cifar10"}, {"classes", 4}};
        const DataSpec counted = parseExperiment(document, catalogue()).data;
        QCOMPARE(counted.classCount, int64_t{4});
        QVERIFY(counted.path.empty());
        document["data"] = {{"source", "shapes"}, {"classes", {"a", "b"}}};
        const DataSpec named = parseExperiment(document, catalogue()).data;
        QCOMPARE(named.classes.size(), size_t{2});
        QCOMPARE(named.parameters.at("classes").get<int>(), 10);
    }

    void theErrorHoldsEveryProblem() {
        Json document = distillation();
        document["training"]["epochs"] = -1;
        document["colour"] = 1;
        try {
            parseExperiment(document, catalogue());
            QFAIL("no error");
        } catch (const Error& error) {
            QCOMPARE(error.exitCode(), 2);
            QCOMPARE(std::string(error.what()), std::string("The experiment has 2 problems."));
            QCOMPARE(error.problems().size(), size_t{2});
            QVERIFY(!error.hint().empty());
        }
    }

    void aCurveIsStraightBetweenItsPointsAndConstantOutside() {
        const Curve curve{{{2, 10}, {4, 20}, {8, 0}}};
        QCOMPARE(curve.at(0), 10.0);
        QCOMPARE(curve.at(2), 10.0);
        QCOMPARE(curve.at(3), 15.0);
        QCOMPARE(curve.at(4), 20.0);
        QCOMPARE(curve.at(7), 5.0);
        QCOMPARE(curve.at(1e9), 0.0);
        QCOMPARE(Curve::constant(3).at(-5), 3.0);
        QCOMPARE(Curve{}.at(1), 0.0);
    }

    void declaredFieldsHaveValidDefaults_data() {
        QTest::addColumn<QString>("group");
        for (const char* group : {"", "data", "student", "training", "gap", "evaluation"})
            QTest::newRow(group) << QString(group);
    }
    void declaredFieldsHaveValidDefaults() {
        QFETCH(QString, group);
        const auto& fields = documentFields(group.toStdString());
        QVERIFY(!fields.empty());
        for (const Parameter& field : fields) {
            QVERIFY2(!checkValue(field, field.defaultValue), field.name.c_str());
            QVERIFY2(!field.help.empty(), field.name.c_str());
        }
    }
};

int runParseTests(int argc, char** argv) {
    ParseTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_parse.moc"
