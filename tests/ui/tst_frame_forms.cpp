#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QTableWidget>

#include "tests/ui/frame_tests.h"
#include "ui/forms/curve_editor.h"
#include "ui/forms/form_grid.h"
#include "ui/forms/list_editor.h"
#include "ui/forms/number_text.h"
#include "ui/forms/word_editor.h"

namespace gaplab::ui {

class TestForms : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void numbersAreShownShortAndExact_data();
    void numbersAreShownShortAndExact();
    void typedNumbersAreReadAsMeant_data();
    void typedNumbersAreReadAsMeant();
    void everyEditorShowsAndKeepsItsValue_data();
    void everyEditorShowsAndKeepsItsValue();
    void showingAValueEmitsNothing_data() { everyEditorShowsAndKeepsItsValue_data(); }
    void showingAValueEmitsNothing();
    void scientificNumberCanBeTyped();
    void clearingAFieldOnTheWayToAnotherNumberChangesNothing();
    void arrowsStayInsideTheRange();
    void faultyValuesAreShownAsTheyAre();
    void listsAreReadAsTyped_data();
    void listsAreReadAsTyped();
    void listTextRoundTrips_data();
    void listTextRoundTrips();
    void curveBecomesATableAndBack();
    void curveKeepsItsPointsUnderAnotherShape();
    void curveCellsChangeThePoint();
    void fieldNamesItsEditorForPeopleAndTests();
    void problemStandsBesideItsField();
    void resetIsOfferedOnlyForGivenValues();
};

void TestForms::numbersAreShownShortAndExact_data() {
    QTest::addColumn<QString>("json");
    QTest::addColumn<QString>("text");
    QTest::newRow("tenth") << "0.1"
                           << "0.1";
    QTest::newRow("weight decay") << "0.0005"
                                  << "5e-4";
    QTest::newRow("tiny") << "1e-8"
                          << "1e-8";
    QTest::newRow("third") << "0.3333"
                           << "0.3333";
    QTest::newRow("integral real") << "4.0"
                                   << "4";
    QTest::newRow("integer") << "128"
                             << "128";
    QTest::newRow("negative") << "-3"
                              << "-3";
    QTest::newRow("largest seed") << "18446744073709551615"
                                  << "18446744073709551615";
}

void TestForms::numbersAreShownShortAndExact() {
    QFETCH(QString, json);
    QFETCH(QString, text);
    const Json number = Json::parse(json.toStdString());
    QCOMPARE(numberText(number), text);
    QVERIFY(*parseNumber(numberText(number), false) == number);
}

void TestForms::typedNumbersAreReadAsMeant_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("whole");
    QTest::addColumn<QString>("json");  // empty: not a number
    QTest::newRow("point") << "0.5" << false << "0.5";
    QTest::newRow("comma") << "0,5" << false << "0.5";
    QTest::newRow("exponent") << "5e-4" << false << "0.0005";
    QTest::newRow("spaces and plus") << " +7 " << true << "7";
    QTest::newRow("whole stays whole") << "30" << false << "30";
    QTest::newRow("64 bits") << "9223372036854775808" << true << "9223372036854775808";
    QTest::newRow("fraction is not whole") << "1.5" << true << "";
    QTest::newRow("unfinished") << "1e" << false << "";
    QTest::newRow("word") << "ten" << false << "";
    QTest::newRow("infinite") << "inf" << false << "";
    QTest::newRow("not a number") << "nan" << false << "";
    QTest::newRow("empty") << "" << false << "";
}

void TestForms::typedNumbersAreReadAsMeant() {
    QFETCH(QString, text);
    QFETCH(bool, whole);
    QFETCH(QString, json);
    const auto number = parseNumber(text, whole);
    QCOMPARE(number.has_value(), !json.isEmpty());
    if (number) QCOMPARE(QString::fromStdString(number->dump()), QString::fromStdString(Json::parse(json.toStdString()).dump()));
}

