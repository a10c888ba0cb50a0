#include <QtTest>
#include <torch/types.h>

#include "core/nn/tensor_file.h"
#include "tests/train/training_place.h"

using namespace gaplab;

namespace {

Json document(const char* mitigations, const char* extra = "{}") {
    Json made = Json::parse(R"({
      "schema": 1, "name": "tiny",
      "data": {"source": "shapes", "size": 16, "classes": 4, "train": 200, "test": 80, "validation": 0.3, "augment": ["crop", "flip"],
               "group_skew": 0.9},
      "student": {"architecture": "resnet8"},
      "teachers": {"static": {"kind": "static", "architecture": "resnet14"}, "dynamic": {"kind": "gpd"}},
      "knowledge": [{"from": "static", "to": "student", "loss": "kd"}, {"from": "dynamic", "to": "student", "loss": "kd"}],
      "training": {"epochs": 2, "batch": 32, "optimizer": {"kind": "sgd", "lr": 0.05}, "threads": 1},
      "seeds": [3]})");
    made["mitigations"] = Json::parse(mitigations);
    made.update(Json::parse(extra));
    return made;
}

/// Remembers what the networks answered too.
class Listener : public Memory {
public:
    std::vector<Answers> last;
    void answers(double, double, const std::vector<Answers>& answers) override { last = answers; }
    const Answers* of(const std::string& role) const {
        const auto found = std::ranges::find(last, role, &Answers::role);
        return found == last.end() ? nullptr : &*found;
    }
};

}  // namespace

/// Mitigations in real trainings, and groups in what is measured.
class TestMitigations : public QObject, private TrainingPlace {
    Q_OBJECT

private Q_SLOTS:
    void documentsAreRefusedWithTheField_data() {
        QTest::addColumn<QString>("mitigations");
        QTest::addColumn<QString>("knowledge");
        QTest::addColumn<QString>("path");
        const char* kd = R"([{"from": "static", "to": "student", "loss": "kd"}])";
        const char* dist = R"([{"from": "static", "to": "student", "loss": "dist"}])";
        QTest::newRow("right") << R"(["resample", {"kind": "mask", "classes": ["a"]}, {"kind": "class_weight"}])" << kd << "";
        QTest::newRow("no list") << R"({"kind": "resample"})" << kd << "mitigations";
        QTest::newRow("unknown") << R"([{"kind": "resmaple"}])" << kd << "mitigations[0].kind";
        QTest::newRow("unknown field") << R"([{"kind": "resample", "off": "class"}])" << kd << "mitigations[0].off";
        QTest::newRow("a choice") << R"([{"kind": "reweight", "of": "image"}])" << kd << "mitigations[0].of";
        QTest::newRow("a range") << R"([{"kind": "logit_adjustment", "tau": -1}])" << kd << "mitigations[0].tau";
        QTest::newRow("twice") << R"([{"kind": "resample"}, {"kind": "resample", "of": "class"}])" << kd << "mitigations[1]";
        QTest::newRow("in two places") << R"([{"kind": "logit_adjustment"}, {"kind": "logit_adjustment", "in": "teacher"}])" << kd
                                       << "";
        QTest::newRow("no classes") << R"([{"kind": "mask"}])" << kd << "mitigations[0].classes";
        QTest::newRow("empty classes") << R"([{"kind": "mask", "classes": []}])" << kd << "mitigations[0].classes";
        QTest::newRow("no teacher") << R"([{"kind": "class_weight"}])"
                                    << "[]"
                                    << "mitigations[0].kind";
        QTest::newRow("no cost an image") << R"([{"kind": "mask", "classes": ["a"]}])" << dist << "mitigations[0].kind";
        QTest::newRow("labels alone") << R"([{"kind": "group_dro"}])" << dist << "";
        QTest::newRow("everything") << R"([{"kind": "group_dro", "terms": "everything"}])" << dist << "mitigations[0].kind";
    }
    void documentsAreRefusedWithTheField() {
        QFETCH(QString, mitigations);
        QFETCH(QString, knowledge);
        QFETCH(QString, path);
        Json made = document(mitigations.toUtf8());
        made["knowledge"] = Json::parse(knowledge.toStdString());
        const std::vector<std::string> expected = path.isEmpty() ? std::vector<std::string>{} : std::vector{path.toStdString()};
        QCOMPARE(pathsOf(made), expected);
        if (expected.empty())
            QCOMPARE(canonicalForm(canonicalForm(made, catalogue()), catalogue()), canonicalForm(made, catalogue()));
    }

    void theGapOfTheWorstGroupIsMeasuredOnValidation() {
        QCOMPARE(pathsOf(document("[]", R"({"gap": {"measure": "worst_group", "target": 3}})")),
                 std::vector<std::string>{"gap.on"});
        QVERIFY(pathsOf(document("[]", R"({"gap": {"measure": "worst_group", "on": "validation", "target": 3}})")).empty());
    }

