#include <filesystem>

#include <QtTest>

#include "core/base/files.h"
#include "tests/experiment/test_catalogue.h"

using namespace gaplab;
using namespace gaplab::test;

class ValidationTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theseAreValid_data() {
        QTest::addColumn<QString>("document");
        QTest::newRow("smallest") << QString::fromStdString(smallest().dump());
        QTest::newRow("distillation") << QString::fromStdString(distillation().dump());
        QTest::newRow("everything") << QString::fromStdString(everything().dump());
    }
    void theseAreValid() {
        QFETCH(QString, document);
        QCOMPARE(QString::fromStdString(listed(check(Json::parse(document.toStdString())))), QString());
    }

    void theseAssignmentsAreRight_data() {
        QTest::addColumn<QString>("assignment");
        for (const char* assignment : {"student.weights=null",
                                       "student.weights=train",
                                       "student.weights={\"run\": \"0b5e\"}",
                                       "student.head=keep",
                                       "baseline=null",
                                       "gap=null",
                                       "baseline={\"run\": 3}",
                                       "data.classes=4",
                                       "data.classes=[\"a\", \"b\"]",
                                       "data.augment=[]",
                                       "evaluation.every=epoch",
                                       "evaluation.every=2",
                                       "evaluation.every=3 epochs",
                                       "evaluation.every=50 steps",
                                       "evaluation.every=1 step",
                                       "training.epochs=5.0",
                                       "training.weight_decay_on=all",
                                       "training.schedule={\"kind\": \"step\", \"milestones\": [3, 7.5]}",
                                       "training.optimizer.kind=adamw",
                                       "teachers.static.weights=null",
                                       "teachers.static.seed=same",
                                       "teachers.static.training={\"epochs\": 3}",
                                       "teachers.watched_only={\"architecture\": \"resnet56\"}",
                                       "knowledge[0].weight=[[0, 1], [5, 0]]",
                                       "gap.target=-2",
                                       "gap.between=[\"static\", \"student\"]",
                                       "seeds=[9007199254740991]",
                                       "training.optimizer={}",
                                       "data.validation=0.5"})
            QTest::newRow(assignment) << QString(assignment);
    }
    void theseAssignmentsAreRight() {
        QFETCH(QString, assignment);
        QCOMPARE(QString::fromStdString(listed(check(with(assignment)))), QString());
    }

    void aWrongValueIsNamedAtItsPath_data() {
        QTest::addColumn<QString>("assignment");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* assignment, const char* path, const char* message) {
            QTest::newRow(assignment) << QString(assignment) << QString(path) << QString(message);
        };
        row("schema=2", "schema", "\"schema 2\" is not in this version");
        row("schema=0", "schema", "is not a schema");
        row("schema=\"1\"", "schema", "is not a schema");
        row("name=7", "name", "is not a text");
        row("training.epochs=-3", "training.epochs", "-3 is too small");
        row("training.epochs=0", "training.epochs", "0 is too small");
        row("training.epochs=100001", "training.epochs", "too large");
        row("training.epochs=2.5", "training.epochs", "not a whole number");
        row("training.epochs=\"5\"", "training.epochs", "not a whole number");
        row("training.epochs=null", "training.epochs", "not a whole number");
        row("training.epochs=true", "training.epochs", "not a whole number");
        row("training.epochs=[5]", "training.epochs", "is a list");
        row("training.epochs={\"a\": 1}", "training.epochs", "is an object");
        row("training.batch=0", "training.batch", "too small");
        row("training.ema=1", "training.ema", "too large");
        row("training.precision=float16", "training.precision", "not allowed here");
        row("training.optimizer.kind=sdg", "training.optimizer.kind", "did you mean \"sgd\"?");
        row("training.optimizer=sgd", "training.optimizer", "is not an object");
        row("training.optimizer.lr=0", "training.optimizer.lr", "too small");
        row("training.optimizer.nesterov=1", "training.optimizer.nesterov", "not true or false");
        row("training.schedule.kind=step", "training.schedule.milestones", "needs its milestones");
        row("training.schedule={\"kind\": \"step\", \"milestones\": []}", "training.schedule.milestones", "empty");
        row("training.schedule={\"kind\": \"step\", \"milestones\": [7, 7]}", "training.schedule.milestones", "do not ascend");
        row("training.schedule={\"kind\": \"step\", \"milestones\": [7, \"x\"]}", "training.schedule.milestones[1]",
            "not a number");
        row("training.schedule={\"kind\": \"cosine\", \"milestones\": [7]}", "training.schedule.milestones",
            "is not a field here");
        row("training.keep_epochs=[2, 13]", "training.keep_epochs[1]", "beyond the end of training");
        row("training.keep_epochs=3", "training.keep_epochs", "is not a list");
        row("training.keep_epochs=[0]", "training.keep_epochs[0]", "too small");
        row("data.source=shapez", "data.source", "did you mean \"shapes\"?");
        row("data.source=3", "data.source", "is not a name");
        row("data.validation=0", "data.validation", "too small");
        row("data.validation=0.6", "data.validation", "too large");
        row("data.classes=1", "data.classes", "too small");
        row("data.classes=[\"cat\"]", "data.classes", "at least two classes");
        row("data.classes=[\"cat\", \"dog\", \"cat\"]", "data.classes[2]", "given twice");
        row("data.classes=[\"cat\", 3]", "data.classes[1]", "is not the name of a class");
        row("data.classes=cat", "data.classes", "not a whole number");
        row("data.augment=crop", "data.augment", "is not a list");
        row("data.augment=[\"cropp\"]", "data.augment[0]", "did you mean \"crop\"?");
        row("data.augment=[{\"kind\": \"crop\", \"pading\": 2}]", "data.augment[0].pading", "did you mean \"padding\"?");
        row("data.augment=[7]", "data.augment[0]", "is not an object");
        row("data.path=/x", "data.path", "is not a field here");
        row("data={\"source\": \"folder\"}", "data.path", "needs the path of its images");
        row("data={\"source\": \"folder\", \"path\": \"\"}", "data.path", "needs the path of its images");
        row("data={\"source\": \"folder\", \"path\": 3}", "data.path", "is not a text");
        row("data=shapes", "data", "is not an object");
        row("student={}", "student.architecture", "The architecture is missing");
        row("student.architecture=resnet9", "student.architecture", "did you mean \"resnet8\"?");
        row("student.architecture=transformer", "student.architecture", "There is no architecture");
        row("student.width=0.01", "student.width", "too small");
        row("student.layout=c10", "student.layout", "is not a field here");
        row("student.kind=static", "student.kind", "is not a field here");
        row("student.weights=best", "student.weights", "does not say where the weights come from");
        row("student.weights={}", "student.weights", "have no source");
        row("student.weights={\"file\": \"\"}", "student.weights.file", "is not the path of a file");
        row("student.weights={\"file\": \"a\", \"run\": 1}", "student.weights", "more than one source");
        row("student.weights={\"file\": \"a\", \"epoch\": 1}", "student.weights.epoch", "is not a field here");
        row("student.weights={\"run\": 0}", "student.weights.run", "too small");
        row("student.weights={\"run\": 1, \"epoch\": \"first\"}", "student.weights.epoch", "is not an epoch");
        row("student.weights={\"stage\": \"base\"}", "student.weights.stage", "There is no stage");
        row("teachers=[]", "teachers", "is not an object");
        row("teachers.student={\"architecture\": \"resnet8\"}", "teachers.student", "cannot be called");
        row("teachers.labels={\"architecture\": \"resnet8\"}", "teachers.labels", "cannot be called");
        row("teachers.big-one={\"architecture\": \"resnet8\"}", "teachers.big-one", "cannot be called");
        row("teachers.static.seed=-1", "teachers.static.seed", "too small");
        row("teachers.static.seed=other", "teachers.static.seed", "is not a seed");
        row("teachers.static.freeze=[]", "teachers.static.freeze", "is not a field here");
        row("teachers.static.training={\"epochs\": 0}", "teachers.static.training.epochs", "too small");
        row("teachers.static.training={\"epoch\": 3}", "teachers.static.training.epoch", "did you mean \"epochs\"?");
        row("teachers.static.training={\"schedule\": {\"kind\": \"step\"}}", "teachers.static.training.schedule.milestones",
            "needs its milestones");
        row("teachers.static.training=long", "teachers.static.training", "is not an object");
        row("teachers.static={\"architecture\": \"resnet20\", \"weights\": {\"file\": \"f\"}, \"seed\": 1}",
            "teachers.static.seed", "has no meaning");
        row("teachers.static={\"architecture\": \"resnet20\", \"weights\": null, \"training\": {}}", "teachers.static.training",
            "has no meaning");
        row("knowledge={}", "knowledge", "is not a list");
        row("knowledge[0]=7", "knowledge[0]", "is not an object");
        row("knowledge[0].from=statik", "knowledge[0].from", "did you mean \"static\"?");
        row("knowledge[0].to=static", "knowledge[0].to", "is static: its weights are not trained");
        row("knowledge[0].to=labels", "knowledge[0].to", "are no network");
        row("knowledge[0].to=pupil", "knowledge[0].to", "There is no role");
        row("knowledge[0]={\"from\": \"static\", \"loss\": \"kd\"}", "knowledge[0].to", "\"to\" is missing");
        row("knowledge[0].loss=ce", "knowledge[0].from", "compares with the labels");
        row("knowledge[0].from=labels", "knowledge[0].loss", "needs a teacher");
        row("knowledge[0].loss=hinton", "knowledge[0].loss", "There is no loss");
        row("knowledge[0].temperature=0", "knowledge[0].temperature", "too small");
        row("knowledge[0].weight=-1", "knowledge[0].weight", "too small");
        row("knowledge[0].weight=[]", "knowledge[0].weight", "neither a number nor a curve");
        row("knowledge[0].weight=[[0, 1], [0, 2]]", "knowledge[0].weight[1]", "does not come after");
        row("knowledge[0].weight=[[0, 1], [4, -2]]", "knowledge[0].weight[1][1]", "too small");
        row("knowledge[0].weight=[[0, 1], [4]]", "knowledge[0].weight[1]", "is not a point");
        row("gap.target=none", "gap.target", "neither a number nor a curve");
        row("gap.band=0", "gap.band", "too small");
        row("gap={\"band\": 1}", "gap.target", "\"target\" is missing");
        row("gap.between=[\"big\", \"student\"]", "gap.between[0]", "There is no teacher");
        row("gap.between=[\"static\", \"static\"]", "gap.between[1]", "is not the student");
        row("gap.between=static", "gap.between", "is not a pair");
        row("gap.measure=f1", "gap.measure", "not allowed here");
        row("teachers={}", "gap.between", "A gap needs a teacher");
        row("baseline=alone", "baseline", "is not a baseline");
        row("baseline={}", "baseline", "has no source");
        row("baseline={\"file\": \"x\"}", "baseline.file", "is not a field here");
        row("baseline={\"stage\": \"alone\"}", "baseline.stage", "There is no stage");
        row("evaluation.every=often", "evaluation.every", "is not a beat");
        row("evaluation.every=5 minutes", "evaluation.every", "is not a beat");
        row("evaluation.every=\"5 \"", "evaluation.every", "is not a beat");
        row("evaluation.every=0", "evaluation.every", "too small");
        row("evaluation.every=-5 steps", "evaluation.every", "too small");
        row("evaluation.every=99999999999999999999 steps", "evaluation.every", "is not a whole number");
        row("evaluation.every=2 weeks", "evaluation.every", "is not a beat");
        row("evaluation.subset=-1", "evaluation.subset", "too small");
        row("evaluation.measures=accuracy", "evaluation.measures", "is not a list of names");
        row("evaluation.measures=[\"acuracy\"]", "evaluation.measures[0]", "did you mean \"accuracy\"");
        row("gap.every=0 steps", "gap.every", "too small");
        row("gap.on=test", "gap.on", "is not allowed");
        row("gap.target={\"shape\": \"steps\"}", "gap.target.points", "needs the points");
        row("seeds=[]", "seeds", "is not a list of seeds");
        row("seeds=0", "seeds", "is not a list of seeds");
        row("seeds=[0, 1, 0]", "seeds[2]", "given twice");
        row("seeds=[-1]", "seeds[0]", "too small");
        row("seeds=[18446744073709551615]", "seeds[0]", "too large");
        row("data.groups={\"from\": \"cvs\"}", "data.groups.from", "did you mean \"csv\"");
        row("data.groups={\"from\": \"csv\", \"path\": \"g.csv\"}", "data.groups.column", "missing");
        row("data.groups={\"from\": \"skewed\", \"skew\": 0.2}", "data.groups.skew", "too small");
        row("data.groups={\"from\": \"colour\", \"skew\": 0.9}", "data.groups.skew", "not a field");
        row("stages=[]", "stages", "is not an object");
        row("stages={\"a\": 3}", "stages.a", "is not an object");
        row("stages={\"a b\": {}}", "stages.a b", "cannot be called");
        row("stages={\"a\": {\"data\": {}, \"student\": {\"architecture\": \"resnet8\"}}}", "stages.a.data.source", "missing");
        row("stages={\"a\": {\"stages\": {}}}", "stages.a.stages", "no stages of its own");
    }
    void aWrongValueIsNamedAtItsPath() {
        QFETCH(QString, assignment);
        QFETCH(QString, path);
        QFETCH(QString, message);
        const auto problems = check(with(assignment));
        const Problem* problem = problemAt(problems, path.toStdString());
        QVERIFY2(problem, listed(problems).c_str());
        QVERIFY2(QString::fromStdString(problem->message).contains(message), problem->message.c_str());
        QVERIFY2(!problem->allowed.empty(), problem->message.c_str());
    }

    void aSingleFaultIsASingleProblem_data() {
        QTest::addColumn<QString>("assignment");
        for (const char* assignment :
             {"training.epochs=-3", "data.source=shapez", "student.architecture=resnet9", "knowledge[0].loss=dkd",
              "teachers.static.kind=gpd", "data.augment=[\"cropp\"]", "training.schedule.kind=step", "seeds=[0, 0]",
              "gap.target=x", "student.weights={}", "teachers.static.training={\"epochs\": 0}", "data={\"source\": \"folder\"}"})
            QTest::newRow(assignment) << QString(assignment);
    }
    void aSingleFaultIsASingleProblem() {
        QFETCH(QString, assignment);
        const auto problems = check(with(assignment));
        QVERIFY2(problems.size() == 1, listed(problems).c_str());
    }

    void everyProblemIsFoundAtOnceInTheOrderOfTheDocument() {
        const auto problems = check(Json::parse(R"({"nmae": "x", "data": {"source": "shapez", "validaton": 0.1},
            "student": {"architecture": "resnet9", "widht": 1}, "training": {"epochs": -1, "optimizer": {"kind": "sgd", "lr": "fast"}}, "seeds": []})"));
        std::vector<std::string> paths;
        for (const Problem& problem : problems)
            paths.push_back(problem.path);
        const std::vector<std::string> expected = {"data.source",
                                                   "data.validaton",
                                                   "student.architecture",
                                                   "student.widht",
                                                   "training.epochs",
                                                   "training.optimizer.lr",
                                                   "seeds",
                                                   "nmae"};
        QVERIFY2(paths == expected, listed(problems).c_str());
    }

    void aDocumentThatIsNoObjectIsOneProblem_data() {
        QTest::addColumn<QString>("text");
        for (const char* text : {"[]", "3", "null", "\"x\""})
            QTest::newRow(text) << QString(text);
    }
    void aDocumentThatIsNoObjectIsOneProblem() {
        QFETCH(QString, text);
        const auto problems = check(Json::parse(text.toStdString()));
        QCOMPARE(problems.size(), size_t{1});
        QCOMPARE(problems[0].path, std::string());
    }

    void anInheritedProblemIsReportedOnce() {
        Json document = with("training.optimizer={\"lr\": \"fast\"}");
        setValue(document, "teachers.static.training={\"optimizer\": {\"momentum\": 2}}");
        QCOMPARE(QString::fromStdString(listed(check(document))),
                 QString("teachers.static.training.optimizer.momentum: 2.0 is too large\n"
                         "training.optimizer.lr: \"fast\" is not a number\n"));
    }

    void theSameTermTwiceIsRefused() {
        Json document = distillation();
        document["knowledge"].push_back({{"from", "static"}, {"to", "student"}, {"loss", "kd"}, {"temperature", 1}});
        QVERIFY(problemAt(check(document), "knowledge[1]"));
    }

    void aStageHasToFitWhatStartsFromIt() {
        Json document = everything();
        document["stages"]["alone"]["student"]["width"] = 1;
        QVERIFY(problemAt(check(document), "student.weights.stage"));
        document = everything();
        document["student"]["weights"]["epoch"] = 4;
        QVERIFY(problemAt(check(document), "student.weights.epoch"));
    }

    void stagesInACircleAreRefused() {
        Json document = smallest();
        for (const auto& [name, next] : {std::pair("a", "b"), {"b", "c"}, {"c", "a"}}) {
            document["stages"][name] = smallest();
            document["stages"][name]["student"]["weights"] = {{"stage", next}};
        }
        const auto problems = check(document);
        QVERIFY2(problems.size() == 1, listed(problems).c_str());
        QVERIFY2(problems[0].message.find("a -> b -> c -> a") != std::string::npos, problems[0].message.c_str());
        document["stages"]["c"]["student"].erase("weights");
        QVERIFY(check(document).empty());
    }

    void aStageThatStartsFromItselfIsACircle() {
        Json document = smallest();
        document["stages"]["a"] = smallest();
        document["stages"]["a"]["student"]["weights"] = {{"stage", "a"}};
        QVERIFY(problemAt(check(document), "stages.a"));
    }

    void hintOfAMissingFolderIsTheCommandLine() {
        const auto problems = check(with("data={\"source\": \"folder\", \"path\": \"\"}"));
        QVERIFY(problems[0].allowed.find("--set data.path=FOLDER") != std::string::npos);
    }
};

int runValidationTests(int argc, char** argv) {
    ValidationTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_validation.moc"
