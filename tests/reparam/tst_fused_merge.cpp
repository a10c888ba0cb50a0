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
Model branched(int ratio, int branches, double width = 0.5) {
    Model plain{buildNetwork("resnet8", {{"width", width}}, {3, 8, 8}, 5), {}};
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
    const at::Tensor images = someImages({4, 3, 8, 8}).to(model.state.parameters.front().scalar_type()),
                     labels = at::tensor({0, 1, 2, 3}, at::kLong);
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

/// The processor's kernels, and the arithmetic of the GPU's, against ATen. Those themselves are held against it in tests/cuda.
class FusedMergeTests : public QObject {
    Q_OBJECT

    static void compare(const std::vector<at::Tensor>& found, const std::vector<at::Tensor>& expected, const Model& model,
                        double tolerance = 2e-4) {
        QCOMPARE(found.size(), expected.size());
        for (size_t i = 0; i < expected.size(); ++i) {
            const size_t passes = expected.size() - model.state.parameters.size();
            const std::string name = i < passes ? "logits" : model.network->parameters()[i - passes].name;
            QVERIFY2(found[i].defined() == expected[i].defined(), name.c_str());
            if (!expected[i].defined()) continue;
            const double difference = relative(found[i], expected[i]);
            QVERIFY2(difference < tolerance, (name + ": " + std::to_string(difference)).c_str());
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
        const std::vector<at::Tensor> arithmetic = stepOf(model, MergeBy::Arithmetic, {}),
                                      kernels = stepOf(model, MergeBy::Best, {}), expected = stepOf(model, MergeBy::ATen, {});
        compare(arithmetic, expected, model);
        compare(kernels, expected, model);
        QVERIFY2(branches < 6 || (!bitwiseEqual(arithmetic, expected) && !bitwiseEqual(kernels, arithmetic)),
                 "two of them went the same way");
    }

    void soItIsWhereAPartIsLeftOut_data() {
        QTest::addColumn<MergeBy>("by");
        QTest::addColumn<StepOptions>("options");
        QTest::addColumn<bool>("frozen");
        for (const auto& [name, by] : {std::pair("kernels", MergeBy::Best), std::pair("arithmetic", MergeBy::Arithmetic)}) {
            QTest::addRow("no gradient of the teacher, %s", name) << by << StepOptions{.teacher = false} << false;
            QTest::addRow("both losses at once, %s", name) << by << StepOptions{.joint = true} << false;
            QTest::addRow("frozen layers, %s", name) << by << StepOptions{} << true;
        }
    }
    void soItIsWhereAPartIsLeftOut() {
        QFETCH(MergeBy, by);
        QFETCH(StepOptions, options);
        QFETCH(bool, frozen);
        const Model model = branched(2, 6);
        compare(stepOf(model, by, options, frozen), stepOf(model, MergeBy::ATen, options, frozen), model);
    }

    /// Few positions and many channels: branch 3 is convolved with by itself.
    void soItIsWhereABranchIsNotMerged_data() {
        QTest::addColumn<int>("ratio");
        QTest::addColumn<int>("branches");
        QTest::addColumn<bool>("precise");
        for (const int ratio : {1, 2})
            for (const int branches : {4, 6})
                for (const bool precise : {false, true})
                    QTest::addRow("r = %d, M = %d, %s", ratio, branches, precise ? "float64" : "float32")
                        << ratio << branches << precise;
    }
    void soItIsWhereABranchIsNotMerged() {
        QFETCH(int, ratio);
        QFETCH(int, branches);
        QFETCH(bool, precise);
        Model model = branched(ratio, branches, 2);
        if (precise) model.state = model.state.to(at::kDouble);
        const std::vector<at::Tensor> found = stepOf(model, MergeBy::Best, {}), expected = stepOf(model, MergeBy::ATen, {});
        QVERIFY2(!bitwiseEqual(found, expected), "both went the same way");
        compare(found, expected, model, precise ? 1e-9 : 2e-4);
    }

    void kernelsTakeTheSameSumsEveryTime() {
        const Model model = branched(2, 6);
        QVERIFY(bitwiseEqual(stepOf(model, MergeBy::Best, {}), stepOf(model, MergeBy::Best, {})));
    }

    void oneHotScalesAreTheOriginalKernel_data() {
        QTest::addColumn<MergeBy>("by");
        QTest::addRow("kernels") << MergeBy::Best;
        QTest::addRow("arithmetic") << MergeBy::Arithmetic;
    }
    void oneHotScalesAreTheOriginalKernel() {
        QFETCH(MergeBy, by);
        const Scope scope(by);
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
