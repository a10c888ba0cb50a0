#include <QtTest>

#include "core/reparam/branch_kernel.h"
#include "tests/reparam/support.h"

using namespace gaplab;

namespace {

/// A network of whatever the test puts into it.
class Bench final : public Network {
public:
    explicit Bench(int expansion) : Network({.elasticity = {.expansion = expansion}}) {}
    Outputs forward(const at::Tensor&, const Pass&) const override { return {}; }
};

struct Case {
    int64_t in, out, groups;
    Position position = Position::Hidden;
};

/// One branched kernel with values that are nothing special, so that no branch is left out by a scale of zero.
struct Branched {
    Bench bench;
    KernelGeometry geometry;
    std::unique_ptr<BranchKernel> kernel;
    State state;

    Branched(const Case& c, int expansion, int branches = 6, bool special = true) : bench(expansion) {
        const Layout layout = c.groups > 1 ? copiedLayout(bench) : denseLayout(bench, c.position);
        geometry = {.in = c.in, .out = c.out, .groups = c.groups, .layout = layout};
        kernel = std::make_unique<BranchKernel>(bench, "conv", geometry, branches, false);
        State student;
        for (const TensorSlot& slot : bench.parameters()) {
            at::Tensor values = initialValue(slot, 3).to(at::kDouble);
            if (special) values = values + 0.3 * someImages(values.sizes(), at::kDouble) + 0.01;
            state.parameters.push_back(spread(values, slot.layout).set_requires_grad(true));
        }
        for (const TensorSlot& slot : bench.buffers())
            state.buffers.push_back(spread(initialValue(slot, 3).to(at::kDouble), slot.layout));
    }

    at::Tensor of(View view) const { return kernel->of({.state = state, .view = view}); }
    const at::Tensor& value(const char* part) const {
        return state.parameters[indexOf(bench.parameters(), std::string("conv.") + part)];
    }
    const at::Tensor& buffer(const char* part) const {
        return state.buffers[indexOf(bench.buffers(), std::string("conv.") + part)];
    }
};

void addCases() {
    QTest::addColumn<int>("in");
    QTest::addColumn<int>("out");
    QTest::addColumn<int>("groups");
    QTest::addRow("dense") << 4 << 6 << 1;
    QTest::addRow("two groups, several outputs each") << 4 << 6 << 2;
    QTest::addRow("depthwise") << 6 << 6 << 6;
    QTest::addRow("depthwise, two outputs each") << 3 << 6 << 3;
}

}  // namespace

