#include <ATen/ops/cross_entropy_loss.h>
#include <QtTest>
#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>

#include "core/base/error.h"
#include "core/nn/features.h"
#include "core/nn/tensor_file.h"
#include "core/run/baselines.h"
#include "core/train/departure.h"
#include "core/train/source_weights.h"
#include "core/train/steps/feedback.h"
#include "tests/train/teacher_documents.h"
#include "tests/train/training_place.h"

using namespace gaplab;

namespace {

const Json sourceDocument = document(R"({"teachers": null, "knowledge": null, "gap": null, "training": {"epochs": 2}})");

/// A tiny transfer; `patch` is merged into it.
Json transfer(const char* patch = "{}") {
    Json made = document(R"({
      "data": {"family": 1, "classes": 3, "train": 150},
      "student": {"weights": {"file": "source"}, "head": "new", "rates": {"head": 10, "layer1": 0.5}},
      "teachers": {"dynamic": {"private_init": null, "noise": 0}}, "gap": null,
      "training": {"epochs": 2}})");
    made.merge_patch(Json::parse(patch));
    return made;
}

Model networkOf(const char* architecture, int64_t channels, int64_t classes, const Json& parameters = {{"width", 0.5}}) {
    Model model{buildNetwork(architecture, parameters, {channels, 16, 16}, classes), {}};
    model.state = initialState(*model.network, 7);
    return model;
}

std::filesystem::path saved(const QTemporaryDir& folder, const Model& model) {
    TensorFile file;
    putState(file, "", *model.network, model.state);
    const std::filesystem::path path = (folder.path() + "/weights.safetensors").toStdString();
    saveTensors(path, file);
    return path;
}

Outputs outputsOf(const Model& model, const at::Tensor& images) {
    return model.network->forward(images, Pass{.state = model.state, .taps = true});
}

double furthest(const at::Tensor& a, const at::Tensor& b) {
    return ((a - b).abs().max() / b.abs().max().clamp_min(1e-12)).item<double>();
}

}  // namespace

/// A student that comes from another task.
class TestSourceTask : public QObject, private TrainingPlace {
    Q_OBJECT

    /// Weights of a student that was trained on four other classes, in this test's folder.
    std::filesystem::path source() {
        if (source_.empty()) source_ = other_.train(sourceDocument, "source").last;
        return source_;
    }
    TrainingPlan planFromSource(const Json& document, const QString& folder) {
        TrainingPlan made = plan(document, folder);
        made.weights["student"] = source();
        for (const Teacher& teacher : made.experiment.teachers)
            if (teacher.network.weights.kind == Weights::Kind::File) made.weights[teacher.name] = source();
        return made;
    }

private Q_SLOTS:
    void atTheStartDynamicTeacherAndStudentSeeTheSourcesFeatures() {
        const TrainingPlan made = planFromSource(transfer(), "start");
        const std::vector<Role> roles = rolesOf(made);
        const at::Tensor images = at::randn({8, 3, 16, 16});
        const at::NoGradGuard noGradient;
        Model before = networkOf("resnet8", 3, 4);
        takeSourceWeights(source(), *before.network, before.state);
        const Outputs student = roles[0].forward(images, false, true), teacher = roles[1].forward(images, false, true);
        const at::Tensor features = outputsOf(before, images).pooled;
        QVERIFY(furthest(student.pooled, features) < 1e-5);
        const std::vector<at::Tensor> copies = teacher.pooled.chunk(2, 1);  // the teacher's features are the student's, twice
        QVERIFY(furthest(copies[0], copies[1]) < 1e-5);
        QVERIFY(furthest(copies[0] / copies[0].norm(), features / features.norm()) < 1e-5);
        // The new heads say the same, and the student's is what is extracted of them.
        QVERIFY(furthest(teacher.logits, student.logits) < 1e-5);
        const Model alone = extract({roles[0].network, roles[0].state});
        QVERIFY(furthest(outputsOf(alone, images).logits, student.logits) < 1e-5);
        QCOMPARE(student.logits.size(1), 3);
    }

