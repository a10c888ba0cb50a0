#include <rapidcheck.h>

#include <QtTest>

#include "core/base/random.h"
#include "tests/experiment/test_catalogue.h"

using namespace gaplab;
using namespace gaplab::test;

namespace {

std::string anyText(Random& random) {
    std::string text(static_cast<size_t>(random.below(6)), ' ');
    for (char& c : text)
        c = static_cast<char>(' ' + random.below(95));
    return text;
}

/// Any JSON value, not deep. Drawn from one seed: generators nested for JSON take minutes to compile.
Json anyJson(Random& random, int depth = 2) {
    static const std::vector<Json> usual = {nullptr,        true,     false,     0,          1,    -1,      1.5,
                                            1e300,          "static", "train",   "sgd",      "kd", "epoch", Json::array(),
                                            Json::object(), "",       INT64_MAX, UINT64_MAX, -0.0, "step",  "student"};
    const int64_t kind = random.below(depth > 0 ? 6 : 4);
    if (kind < 2) return usual[static_cast<size_t>(random.below(std::ssize(usual)))];
    if (kind == 2) return anyText(random);
    if (kind == 3) return random.normal() * 10;
    Json value = kind == 4 ? Json::array() : Json::object();
    for (int64_t i = random.below(4); i > 0; --i) {
        if (kind == 4)
            value.push_back(anyJson(random, depth - 1));
        else
            value[anyText(random)] = anyJson(random, depth - 1);
    }
    return value;
}

/// The paths of every value inside.
void collectPointers(const Json& value, const Json::json_pointer& at, std::vector<Json::json_pointer>& all) {
    all.push_back(at);
    if (value.is_object())
        for (const auto& [key, element] : value.items())
            collectPointers(element, at / key, all);
    if (value.is_array())
        for (size_t i = 0; i < value.size(); ++i)
            collectPointers(value[i], at / i, all);
}

/// A valid document with some values put in the place of others, or taken away.
Json mutated(Random& random) {
    Json document = random.chance(0.5) ? distillation() : everything();
    for (int64_t i = random.below(3); i >= 0; --i) {
        std::vector<Json::json_pointer> all;
        collectPointers(document, Json::json_pointer(), all);
        const auto where = all[static_cast<size_t>(random.below(std::ssize(all)))];
        if (random.chance(0.7) || where.empty())
            document[where] = anyJson(random);
        else if (Json& parent = document[where.parent_pointer()]; parent.is_object())
            parent.erase(where.back());
    }
    return document;
}

/// A valid document: some of many independent right assignments.
Json randomValid() {
    static const std::vector<std::string> assignments = {"name=x",
                                                         "seeds=[2, 9]",
                                                         "data.size=24",
                                                         "data.classes=4",
                                                         "data.limit=100",
                                                         "data.validation=0.25",
                                                         "data.augment=[\"flip\"]",
                                                         "data.augment=[{\"kind\": \"crop\", \"padding\": 1}]",
                                                         "student.width=0.5",
                                                         "student.weights={\"run\": 3, \"epoch\": 2}",
                                                         "teachers.static.seed=same",
                                                         "teachers.static.weights=null",
                                                         "teachers.static.training.epochs=3",
                                                         "teachers.static.training.clip=1",
                                                         "teachers.static.training.optimizer.lr=0.05",
                                                         "teachers.static.training.optimizer.kind=adamw",
                                                         "teachers.other.architecture=resnet56",
                                                         "knowledge[0].temperature=1",
                                                         "knowledge[0].weight=[[0, 1], [4, 2]]",
                                                         "gap.band=0.5",
                                                         "gap.target=[[0, 1], [1, 1], [3, 0]]",

                                                         "baseline={\"run\": 7}",
                                                         "evaluation.every=7 steps",
                                                         "evaluation.every=4",
                                                         "training.epochs=9",
                                                         "training.clip=5",
                                                         "training.threads=3",
                                                         "training.keep_epochs=[2, 1]",
                                                         "training.optimizer.lr=0.3",
                                                         "training.schedule={\"kind\": \"step\", \"milestones\": [2]}"};
    Json document = distillation();
    for (const std::string& assignment : *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(assignments)))
        setValue(document, assignment);
    // what one assignment makes meaningless for another
    if (Json& teacher = document["teachers"]["static"]; teacher["weights"].is_null()) {
        teacher.erase("seed");
        teacher.erase("training");
    } else if (teacher.value("/training/optimizer/kind"_json_pointer, "") == "adamw") {
        teacher["training"]["optimizer"] = {{"kind", "adamw"}};
    }
    return document;
}