void TestForms::everyEditorShowsAndKeepsItsValue_data() {
    QTest::addColumn<int>("type");
    QTest::addColumn<QString>("json");
    QTest::newRow("boolean") << int(ParameterType::Boolean) << "true";
    QTest::newRow("integer") << int(ParameterType::Integer) << "42";
    QTest::newRow("real") << int(ParameterType::Real) << "0.0005";
    QTest::newRow("text") << int(ParameterType::Text) << "\"a name\"";
    QTest::newRow("choice") << int(ParameterType::Choice) << "\"b\"";
    QTest::newRow("path") << int(ParameterType::Path) << "\"/tmp/images\"";
}

void TestForms::everyEditorShowsAndKeepsItsValue() {
    QFETCH(int, type);
    QFETCH(QString, json);
    Parameter parameter;
    parameter.type = static_cast<ParameterType>(type);
    parameter.choices = {"a", "b"};
    QWidget owner;
    Editor* editor = makeEditor(parameter, &owner);
    const Json value = Json::parse(json.toStdString());
    editor->setValue(value);
    QVERIFY(editor->value() == value);
}

void TestForms::showingAValueEmitsNothing() {
    QFETCH(int, type);
    QFETCH(QString, json);
    Parameter parameter;
    parameter.type = static_cast<ParameterType>(type);
    parameter.choices = {"a", "b"};
    QWidget owner;
    Editor* editor = makeEditor(parameter, &owner);
    int edits = 0;
    connect(editor, &Editor::edited, this, [&] { ++edits; });
    editor->setValue(Json::parse(json.toStdString()));
    QCOMPARE(edits, 0);
}

void TestForms::scientificNumberCanBeTyped() {
    NumberSpin spin(realParameter("weight_decay", 0.0, 0.0, 1.0, "help"));
    Json last;
    connect(&spin, &NumberSpin::edited, this, [&](const Json& value) { last = value; });
    auto* line = spin.findChild<QLineEdit*>();
    line->clear();
    QTest::keyClicks(line, "5e-4");
    QCOMPARE(last.get<double>(), 5e-4);
    QCOMPARE(line->text(), QString("5e-4"));
    line->selectAll();
    QTest::keyClicks(line, "0,25");
    QCOMPARE(last.get<double>(), 0.25);
}

void TestForms::clearingAFieldOnTheWayToAnotherNumberChangesNothing() {
    NumberSpin spin(integerParameter("epochs", 30, 1, 100, "help"));
    spin.setValue(30);
    int edits = 0;
    connect(&spin, &NumberSpin::edited, this, [&] { ++edits; });
    auto* line = spin.findChild<QLineEdit*>();
    line->selectAll();
    QTest::keyClick(line, Qt::Key_Backspace);
    QCOMPARE(edits, 0);
    QTest::keyClicks(line, "5");
    QVERIFY(spin.value() == 5);
}

void TestForms::arrowsStayInsideTheRange() {
    NumberSpin epochs(integerParameter("epochs", 1, 1, 2, "help"));
    epochs.setValue(1);
    epochs.stepBy(1);
    epochs.stepBy(1);
    QVERIFY(epochs.value() == 2);
    epochs.stepBy(-5);
    QVERIFY(epochs.value() == 1);
    NumberSpin rate(realParameter("lr", 0.1, 0.0, 1.0, "help"));
    rate.setValue(0.1);
    rate.stepBy(1);
    QCOMPARE(rate.value().get<double>(), 0.11);
    rate.setValue(5e-4);
    rate.stepBy(-1);
    QCOMPARE(rate.value().get<double>(), 4.9e-4);
}

void TestForms::faultyValuesAreShownAsTheyAre() {
    NumberSpin spin(integerParameter("epochs", 1, 1, 10, "help"));
    spin.setValue(-3);
    QCOMPARE(spin.text(), QString("-3"));
    spin.setValue("ten");
    QCOMPARE(spin.text(), QString("\"ten\""));
    QVERIFY(spin.value() == "ten");
    ChoiceEditor choice({"auto", "cpu"}, nullptr);
    choice.setValue("gpu");
    QCOMPARE(qobject_cast<QComboBox*>(choice.target())->currentText(), QString("gpu"));
    QVERIFY(choice.value() == "gpu");
}

