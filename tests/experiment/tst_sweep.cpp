#include <rapidcheck.h>

#include <QtTest>

#include "core/experiment/sweep.h"
#include "tests/experiment/test_catalogue.h"

using namespace gaplab;
using namespace gaplab::test;

namespace {

std::vector<SweepMember> expand(const char* specification, const Json& document = distillation()) {
    return expandSweep(document, Json::parse(specification), catalogue());
}

/// What the sweep sets a path to, member by member.
std::string valuesOf(const std::vector<SweepMember>& members, const std::string& path) {
    Json values = Json::array();
    for (const SweepMember& member : members)
        for (const auto& [name, value] : member.values)
            if (name == path) values.push_back(value);
    return values.dump();
}

/// The problems a sweep is refused for, "path: message; allowed" a line.
std::string refusal(const std::string& specification) {
    try {
        expandSweep(distillation(), Json::parse(specification), catalogue());
    } catch (const Error& error) {
        std::string text;
        for (const Problem& problem : error.problems())
            text += problem.path + ": " + problem.message + "; " + problem.allowed + "\n";
        return error.fault() == Fault::Input ? text : "another fault";
    }
    return "none";
}

template <typename Action>
std::string errorOf(const Action& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.exitCode() == 2 ? error.what() : "another fault";
    }
    return "none";
}

}  // namespace

class SweepTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyCombinationIsAMember() {
        const auto members = expand(R"({"training.epochs": [5, 10], "knowledge[0].temperature": [1, 2, 4]})");
        QCOMPARE(members.size(), size_t{6});
        QCOMPARE(valuesOf(members, "knowledge[0].temperature"), std::string("[1,1,2,2,4,4]"));
        QCOMPARE(valuesOf(members, "training.epochs"), std::string("[5,10,5,10,5,10]"));
        for (const SweepMember& member : members) {
            QCOMPARE(member.document["training"]["epochs"], member.values[1].second);
            QCOMPARE(member.document["knowledge"][0]["temperature"], member.values[0].second);
            QVERIFY(validate(member.document, catalogue()).empty());
        }
    }

    void nothingSweptIsTheExperimentItself() {
        const auto members = expand("{}");
        QCOMPARE(members.size(), size_t{1});
        QCOMPARE(members.front().document, distillation());
        QVERIFY(members.front().values.empty());
    }

    void rangesAreWrittenAsAPersonWould_data() {
        QTest::addColumn<QString>("form");
        QTest::addColumn<QString>("values");
        QTest::newRow("whole numbers") << R"({"range": [5, 15, 5]})"
                                       << "[5,10,15]";
        QTest::newRow("end between two steps") << R"({"range": [5, 14, 5]})"
                                               << "[5,10]";
        QTest::newRow("one value") << R"({"range": [5, 5, 1]})"
                                   << "[5]";
        QTest::newRow("tenths") << R"({"range": [0.1, 0.5, 0.1]})"
                                << "[0.1,0.2,0.3,0.4,0.5]";
        QTest::newRow("so many evenly") << R"({"linear": [0, 1, 5]})"
                                        << "[0,0.25,0.5,0.75,1]";
        QTest::newRow("so many tenths") << R"({"linear": [0.1, 0.3, 3]})"
                                        << "[0.1,0.2,0.3]";
        QTest::newRow("decades") << R"({"log": [0.001, 10, 5]})"
                                 << "[0.001,0.01,0.1,1,10]";
        QTest::newRow("octaves") << R"({"log": [1, 8, 4]})"
                                 << "[1,2,4,8]";
        QTest::newRow("within a decade") << R"({"log": [0.01, 0.1, 3]})"
                                         << "[0.01,0.0316227766017,0.1]";
    }
    void rangesAreWrittenAsAPersonWould() {
        QFETCH(QString, form);
        QFETCH(QString, values);
        const std::string specification = "{\"knowledge[0].weight\": " + form.toStdString() + "}";
        QCOMPARE(valuesOf(expand(specification.c_str()), "knowledge[0].weight"), values.toStdString());
    }

    void countsTakeWholeNumbersOfARange() {
        QCOMPARE(valuesOf(expand(R"({"training.batch": {"log": [16, 64, 3]}})"), "training.batch"), std::string("[16,32,64]"));
    }

    void membersAreNamedByWhatVaries() {
        Json document = distillation();
        document["name"] = "kd";
        const auto members = expand(R"({"training.epochs": [5], "training.optimizer.lr": [0.1, 0.2],
                                        "data.source": ["shapes"], "knowledge[0].temperature": [1, 4]})",
                                    document);
        QCOMPARE(members[1].document["name"], Json("kd (temperature 1, lr 0.2)"));
        QCOMPARE(expand(R"({"training.epochs": [5]})", document)[0].document["name"], Json("kd"));
        document.erase("name");
        QCOMPARE(expand(R"({"training.epochs": [5, 6]})", document)[1].document["name"], Json("epochs 6"));
    }

    void namesTellEqualKeysApart() {
        Json document = distillation();
        document["knowledge"].push_back({{"from", "labels"}, {"to", "student"}, {"loss", "ce"}});
        const auto members = expand(R"({"knowledge[0].weight": [1, 2], "knowledge[1].weight": [3, 4]})", document);
        QVERIFY(members[0].document["name"].get<std::string>().ends_with("(knowledge[0].weight 1, knowledge[1].weight 3)"));
    }

    void badSpecificationsAreRefused_data() {
        QTest::addColumn<QString>("specification");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("words");
        const auto row = [](const char* name, const char* specification, const char* path, const char* words) {
            QTest::newRow(name) << specification << path << words;
        };
        row("misspelt key", R"({"training.epoch": [1, 2]})", "training.epoch", "epochs");
        row("term that is not there", R"({"knowledge[7].temperature": [1]})", "knowledge[7].temperature", "no element [7]");
        row("index of an object", R"({"training[0]": [1]})", "training[0]", "not a list");
        row("path that is none", R"({"training..epochs": [1]})", "training..epochs", "empty");
        row("no values", R"({"training.epochs": []})", "training.epochs", "empty");
        row("a number", R"({"training.epochs": 5})", "training.epochs", "no values");
        row("unknown form", R"({"training.epochs": {"steps": [1, 2, 3]}})", "training.epochs", "no values");
        row("two forms", R"({"training.epochs": {"range": [1, 2, 1], "log": [1, 2, 2]}})", "training.epochs", "no values");
        row("range of two numbers", R"({"training.epochs": {"range": [1, 2]}})", "training.epochs", "no values");
        row("range of words", R"({"training.epochs": {"range": [1, 2, "x"]}})", "training.epochs", "no values");
        row("reversed range", R"({"training.epochs": {"range": [15, 5, 5]}})", "training.epochs", "goes down");
        row("step of zero", R"({"training.epochs": {"range": [5, 15, 0]}})", "training.epochs", "step");
        row("step backwards", R"({"training.epochs": {"range": [15, 5, -5]}})", "training.epochs", "step");
        row("log from zero", R"({"knowledge[0].weight": {"log": [0, 1, 3]}})", "knowledge[0].weight", "above 0");
        row("log below zero", R"({"knowledge[0].weight": {"log": [-1, 1, 3]}})", "knowledge[0].weight", "above 0");
        row("reversed log", R"({"knowledge[0].weight": {"log": [1, 0.1, 3]}})", "knowledge[0].weight", "go up");
        row("reversed count", R"({"knowledge[0].weight": {"linear": [1, 0, 3]}})", "knowledge[0].weight", "go up");
        row("count of one", R"({"knowledge[0].weight": {"linear": [0, 1, 1]}})", "knowledge[0].weight", "at least 2");
        row("log of one value", R"({"knowledge[0].weight": {"log": [0.1, 1, 1]}})", "knowledge[0].weight", "at least 2");
        row("log of 2.5 values", R"({"knowledge[0].weight": {"log": [0.1, 1, 2.5]}})", "knowledge[0].weight", "whole number");
        row("value out of range", R"({"training.epochs": [5, -3]})", "training.epochs", "-3");
        row("fraction for a count", R"({"training.epochs": {"log": [1, 10, 3]}})", "training.epochs", "3.16");
        row("too many values", R"({"training.epochs": {"range": [1, 1e18, 1]}})", "training.epochs", "at most 1000");
        row("too many members", R"({"training.epochs": {"range": [1, 50, 1]}, "training.batch": {"range": [1, 50, 1]}})", "",
            "2500 members");
        row("seeds", R"({"seeds": [[0], [1]]})", "seeds", "--seed");
        row("equal values", R"({"knowledge[0].weight": [1, 1.0]})", "", "same experiment");
        row("field without effect", R"({"notes": ["a", "b"]})", "", "same experiment");
    }
    void badSpecificationsAreRefused() {
        QFETCH(QString, specification);
        QFETCH(QString, path);
        QFETCH(QString, words);
        const QString found = QString::fromStdString(refusal(specification.toStdString()));
        QVERIFY2(found.startsWith(path + ":") && found.contains(words), qPrintable(found));
        QVERIFY2(found.count('\n') <= 1, qPrintable(found));
    }

    void everyProblemIsToldAtOnceAndOnce() {
        const QString found =
            QString::fromStdString(refusal(R"({"training.epoch": [1, 2], "knowledge[7].weight": [1, 2], "training.batch": [],
                        "training.optimizer.lr": {"log": [0, 1, 3]}, "data.validation": [0.1, 7]})"));
        for (const char* path :
             {"training.epoch:", "knowledge[7].weight:", "training.batch:", "training.optimizer.lr:", "data.validation:"})
            QVERIFY2(found.count(path) == 1, qPrintable(found));
    }

    /// Each member on its own: what is wrong with one does not hide the others.
    void faultyMembersAreMarkedAndTheOthersStay() {
        const SweepReview review =
            reviewSweep(distillation(), Json::parse(R"({"training.epochs": [5, -3, 6, 6.0]})"), catalogue());
        QVERIFY(review.problems.empty() && !review.isValid());
        QCOMPARE(review.members.size(), size_t{4});
        QVERIFY(review.members[0].problems.empty() && review.members[2].problems.empty());
        QCOMPARE(review.members[1].problems.front().path, std::string("training.epochs"));
        QVERIFY(review.members[3].problems.front().message.find("same experiment") != std::string::npos);
    }

    void problemsOfTheDocumentAreToldToo() {
        Json document = distillation();
        document["colour"] = 1;
        QVERIFY_EXCEPTION_THROWN(expandSweep(document, {{"training.epochs", {1, 2}}}, catalogue()), Error);
        QVERIFY_EXCEPTION_THROWN(expandSweep(distillation(), Json::array({1}), catalogue()), Error);
    }

    void assignmentsAreSpecifications_data() {
        QTest::addColumn<QString>("assignment");
        QTest::addColumn<QString>("form");
        QTest::newRow("numbers") << "a.b=1,2.5,1e-3"
                                 << "[1,2.5,0.001]";
        QTest::newRow("spaces") << "a=1, 2 , sgd , x y"
                                << R"([1,2,"sgd","x y"])";
        QTest::newRow("words") << "a=sgd,adamw"
                               << R"(["sgd","adamw"])";
        QTest::newRow("one") << "a=5"
                             << "[5]";
        QTest::newRow("none") << "a="
                              << "[]";
        QTest::newRow("a list") << "a=[1, 2]"
                                << "[1,2]";
        QTest::newRow("curves") << "a=[[0, 1], [5, 2]],3"
                                << "[[[0,1],[5,2]],3]";
        QTest::newRow("quoted comma") << R"(a="x,y",z)"
                                      << R"(["x,y","z"])";
        QTest::newRow("log range") << R"(a={"log": [0.1, 1, 2]})"
                                   << R"({"log":[0.1,1,2]})";
    }
    void assignmentsAreSpecifications() {
        QFETCH(QString, assignment);
        QFETCH(QString, form);
        Json specification = Json::object();
        addToSweep(specification, assignment.toStdString());
        QCOMPARE(specification.front().dump(), form.toStdString());
    }

    void assignmentsThatAreNoneAreRefused() {
        Json specification = Json::object();
        addToSweep(specification, "a=1,2");
        QVERIFY(errorOf([&] { addToSweep(specification, "a=3"); }).find("twice") != std::string::npos);
        QVERIFY(errorOf([&] { addToSweep(specification, "b"); }).find("assignment") != std::string::npos);
        QVERIFY(errorOf([&] { addToSweep(specification, "b=[1,"); }).find("[1,") != std::string::npos);
        QCOMPARE(specification.size(), size_t{1});
    }

    void shardsDivideTheWork() {
        QVERIFY(rc::check([] {
            const auto count = *rc::gen::inRange<size_t>(1, 9), number = *rc::gen::inRange<size_t>(0, 50);
            size_t holders = 0;
            for (size_t index = 1; index <= count; ++index)
                holders += shardFromText(std::to_string(index) + "/" + std::to_string(count)).holds(number);
            RC_ASSERT(holders == 1U);
        }));
    }

    void shardsThatAreNoneAreRefused() {
        for (const char* text :
             {"0/3", "4/3", "-1/3", "1/0", "1", "1/", "/3", "a/b", "1/3x", "1.5/3", "", "99999999999999999999/3"})
            QVERIFY2(errorOf([&] { shardFromText(text); }).find("shard") != std::string::npos, text);
    }
};

int runSweepTests(int argc, char** argv) {
    SweepTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_sweep.moc"