/// The block of branches that merges before its convolution.
class BranchTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theMergedKernelIsTheSixBranches_data() { addCases(); }
    void theMergedKernelIsTheSixBranches() {  // [6]
        QFETCH(int, in);
        QFETCH(int, out);
        QFETCH(int, groups);
        const at::NoGradGuard noGradient;
        const Branched b({in, out, groups}, 1);
        const at::Tensor x = someImages({2, in, 7, 8}, at::kDouble), scales = b.value("scales");
        const auto scaled = [&](const at::Tensor& y, int64_t m) { return y * scales[m].view({1, -1, 1, 1}); };
        for (const int64_t stride : {1, 2}) {
            const auto conv = [&](const at::Tensor& y, const at::Tensor& kernel, int64_t s, int64_t padding, int64_t g) {
                return at::conv2d(y, kernel, {}, s, padding, 1, g);
            };
            at::Tensor expected = scaled(conv(x, b.value("weight"), stride, 1, groups), 0);
            expected += scaled(at::avg_pool2d(conv(x, b.value("average"), 1, 0, groups), 3, stride, 1), 1);
            expected +=
                scaled(conv(conv(x, b.value("frequency"), 1, 0, groups), b.buffer("filter").unsqueeze(1), stride, 1, out), 2);
            const at::Tensor mixed = conv(x, b.value("mix") + b.buffer("identity"), 1, 0, groups);
            expected += scaled(conv(mixed, b.value("mixed"), stride, 1, groups), 3);
            expected += scaled(conv(x, b.value("second"), stride, 1, groups), 4);
            expected += scaled(conv(conv(x, b.value("depth"), stride, 1, in), b.value("point"), 1, 0, groups), 5);
            const at::Tensor merged = conv(x, b.of(View::Student), stride, 1, groups);
            QVERIFY2(largestDifference(merged, expected) < exact,
                     qPrintable(QString::number(largestDifference(merged, expected))));
        }
    }

    void theTeachersBlocksAreTheStudentsKernel_data() {
        QTest::addColumn<int>("in");
        QTest::addColumn<int>("out");
        QTest::addColumn<int>("groups");
        QTest::addColumn<int>("position");
        QTest::addColumn<int>("ratio");
        for (const int ratio : {2, 3}) {
            QTest::addRow("hidden, r = %d", ratio) << 4 << 6 << 1 << int(Position::Hidden) << ratio;
            QTest::addRow("first, r = %d", ratio) << 4 << 6 << 1 << int(Position::First) << ratio;
            QTest::addRow("last, r = %d", ratio) << 4 << 6 << 1 << int(Position::Last) << ratio;
            QTest::addRow("two groups, r = %d", ratio) << 4 << 6 << 2 << int(Position::Hidden) << ratio;
            QTest::addRow("depthwise, r = %d", ratio) << 6 << 6 << 6 << int(Position::Hidden) << ratio;
        }
    }
    void theTeachersBlocksAreTheStudentsKernel() {  // [9], [29]
        QFETCH(int, in);
        QFETCH(int, out);
        QFETCH(int, groups);
        QFETCH(int, position);
        QFETCH(int, ratio);
        const at::NoGradGuard noGradient;
        const Branched b({in, out, groups, static_cast<Position>(position)}, ratio);
        const at::Tensor student = b.of(View::Student), teacher = b.of(View::Teacher);
        const Layout& layout = b.geometry.layout;
        // The teacher's kernel carries its factor: stored W / rho_out, times rho_out / rho_in.
        for (int64_t i = 0; i < layout.copies[0]; ++i)
            for (int64_t j = 0; j < layout.copies[1]; ++j)
                QVERIFY(largestDifference(blockOf(teacher, layout, i, j) * layout.copies[1], student) < exact);
    }

    void oneHotScalesAreTheOriginalKernel() {  // [7]
        Bench bench(1);
        const KernelGeometry geometry{.in = 4, .out = 6};
        const BranchKernel oneHot(bench, "a", geometry, 6, true), published(bench, "b", geometry, 6, false);
        const at::NoGradGuard noGradient;
        const State state = initialState(bench, 3);
        const at::Tensor& original = state.parameters[indexOf(bench.parameters(), "a.weight")];
        QVERIFY(oneHot.of({.state = state}).equal(original));
        const at::Tensor& other = state.parameters[indexOf(bench.parameters(), "b.weight")];
        QVERIFY(largestDifference(published.of({.state = state}), other) > 0.05);
    }

    void fewerBranchesAreTheFirstRows_data() {
        QTest::addColumn<int>("branches");
        for (int m = 1; m <= mostBranches; ++m)
            QTest::addRow("M = %d", m) << m;
    }
    void fewerBranchesAreTheFirstRows() {  // [8]
        QFETCH(int, branches);
        const at::NoGradGuard noGradient;
        const Branched some({4, 6, 1}, 1, branches), all({4, 6, 1}, 1, 6);
        State silenced;
        for (size_t i = 0; i < all.state.parameters.size(); ++i)
            silenced.parameters.push_back(all.state.parameters[i].clone());
        silenced.buffers = all.state.buffers;
        at::Tensor& scales = silenced.parameters[indexOf(all.bench.parameters(), "conv.scales")];
        scales.narrow(0, branches, mostBranches - branches).zero_();
        scales.narrow(0, 0, branches).copy_(some.value("scales"));
        QVERIFY(largestDifference(some.of(View::Student), all.kernel->of({.state = silenced})) < exact);
        QCOMPARE(some.value("scales").size(0), int64_t{branches});
    }

    void theOptionReachesNestedLayers() {  // [8]
        for (int branches = 2; branches <= mostBranches; ++branches) {
            const auto network = buildElastic({.architecture = "resnet18"}, {.ratio = 2, .branches = branches});
            QCOMPARE(network->parameters()[indexOf(network->parameters(), "layer4.1.conv2.scales")].shape.front(),
                     int64_t{branches});
        }
    }

    void theStudentSlicesBeforeItMerges() {  // [10]
        const at::NoGradGuard noGradient;
        Branched b({4, 6, 1}, 2);
        for (size_t i = 0; i < b.state.parameters.size(); ++i)  // trained: copies differ
            b.state.parameters[i].add_(0.1 * (someImages(b.state.parameters[i].sizes(), at::kDouble) + static_cast<double>(i)));
        const at::Tensor scales = b.value("scales").clone();
        for (int64_t m = 0; m < mostBranches; ++m) {
            b.value("scales").zero_();
            b.value("scales")[m].copy_(scales[m]);
            const at::Tensor sliced = studentPart(b.of(View::Teacher), b.geometry.layout);
            const double difference = largestDifference(sliced, b.of(View::Student));
            if (m == 3)
                QVERIFY2(difference > 1e-3, qPrintable(QString::number(difference)));
            else
                QVERIFY2(difference < exact, qPrintable(QString("branch %1: %2").arg(m).arg(difference)));
        }
    }

    void gradientsEqualFiniteDifferences_data() { addCases(); }
    void gradientsEqualFiniteDifferences() {
        QFETCH(int, in);
        QFETCH(int, out);
        QFETCH(int, groups);
        const Branched b({in, out, groups}, 2);
        for (const View view : {View::Student, View::Teacher}) {
            const auto loss = [&] {
                const at::Tensor kernel = b.of(view);
                return (kernel * someImages(kernel.sizes(), at::kDouble)).sum() + kernel.square().mean();
            };
            QVERIFY(gradientError(loss, b.state.parameters, 7) < 1e-6);
        }
    }
};

int runBranchTests(int argc, char** argv) {
    BranchTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_branches.moc"
