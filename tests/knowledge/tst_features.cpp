#include <cmath>

#include <ATen/Parallel.h>
#include <QtTest>
#include <torch/types.h>

#include "tests/knowledge/feature_cases.h"

using namespace gaplab;

class TestFeatures : public QObject {
    Q_OBJECT

    static void addRows() {
        QTest::addColumn<QString>("loss");
        for (const std::string& name : featureLosses())
            if (name != "reviewkd") QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }

private Q_SLOTS:
    void initTestCase() { at::set_num_threads(1); }  // for tensors as small as these more only wait for each other

    // ---- every loss

    void gradientsAgreeWithFiniteDifferences_data() { addRows(); }
    void gradientsAgreeWithFiniteDifferences() {
        QFETCH(QString, loss);
        const Batch batch = batchOf(3);
        // No gradient flows through a width that is measured: tst_relations.
        const Json parameters = loss == QLatin1String("mfd") ? Json{{"kernel_width", 1.5}} : Json::object();
        for (const bool transformer : {false, true}) {
            const Outputs from = maps(6, 0.3), to = transformer ? tokens(5, 2) : maps(3, 5);
            const auto made = inDouble(loss.toStdString(), planFor(from, to, parameters));
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

    void itsTemperatureCanBeTurned() {
        const Outputs from = maps(6, 0.3), to = maps(3, 5);
        const auto turned = inDouble("ofa", planFor(from, to)),
                   declared = inDouble("ofa", planFor(from, to, {{"temperature", 3.0}}));
        const double before = valueOf(*turned, from, to, batchOf(3));
        QVERIFY(turned->setTemperature(3));
        QCOMPARE(valueOf(*turned, from, to, batchOf(3)), valueOf(*declared, from, to, batchOf(3)));
        turned->setTemperature(0);
        QCOMPARE(valueOf(*turned, from, to, batchOf(3)), before);
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
};

QTEST_GUILESS_MAIN(TestFeatures)
#include "tst_features.moc"