void TestForms::listsAreReadAsTyped_data() {
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("json");
    const int whole = int(ListEditor::Kind::WholeNumbers), numbers = int(ListEditor::Kind::Numbers),
              names = int(ListEditor::Kind::Names), either = int(ListEditor::Kind::NamesOrCount);
    QTest::newRow("seeds") << whole << "0, 1,2"
                           << "[0,1,2]";
    QTest::newRow("no seeds") << whole << " "
                              << "[]";
    QTest::newRow("faulty seed stays for validation") << whole << "0, one"
                                                      << "[0,\"one\"]";
    QTest::newRow("fraction is no seed") << whole << "1.5"
                                         << "[\"1.5\"]";
    QTest::newRow("milestones") << numbers << "15, 22.5"
                                << "[15,22.5]";
    QTest::newRow("names") << names << "cat, red fox"
                           << "[\"cat\",\"red fox\"]";
    QTest::newRow("names with commas") << names << "[\"a, b\", \"c\"]"
                                       << "[\"a, b\",\"c\"]";
    QTest::newRow("count") << either << "5"
                           << "5";
    QTest::newRow("two numbers are names") << either << "5, 6"
                                           << "[\"5\",\"6\"]";
    QTest::newRow("all") << either << ""
                         << "null";
}

void TestForms::listsAreReadAsTyped() {
    QFETCH(int, kind);
    QFETCH(QString, text);
    QFETCH(QString, json);
    QCOMPARE(QString::fromStdString(ListEditor::fromText(text, static_cast<ListEditor::Kind>(kind)).dump()), json);
}

void TestForms::listTextRoundTrips_data() {
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("json");
    const int names = int(ListEditor::Kind::Names), either = int(ListEditor::Kind::NamesOrCount);
    QTest::newRow("seeds") << int(ListEditor::Kind::WholeNumbers) << "[0,18446744073709551615]";
    QTest::newRow("commas") << names << "[\"a, b\",\"[x]\"]";
    QTest::newRow("spaces") << names << "[\" a\",\"b\"]";
    QTest::newRow("mixed") << names << "[\"a\",3]";
    QTest::newRow("digits as names") << either << "[\"5\",\"6\"]";
    QTest::newRow("no list") << names << "{\"a\":1}";
}

void TestForms::listTextRoundTrips() {
    QFETCH(int, kind);
    QFETCH(QString, json);
    const auto listKind = static_cast<ListEditor::Kind>(kind);
    const Json value = Json::parse(json.toStdString());
    const QString text = ListEditor::toText(value, listKind);
    if (value.is_array()) QCOMPARE(QString::fromStdString(ListEditor::fromText(text, listKind).dump()), json);
    QVERIFY(!text.isEmpty());
}

void TestForms::curveBecomesATableAndBack() {
    const Parameter parameter = realParameter("target", 0.0, -100.0, 100.0, "help");
    CurveEditor curve(parameter, nullptr);
    curve.setNames("gap.target", "Target", "");
    curve.setValue(3.0);
    auto* shape = curve.findChild<QComboBox*>("gap.target.shape");
    shape->setCurrentIndex(1);
    Q_EMIT shape->activated(1);
    QCOMPARE(QString::fromStdString(curve.value().dump()), QString("[[0,3.0]]"));
    curve.findChild<QPushButton*>("gap.target.add")->click();
    QCOMPARE(QString::fromStdString(curve.value().dump()), QString("[[0,3.0],[1,3.0]]"));
    shape->setCurrentIndex(0);
    Q_EMIT shape->activated(0);
    QVERIFY(curve.value() == 3.0);
}