/// Validation, parsing and planning agree on whether a document is right.
void judge(const Json& document) {
    const auto problems = validate(document, catalogue());
    for (const Problem& problem : problems)
        RC_ASSERT(!problem.message.empty());
    if (!problems.empty()) {
        RC_ASSERT_THROWS_AS(parseExperiment(document, catalogue()), Error);
        return;
    }
    parseExperiment(document, catalogue());
    RC_ASSERT(!planRuns(document, catalogue()).empty());
}

/// The document with the defaults of one level written out.
Json spelledOut(Json document) {
    for (const char* group : {"data", "training", "evaluation"})
        for (const Parameter& field : documentFields(group))
            if (!document[group].contains(field.name)) document[group][field.name] = field.defaultValue;
    for (const Parameter& parameter : catalogue().find(Registry::Source, "shapes")->parameters)
        if (!document["data"].contains(parameter.name)) document["data"][parameter.name] = parameter.defaultValue;
    return document;
}

}  // namespace

class PropertyTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anyValueInAnyPlaceIsJudgedWithoutAnException() {
        QVERIFY(rc::check("validate", [](uint64_t seed) {
            Random random(seed);
            for (int i = 0; i < 20; ++i)
                judge(mutated(random));
        }));
    }

    void anyJsonIsJudgedWithoutAnException() {
        QVERIFY(rc::check("validate", [](uint64_t seed) {
            Random random(seed);
            const Json document = anyJson(random, 3);
            RC_ASSERT(!validate(document, catalogue()).empty());
        }));
    }

    void textThatIsNotUtf8IsAProblem() {
        for (const auto& [key, value] : {std::pair("name", "\xff"), {"\xff", "x"}}) {
            Json document = smallest();
            document[key] = value;
            QCOMPARE(validate(document, catalogue()).size(), size_t{1});
        }
    }

    void anyBytesAreReadOrRefused() {
        QVERIFY(rc::check("parseJson", [](const std::vector<unsigned char>& bytes) {
            try {
                const Json value = parseJson(std::string(bytes.begin(), bytes.end()), "x");
                RC_ASSERT(value.dump() == parseJson(value.dump(), "x").dump());
            } catch (const Error& error) {
                RC_ASSERT(error.exitCode() == 2);
            }
        }));
    }

    void cutAndScratchedDocumentsAreReadOrRefused() {
        QVERIFY(rc::check("parseJson", [](unsigned char byte) {
            std::string text = everything().dump(1);
            text[*rc::gen::inRange<size_t>(0, text.size())] = static_cast<char>(byte);
            text.resize(*rc::gen::inRange<size_t>(0, text.size() + 1));
            try {
                validate(parseJson(text, "x"), catalogue());
            } catch (const Error& error) {
                RC_ASSERT(std::string(error.what()).find("line ") != std::string::npos);
            }
        }));
    }

    void theCanonicalFormIsValidAndItsOwnForm() {
        QVERIFY(rc::check("idempotent", [] {
            const Json document = randomValid();
            const Json form = canonicalForm(document, catalogue());
            RC_ASSERT(canonicalForm(form, catalogue()).dump() == form.dump());
            RC_ASSERT(canonicalForm(parseJson(form.dump(), "x"), catalogue()).dump() == form.dump());
            RC_ASSERT(trialIdentity(form, catalogue(), "f") == trialIdentity(document, catalogue(), "f"));
        }));
    }

    void defaultsSpelledOutAndCosmeticsDoNotChangeTheIdentity() {
        QVERIFY(rc::check("identity", [](uint16_t seed, const std::string& name) {
            const Json document = randomValid();
            Json other = spelledOut(document);
            other["name"] = Json(name).dump(-1, ' ', true, Json::error_handler_t::replace);
            other["notes"] = "n";
            other["seeds"] = {seed};
            other["training"]["device"] = "cpu";
            RC_ASSERT(trialIdentity(other, catalogue(), "f") == trialIdentity(document, catalogue(), "f"));
        }));
    }

    void theTeachersStageIsWhatItsDocumentSays() {
        QVERIFY(rc::check("written out or canonical", [] {
            const Json document = randomValid();
            const Json form = canonicalForm(document, catalogue());
            const auto stage = [](const Json& outer) {
                return canonicalForm(teacherStage(outer, "static", 0), catalogue()).dump();
            };
            RC_ASSERT(stage(document) == stage(form));
        }));
    }

    void setValuesAreFoundAgain() {
        QVERIFY(rc::check("setValue", [](int64_t number) {
            Json document = distillation();
            setValue(document, "a.b.c=" + std::to_string(number));
            RC_ASSERT(document.at("a").at("b").at("c") == number);
        }));
    }
};

int runPropertyTests(int argc, char** argv) {
    PropertyTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_properties.moc"
