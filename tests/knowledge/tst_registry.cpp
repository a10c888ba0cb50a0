#include <set>

#include <QtTest>

#include "core/base/error.h"
#include "tests/knowledge/rows.h"

using namespace gaplab;

class RegistryTests : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyLossHasARow() {
        std::set<std::string> tested, registered, variants;
        for (const LossCase& row : rows()) {
            tested.insert(row.loss);
            variants.insert(row.loss + " " + row.plan.parameters.value("variant", ""));
            if (row.standardise) variants.insert(row.loss + " standardised");
        }
        for (const Member& member : lossCatalogue().members(Registry::Loss)) {
            registered.insert(member.name);
            for (const Parameter& parameter : member.parameters) {
                if (parameter.name == "standardise")
                    QVERIFY2(variants.contains(member.name + " standardised"), member.name.c_str());
                if (parameter.name != "variant") continue;
                for (const std::string& choice : parameter.choices)
                    QVERIFY2(variants.contains(member.name + " " + choice), (member.name + ": " + choice).c_str());
            }
        }
        QVERIFY(tested == registered);
    }

    void everyLossIsDescribed() {
        for (const Member& member : lossCatalogue().members(Registry::Loss)) {
            const std::string formula = member.facts.value("formula", "");
            QVERIFY2(!formula.empty() && formula.find('\n') == std::string::npos, member.name.c_str());
            QVERIFY2(!member.help.empty() && !member.source.empty(), member.name.c_str());
            for (const Parameter& parameter : member.parameters)
                QVERIFY2(!parameter.help.empty() && !parameter.source.empty(), (member.name + "." + parameter.name).c_str());
        }
    }

    void anUnknownLossIsRefused() { QVERIFY_THROWS_EXCEPTION(Error, makeLoss("kdd")); }
};

int runRegistryTests(int argc, char** argv) {
    RegistryTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_registry.moc"
