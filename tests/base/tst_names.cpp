#include <rapidcheck.h>

#include <QtTest>

#include "core/base/names.h"

using namespace gaplab;

namespace {

const std::vector<std::string> fields = {"epochs", "batch", "optimizer", "schedule", "clip", "ema", "label_smoothing", "device"};

}  // namespace

class NameTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void misspeltNamesFindTheNearest_data() {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("meant");
        QTest::newRow("letter missing") << "epoch"
                                        << "epochs";
        QTest::newRow("letter too many") << "batchh"
                                         << "batch";
        QTest::newRow("letters swapped") << "bacth"
                                         << "batch";
        QTest::newRow("hyphen for underscore") << "label-smoothing"
                                               << "label_smoothing";
        QTest::newRow("British spelling") << "optimiser"
                                          << "optimizer";
        QTest::newRow("exact") << "clip"
                               << "clip";
        QTest::newRow("nothing like it") << "temperature_of_room"
                                         << "";
        QTest::newRow("too far for its length") << "knob"
                                                << "";
        QTest::newRow("a third of a long name") << "lbl_smoothng"
                                                << "label_smoothing";
    }
    void misspeltNamesFindTheNearest() {
        QFETCH(QString, typed);
        QFETCH(QString, meant);
        QCOMPARE(QString::fromStdString(nearestName(typed.toStdString(), fields)), meant);
    }

    void nothingIsNearWhereThereIsNothing() { QCOMPARE(nearestName("epochs", {}), std::string()); }

    void aNameOfTheListIsNearestToItself() {
        QVERIFY(rc::check("exact names win", [](const std::vector<std::string>& names) {
            for (const std::string& name : names)
                RC_ASSERT(nearestName(name, names) == name);
        }));
    }

    void theNearestNameIsOneOfTheCandidatesOrNone() {
        QVERIFY(rc::check("member or empty", [](const std::string& name, const std::vector<std::string>& candidates) {
            const std::string nearest = nearestName(name, candidates);
            RC_ASSERT(nearest.empty() || std::ranges::find(candidates, nearest) != candidates.end());
        }));
    }

    void wordsAreJoinedInOrder() {
        QCOMPARE(join({}), std::string());
        QCOMPARE(join({"a"}), std::string("a"));
        QCOMPARE(join({"a", "b", "c"}), std::string("a, b, c"));
        QCOMPARE(join({"a", "b"}, "/"), std::string("a/b"));
    }
};

int runNameTests(int argc, char** argv) {
    NameTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_names.moc"