    void stoppedAndResumedEqualsNeverStopped_data() {
        QTest::addColumn<QString>("mitigations");
        QTest::newRow("shares") << R"([{"kind": "group_dro", "eta": 0.5, "terms": "everything"}])";
        QTest::newRow("trust") << R"([{"kind": "class_weight"}, {"kind": "reweight", "of": "group"}])";
        QTest::newRow("drawn")
            << R"([{"kind": "resample"}, {"kind": "logit_adjustment"}, {"kind": "logit_adjustment", "in": "teacher"}])";
    }
    void stoppedAndResumedEqualsNeverStopped() {
        QFETCH(QString, mitigations);
        const Json made = document(mitigations.toUtf8());
        const QString name = QTest::currentDataTag();
        const Memory whole = train(made, "whole " + name), plain = train(document("[]"), "plain " + name);
        Memory parts;
        TrainingPlan given = plan(made, "parts " + name);
        const EnvironmentScope scope(given.environment);
        parts.stopAt = 5;
        QVERIFY(Trainer(given, parts).run() == Outcome::Stopped);
        parts.stopAt = std::numeric_limits<int64_t>::max();
        given.resumeFrom = parts.last;
        QVERIFY(Trainer(given, parts).run() == Outcome::Finished);
        for (const auto& [series, points] : whole.series)
            QVERIFY2(parts.series[series] == points, series.c_str());
        const auto wholeFile = loadTensors(whole.last), partsFile = loadTensors(parts.last), plainFile = loadTensors(plain.last);
        for (const auto& [tensor, values] : wholeFile.tensors)
            QVERIFY2(values.equal(partsFile.tensors.at(tensor)), tensor.c_str());
        QVERIFY(!wholeFile.tensors.at("student/fc.weight").equal(plainFile.tensors.at("student/fc.weight")));
    }

    void weightsOfOneChangeNothing() {
        const Memory plain = train(document("[]"), "as it is"),
                     same = train(document(R"([{"kind": "logit_adjustment", "tau": 0}])"), "tau 0");
        const auto one = loadTensors(plain.last), other = loadTensors(same.last);
        for (const auto& [name, tensor] : one.tensors)
            QVERIFY2(at::allclose(tensor, other.tensors.at(name), 1e-4, 1e-5), name.c_str());
    }

    void groupsAreMeasuredAndTold() {
        const Json made = document(
            "[]", R"({"gap": {"between": ["dynamic", "student"], "measure": "worst_group", "on": "validation", "target": 3}})");
        Listener listener;
        const TrainingPlan given = plan(made, "groups");
        run(given, listener);
        const Answers* groups = listener.of("groups");
        QVERIFY(groups);
        const at::Tensor rows = at::tensor(given.dataset->validationIndices, at::kLong);
        const at::Tensor known = given.dataset->train.groups.index_select(0, rows);
        QCOMPARE(groups->split, std::string("test"));
        QCOMPARE(std::ssize(groups->classes), given.dataset->test.size());
        // Each group's accuracy, and the gap of the one of which the student gets least right, at the last evaluation.
        std::map<std::string, double> last;
        for (const auto& [name, points] : listener.series)
            last[name] = points.back().second;
        const double first = last.at("student/validation/group.0"), second = last.at("student/validation/group.1");
        const int worst = first <= second ? 0 : 1;
        QCOMPARE(last.at("student/validation/worst_group"), std::min(first, second));
        QCOMPARE(last.at("gap/validation/worst_group"), last.at("gap/validation/group." + std::to_string(worst)));
        QVERIFY(std::abs(last.at("gap/validation/group.0") - (last.at("dynamic/validation/group.0") - first)) < 1e-12);
        const double share = known.eq(0).to(at::kDouble).mean().item<double>();
        QVERIFY(std::abs(last.at("student/validation/accuracy") - (share * first + (1 - share) * second)) < 1e-12);
    }

    void adjustedAnswersAreWhatIsMeasured() {
        const TrainingPlan given = plan(document("[]"), "answers");
        const std::vector<Role> roles = rolesOf(given);
        const BatchMaker batches(*given.dataset, {}, at::kCPU);
        const at::Tensor rows = at::arange(40, at::kLong), shift = at::tensor({0.0F, 100.0F, 0.0F, 0.0F});
        const Role& student = roles.front();
        const auto said = [&](const at::Tensor& added) {
            return evaluate({*student.network, student.state, student.view, added}, batches, given.dataset->train, rows, 16);
        };
        const Evaluated plain = said({}), shifted = said(shift);
        QVERIFY(shifted.logits.equal(plain.logits + shift));
        const double share = given.dataset->train.labels.index_select(0, rows).eq(1).to(at::kDouble).mean().item<double>();
        QVERIFY(std::abs(shifted.values.accuracy - share) < 1e-12);
    }
};

QTEST_GUILESS_MAIN(TestMitigations)
#include "tst_mitigations.moc"
