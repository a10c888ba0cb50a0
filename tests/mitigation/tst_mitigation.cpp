#include <cmath>

#include <QtTest>
#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>

#include "core/base/error.h"
#include "core/mitigation/mitigation.h"

using namespace gaplab;

namespace {

/// Two classes, two groups: 8 + 2 images of the first class, 1 + 4 of the second, and one of unknown group.
TrainingImages images() {
    std::vector<int64_t> labels, groups;
    const auto add = [&](int64_t label, int64_t group, int count) {
        labels.insert(labels.end(), static_cast<size_t>(count), label);
        groups.insert(groups.end(), static_cast<size_t>(count), group);
    };
    add(0, 0, 8);
    add(0, 1, 2);
    add(1, 0, 1);
    add(1, 1, 4);
    add(1, -1, 1);
    return {at::tensor(labels, at::kLong), at::tensor(groups, at::kLong), {"cat", "dog"}, {"colour", "grey"}};
}

Json parametersOf(const std::string& kind, const Json& given) {
    Catalogue all;
    addMitigations(all);
    Json parameters = Json::object();
    for (const Parameter& parameter : all.find(Registry::Mitigation, kind)->parameters)
        parameters[parameter.name] = parameter.defaultValue;
    parameters.update(given);
    return parameters;
}

std::unique_ptr<Mitigation> made(const std::string& kind, const Json& given = Json::object(),
                                 const TrainingImages& of = images()) {
    return makeMitigation(kind, {.parameters = parametersOf(kind, given), .images = of, .teacher = "static"});
}

Batch batchOf(const std::vector<int64_t>& labels, const std::vector<int64_t>& groups) {
    Batch batch;
    batch.labels = at::tensor(labels, at::kLong);
    batch.groups = at::tensor(groups, at::kLong);
    return batch;
}

std::vector<double> valuesOf(const at::Tensor& tensor) {
    const at::Tensor host = tensor.detach().to(at::kDouble).contiguous();
    return {host.const_data_ptr<double>(), host.const_data_ptr<double>() + host.numel()};
}

bool near(const std::vector<double>& one, const std::vector<double>& other, double tolerance = 1e-6) {
    return std::ranges::equal(one, other,
                              [&](double a, double b) { return std::abs(a - b) <= tolerance * std::max(1.0, std::abs(b)); });
}

std::string problemOf(const std::function<void()>& act) {
    try {
        act();
    } catch (const Error& error) {
        return error.problems().empty() ? "no field" : error.problems().front().path;
    }
    return "nothing";
}

const TermSite ofLabels{}, ofTeacher{.from = "static"}, ofAnother{.from = "labels", .network = 1};

}  // namespace