    void sourceWeightsAreTakenOver_data() {
        QTest::addColumn<int>("channels");
        QTest::addColumn<int>("classes");
        QTest::addColumn<bool>("newHead");
        QTest::addColumn<bool>("fits");
        QTest::newRow("the same") << 3 << 4 << false << true;
        QTest::newRow("a new head") << 3 << 4 << true << true;
        QTest::newRow("other classes, new head") << 3 << 9 << true << true;
        QTest::newRow("other classes") << 3 << 9 << false << false;
        QTest::newRow("grey images") << 1 << 4 << false << true;
    }
    void sourceWeightsAreTakenOver() {
        QFETCH(int, channels);
        QFETCH(int, classes);
        QFETCH(bool, newHead);
        QFETCH(bool, fits);
        const QTemporaryDir folder;
        const Model from = networkOf("resnet8", 3, 4);
        Model to = networkOf("resnet8", channels, classes);
        to.state = initialState(*to.network, 8);
        const State fresh = to.state.clone();
        const at::NoGradGuard noGradient;
        TakeOver how;
        how.newHead = newHead;
        if (!fits) {
            QVERIFY_THROWS_EXCEPTION(Error, takeSourceWeights(saved(folder, from), *to.network, to.state, how));
            for (size_t i = 0; i < fresh.parameters.size(); ++i)
                QVERIFY(fresh.parameters[i].equal(to.state.parameters[i]));  // nothing is half loaded
            return;
        }
        const auto notes = takeSourceWeights(saved(folder, from), *to.network, to.state, how);
        QCOMPARE(notes.size(), size_t(channels == 3 ? 0 : 1));
        const at::Tensor images = at::randn({4, channels, 16, 16});
        // A grey picture is seen as if it lay in all three channels.
        const Outputs ours = outputsOf(to, images), theirs = outputsOf(from, images.expand({4, 3, 16, 16}));
        QVERIFY(furthest(ours.pooled, theirs.pooled) < 1e-5);
        QCOMPARE(furthest(ours.logits.slice(1, 0, 3), theirs.logits.slice(1, 0, 3)) < 1e-5, !newHead);
        const std::string classifier = classifierOf(*to.network);
        for (size_t i = 0; i < fresh.parameters.size(); ++i)
            if (belongsTo(to.network->parameters()[i].name, classifier))
                QCOMPARE(fresh.parameters[i].equal(to.state.parameters[i]), newHead);
    }

    void colourIsSeenAsItsMeanByAGreyNetwork() {
        const QTemporaryDir folder;
        const Model from = networkOf("resnet8", 1, 4);
        Model to = networkOf("resnet8", 3, 4);
        const at::NoGradGuard noGradient;
        QCOMPARE(takeSourceWeights(saved(folder, from), *to.network, to.state).size(), size_t{1});
        const at::Tensor images = at::randn({4, 3, 16, 16});
        QVERIFY(furthest(outputsOf(to, images).logits, outputsOf(from, images.mean(1, true)).logits) < 1e-4);
    }

    void positionsOfPatchesAreInterpolated() {
        const QTemporaryDir folder;
        const Json shape = {{"patch", 4}, {"dim", 16}, {"depth", 1}, {"heads", 2}};
        const Model from{buildNetwork("deit", shape, {3, 16, 16}, 4),
                         initialState(*buildNetwork("deit", shape, {3, 16, 16}, 4), 1)};
        Model to{buildNetwork("deit", shape, {3, 32, 32}, 4), {}};
        to.state = initialState(*to.network, 2);
        const auto notes = takeSourceWeights(saved(folder, from), *to.network, to.state);
        QCOMPARE(notes.size(), size_t{1});
        QVERIFY2(notes[0].find("17 positions") != std::string::npos && notes[0].find("65") != std::string::npos,
                 notes[0].c_str());
        QVERIFY(outputsOf(to, at::randn({2, 3, 32, 32})).logits.isfinite().all().item<bool>());
    }

