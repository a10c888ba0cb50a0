#include <cmath>
#include <functional>

#include <ATen/Parallel.h>
#include <QtTest>
#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>

#include "core/base/error.h"
#include "core/knowledge/adapters.h"
#include "core/knowledge/loss.h"

using namespace gaplab;

namespace {

at::Tensor some(at::IntArrayRef shape, double shift = 0) {
    return (at::arange(c10::multiply_integers(shape), at::kDouble) * 0.7 + shift).sin().reshape(shape);
}

/// A stem, three stages of maps and a pooled vector of a source, or of a network with other channels.
Outputs maps(int64_t channels, double shift, int64_t images = 3, int64_t classes = 4) {
    return {.logits = some({images, classes}, shift),
            .stages = {some({images, channels, 8, 8}, shift), some({images, channels, 8, 8}, shift + 1),
                       some({images, 2 * channels, 4, 4}, shift + 2), some({images, 2 * channels, 2, 2}, shift + 3)},
            .pooled = some({images, 2 * channels}, shift + 4)};
}

/// As a vision transformer: a class token before 4 x 4 patches, no stem.
Outputs tokens(int64_t features, double shift, int64_t images = 3) {
    Outputs outputs{.logits = some({images, 4}, shift), .stages = {}, .pooled = some({images, features}, shift + 4)};
    for (int stage = 0; stage < 4; ++stage)
        outputs.stages.push_back(some({images, 17, features}, shift + stage));
    return outputs;
}

FeatureShapes shapesOf(const Outputs& outputs) {
    FeatureShapes shapes;
    for (const at::Tensor& stage : outputs.stages)
        shapes.push_back(stage.sizes().slice(1).vec());
    shapes.push_back(outputs.pooled.sizes().slice(1).vec());
    return shapes;
}

LossPlan planFor(const Outputs& from, const Outputs& to, Json parameters = Json::object()) {
    return {.parameters = std::move(parameters),
            .classes = to.logits.size(1),
            .images = 50,
            .fromShapes = shapesOf(from),
            .toShapes = shapesOf(to),
            .seed = 7};
}

Batch batchOf(int64_t images, int64_t classes = 4) {
    Batch batch{.images = {}, .labels = at::arange(images, at::kLong).remainder(classes), .softLabels = {}};
    batch.indices = at::arange(images, at::kLong) * 3;
    return batch;
}

std::unique_ptr<Loss> inDouble(const std::string& name, const LossPlan& plan) {
    auto loss = makeLoss(name, plan);
    if (Model* adapters = loss->adapters()) adapters->state = adapters->state.to(at::kDouble);
    return loss;
}

double valueOf(const Loss& loss, const Outputs& from, const Outputs& to, const Batch& batch) {
    return loss(&from, to, batch).item<double>();
}

at::Tensor named(Loss& loss, const std::string& name) {
    const Model& model = *loss.adapters();
    for (size_t i = 0; i < model.state.parameters.size(); ++i)
        if (model.network->parameters()[i].name == name) return model.state.parameters[i];
    for (size_t i = 0; i < model.state.buffers.size(); ++i)
        if (model.network->buffers()[i].name == name) return model.state.buffers[i];
    throw std::logic_error("no tensor " + name);
}

void fill(Loss& loss, const std::string& name, double value) {
    const at::NoGradGuard noGradient;
    named(loss, name).fill_(value);
}

double at4(const at::Tensor& map, int64_t b, int64_t c, int64_t h, int64_t w) {
    return map.index({b, c, h, w}).item<double>();
}

/// Everything a gradient can flow into.
std::vector<at::Tensor*> partsOf(Outputs& outputs) {
    std::vector<at::Tensor*> parts = {&outputs.logits, &outputs.pooled};
    for (at::Tensor& stage : outputs.stages)
        parts.push_back(&stage);
    return parts;
}

Outputs detachedCopy(const Outputs& outputs) {
    Outputs copy = outputs;
    for (at::Tensor* part : partsOf(copy))
        *part = part->detach().clone();
    return copy;
}

/// Largest difference between autograd and central differences over a sample of entries of every part of `to`.
double gradientError(const Loss& loss, const Outputs& from, const Outputs& to, const Batch& batch) {
    Outputs leaves = detachedCopy(to);
    for (at::Tensor* part : partsOf(leaves))
        part->set_requires_grad(true);
    torch::autograd::backward({loss(&from, leaves, batch)}, {});
    constexpr double h = 1e-6;
    double worst = 0;
    const std::vector<at::Tensor*> parts = partsOf(leaves);
    for (size_t p = 0; p < parts.size(); ++p) {
        const at::Tensor gradient = parts[p]->grad();
        for (int64_t i = 0; i < parts[p]->numel(); i += std::max<int64_t>(1, parts[p]->numel() / 40)) {
            Outputs up = detachedCopy(to), down = detachedCopy(to);
            partsOf(up)[p]->view({-1})[i] += h;
            partsOf(down)[p]->view({-1})[i] -= h;
            const double numeric = (valueOf(loss, from, up, batch) - valueOf(loss, from, down, batch)) / (2 * h);
            const double analytic = gradient.defined() ? gradient.reshape({-1})[i].item<double>() : 0.0;
            worst = std::max(worst, std::abs(numeric - analytic));
        }
    }
    return worst;
}

/// The loss and all its gradients are finite, and it is not negative.
bool isTame(Loss& loss, const Outputs& from, const Outputs& to, const Batch& batch) {
    Outputs leaves = detachedCopy(to);
    for (at::Tensor* part : partsOf(leaves))
        part->set_requires_grad(true);
    const at::Tensor value = loss(&from, leaves, batch);
    if (!std::isfinite(value.item<double>()) || value.scalar_type() == at::kBFloat16) return false;
    if (value.requires_grad()) torch::autograd::backward({value}, {});
    for (const at::Tensor* part : partsOf(leaves))
        if (part->grad().defined() && !part->grad().isfinite().all().item<bool>()) return false;
    if (Model* adapters = loss.adapters())
        for (const at::Tensor& parameter : adapters->state.parameters)
            if (parameter.grad().defined() && !parameter.grad().isfinite().all().item<bool>()) return false;
    loss.learn(&from, detachedCopy(to), batch);
    return std::isfinite(loss(&from, to, batch).item<double>());
}

Outputs filledWith(const Outputs& like, double value) {
    Outputs outputs = detachedCopy(like);
    for (at::Tensor* part : partsOf(outputs))
        part->fill_(value);
    return outputs;
}

Outputs cast(const Outputs& outputs, at::ScalarType features, at::ScalarType logits) {
    Outputs changed = outputs;
    for (at::Tensor* part : partsOf(changed))
        *part = part->to(part == &changed.logits ? logits : features);
    return changed;
}

Outputs ordered(const Outputs& outputs, const at::Tensor& order) {
    Outputs changed = outputs;
    for (at::Tensor* part : partsOf(changed))
        *part = part->index_select(0, order);
    return changed;
}

using Rows = std::vector<std::vector<double>>;

/// A row an image.
Rows rowsOf(const at::Tensor& features) {
    const at::Tensor flat = features.flatten(1).to(at::kDouble).contiguous();
    Rows rows;
    for (int64_t b = 0; b < flat.size(0); ++b)
        rows.emplace_back(flat[b].const_data_ptr<double>(), flat[b].const_data_ptr<double>() + flat.size(1));
    return rows;
}

double dot(const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0;
    for (size_t i = 0; i < a.size(); ++i)
        sum += a[i] * b[i];
    return sum;
}

void scaleToOne(std::vector<double>& row) {
    const double length = std::sqrt(dot(row, row));
    for (double& value : row)
        value /= length;
}

double plainSp(const Rows& source, const Rows& own) {
    const size_t n = own.size();
    double sum = 0;
    for (size_t i = 0; i < n; ++i) {
        std::vector<double> t, s;
        for (size_t j = 0; j < n; ++j) {
            t.push_back(dot(source[i], source[j]));
            s.push_back(dot(own[i], own[j]));
        }
        scaleToOne(t);
        scaleToOne(s);
        for (size_t j = 0; j < n; ++j)
            sum += std::pow(t[j] - s[j], 2);
    }
    return sum / static_cast<double>(n * n);
}

double plainPkt(const Rows& source, const Rows& own) {
    const auto neighbours = [](const Rows& rows, size_t i) {
        std::vector<double> p;
        double sum = 0;
        for (const std::vector<double>& other : rows) {
            p.push_back((1 + dot(rows[i], other) / std::sqrt(dot(rows[i], rows[i]) * dot(other, other))) / 2);
            sum += p.back();
        }
        for (double& value : p)
            value /= sum;
        return p;
    };
    double sum = 0;
    for (size_t i = 0; i < own.size(); ++i) {
        const auto t = neighbours(source, i), s = neighbours(own, i);
        for (size_t j = 0; j < own.size(); ++j)
            sum += t[j] * std::log((t[j] + 1e-7) / (s[j] + 1e-7));
    }
    return sum / static_cast<double>(own.size() * own.size());
}

double plainRkd(const Rows& source, const Rows& own) {
    const size_t n = own.size();
    const auto smooth = [](double x) { return std::abs(x) < 1 ? x * x / 2 : std::abs(x) - 0.5; };
    const auto between = [](const Rows& rows, size_t i, size_t j) {
        std::vector<double> difference;
        for (size_t k = 0; k < rows[i].size(); ++k)
            difference.push_back(rows[j][k] - rows[i][k]);
        return difference;
    };
    const auto length = [&](const Rows& rows, size_t i, size_t j) {
        const auto difference = between(rows, i, j);
        return std::sqrt(dot(difference, difference));
    };
    const auto cosine = [&](const Rows& rows, size_t i, size_t j, size_t k) {
        if (i == j || i == k) return 0.0;
        return dot(between(rows, i, j), between(rows, i, k)) / (length(rows, i, j) * length(rows, i, k));
    };
    double meanT = 0, meanS = 0, distances = 0, angles = 0;
    const auto count = static_cast<double>(n);
    for (size_t i = 0; i < n; ++i)
        for (size_t j = 0; j < n; ++j) {
            meanT += length(source, i, j) / (count * (count - 1));
            meanS += length(own, i, j) / (count * (count - 1));
        }
    for (size_t i = 0; i < n; ++i)
        for (size_t j = 0; j < n; ++j) {
            distances += smooth(length(own, i, j) / meanS - length(source, i, j) / meanT);
            for (size_t k = 0; k < n; ++k)
                angles += smooth(cosine(own, i, j, k) - cosine(source, i, j, k));
        }
    return 25 * distances / (count * count) + 50 * angles / (count * count * count);
}

std::vector<std::string> featureLosses() {
    Catalogue catalogue;
    addLosses(catalogue);
    std::vector<std::string> names;
    for (const Member& member : catalogue.members(Registry::Loss))
        if (member.facts.value("features", false)) names.push_back(member.name);
    return names;
}

Problem problemOf(const std::string& name, const LossPlan& plan) {
    try {
        makeLoss(name, plan);
    } catch (const Error& error) {
        return error.problems().empty() ? Problem{"", error.what(), ""} : error.problems().front();
    }
    return {"none", "it was made", ""};
}

bool says(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

class TestFeatures : public QObject {
    Q_OBJECT

    static void addRows() {
        QTest::addColumn<QString>("loss");
        for (const std::string& name : featureLosses())
            if (name != "reviewkd") QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }

private Q_SLOTS:
    void initTestCase() { at::set_num_threads(1); }  // for tensors as small as these more only wait for each other

    // ---- what is compared

    void stagesArePairedByRelativeDepth() {
        LossPlan plan{.fromShapes = FeatureShapes(10, {4, 8, 8}), .toShapes = FeatureShapes(5, {4, 8, 8})};  // 8 and 3 and a stem
        using Pairs = std::vector<StagePair>;
        QCOMPARE(chosenStages(plan, UsualStages::All), (Pairs{{1, 1}, {5, 2}, {8, 3}}));
        QCOMPARE(chosenStages(plan, UsualStages::Hint), (Pairs{{5, 2}}));
        QCOMPARE(chosenStages(plan, UsualStages::Last), (Pairs{{8, 3}}));
        QCOMPARE(chosenStages(plan, UsualStages::Pooled), (Pairs{{9, 4}}));
        std::swap(plan.fromShapes, plan.toShapes);
        QCOMPARE(chosenStages(plan, UsualStages::All).size(), size_t{8});
        QCOMPARE(chosenStages(plan, UsualStages::All).back(), (StagePair{3, 8}));
        plan.stages = Json::parse(R"([0, [2, 7], "pooled", ["pooled", 1]])");
        QCOMPARE(chosenStages(plan, UsualStages::All), (Pairs{{0, 0}, {2, 7}, {4, 9}, {4, 1}}));
        plan.fromShapes = plan.toShapes = FeatureShapes(2, {4, 8, 8});  // one stage alone
        plan.stages = Json::array();
        QCOMPARE(chosenStages(plan, UsualStages::All), (Pairs{{0, 0}}));
    }

    void aStageThatIsNotThereIsNamed() {
        const Outputs from = maps(6, 0.3), to = maps(3, 5);
        LossPlan plan = planFor(from, to);
        plan.stages = Json::parse("[1, [2, 4]]");
        const Problem problem = problemOf("at", plan);
        QCOMPARE(problem.path, std::string("stages[1]"));
        QVERIFY2(says(problem.message, "The network that learns has no stage 4"), problem.message.c_str());
        QVERIFY2(says(problem.message, "stage 3 [6, 2, 2], pooled [6]"), problem.message.c_str());
        QCOMPARE(problem.allowed, std::string("0 to 3 or \"pooled\""));
        plan.stages = Json::parse("[9]");
        QVERIFY(says(problemOf("at", plan).message, "The source has no stage 9"));
        QCOMPARE(problemOf("ofa", plan).path, std::string("stages[0]"));
        plan.stages = Json::parse("[[1, 2]]");
        QVERIFY(says(problemOf("ofa", plan).message, "alone"));
    }

    void aVectorIsNotComparedWithAMap() {
        const Outputs from = maps(6, 0.3), to = maps(3, 5);
        LossPlan plan = planFor(from, to);
        plan.stages = Json::parse(R"([["pooled", 2]])");
        for (const char* loss : {"at", "fitnet", "vid", "ofd"}) {
            QCOMPARE(problemOf(loss, plan).path, std::string("stages[0]"));
            QVERIFY(says(problemOf(loss, plan).message, "pooled [12] against stage 2 [6, 4, 4]"));
        }
        plan.stages = Json::parse(R"(["pooled"])");
        QVERIFY(says(problemOf("at", plan).message, "no places"));
        QVERIFY(says(problemOf("ofd", plan).message, "behind the ReLU"));
        QCOMPARE(problemOf("fitnet", plan).path, std::string("none"));
    }

    void unlikeShapesAreBroughtTogether() {
        const Outputs from = maps(6, 0.3), to = tokens(5, 2);
        LossPlan plan = planFor(from, to);
        plan.stages = Json::parse("[2, [1, 3], [3, 0]]");
        const auto lines = makeLoss("fitnet", plan)->describe();
        QCOMPARE(lines[0],
                 std::string("stage 2 [12, 4, 4] -> stage 2 [17, 5]: tokens as a map, 1 x 1 convolution to 12 channels"));
        QCOMPARE(lines[1], std::string("stage 1 [6, 8, 8] -> stage 3 [17, 5]: tokens as a map, pooled to 4 x 4, "
                                       "1 x 1 convolution to 6 channels"));
        QCOMPARE(lines[2], std::string("stage 3 [12, 2, 2] -> stage 0 [17, 5]: tokens as a map, pooled to 2 x 2, "
                                       "1 x 1 convolution to 12 channels"));
        QCOMPARE(makeLoss("at", planFor(from, from))->describe()[0],
                 std::string("stage 1 [6, 8, 8] -> stage 1 [6, 8, 8]: as they are"));
        // Patch (1, 2) of a map is token 1 + 4 + 2.
        const at::Tensor map = asMap(to.stages[0]);
        QVERIFY(map.sizes() == at::IntArrayRef({3, 5, 4, 4}));
        QVERIFY(map.select(2, 1).select(2, 2).equal(to.stages[0].select(1, 7)));
        QVERIFY_THROWS_EXCEPTION(Error, asMap(some({1, 7, 3})));
    }

    // ---- every loss

    void gradientsAgreeWithFiniteDifferences_data() { addRows(); }
    void gradientsAgreeWithFiniteDifferences() {
        QFETCH(QString, loss);
        const Batch batch = batchOf(3);
        for (const bool transformer : {false, true}) {
            const Outputs from = maps(6, 0.3), to = transformer ? tokens(5, 2) : maps(3, 5);
            const auto made = inDouble(loss.toStdString(), planFor(from, to));
            made->learn(&from, to, batch);
            QVERIFY2(gradientError(*made, from, to, batch) < 1e-7, transformer ? "tokens" : "maps");
        }
    }

    void theTeacherAndWhatIsLearnedAloneGetNoGradient_data() { addRows(); }
    void theTeacherAndWhatIsLearnedAloneGetNoGradient() {
        QFETCH(QString, loss);
        Outputs from = maps(6, 0.3);
        const Outputs to = maps(3, 5);
        const auto made = inDouble(loss.toStdString(), planFor(from, to));
        for (at::Tensor* part : partsOf(from))
            part->set_requires_grad(true);
        const at::Tensor value = (*made)(&from, to, batchOf(3));
        if (value.requires_grad()) torch::autograd::backward({value}, {});
        for (const at::Tensor* part : partsOf(from))
            QVERIFY(!part->grad().defined());
        if (!made->adapters()) return;
        for (const at::Tensor& buffer : made->adapters()->state.buffers)
            QVERIFY(!buffer.requires_grad());
        for (const at::Tensor& parameter : made->adapters()->state.parameters)
            QVERIFY(parameter.grad().defined());  // else the optimizer would hold what is never trained
    }

    void theOrderOfTheBatchDoesNotMatter_data() { addRows(); }
    void theOrderOfTheBatchDoesNotMatter() {
        QFETCH(QString, loss);
        const Outputs from = maps(6, 0.3), to = maps(3, 5);
        const auto made = inDouble(loss.toStdString(), planFor(from, to));
        const at::Tensor order = at::tensor({2L, 0L, 1L});
        Batch batch = batchOf(3);
        const double before = valueOf(*made, from, to, batch);
        batch.labels = batch.labels.index_select(0, order);
        batch.indices = batch.indices.index_select(0, order);
        QVERIFY(std::abs(valueOf(*made, ordered(from, order), ordered(to, order), batch) - before) <
                1e-12 * std::max(1.0, before));
    }

    void everythingStaysFinite_data() { addRows(); }
    void everythingStaysFinite() {
        QFETCH(QString, loss);
        const std::string name = loss.toStdString();
        const Outputs from = maps(6, 0.3), to = maps(3, 5);
        const auto check = [&](const Outputs& source, const Outputs& own, const Batch& batch, const char* what) {
            const auto made = makeLoss(name, planFor(source, own));
            if (source.pooled.scalar_type() == at::kDouble)
                made->adapters() ? void(made->adapters()->state = made->adapters()->state.to(at::kDouble)) : void();
            QVERIFY2(isTame(*made, source, own, batch), what);
        };
        check(from, from, batchOf(3), "equal features");
        check(filledWith(from, 0), filledWith(to, 0), batchOf(3), "nothing but zeros");
        check(filledWith(from, 2), filledWith(to, 3), batchOf(3), "no variance");
        check(from, filledWith(to, 0), batchOf(3), "a dead student");
        check(maps(6, 0.3, 1), maps(3, 5, 1), batchOf(1), "a batch of one");
        check(maps(6, 0.3, 3, 2), maps(3, 5, 3, 2), batchOf(3, 2), "two classes");
        check(cast(from, at::kBFloat16, at::kFloat), cast(to, at::kBFloat16, at::kFloat), batchOf(3), "bfloat16");
        check(cast(tokens(6, 1), at::kBFloat16, at::kFloat), cast(maps(3, 5), at::kBFloat16, at::kFloat), batchOf(3),
              "bfloat16 tokens");
        check(tokens(6, 1), tokens(5, 2), batchOf(3), "tokens");
    }

    // ---- attention transfer

    void attentionEqualsAPlainLoop_data() {
        QTest::addColumn<double>("power");
        QTest::addColumn<QString>("compared");
        QTest::addColumn<QString>("variant");
        QTest::newRow("usual") << 2.0 << "activations"
                               << "official";
        QTest::newRow("before the ReLU") << 2.0 << "features"
                                         << "official";
        QTest::newRow("p = 1, as in the paper") << 1.0 << "activations"
                                                << "paper";
    }
    void attentionEqualsAPlainLoop() {
        QFETCH(double, power);
        QFETCH(QString, compared);
        QFETCH(QString, variant);
        const Outputs from = maps(6, 0.3, 2), to = maps(3, 5, 2);
        LossPlan plan =
            planFor(from, to, {{"power", power}, {"compared", compared.toStdString()}, {"variant", variant.toStdString()}});
        plan.stages = Json::parse("[[1, 2], 3]");
        double expected = 0;
        for (const auto& [source, own] :
             {std::pair{at::adaptive_avg_pool2d(compared == "activations" ? from.stages[1].relu() : from.stages[1], {4, 4}),
                        to.stages[2]},
              std::pair{compared == "activations" ? from.stages[3].relu() : from.stages[3], to.stages[3]}}) {
            const int64_t side = own.size(2), places = side * side;
            double sum = 0;
            for (int64_t b = 0; b < 2; ++b) {
                std::vector<double> a[2];
                for (int which = 0; which < 2; ++which) {
                    const at::Tensor& map = which == 0 ? source : own;
                    double length = 0;
                    for (int64_t place = 0; place < places; ++place) {
                        double mean = 0;
                        for (int64_t c = 0; c < map.size(1); ++c) {
                            double value = at4(map, b, c, place / side, place % side);
                            if (compared == "activations") value = std::max(value, 0.0);
                            mean += std::pow(std::abs(value), power) / static_cast<double>(map.size(1));
                        }
                        a[which].push_back(mean);
                        length += mean * mean;
                    }
                    for (double& value : a[which])
                        value /= std::sqrt(length);
                }
                double squares = 0;
                for (size_t i = 0; i < a[0].size(); ++i)
                    squares += std::pow(a[1][i] - a[0][i], 2);
                sum += variant == "official" ? squares / static_cast<double>(2 * places) : std::sqrt(squares) / 2 / 2;
            }
            expected += sum;
        }
        const double value = valueOf(*makeLoss("at", plan), from, to, batchOf(2));
        QVERIFY2(std::abs(value - expected) < 1e-12, qPrintable(QString("%1 %2").arg(value).arg(expected)));
    }

    void attentionIgnoresTheScale() {
        const Outputs from = maps(6, 0.3), to = maps(3, 5);
        Outputs larger = to, scaledTeacher = from;
        for (at::Tensor& stage : larger.stages)
            stage = stage * 3;
        for (at::Tensor& stage : scaledTeacher.stages)
            stage = stage * 0.2;
        const auto loss = makeLoss("at", planFor(from, to));
        const double before = valueOf(*loss, from, to, batchOf(3));
        QVERIFY(before > 1e-4);
        QVERIFY(std::abs(valueOf(*loss, from, larger, batchOf(3)) - before) < 1e-14);
        QVERIFY(std::abs(valueOf(*loss, scaledTeacher, to, batchOf(3)) - before) < 1e-14);
        QCOMPARE(valueOf(*makeLoss("at", planFor(from, from)), from, from, batchOf(3)), 0.0);
    }

    // ---- one for all

    void everyStageIsTaughtByTheTeachersProbabilities_data() {
        QTest::addColumn<double>("exponent");
        QTest::addColumn<double>("temperature");
        QTest::newRow("usual") << 1.0 << 1.0;
        QTest::newRow("1.5") << 1.5 << 1.0;
        QTest::newRow("1.2 at T = 3") << 1.2 << 3.0;
    }
    void everyStageIsTaughtByTheTeachersProbabilities() {
        QFETCH(double, exponent);
        QFETCH(double, temperature);
        const Outputs from = maps(6, 0.3), to = maps(3, 5);
        const Batch batch = batchOf(3);
        LossPlan plan = planFor(from, to, {{"exponent", exponent}, {"temperature", temperature}});
        plan.stages = Json::parse(R"([1, 3, "pooled"])");
        const auto loss = inDouble("ofa", plan);
        // Projectors that say the same of every image: bias (0, 1, 2, 3) i.
        std::vector<std::vector<double>> said(4, std::vector<double>(4));
        for (int i = 0; i < 3; ++i) {
            const std::string name = "projector" + std::to_string(i) + ".classes.";
            fill(*loss, name + "weight", 0);
            const at::NoGradGuard noGradient;
            for (int64_t c = 0; c < 4; ++c) {
                named(*loss, name + "bias")[c] = static_cast<double>(i * c);
                said[static_cast<size_t>(i)][static_cast<size_t>(c)] = static_cast<double>(i * c);
            }
        }
        double expected = 0;
        for (int64_t b = 0; b < 3; ++b) {
            double normal = 0;
            for (int64_t c = 0; c < 4; ++c)
                normal += std::exp(from.logits[b][c].item<double>() / temperature);
            for (size_t output = 0; output < 4; ++output) {
                std::vector<double> z = said[output];
                if (output == 3)
                    for (int64_t c = 0; c < 4; ++c)
                        z[static_cast<size_t>(c)] = to.logits[b][c].item<double>();
                double own = 0;
                for (const double value : z)
                    own += std::exp(value / temperature);
                for (int64_t c = 0; c < 4; ++c) {
                    const double p = std::exp(from.logits[b][c].item<double>() / temperature) / normal;
                    const double target = batch.labels[b].item<int64_t>() == c ? 1 : 0;
                    const double logP = z[static_cast<size_t>(c)] / temperature - std::log(own);
                    expected -= (std::pow(p + target, exponent) - target) * logP / 3;
                }
            }
        }
        const double value = valueOf(*loss, from, to, batch);
        QVERIFY2(std::abs(value - expected) < 1e-12, qPrintable(QString("%1 %2").arg(value).arg(expected)));
    }

    void withTheExponentOneItIsTheCrossEntropyToTheTeacher() {
        const Outputs from = maps(6, 0.3), to = maps(3, 5);
        LossPlan plan = planFor(from, to);
        plan.stages = Json::parse("[1]");
        const auto loss = inDouble("ofa", plan);
        fill(*loss, "projector0.classes.weight", 0);
        fill(*loss, "projector0.classes.bias", 0);
        const double cross = -(at::softmax(from.logits, 1) * at::log_softmax(to.logits, 1)).sum(1).mean().item<double>();
        QVERIFY(std::abs(valueOf(*loss, from, to, batchOf(3)) - cross - std::log(4)) < 1e-12);
    }

    void networksWithOtherClassesAreRefused() {
        const Outputs from = maps(6, 0.3, 3, 5), to = maps(3, 5);
        for (const char* name : {"ofa", "adversarial"}) {
            QVERIFY_THROWS_EXCEPTION(Error, valueOf(*inDouble(name, planFor(from, to)), from, to, batchOf(3)));
            LossPlan unknown = planFor(from, to);
            unknown.classes = 0;
            QVERIFY_THROWS_EXCEPTION(Error, makeLoss(name, unknown));
        }
    }

    // ---- hints

    void theHintEqualsAPlainLoop_data() {
        QTest::addColumn<QString>("compared");
        QTest::addColumn<QString>("stages");
        QTest::newRow("usual") << "activations"
                               << "[]";
        QTest::newRow("before the ReLU") << "features"
                                         << "[]";
        QTest::newRow("two stages") << "activations"
                                    << "[2, 3]";
    }
    void theHintEqualsAPlainLoop() {
        QFETCH(QString, compared);
        QFETCH(QString, stages);
        const Outputs from = maps(6, 0.3), to = maps(3, 5);
        LossPlan plan = planFor(from, to, {{"compared", compared.toStdString()}});
        plan.stages = Json::parse(stages.toStdString());
        const auto loss = inDouble("fitnet", plan);
        const bool rectified = compared == "activations";
        double expected = 0;
        for (size_t stage = 2; stage < (stages == "[]" ? 3 : 4); ++stage) {
            const at::Tensor kernel = named(*loss, "regressor" + std::to_string(stage - 2) + ".conv.weight");
            const at::Tensor &source = from.stages[stage], &own = to.stages[stage];
            const int64_t side = own.size(2), count = 3 * side * side;
            double sum = 0;
            for (int64_t c = 0; c < 12; ++c) {
                std::vector<double> values, wanted;
                for (int64_t i = 0; i < count; ++i) {
                    const int64_t b = i / (side * side), h = i / side % side, w = i % side;
                    double value = 0;
                    for (int64_t k = 0; k < 6; ++k) {
                        const double x = at4(own, b, k, h, w);
                        value += at4(kernel, c, k, 0, 0) * (rectified ? std::max(x, 0.0) : x);
                    }
                    values.push_back(value);
                    const double t = at4(source, b, c, h, w);
                    wanted.push_back(rectified ? std::max(t, 0.0) : t);
                }
                double mean = 0, variance = 0;
                for (const double value : values)
                    mean += value / static_cast<double>(count);
                for (const double value : values)
                    variance += std::pow(value - mean, 2) / static_cast<double>(count);
                for (size_t i = 0; i < values.size(); ++i) {
                    const double normal = (values[i] - mean) / std::sqrt(variance + 1e-5);
                    sum += std::pow((rectified ? std::max(normal, 0.0) : normal) - wanted[i], 2);
                }
            }
            expected += sum / static_cast<double>(12 * count);
        }
        const double value = valueOf(*loss, from, to, batchOf(3));
        QVERIFY2(std::abs(value - expected) < 1e-12, qPrintable(QString("%1 %2").arg(value).arg(expected)));
    }

    // ---- relations

    void relationsEqualAPlainLoop_data() {
        QTest::addColumn<QString>("loss");
        QTest::addColumn<QString>("stages");
        for (const char* loss : {"sp", "rkd", "pkt"})
            for (const char* stages : {"[]", "[3]", "[1, \"pooled\"]", "[[\"pooled\", 2]]"})
                QTest::addRow("%s %s", loss, stages) << loss << stages;
    }
    void relationsEqualAPlainLoop() {
        QFETCH(QString, loss);
        QFETCH(QString, stages);
        const Outputs from = maps(6, 0.3, 4), to = maps(3, 5, 4);
        LossPlan plan = planFor(from, to, {{"compared", "features"}});
        plan.stages = Json::parse(stages.toStdString());
        double expected = 0;
        for (const StagePair& pair : chosenStages(plan, loss == "sp" ? UsualStages::Last : UsualStages::Pooled)) {
            const Rows source = rowsOf(featuresAt(from, pair.from)), own = rowsOf(featuresAt(to, pair.to));
            expected += loss == "sp" ? plainSp(source, own) : loss == "rkd" ? plainRkd(source, own) : plainPkt(source, own);
        }
        const double value = valueOf(*makeLoss(loss.toStdString(), plan), from, to, batchOf(4));
        QVERIFY2(std::abs(value - expected) < 1e-9, qPrintable(QString("%1 %2").arg(value).arg(expected)));
        QVERIFY(value > 0);
    }

    void relationsIgnoreRotationsAndScales_data() {
        QTest::addColumn<QString>("loss");
        QTest::addColumn<bool>("ignoresShifts");
        QTest::newRow("sp") << "sp" << false;
        QTest::newRow("rkd") << "rkd" << true;
        QTest::newRow("pkt") << "pkt" << false;
    }
    void relationsIgnoreRotationsAndScales() {
        QFETCH(QString, loss);
        QFETCH(bool, ignoresShifts);
        const Outputs from = maps(6, 0.3), to = maps(3, 5);
        LossPlan plan = planFor(from, to);
        plan.stages = Json::parse(R"(["pooled"])");
        const auto made = makeLoss(loss.toStdString(), plan);
        const double before = valueOf(*made, from, to, batchOf(3));
        Outputs turned = to, shifted = to;
        turned.pooled = 2.5 * at::mm(to.pooled, std::get<0>(at::linalg_qr(some({6, 6}, 0.2).square())));
        shifted.pooled = to.pooled + 1;
        QVERIFY(std::abs(valueOf(*made, from, turned, batchOf(3)) - before) < 1e-12);
        QCOMPARE(std::abs(valueOf(*made, from, shifted, batchOf(3)) - before) < 1e-12, ignoresShifts);
        QVERIFY(std::abs(valueOf(*makeLoss(loss.toStdString(), planFor(from, from)), from, from, batchOf(3))) < 1e-15);
    }

    void anImageAloneHasNoRelations_data() {
        QTest::addColumn<QString>("loss");
        for (const char* loss : {"sp", "rkd", "pkt"})
            QTest::newRow(loss) << loss;
    }
    void anImageAloneHasNoRelations() {
        QFETCH(QString, loss);
        const Outputs from = maps(6, 0.3, 1);
        Outputs to = maps(3, 5, 1);
        for (at::Tensor* part : partsOf(to))
            part->set_requires_grad(true);
        const at::Tensor value = (*makeLoss(loss.toStdString(), planFor(from, to)))(&from, to, batchOf(1));
        QCOMPARE(value.item<double>(), 0.0);
        torch::autograd::backward({value}, {});
        for (const at::Tensor* part : partsOf(to))
            if (part->grad().defined()) QCOMPARE(part->grad().abs().max().item<double>(), 0.0);
    }

    void contrastEqualsAPlainLoop_data() {
        QTest::addColumn<int>("learned");
        QTest::addColumn<double>("temperature");
        QTest::newRow("a memory of nothing") << 0 << 0.07;
        QTest::newRow("with the same images in it") << 1 << 0.07;
        QTest::newRow("that has gone round") << 5 << 0.5;
    }
    void contrastEqualsAPlainLoop() {
        QFETCH(int, learned);
        QFETCH(double, temperature);
        const Outputs from = maps(6, 0.3), to = maps(3, 5);
        const auto loss = inDouble("crd", planFor(from, to, {{"memory", 10}, {"width", 4}, {"temperature", temperature}}));
        for (int i = 0; i < learned; ++i) {
            const Outputs older = maps(3, 7 + i);
            Batch batch = batchOf(3);
            batch.indices = batch.indices + i;
            loss->learn(&from, older, batch);
        }
        const Batch batch = batchOf(3);
        const auto embedded = [&](const std::string& layer, const at::Tensor& features) {
            Rows rows = rowsOf(at::linear(features, named(*loss, layer + ".weight"), named(*loss, layer + ".bias")));
            for (std::vector<double>& row : rows)
                scaleToOne(row);
            return rows;
        };
        const Rows source = embedded("embed_from", from.pooled), own = embedded("embed_to", to.pooled);
        const Rows sources = rowsOf(named(*loss, "memory_from")), owns = rowsOf(named(*loss, "memory_to"));
        const at::Tensor images = named(*loss, "memory_images");
        const double noise = 10 * std::exp(1 / (2 * 4 * temperature * temperature));  // K Z / N
        const auto h = [&](double s) { return 1 / (1 + noise * std::exp(-s / temperature)); };
        double expected = 0;
        int same = 0;
        for (size_t b = 0; b < 3; ++b) {
            expected -= 2 * std::log(h(dot(source[b], own[b]))) / 3;
            for (size_t k = 0; k < 10; ++k) {
                if (images[static_cast<int64_t>(k)].item<double>() == batch.indices[static_cast<int64_t>(b)].item<double>()) {
                    ++same;
                    continue;
                }
                expected -= (std::log1p(-h(dot(own[b], sources[k]))) + std::log1p(-h(dot(source[b], owns[k])))) / 3;
            }
        }
        QCOMPARE(same > 0, learned > 0);
        const double value = valueOf(*loss, from, to, batch);
        QVERIFY2(std::abs(value - expected) < 1e-9 * std::max(1.0, expected),
                 qPrintable(QString("%1 %2").arg(value).arg(expected)));
    }

    void theMemoryIsAQueue() {
        const Outputs from = maps(6, 0.3), to = maps(3, 5);
        const auto loss = inDouble("crd", planFor(from, to, {{"memory", 8}, {"width", 4}}));
        for (int64_t i = 0; i < 4; ++i) {
            Batch batch = batchOf(3);
            batch.indices = at::arange(3 * i, 3 * i + 3);
            loss->learn(&from, to, batch);
        }
        QVERIFY(named(*loss, "memory_images").equal(at::tensor({8.0, 9.0, 10.0, 11.0, 4.0, 5.0, 6.0, 7.0}, at::kDouble)));
        QCOMPARE(named(*loss, "next").item<double>(), 4.0);
        // No more than the data set has, and a batch that is larger than the memory leaves its last images.
        LossPlan small = planFor(from, to);
        small.images = 2;
        const auto little = inDouble("crd", small);
        little->learn(&from, to, batchOf(3));
        QVERIFY(named(*little, "memory_images").equal(at::tensor({3.0, 6.0}, at::kDouble)));
    }

    void contrastNeedsToKnowTheImages() {
        const Outputs from = maps(6, 0.3), to = maps(3, 5);
        Batch batch = batchOf(3);
        batch.indices = at::Tensor();
        QVERIFY_THROWS_EXCEPTION(Error, valueOf(*inDouble("crd", planFor(from, to)), from, to, batch));
        LossPlan two = planFor(from, to);
        two.stages = Json::parse("[1, 2]");
        QCOMPARE(problemOf("crd", two).path, std::string("stages[1]"));
    }

    // ---- variational information, overhaul

    void variationalInformationEqualsAPlainLoop_data() {
        QTest::addColumn<double>("variance");
        for (const double variance : {5.0, 1.0, 0.2})
            QTest::addRow("%g", variance) << variance;
    }
    void variationalInformationEqualsAPlainLoop() {
        QFETCH(double, variance);
        const Outputs from = maps(6, 0.3), to = maps(3, 5);
        const auto loss = inDouble("vid", planFor(from, to, {{"variance", variance}}));
        double expected = 0;
        for (int stage = 1; stage < 4; ++stage) {
            const std::string name = "predictor" + std::to_string(stage - 1);
            const at::Tensor raw = named(*loss, name + ".variance");
            at::Tensor mean = to.stages[static_cast<size_t>(stage)];
            for (int layer = 0; layer < 3; ++layer) {  // a 1 x 1 convolution is a product a place
                const at::Tensor kernel = named(*loss, name + "." + std::to_string(layer) + ".weight").flatten(1);
                mean = at::einsum("oc,bchw->bohw", {kernel, layer > 0 ? mean.clamp_min(0) : mean});
            }
            const at::Tensor& target = from.stages[static_cast<size_t>(stage)];
            double sum = 0;
            for (int64_t c = 0; c < target.size(1); ++c) {
                const double spread = std::log1p(std::exp(raw[c].item<double>())) + 1e-5;
                QVERIFY(std::abs(spread - variance) < 1e-6);
                const Rows difference = rowsOf((target - mean).select(1, c));
                for (const std::vector<double>& row : difference)
                    for (const double value : row)
                        sum += (value * value / spread + std::log(spread)) / 2;
            }
            expected += sum / static_cast<double>(target.numel());
        }
        const double value = valueOf(*loss, from, to, batchOf(3));
        QVERIFY2(std::abs(value - expected) < 1e-12, qPrintable(QString("%1 %2").arg(value).arg(expected)));
    }

    void theOverhaulEqualsAPlainLoop_data() {
        QTest::addColumn<int>("learned");
        QTest::addColumn<QString>("stages");
        QTest::newRow("at first") << 0 << "[]";
        QTest::newRow("with a margin of other batches") << 3 << "[]";
        QTest::newRow("one stage") << 1 << "[2]";
    }
    void theOverhaulEqualsAPlainLoop() {
        QFETCH(int, learned);
        QFETCH(QString, stages);
        const Outputs from = maps(6, 0.3), to = maps(3, 5);
        LossPlan plan = planFor(from, to);
        plan.stages = Json::parse(stages.toStdString());
        const auto loss = inDouble("ofd", plan);
        std::vector<Outputs> seen;
        for (int i = 0; i < learned; ++i) {
            seen.push_back(maps(6, 0.9 + i));
            loss->learn(&seen.back(), to, batchOf(3));
        }
        const size_t first = stages == "[]" ? 1 : 2, last = stages == "[]" ? 3 : 2;
        double expected = 0;
        for (size_t stage = first; stage <= last; ++stage) {
            const at::Tensor& source = from.stages[stage];
            at::Tensor fitted =
                at::einsum("oc,bchw->bohw",
                           {named(*loss, "stage" + std::to_string(stage - first) + ".conv.weight").flatten(1), to.stages[stage]});
            for (int64_t c = 0; c < source.size(1); ++c) {
                const at::Tensor channel = fitted.select(1, c);
                const at::Tensor normal =
                    (channel - channel.mean()) / (channel.square().mean() - channel.mean().square() + 1e-5).sqrt();
                double sum = 0, count = 0;  // of negative values, newer batches count more
                if (seen.empty())
                    for (const std::vector<double>& row : rowsOf(source.select(1, c)))
                        for (const double value : row)
                            if (value < 0) sum += value, ++count;
                for (const Outputs& older : seen) {
                    sum *= 0.99, count *= 0.99;
                    for (const std::vector<double>& row : rowsOf(older.stages[stage].select(1, c)))
                        for (const double value : row)
                            if (value < 0) sum += value, ++count;
                }
                const double margin = sum / count;
                const Rows own = rowsOf(normal), wanted = rowsOf(source.select(1, c));
                for (size_t b = 0; b < own.size(); ++b)
                    for (size_t i = 0; i < own[b].size(); ++i) {
                        const double t = std::max(wanted[b][i], margin), s = own[b][i];
                        if (s > t || t > 0) expected += (s - t) * (s - t) / 3 / std::pow(2.0, static_cast<double>(last - stage));
                    }
            }
        }
        const double value = valueOf(*loss, from, to, batchOf(3));
        QVERIFY2(std::abs(value - expected) < 1e-9 * expected, qPrintable(QString("%1 %2").arg(value).arg(expected)));
    }

    // ---- a discriminator

    void theStudentsPartEqualsAPlainLoop_data() {
        QTest::addColumn<double>("accuracy");
        QTest::addColumn<QString>("sees");
        QTest::newRow("logits") << 0.8 << "logits";
        QTest::newRow("pooled, through an adaptor") << 0.8 << "pooled";
        QTest::newRow("a fooled discriminator does not teach") << 0.5 << "logits";
    }
    void theStudentsPartEqualsAPlainLoop() {
        QFETCH(double, accuracy);
        QFETCH(QString, sees);
        const Outputs from = maps(6, 0.3), to = maps(3, 5);
        const auto loss =
            inDouble("adversarial", planFor(from, to, {{"sees", sees.toStdString()}, {"adversarial", 0.3}, {"distance", 2.0}}));
        fill(*loss, "discriminator.accuracy", accuracy);
        const bool pooled = sees == "pooled";
        const at::Tensor& source = pooled ? from.pooled : from.logits;
        const auto times = [](const at::Tensor& weight, const at::Tensor& bias, const std::vector<double>& x) {
            std::vector<double> y;
            for (int64_t i = 0; i < weight.size(0); ++i) {
                y.push_back(bias[i].item<double>());
                for (int64_t k = 0; k < weight.size(1); ++k)
                    y.back() += weight[i][k].item<double>() * x[static_cast<size_t>(k)];
            }
            return y;
        };
        double deceiving = 0, distance = 0;
        for (int64_t b = 0; b < 3; ++b) {
            const at::Tensor row = (pooled ? to.pooled : to.logits)[b].contiguous();
            std::vector<double> x(row.const_data_ptr<double>(), row.const_data_ptr<double>() + row.numel());
            if (pooled) x = times(named(*loss, "adaptor.weight"), named(*loss, "adaptor.bias"), x);
            for (size_t i = 0; i < x.size(); ++i)
                distance +=
                    std::abs(x[i] - source[b][static_cast<int64_t>(i)].item<double>()) / static_cast<double>(source.numel());
            for (int layer = 0; layer < 3; ++layer) {
                const std::string name = "discriminator." + std::to_string(layer) + ".";
                const at::Tensor weight = named(*loss, name + "weight"), left = named(*loss, name + "direction");
                const at::Tensor largest = at::mv(weight.t(), left / left.norm()).norm();
                if (layer > 0)
                    for (double& value : x)
                        value = value > 0 ? value : 0.2 * value;
                x = times(weight / largest, named(*loss, name + "bias"), x);
            }
            deceiving += std::log1p(std::exp(-x[0])) / 3;
        }
        const double expected = (accuracy < 0.55 ? 0.0 : 0.3 * deceiving) + 2 * distance;
        const double value = valueOf(*loss, from, to, batchOf(3));
        QVERIFY2(std::abs(value - expected) < 1e-12, qPrintable(QString("%1 %2").arg(value).arg(expected)));
        QVERIFY(gradientError(*loss, from, to, batchOf(3)) < 1e-8);
    }

    void theDiscriminatorStaysFiniteAndLearns() {
        const Outputs to = cast(maps(3, 5, 8), at::kFloat, at::kFloat);
        const auto loss = makeLoss("adversarial", planFor(to, to));
        Batch batch = batchOf(8);
        int frozen = 0;
        double accuracy = 0;
        for (int step = 0; step < 2000; ++step) {
            const Outputs from = cast(maps(3, 0.01 * step + 1, 8), at::kFloat, at::kFloat);
            Outputs shifted = to;
            shifted.logits = to.logits + 3;
            QVERIFY(std::isfinite(valueOf(*loss, from, shifted, batch)));
            loss->learn(&from, shifted, batch);
            if (step % 10 != 0) continue;
            const LossReport report = loss->report();
            QCOMPARE(report.series.front().first, std::string("discriminator_accuracy"));
            accuracy = report.series.front().second;
            if (report.event.empty()) continue;
            QCOMPARE(report.event, std::string("discriminator"));
            QVERIFY2(says(report.text, "it waits until"), report.text.c_str());
            ++frozen;
        }
        QVERIFY2(accuracy > 0.9, qPrintable(QString::number(accuracy)));
        QCOMPARE(frozen, 1);  // told once, although it stays so
        for (const at::Tensor& buffer : loss->adapters()->state.buffers)
            QVERIFY(buffer.isfinite().all().item<bool>());
    }

    void itsWeightsHaveTheNormOne() {
        const Outputs from = maps(3, 0.3, 8), to = maps(3, 5, 8);
        const auto loss = inDouble("adversarial", planFor(from, to, {{"discriminator_lr", 1e-9}}));
        for (int step = 0; step < 150; ++step)
            loss->learn(&from, to, batchOf(8));
        for (int layer = 0; layer < 3; ++layer) {
            const std::string name = "discriminator." + std::to_string(layer) + ".";
            const at::Tensor weight = named(*loss, name + "weight"), left = named(*loss, name + "direction");
            const double largest = std::get<1>(at::linalg_svd(weight)).max().item<double>();
            QVERIFY2(std::abs(at::mv(weight.t(), left).norm().item<double>() / largest - 1) < 0.01,
                     qPrintable(QString::number(layer)));
        }
    }

    void aFooledDiscriminatorIsToldOnce() {
        const Outputs same = cast(maps(3, 5, 8), at::kFloat, at::kFloat);
        const auto loss = makeLoss("adversarial", planFor(same, same));
        std::vector<std::string> told;
        for (int step = 0; step < 1500; ++step) {
            loss->learn(&same, same, batchOf(8));
            if (step % 10 != 0) continue;
            if (const LossReport report = loss->report(); !report.event.empty()) told.push_back(report.text);
        }
        QCOMPARE(told.size(), size_t{1});
        QVERIFY2(says(told[0], "cannot tell the networks apart"), told[0].c_str());
    }

    void aValueThatIsNotFiniteBeginsItAnew() {
        const Outputs from = cast(maps(3, 5, 8), at::kFloat, at::kFloat), to = cast(maps(3, 1, 8), at::kFloat, at::kFloat);
        const auto loss = makeLoss("adversarial", planFor(from, to));
        const State fresh = loss->adapters()->state.clone();
        for (int step = 0; step < 20; ++step)
            loss->learn(&from, to, batchOf(8));
        QVERIFY(!named(*loss, "discriminator.0.weight").equal(fresh.buffers[0]));
        Outputs broken = detachedCopy(to);
        broken.logits[2][1] = std::nan("");
        loss->learn(&from, broken, batchOf(8));
        QVERIFY(named(*loss, "discriminator.0.weight").equal(fresh.buffers[0]));
        QCOMPARE(named(*loss, "discriminator.step").item<double>(), 0.0);
        const LossReport report = loss->report();
        QVERIFY2(says(report.text, "begun anew"), report.text.c_str());
        QVERIFY(loss->report().event.empty());
        QVERIFY(std::isfinite(valueOf(*loss, from, to, batchOf(8))));
    }

    void itsAccuracyFreezesIt() {
        const Outputs from = cast(maps(3, 5, 8), at::kFloat, at::kFloat), to = cast(maps(3, 1, 8), at::kFloat, at::kFloat);
        const auto loss = makeLoss("adversarial", planFor(from, to));
        fill(*loss, "discriminator.accuracy", 0.99);
        const at::Tensor before = named(*loss, "discriminator.0.weight").clone();
        loss->learn(&from, to, batchOf(8));
        QVERIFY(named(*loss, "discriminator.0.weight").equal(before));
        QCOMPARE(named(*loss, "discriminator.step").item<double>(), 0.0);
        fill(*loss, "discriminator.accuracy", 0.9);
        loss->learn(&from, to, batchOf(8));
        QVERIFY(!named(*loss, "discriminator.0.weight").equal(before));
    }
};

QTEST_GUILESS_MAIN(TestFeatures)
#include "tst_features.moc"