class TestMitigation : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rowsAreDrawnAsOftenAsTheirWeightsSay() {
        const at::Tensor weights = at::tensor({0.0, 1.0, 2.0, 5.0, 0.5, 1.5}, at::kDouble);
        at::Tensor counts = at::zeros({6}, at::kLong);
        for (uint64_t seed = 0; seed < 200; ++seed) {
            const at::Tensor rows = drawRows(weights, 20, seed), drawn = at::bincount(rows, {}, 6);
            QCOMPARE(rows.size(0), int64_t{20});
            const std::vector<double> expected = valuesOf(weights * 2);
            for (size_t i = 0; i < 6; ++i) {
                QVERIFY(static_cast<double>(drawn[static_cast<int64_t>(i)].item<int64_t>()) >= std::floor(expected[i]));
                QVERIFY(static_cast<double>(drawn[static_cast<int64_t>(i)].item<int64_t>()) <= std::ceil(expected[i]));
            }
            counts += drawn;
            QVERIFY(rows.equal(drawRows(weights, 20, seed)));
        }
        QVERIFY(near(valuesOf(counts.to(at::kDouble) / 200), valuesOf(weights * 2), 0.05));
        QVERIFY(!drawRows(weights, 20, 0).equal(drawRows(weights, 20, 1)));
    }

    void resamplingBalancesWhatItNames_data() {
        QTest::addColumn<QString>("of");
        QTest::addColumn<double>("power");
        QTest::addColumn<QList<double>>("expected");  // images of each class and group, and of unknown group, in an epoch of 16
        QTest::newRow("classes") << "class" << 1.0 << QList<double>{6.4, 1.6, 8.0 / 6, 32.0 / 6, 8.0 / 6};
        QTest::newRow("groups") << "group" << 1.0 << QList<double>{60.0 / 9, 2.5, 7.5 / 9, 5, 1};
        QTest::newRow("both") << "class_and_group" << 1.0 << QList<double>{3.75, 3.75, 3.75, 3.75, 1};
        QTest::newRow("nothing") << "class" << 0.0 << QList<double>{8, 2, 1, 4, 1};
    }
    void resamplingBalancesWhatItNames() {
        QFETCH(QString, of);
        QFETCH(double, power);
        QFETCH(QList<double>, expected);
        const at::Tensor weights = made("resample", {{"of", of.toStdString()}, {"power", power}})->drawWeights();
        const std::vector<double> drawn = valuesOf(weights * 16 / weights.sum());
        const std::vector<size_t> begins = {0, 8, 10, 11, 15, 16};
        std::vector<double> sums;
        for (size_t i = 0; i + 1 < begins.size(); ++i) {
            sums.push_back(0);
            for (size_t image = begins[i]; image < begins[i + 1]; ++image)
                sums.back() += drawn[image];
        }
        QVERIFY(near(sums, {expected.begin(), expected.end()}));
    }

    void weightsAreInverseSizesOfMeanOne() {
        const Batch batch = batchOf({0, 0, 1, 1, 1}, {0, 1, 0, 1, -1});
        const auto both = made("reweight");
        QVERIFY(near(valuesOf(both->imageWeights(ofLabels, batch)), {15.0 / 32, 15.0 / 8, 15.0 / 4, 15.0 / 16, 1}));
        QVERIFY(!both->imageWeights(ofTeacher, batch).defined());
        QVERIFY(made("reweight", {{"terms", "everything"}})->imageWeights(ofTeacher, batch).defined());
        const auto classes = made("reweight", {{"of", "class"}});
        QVERIFY(near(valuesOf(classes->imageWeights(ofLabels, batch)), {0.8, 0.8, 16.0 / 12, 16.0 / 12, 16.0 / 12}));
        const double b = 0.9, first = (1 - b) / (1 - std::pow(b, 10)), second = (1 - b) / (1 - std::pow(b, 6));
        const double scale = 16 / (10 * first + 6 * second);
        const auto effective = made("reweight", {{"of", "class"}, {"formula", "effective_number"}, {"beta", b}});
        QVERIFY(near(valuesOf(effective->imageWeights(ofLabels, batch)),
                     {first * scale, first * scale, second * scale, second * scale, second * scale}));
    }

    void logitsAreAdjustedWhereTheDocumentSays() {
        const std::vector<double> shift = {2 * std::log(10.0 / 16), 2 * std::log(6.0 / 16)};
        const auto loss = made("logit_adjustment", {{"tau", 2}}),
                   teacher = made("logit_adjustment", {{"in", "teacher"}, {"tau", 2}}),
                   answers = made("logit_adjustment", {{"in", "answers"}, {"tau", 2}});
        QVERIFY(near(valuesOf(loss->shiftOfLearner(ofLabels)), shift));
        QVERIFY(!loss->shiftOfLearner(ofTeacher).defined() && !loss->shiftOfSource(ofTeacher).defined() &&
                !loss->shiftOfAnswers().defined());
        QVERIFY(near(valuesOf(teacher->shiftOfSource(ofTeacher)), {-shift[0], -shift[1]}));
        QVERIFY(!teacher->shiftOfSource({.from = "dynamic", .frozen = false}).defined());  // its own loss may be adjusted already
        QVERIFY(near(valuesOf(answers->shiftOfAnswers()), {-shift[0], -shift[1]}));
        QVERIFY(!answers->shiftOfLearner(ofLabels).defined());
    }

    void theWorstGroupRules() {
        const double eta = 0.5, adjustment = 0.2;
        const auto dro = made("group_dro", {{"of", "group"}, {"eta", eta}, {"adjustment", adjustment}});
        QVERIFY(dro->combines(ofLabels) && dro->combines(ofAnother) && !dro->combines(ofTeacher));
        const Batch batch = batchOf({0, 0, 1, 1, 1, 0}, {0, 1, 0, 1, -1, 1});
        const std::vector<double> costs = {1, 2, 0.5, 4, 3, 0.3};
        std::vector<double> q = {0.5, 0.5};
        for (int step = 0; step < 3; ++step) {
            const double first = (costs[0] + costs[2]) / 2, second = (costs[1] + costs[3] + costs[5]) / 3;
            q[0] *= std::exp(eta * (first + adjustment / std::sqrt(9.0)));
            q[1] *= std::exp(eta * (second + adjustment / std::sqrt(6.0)));
            const double sum = q[0] + q[1];
            q = {q[0] / sum, q[1] / sum};
            at::Tensor given = at::tensor(costs, at::kDouble).set_requires_grad(true);
            const at::Tensor value = dro->combine(0, given, batch);
            // five of six are of known group
            QVERIFY(std::abs(value.item<double>() - (5.0 / 6 * (q[0] * first + q[1] * second) + costs[4] / 6)) < 1e-12);
            torch::autograd::backward({value}, {});
            QVERIFY(near(valuesOf(given.grad()),
                         {5.0 / 12 * q[0], 5.0 / 18 * q[1], 5.0 / 12 * q[0], 5.0 / 18 * q[1], 1.0 / 6, 5.0 / 18 * q[1]}, 1e-12));
        }
        QVERIFY(near(valuesOf(dro->state()), q));
        QVERIFY(q[1] > 0.5);
        QCOMPARE(dro->report().size(), size_t{2});
    }

    void aGroupThatABatchDoesNotHoldKeepsItsPart() {
        const auto dro = made("group_dro", {{"of", "group"}, {"eta", 0.0}});
        const at::Tensor value = dro->combine(0, at::tensor({2.0, 4.0}, at::kDouble), batchOf({0, 1}, {0, 0}));
        QCOMPARE(value.item<double>(), 1.5);  // half of the mean: the other half is the group's that is not there
    }

    void eachNetworkHasItsOwnShares() {
        const auto dro = makeMitigation("group_dro", {.parameters = parametersOf("group_dro", {{"of", "class"}, {"eta", 1}}),
                                                      .images = images(),
                                                      .networks = {"student", "dynamic"}});
        dro->combine(1, at::tensor({0.0, 5.0}, at::kDouble), batchOf({0, 1}, {0, 0}));
        const std::vector<double> shares = valuesOf(dro->state());
        QVERIFY(near({shares[0], shares[1]}, {0.5, 0.5}));
        QVERIFY(shares[3] > 0.99);
    }

    void classesTrustTheTeacherAsFarAsItKnowsThem() {
        const auto trusting = made("class_weight", {{"maximum", 0.6}});
        const Batch batch = batchOf({0, 1}, {0, 0});
        QVERIFY(near(valuesOf(trusting->imageWeights(ofLabels, batch)), {1, 1}));  // nothing is known yet
        // p = .9, .7 for the first class, and twice wrong by the second
        const at::Tensor logits = at::tensor({0.9, 0.1, 0.7, 0.3, 0.8, 0.2, 0.6, 0.4}, at::kDouble).log().reshape({4, 2});
        const at::Tensor labels = at::tensor({0, 0, 1, 1}, at::kLong);
        trusting->hear("somebody", logits, labels);
        QVERIFY(near(valuesOf(trusting->state()), {0, 0}));
        trusting->hear("static", logits, labels);
        QVERIFY(near(valuesOf(trusting->state()), {0.6, 0}));  // (.8 + .4) / 2, and below nothing
        QVERIFY(near(valuesOf(trusting->imageWeights(ofLabels, batch)), {0.4, 1}));
        QVERIFY(near(valuesOf(trusting->imageWeights(ofTeacher, batch)), {0.6, 0}));
        QVERIFY(!trusting->imageWeights({.from = "static", .network = 1}, batch).defined());
        trusting->hear("static", logits * 100, labels);
        QVERIFY(near(valuesOf(trusting->state()), {0.6, 0}));  // no more than the maximum
    }

    void maskedClassesDoNotHearTeachers() {
        const auto mask = made("mask", {{"classes", {"dog"}}});
        const Batch batch = batchOf({0, 1, 0}, {0, 0, 1});
        QVERIFY(near(valuesOf(mask->imageWeights(ofTeacher, batch)), {1, 0, 1}));
        QVERIFY(!mask->imageWeights(ofLabels, batch).defined());
    }

    void whatDoesNotFitTheImagesIsNamed() {
        TrainingImages without = images();
        without.groups = at::Tensor();
        without.groupNames.clear();
        for (const char* kind : {"resample", "reweight", "group_dro"}) {
            QCOMPARE(problemOf([&] { made(kind, {{"of", "group"}}, without); }), std::string("of"));
            QVERIFY(made(kind, {{"of", "class"}}, without));
        }
        QCOMPARE(problemOf([&] { made("mask", {{"classes", {"cat", "dgo"}}}); }), std::string("classes[1]"));
    }
};

QTEST_GUILESS_MAIN(TestMitigation)
#include "tst_mitigation.moc"