    void anotherArchitectureIsRefusedUnlessAskedFor() {
        const QTemporaryDir folder;
        const Model from = networkOf("resnet8", 3, 4);
        Model to = networkOf("resnet14", 3, 4);
        const State fresh = to.state.clone();
        try {
            takeSourceWeights(saved(folder, from), *to.network, to.state);
            QFAIL("taken over");
        } catch (const Error& error) {
            QVERIFY2(std::string(error.what()).find("tensors fit") != std::string::npos, error.what());  // what fits is told
            QVERIFY(!error.problems().empty());
        }
        for (size_t i = 0; i < fresh.parameters.size(); ++i)
            QVERIFY(fresh.parameters[i].equal(to.state.parameters[i]));
        TakeOver partial;
        partial.partial = true;
        const auto notes = takeSourceWeights(saved(folder, from), *to.network, to.state, partial);
        QVERIFY2(notes.size() == 1 && notes[0].find("start afresh") != std::string::npos, notes.empty() ? "" : notes[0].c_str());
        Model unlike{buildNetwork("vgg8", Json::object(), {3, 32, 32}, 4), {}};
        unlike.state = initialState(*unlike.network, 1);
        const Model tokens{buildNetwork("deit", {{"patch", 4}, {"dim", 16}, {"depth", 1}, {"heads", 2}}, {3, 16, 16}, 4), {}};
        const Model filled{tokens.network, initialState(*tokens.network, 1)};
        QVERIFY_THROWS_EXCEPTION(Error, takeSourceWeights(saved(folder, filled), *unlike.network, unlike.state, partial));
    }

