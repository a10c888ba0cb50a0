#include <limits>
#include <rapidcheck.h>

#include <QtTest>

#include "core/base/catalogue.h"

using namespace gaplab;

namespace {

Parameter ofType(ParameterType type) {
    Parameter parameter;
    parameter.name = "x";
    parameter.type = type;
    return parameter;
}

Parameter aboveZero() {
    Parameter parameter = realParameter("lr", 0.1, 0.0, 10.0, "Learning rate.");
    parameter.minimumExcluded = true;
    return parameter;
}

const std::vector<std::pair<const char*, Parameter>>& samples() {
    static const std::vector<std::pair<const char*, Parameter>> all = {
        {"boolean", booleanParameter("nesterov", false, "h")},
        {"integer", integerParameter("epochs", 30, 1, 1000, "h")},
        {"real", realParameter("momentum", 0.9, 0.0, 1.0, "h")},
        {"open", realParameter("clip", 0.0, 0.0, std::numeric_limits<double>::infinity(), "h")},
        {"positive", aboveZero()},
        {"choice", choiceParameter("stem", "auto", {"auto", "cifar", "imagenet"}, "h")},
        {"text", ofType(ParameterType::Text)},
        {"path", ofType(ParameterType::Path)},
    };
    return all;
}

const Parameter& sample(const QString& name) {
    for (const auto& [key, parameter] : samples())
        if (name == key) return parameter;
    throw std::logic_error("no such sample");
}

}  // namespace

class CatalogueTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rightValuesPassAndWrongOnesSayWhy_data() {
        QTest::addColumn<QString>("parameter");
        QTest::addColumn<QString>("value");    // JSON
        QTest::addColumn<QString>("message");  // empty: right
        const auto row = [](const char* parameter, const char* value, const char* message) {
            QTest::addRow("%s %s", parameter, value) << parameter << value << message;
        };
        row("boolean", "true", "");
        row("boolean", "1", "1 is not true or false");
        row("boolean", "\"true\"", "\"true\" is not true or false");
        row("integer", "1", "");
        row("integer", "1000", "");
        row("integer", "0", "0 is too small");
        row("integer", "-3", "-3 is too small");
        row("integer", "1001", "1001 is too large");
        row("integer", "1.5", "1.5 is not a whole number");
        row("integer", "5.0", "5.0 is not a whole number");
        row("integer", "\"5\"", "\"5\" is not a whole number");
        row("integer", "true", "true is not a whole number");
        row("integer", "null", "null is not a whole number");
        row("integer", "[5]", "[5] is not a whole number");
        row("integer", "18446744073709551615", "18446744073709551615 is too large");
        row("real", "0", "");
        row("real", "1", "");
        row("real", "0.5", "");
        row("real", "-0.1", "-0.1 is too small");
        row("real", "1.1", "1.1 is too large");
        row("real", "{}", "{} is not a number");
        row("open", "1e300", "");
        row("positive", "1e-9", "");
        row("positive", "0", "0 is too small");
        row("positive", "10", "");
        row("choice", "\"cifar\"", "");
        row("choice", "\"cifr\"", "\"cifr\" is not allowed here; did you mean \"cifar\"?");
        row("choice", "\"something else\"", "\"something else\" is not allowed here");
        row("choice", "3", "3 is not a name");
        row("text", "\"\"", "");
        row("text", "3", "3 is not a text");
        row("path", "\"/x\"", "");
        row("path", "null", "null is not a text");
    }
    void rightValuesPassAndWrongOnesSayWhy() {
        QFETCH(QString, parameter);
        QFETCH(QString, value);
        QFETCH(QString, message);
        const auto wrong = checkValue(sample(parameter), Json::parse(value.toStdString()));
        QCOMPARE(QString::fromStdString(wrong.value_or("")), message);
        QCOMPARE(wrong.has_value(), !message.isEmpty());
    }

    void numbersThatAreNotFiniteAreRefused() {
        for (const double value : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
            QVERIFY(checkValue(sample("open"), Json(value)).has_value());
            QVERIFY(checkValue(sample("real"), Json(value)).has_value());
        }
    }

    void integersInsideTheRangeAndNoOthersPass() {
        QVERIFY(rc::check("range", [](int32_t low, uint16_t width, int32_t value) {
            const Parameter parameter = integerParameter("x", low, low, int64_t{low} + width, "h");
            const bool inside = value >= low && value <= int64_t{low} + width;
            RC_ASSERT(checkValue(parameter, Json(value)).has_value() != inside);
        }));
    }

    void everyDefaultIsAllowed() {
        for (const auto& [name, parameter] : samples())
            if (!parameter.defaultValue.is_null()) QVERIFY2(!checkValue(parameter, parameter.defaultValue), name);
    }

    void allowedValuesAreToldInWords_data() {
        QTest::addColumn<QString>("parameter");
        QTest::addColumn<QString>("words");
        QTest::newRow("boolean") << "boolean"
                                 << "true or false";
        QTest::newRow("integer") << "integer"
                                 << "a whole number from 1 to 1000";
        QTest::newRow("real") << "real"
                              << "a number from 0 to 1";
        QTest::newRow("open") << "open"
                              << "a number of at least 0";
        QTest::newRow("positive") << "positive"
                                  << "a number greater than 0, at most 10";
        QTest::newRow("choice") << "choice"
                                << "auto, cifar, imagenet";
        QTest::newRow("text") << "text"
                              << "text";
        QTest::newRow("path") << "path"
                              << "a path";
    }
    void allowedValuesAreToldInWords() {
        QFETCH(QString, parameter);
        QFETCH(QString, words);
        QCOMPARE(QString::fromStdString(allowedValues(sample(parameter))), words);
    }

    void aDeclarationBecomesJson() {
        Parameter parameter = integerParameter("epochs", 30, 1, 1000, "How long.", "epochs");
        parameter.source = "A paper.";
        const Json json = toJson(parameter);
        const Json expected = {
            {"name", "epochs"}, {"type", "integer"},   {"default", 30},       {"range", "a whole number from 1 to 1000"},
            {"unit", "epochs"}, {"help", "How long."}, {"source", "A paper."}};
        QCOMPARE(json.dump(), expected.dump());
    }

    void unavailableMembersAreKnownButNotListed() {
        Catalogue catalogue;
        catalogue.add(Registry::Loss, {.name = "kd", .help = "Hinton."});
        catalogue.add(Registry::Loss, {.name = "dkd", .help = "Decoupled.", .available = false});
        QVERIFY(catalogue.find(Registry::Loss, "dkd") != nullptr);
        QVERIFY(catalogue.find(Registry::Loss, "absent") == nullptr);
        QVERIFY(catalogue.find(Registry::Source, "kd") == nullptr);
        QCOMPARE(catalogue.names(Registry::Loss), (std::vector<std::string>{"kd", "dkd"}));
        QCOMPARE(catalogue.names(Registry::Loss, true), std::vector<std::string>{"kd"});
        QCOMPARE(catalogue.toJson(Registry::Loss).size(), size_t{1});
        QCOMPARE(catalogue.toJson(Registry::Loss)[0]["name"].get<std::string>(), std::string("kd"));
        QVERIFY(catalogue.members(Registry::Measure).empty());
    }

    void everyRegistryHasItsOwnName() {
        std::set<std::string> names;
        for (size_t i = 0; i < registryNames().size(); ++i) {
            QCOMPARE(static_cast<size_t>(registryNames()[i].first), i);
            names.insert(registryNames()[i].second);
        }
        QCOMPARE(names.size(), registryNames().size());
    }
};

int runCatalogueTests(int argc, char** argv) {
    CatalogueTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_catalogue.moc"