void TestForms::curveKeepsItsPointsUnderAnotherShape() {
    CurveEditor curve(realParameter("target", 0.0, -100.0, 100.0, "help"), nullptr);
    curve.setNames("gap.target", "Target", "");
    curve.setValue(Json::parse("[[0, 1.0], [5, 3.0]]"));
    auto* shape = curve.findChild<QComboBox*>("gap.target.shape");
    const auto choose = [&](int index) {
        shape->setCurrentIndex(index);
        Q_EMIT shape->activated(index);
    };
    choose(2);
    QVERIFY(curve.value() == Json::parse(R"({"shape": "cosine", "points": [[0, 1.0], [5, 3.0]]})"));
    curve.findChild<QPushButton*>("gap.target.add")->click();
    choose(3);
    QVERIFY(curve.value() == Json::parse(R"({"shape": "steps", "points": [[0, 1.0], [5, 3.0], [6, 3.0]]})"));
    choose(1);
    QVERIFY(curve.value() == Json::parse("[[0, 1.0], [5, 3.0], [6, 3.0]]"));
    choose(0);
    QVERIFY(curve.value() == 1.0);
}

void TestForms::curveCellsChangeThePoint() {
    CurveEditor curve(realParameter("target", 0.0, -100.0, 100.0, "help"), nullptr);
    curve.setNames("gap.target", "Target", "");
    curve.setValue(Json::parse("[[0, 0.0], [5, 3.0]]"));
    auto* table = curve.findChild<QTableWidget*>("gap.target.points");
    QCOMPARE(table->rowCount(), 2);
    table->item(1, 1)->setText("2,5");
    QCOMPARE(QString::fromStdString(curve.value().dump()), QString("[[0,0],[5,2.5]]"));
    table->item(1, 0)->setText("soon");
    QCOMPARE(QString::fromStdString(curve.value().dump()), QString("[[0,0],[\"soon\",2.5]]"));
}

void TestForms::fieldNamesItsEditorForPeopleAndTests() {
    FormGrid form;
    Field* field = form.add("training.weight_decay", realParameter("weight_decay", 5e-4, 0.0, 1.0, "Pulls towards zero"));
    auto* spin = form.findChild<NumberSpin*>("training.weight_decay");
    QVERIFY(spin);
    QCOMPARE(spin->accessibleName(), QString("Weight decay"));
    QVERIFY(spin->toolTip().contains("Pulls towards zero"));
    QVERIFY(spin->toolTip().contains("0 to 1"));
    QCOMPARE(field->editor()->target(), static_cast<QWidget*>(spin));
    bool buddy = false;
    for (const QLabel* label : form.findChildren<QLabel*>())
        buddy = buddy || label->buddy() == spin;
    QVERIFY(buddy);
}

void TestForms::problemStandsBesideItsField() {
    FormGrid form;
    Field* field = form.add("training.epochs", integerParameter("epochs", 30, 1, 100, "help"));
    form.show();
    QVERIFY(form.findChild<NoteLabel*>()->isHidden());
    field->setProblem("-3 is too small.");
    QVERIFY(form.findChild<NoteLabel*>()->isVisible());
    QCOMPARE(field->problem(), QString("-3 is too small."));
    field->setProblem({});
    QVERIFY(form.findChild<NoteLabel*>()->isHidden());
}

void TestForms::resetIsOfferedOnlyForGivenValues() {
    FormGrid form;
    Field* field = form.add("training.epochs", integerParameter("epochs", 30, 1, 100, "help"));
    auto* reset = form.findChild<QToolButton*>("training.epochs.reset");
    QSignalSpy asked(field, &Field::resetRequested);
    field->setValue(30, false);
    QVERIFY(!reset->isEnabled());
    field->setValue(5, true);
    reset->click();
    QCOMPARE(asked.count(), 1);
}

int testForms(const QStringList& arguments) {
    TestForms tests;
    return QTest::qExec(&tests, arguments);
}

}  // namespace gaplab::ui

#include "tst_frame_forms.moc"