    void layersLearnAtTheirOwnRate() {
        // One step without momentum and decay: each value moves by its rate times the same gradient as at rate 1.
        const char* plain = R"({"teachers": null, "knowledge": null, "training": {"optimizer": {"momentum": 0, "weight_decay": 0},
                               "clip": 0, "schedule": {"kind": "constant"}}})";
        const auto moved = [&](const Json& rates, const QString& folder) {
            Json form = transfer(plain);
            form["student"]["rates"] = rates;
            const TrainingPlan made = planFromSource(form, folder);
            const State before = rolesOf(made)[0].state;
            Memory memory;
            memory.stopAt = 1;
            run(made, memory);
            State after = before.clone();
            takeState(loadTensors(memory.last), "student/", *rolesOf(made)[0].network, after, "test");
            std::vector<at::Tensor> steps;
            for (size_t i = 0; i < before.parameters.size(); ++i)
                steps.push_back((after.parameters[i] - before.parameters[i]).detach());
            return steps;
        };
        const auto slow = moved(Json::object(), "slow"), fast = moved({{"head", 10}, {"layer1", 0.5}}, "fast");
        const auto network = buildNetwork("resnet8", {{"width", 0.5}}, {3, 16, 16}, 3);
        for (size_t i = 0; i < slow.size(); ++i) {
            const std::string& name = network->parameters()[i].name;
            const double rate = name.starts_with("fc.") ? 10 : name.starts_with("layer1.") ? 0.5 : 1;
            QVERIFY2(at::allclose(fast[i], rate * slow[i], 1e-3, 1e-6), name.c_str());
        }
    }

    void whatPullsBackIsTheDistanceFromTheStart() {
        const TrainingPlan made = planFromSource(transfer(R"({"training": {"l2_sp": 0.25}})"), "pull");
        Role student = rolesOf(made)[0];
        const Departure departure(student, 0.25, true);
        for (const auto& [part, share] : departure.drift(student))
            QVERIFY2(share < 1e-6, part.c_str());
        const at::NoGradGuard noGradient;
        const std::string classifier = classifierOf(*student.network);
        for (size_t i = 0; i < student.state.parameters.size(); ++i) {
            at::Tensor& value = student.state.parameters[i];
            value.mutable_grad() = at::ones_like(value);
            value.add_(static_cast<double>(i));
        }
        departure.pull(student);
        for (size_t i = 0; i < student.state.parameters.size(); ++i) {
            const bool isHead = belongsTo(student.network->parameters()[i].name, classifier);
            const double wanted = 1 + (isHead ? 0 : 0.25 * static_cast<double>(i));
            QVERIFY(
                at::allclose(student.state.parameters[i].grad(), at::full_like(student.state.parameters[i], wanted), 1e-3, 1e-4));
        }
        std::vector<std::string> parts;
        for (const auto& [part, share] : departure.drift(student))
            parts.push_back(part);
        QCOMPARE(parts, (std::vector<std::string>{"conv1", "bn1", "layer1", "layer2", "layer3"}));
    }

    void aTeacherIsTaughtTowardsWhatLowersTheStudentsLoss() {
        // Two parameters: the teacher says class 1 with p = sigmoid(t), the student with sigmoid(s). Over both labels that the
        // teacher may give, the expected gradient of what it minimises is that of the student's expected loss after its step.
        const double s = 0.3, t = -0.4, rate = 0.7;
        const auto sigmoid = [](double x) { return 1 / (1 + std::exp(-x)); };
        const auto studentLoss = [&](double value) { return -std::log(sigmoid(value)); };  // on the held out image, of class 1
        const auto stepped = [&](int label) { return s - rate * (sigmoid(s) - label); };
        const auto expected = [&](double teacher) {
            const double p = sigmoid(teacher);
            return p * studentLoss(stepped(1)) + (1 - p) * studentLoss(stepped(0));
        };
        const double slope = (expected(t + 1e-5) - expected(t - 1e-5)) / 2e-5;
        double told = 0;
        for (const int label : {0, 1}) {
            const double p = label == 1 ? sigmoid(t) : 1 - sigmoid(t);
            const double gain = studentLoss(s) - studentLoss(stepped(label));
            QCOMPARE(gain > 0, label == 1);  // the right label helps
            // The teacher is made to have said that label: its argmax.
            const at::Tensor value = at::full({}, t, at::kDouble).set_requires_grad(true);
            const at::Tensor logits = at::stack({at::zeros({}, at::kDouble), value}).unsqueeze(0);
            const at::Tensor pseudo = label == 1 ? logits.flip(1) : logits;  // t < 0: class 0 is the first and the argmax
            torch::autograd::backward({feedbackCost(at::zeros({}, at::kDouble), pseudo, at::full({}, gain, at::kDouble))}, {});
            const double gradient = value.grad().item<double>();
            // Of CE with the label that was given: p(1) - label, times the gain.
            const double byHand = label == 1 ? 0.0 : gain * sigmoid(t);
            if (label == 0) QVERIFY(std::abs(gradient - byHand) < 1e-12);
            told += p * gain * (sigmoid(t) - label);
        }
        QVERIFY2(std::abs(told - slope) < 1e-8, QByteArray::number(told - slope));
        QVERIFY(slope < 0);  // saying class 1 more surely lowers the student's loss
    }

    void feedbackImagesAreApartFromAllOthers() {
        const auto data = [](double feedback) {
            return loadDataset(
                parseExperiment(transfer(("{\"data\": {\"feedback\": " + std::to_string(feedback) + "}}").c_str()), catalogue())
                    .data);
        };
        const auto without = data(0), with = data(0.25);
        QVERIFY(without->feedbackIndices.empty());
        QCOMPARE(with->validationIndices, without->validationIndices);
        QCOMPARE(with->trainIndices.size() + with->feedbackIndices.size(), without->trainIndices.size());
        std::vector<int64_t> common;
        std::ranges::set_intersection(with->trainIndices, with->feedbackIndices, std::back_inserter(common));
        std::ranges::set_intersection(with->validationIndices, with->feedbackIndices, std::back_inserter(common));
        QVERIFY(common.empty());
    }

    void stoppingAndGoingOnChangesNothing_data() {
        QTest::addColumn<QByteArray>("patch");
        QTest::newRow("recipe A") << QByteArray(R"({"training": {"l2_sp": 0.1}})");
        QTest::newRow("recipe B") << QByteArray(R"({
            "teachers": {"source": {"architecture": "resnet8", "width": 0.5, "weights": {"file": "source"}, "classes": 4}},
            "knowledge": [{"from": "source", "to": "student", "loss": "cotuning", "estimate": "reverse"},
                          {"from": "source", "to": "dynamic", "loss": "cotuning", "estimated_from": "own"},
                          {"from": "dynamic", "to": "student", "loss": "kd"}]})");
        QTest::newRow("recipe C") << QByteArray(R"({
            "data": {"feedback": 0.3}, "training": {"optimizer": {"kind": "adamw", "lr": 0.001}},
            "teachers": {"dynamic": null, "teacher": {"kind": "feedback", "architecture": "resnet8", "width": 0.5,
                                                      "weights": {"file": "source"}, "head": "new"}},
            "knowledge": [{"from": "teacher", "to": "student", "loss": "kd"}]})");
        QTest::newRow("a fixed teacher's new head") << QByteArray(R"({
            "teachers": {"dynamic": null, "source": {"kind": "shadow", "architecture": "resnet8", "width": 0.5,
                                                     "weights": {"file": "source"}}},
            "knowledge": [{"from": "source", "to": "student", "loss": "kd"}]})");
    }
    void stoppingAndGoingOnChangesNothing() {
        QFETCH(QByteArray, patch);
        TrainingPlace place;  // a row may hold other images back
        const auto made = [&](const QString& folder) {
            Json form = transfer(patch);
            if (form.at("training").value("optimizer", Json::object()).value("kind", "") == "adamw")
                form["training"]["optimizer"] = {{"kind", "adamw"}, {"lr", 0.001}};
            TrainingPlan plan = place.plan(form, folder);
            plan.weights["student"] = source();
            for (const Teacher& teacher : plan.experiment.teachers)
                if (teacher.network.weights.kind == Weights::Kind::File) plan.weights[teacher.name] = source();
            plan.also = {{"source", other_.plan(sourceDocument, "also").dataset}};
            return plan;
        };
        const Memory whole = train(made("whole"));
        Memory first;
        first.stopAt = 3;
        run(made("parts"), first);
        TrainingPlan rest = made("parts");
        rest.resumeFrom = first.last;
        const Memory second = train(rest);
        QVERIFY(!whole.series.empty());
        for (const auto& [name, points] : whole.series) {
            std::vector<std::pair<int64_t, double>> joined = first.series[name];
            std::erase_if(joined, [&](const auto& point) { return point.first > 3; });
            if (const auto found = second.series.find(name); found != second.series.end())
                joined.insert(joined.end(), found->second.begin(), found->second.end());
            for (const auto& point : points)
                QVERIFY2(std::ranges::find(joined, point) != joined.end(), name.c_str());
        }
        const auto& forgetting = whole.series.at("student/source/forgetting");
        QCOMPARE(forgetting.front().second, 0.0);  // it has just come from there
        QVERIFY(whole.series.contains("student/train/drift.layer3"));
        QVERIFY(whole.series.at("student/train/drift.layer3").back().second > 0);
    }

    void forgettingIsToldToAGreyStudentToo() {
        TrainingPlace grey;
        TrainingPlan made = grey.plan(transfer(R"({"data": {"channels": 1}, "teachers": null, "knowledge": null})"), "grey");
        made.weights["student"] = source();
        made.also = {{"source", other_.plan(sourceDocument, "also").dataset}};
        Memory memory = train(made);
        QCOMPARE(memory.series["student/source/forgetting"].front().second, 0.0);
    }

    void forgettingOfOtherClassesNeedsTheirClassifier() {
        TrainingPlan made = plan(transfer(R"({"student": {"weights": null, "head": null, "rates": null}, "teachers": null,
                                              "knowledge": null})"),
                                 "nothing");
        made.also = {{"source", other_.plan(sourceDocument, "also").dataset}};
        Memory memory;
        QVERIFY_THROWS_EXCEPTION(Error, Trainer(made, memory));
    }

    void imagesOfAnotherSizeAreRefusedWhereTheNetworkIsMadeForOne() {
        const char* tokens = R"({"student": {"architecture": "deit", "width": null, "patch": 4, "dim": 16, "depth": 1, "heads": 2,
                                             "weights": null, "head": null, "rates": null},
                                 "teachers": null, "knowledge": null})";
        TrainingPlace large;
        Json other = transfer(tokens);
        other["data"]["size"] = 32;
        TrainingPlan made = plan(transfer(tokens), "tokens");
        made.also = {{"larger", large.plan(other, "larger").dataset}};
        Memory memory;
        try {
            Trainer(made, memory);
            QFAIL("taken");
        } catch (const Error& error) {
            QVERIFY2(std::string(error.what()).find("larger") != std::string::npos && !error.hint().empty(), error.what());
        }
    }

    void documentsAreRefusedWithTheField_data() {
        QTest::addColumn<QByteArray>("patch");
        QTest::addColumn<QString>("path");
        const auto row = [](const char* name, const char* patch, const char* path) {
            QTest::newRow(name) << QByteArray(patch) << QString(path);
        };
        row("right", "{}", "");
        row("no weights for a new head", R"({"student": {"weights": null}, "training": {"l2_sp": null}})", "student.head");
        row("nothing to be pulled to", R"({"student": {"weights": null, "head": null}, "training": {"l2_sp": 0.1}})",
            "training.l2_sp");
        row("a teacher that is widened",
            R"({"training": {"l2_sp": 0.1}, "gap": {"target": 3, "controller": {"actuator": "widening"}}})", "training.l2_sp");
        row("a rate of nothing", R"({"student": {"rates": {"head": 0}}})", "student.rates.head");
        row("rates that are none", R"({"student": {"rates": [10]}})", "student.rates");
        row("partial is no choice", R"({"student": {"weights": {"file": "x", "partial": "yes"}}})", "student.weights.partial");
        row("feedback without images",
            R"({"teachers": {"dynamic": null, "t": {"kind": "feedback", "architecture": "resnet8"}}, "knowledge": []})",
            "teachers.t.kind");
        row("all images for feedback", R"({"data": {"feedback": 0.9}})", "data.feedback");
        row("other classes, logits",
            R"({"teachers": {"s": {"architecture": "resnet8", "weights": {"file": "x"}, "classes": 4}},
                "knowledge": [{"from": "s", "to": "student", "loss": "kd"}]})",
            "knowledge[0].loss");
        row("other classes, features",
            R"({"teachers": {"s": {"architecture": "resnet8", "weights": {"file": "x"}, "classes": 4}},
                "knowledge": [{"from": "s", "to": "student", "loss": "rkd"}]})",
            "");
        row("cotuning without other classes",
            R"({"teachers": {"s": {"architecture": "resnet8", "weights": {"file": "x"}}},
                "knowledge": [{"from": "s", "to": "student", "loss": "cotuning"}]})",
            "knowledge[0].from");
        row("other classes of one that is trained here",
            R"({"teachers": {"s": {"architecture": "resnet8", "classes": 4}}, "knowledge": []})", "teachers.s.classes");
        row("a gap to other classes",
            R"({"teachers": {"s": {"architecture": "resnet8", "weights": {"file": "x"}, "classes": 4}}, "knowledge": [],
                "gap": {"between": ["s", "student"], "target": 1}})",
            "gap.between[0]");
        row("also without data", R"({"evaluation": {"also": [{"name": "source"}]}})", "evaluation.also[0]");
        row("also a stage that is not there", R"({"evaluation": {"also": [{"name": "source", "stage": "no"}]}})",
            "evaluation.also[0].stage");
        row("also under a taken name", R"({"evaluation": {"also": [{"name": "test", "data": {"source": "shapes"}}]}})",
            "evaluation.also[0].name");
        row("target of one class", R"({"data": {"classes": 1}})", "data.classes");
    }
    void documentsAreRefusedWithTheField() {
        QFETCH(QByteArray, patch);
        QFETCH(QString, path);
        const std::vector<std::string> paths = pathsOf(transfer(patch));
        if (path.isEmpty()) {
            QVERIFY2(paths.empty(), paths.empty() ? "" : paths.front().c_str());
            return;
        }
        QVERIFY2(!paths.empty() && paths.front() == path.toStdString(), paths.empty() ? "nothing" : paths.front().c_str());
    }

    void baselinesHaveTheSameCompute() {
        Json form = transfer(R"({"training": {"epochs": 12}})");
        const double budget = computeOf(form, 3, 16, 16, 3).total();
        const std::vector<Baseline> baselines = transferBaselines(form, 3, 16, 16, 3);
        QCOMPARE(baselines.size(), size_t{4});
        for (const Baseline& baseline : baselines) {
            QVERIFY2(validate(baseline.document, catalogue()).empty(), baseline.name.c_str());
            const Compute own = computeOf(baseline.document, 3, 16, 16, 3);
            QVERIFY2(std::abs(own.total() - budget) <= 0.51 * own.perEpoch(), baseline.name.c_str());
            QVERIFY2(own.epochs > 12, baseline.name.c_str());  // a dynamic teacher costs much
        }
        form["student"].erase("weights");
        form["student"].erase("head");
        QVERIFY_THROWS_EXCEPTION(Error, transferBaselines(form, 3, 16, 16, 3));
    }

private:
    TrainingPlace other_;  ///< of the source
    std::filesystem::path source_;
};

QTEST_MAIN(TestSourceTask)
#include "tst_source_task.moc"
