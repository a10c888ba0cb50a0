#include <QtTest>

#include "core/reparam/fused_merge.h"
#include "tests/reparam/gpd_steps.h"

using namespace gaplab;

namespace {

struct Scope {
    explicit Scope(MergeBy by) : before_(mergeBy()) { setMergeBy(by); }
    ~Scope() { setMergeBy(before_); }

private:
    MergeBy before_;
};

double relative(const at::Tensor& a, const at::Tensor& b) {
    const double size = std::max(1e-6, b.abs().max().item<double>());
    return largestDifference(a, b) / size;
}

/// A network of branches in float32 whose values are nothing special.
Model branched(int ratio, int branches) {
    Model plain{buildNetwork("resnet8", {{"width", 0.5}}, {3, 8, 8}, 5), {}};
    plain.state = initialState(*plain.network, 1);
    Model elastic = expand(plain, {.ratio = ratio, .branches = branches, .noise = 1e-2});
    const at::NoGradGuard noGradient;
    for (at::Tensor& parameter : elastic.state.parameters)
        parameter.add_(0.1 * someImages(parameter.sizes()));
    return elastic;
}

/// Logits of both views, then the gradients of one step.
std::vector<at::Tensor> stepOf(Model model, MergeBy by, const StepOptions& options, bool frozen = false) {
    const Scope scope(by);
    model.state = model.state.clone();
    if (frozen)
        for (size_t i = 0; i < model.state.parameters.size(); ++i)
            if (model.network->parameters()[i].name.starts_with("layer2.")) model.state.parameters[i].set_requires_grad(false);
    const at::Tensor images = someImages({4, 3, 8, 8}), labels = at::tensor({0, 1, 2, 3}, at::kLong);
    std::vector<at::Tensor> results;
    accumulateGradients(
        [&](View view) {
            const at::Tensor logits =
                model.network->forward(images, {.state = model.state, .view = view, .training = true}).logits;
            results.push_back(logits.detach());
            return logits;
        },
        labels, options);
    for (const at::Tensor& parameter : model.state.parameters)
        results.push_back(parameter.grad());
    return results;
}

}  // namespace

/// The kernels' arithmetic against ATen. The kernels themselves are held against it in tests/cuda.
class FusedMergeTests : public QObject {
    Q_OBJECT

    static void compare(const std::vector<at::Tensor>& found, const std::vector<at::Tensor>& expected, const Model& model) {
        QCOMPARE(found.size(), expected.size());
        for (size_t i = 0; i < expected.size(); ++i) {
            const size_t passes = expected.size() - model.state.parameters.size();
            const std::string name = i < passes ? "logits" : model.network->parameters()[i - passes].name;
            QVERIFY2(found[i].defined() == expected[i].defined(), name.c_str());
            if (!expected[i].defined()) continue;
            const double difference = relative(found[i], expected[i]);
            QVERIFY2(difference < 2e-4, (name + ": " + std::to_string(difference)).c_str());
            QVERIFY(found[i].strides() == expected[i].strides());
        }
    }

private Q_SLOTS:
    void aStepIsTheSame_data() {
        QTest::addColumn<int>("ratio");
        QTest::addColumn<int>("branches");
        for (const int ratio : {1, 2, 3})
            for (const int branches : {2, 3, 4, 5, 6})
                QTest::addRow("r = %d, M = %d", ratio, branches) << ratio << branches;
    }
    void aStepIsTheSame() {
        QFETCH(int, ratio);
        QFETCH(int, branches);
        const Model model = branched(ratio, branches);
        const std::vector<at::Tensor> found = stepOf(model, MergeBy::Arithmetic, {}), expected = stepOf(model, MergeBy::ATen, {});
        compare(found, expected, model);
        QVERIFY2(branches < 6 || !bitwiseEqual(found, expected), "both went the same way");
    }

    void soItIsWithoutAGradientOfTheTeacher() {
        const Model model = branched(2, 6);
        const StepOptions alone{.teacher = false};
        compare(stepOf(model, MergeBy::Arithmetic, alone), stepOf(model, MergeBy::ATen, alone), model);
    }

    void soItIsWithBothLossesAtOnce() {
        const Model model = branched(2, 6);
        const StepOptions joint{.joint = true};
        compare(stepOf(model, MergeBy::Arithmetic, joint), stepOf(model, MergeBy::ATen, joint), model);
    }

    void soItIsWithFrozenLayers() {
        const Model model = branched(2, 6);
        compare(stepOf(model, MergeBy::Arithmetic, {}, true), stepOf(model, MergeBy::ATen, {}, true), model);
    }

    void oneHotScalesAreTheOriginalKernel() {
        const Scope scope(MergeBy::Arithmetic);
        Model plain{buildNetwork("resnet8", {{"width", 0.5}}, {3, 8, 8}, 5), {}};
        plain.state = initialState(*plain.network, 1);
        const Model elastic = expand(plain, {.ratio = 2, .branches = 6, .scales = Scales::OneHot});
        QVERIFY(bitwiseEqual(extract(elastic).state.parameters, plain.state.parameters));
    }
};

int runFusedMergeTests(int argc, char** argv) {
    FusedMergeTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_fused_merge.moc"
