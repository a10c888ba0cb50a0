#include <QtTest>

#include "core/nn/layers/batch_norm.h"
#include "core/nn/layers/conv2d.h"
#include "core/nn/layers/linear.h"
#include "tests/nn/support.h"

using namespace gaplab;

namespace {

/// A network of whatever the test puts into it.
class Bench final : public Network {
public:
    Outputs forward(const at::Tensor&, const Pass&) const override { return {}; }
};

}  // namespace

class LayerTests : public QObject {
    Q_OBJECT

    Bench bench_;
    State state_;

private Q_SLOTS:
    void init() {
        bench_ = Bench();
        state_ = State();
    }

    void layersDeclareTheirTensors() {
        const Conv2d conv(bench_, "a", {.in = 3, .out = 4, .kernel = 5, .padding = 2, .bias = true});
        const BatchNorm norm(bench_, "b", 4);
        const Linear linear(bench_, "c", {.in = 4, .out = 2});
        std::vector<std::string> names;
        for (const TensorSlot& slot : bench_.parameters())
            names.push_back(slot.name);
        QCOMPARE(names, (std::vector<std::string>{"a.weight", "a.bias", "b.weight", "b.bias", "c.weight", "c.bias"}));
        QCOMPARE(bench_.parameters()[0].shape, (std::vector<int64_t>{4, 3, 5, 5}));
        QCOMPARE(bench_.parameters()[2].role, ParameterRole::NormScale);
        QCOMPARE(bench_.buffers()[1].name, std::string("b.running_var"));
        QCOMPARE(bench_.parameterCount(), int64_t{4 * 75 + 4 + 8 + 8 + 2});
    }

    void aConvolutionIsASumOverItsWindow() {
        const Conv2d conv(bench_, "conv", {.in = 2, .out = 3, .stride = 2, .bias = true});
        state_ = initialState(bench_, 1).to(at::kDouble);
        const at::NoGradGuard noGradient;
        const at::Tensor images = someImages({2, 2, 7, 6}, at::kDouble);
        const at::Tensor result = conv(images, {.state = state_});
        QCOMPARE(result.sizes().vec(), (std::vector<int64_t>{2, 3, 4, 3}));
        // Output (1, 2) of channel 1: rows 1 to 3, columns 3 to 5 of the image.
        const at::Tensor window = images[1].slice(1, 1, 4).slice(2, 3, 6);
        const at::Tensor expected = (window * state_.parameters[0][1]).sum() + state_.parameters[1][1];
        QVERIFY(result[1][1][1][2].allclose(expected));
    }

    void macsAreCountedAnImage() {
        const Conv2d conv(bench_, "conv", {.in = 2, .out = 3, .stride = 2});
        const Linear linear(bench_, "linear", {.in = 36, .out = 5});
        state_ = initialState(bench_, 1);
        Profile counted;
        const Pass pass{.state = state_, .profile = &counted};
        linear(conv(someImages({4, 2, 7, 6}), pass).flatten(1), pass);
        QCOMPARE(counted.macs, int64_t{3 * 4 * 3 * (2 * 9) + 36 * 5});
    }

    void trainingNormalisesByTheBatch() {
        const BatchNorm norm(bench_, "norm", 2);
        state_ = initialState(bench_, 1).to(at::kDouble);
        const at::Tensor x = someImages({4, 2, 3, 3}, at::kDouble) * 3 + 1;
        const at::Tensor y = norm(x, {.state = state_, .training = true});
        const at::Tensor mean = x.mean({0, 2, 3}), variance = x.var(at::IntArrayRef{0, 2, 3}, /*unbiased=*/false);
        const auto wide = [](const at::Tensor& channel) { return channel.view({1, 2, 1, 1}); };
        QVERIFY(y.allclose((x - wide(mean)) / (wide(variance) + 1e-5).sqrt()));
        QVERIFY(state_.buffers[0].allclose(0.1 * mean));
        QVERIFY(state_.buffers[1].allclose(0.9 + 0.1 * variance * 36.0 / 35.0));  // the unbiased variance is kept
    }

    void evaluationNormalisesByTheRunningStatistics() {
        const BatchNorm norm(bench_, "norm", 2);
        state_ = initialState(bench_, 1).to(at::kDouble);
        const at::NoGradGuard noGradient;
        state_.parameters[0].fill_(2.0);
        state_.parameters[1].fill_(-1.0);
        state_.buffers[0].fill_(0.5);
        state_.buffers[1].fill_(4.0);
        const at::Tensor x = someImages({1, 2, 3, 3}, at::kDouble);
        QVERIFY(norm(x, {.state = state_}).allclose(2.0 * (x - 0.5) / std::sqrt(4.0 + 1e-5) - 1.0));
    }
};

int runLayerTests(int argc, char** argv) {
    LayerTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_layers.moc"
