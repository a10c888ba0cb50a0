#include <cmath>

#include <QtTest>

#include "core/nn/network.h"
#include "tests/nn/support.h"

using namespace gaplab;

class StateTests : public QObject {
    Q_OBJECT

    std::unique_ptr<Network> network_ = buildNetwork("resnet20", Json::object(), {}, 10);
    State state_ = initialState(*network_, 7);

    const at::Tensor& parameter(const std::string& name) const {
        for (size_t i = 0; i < network_->parameters().size(); ++i)
            if (network_->parameters()[i].name == name) return state_.parameters[i];
        throw std::logic_error("no parameter " + name);
    }

private Q_SLOTS:
    void theSameSeedGivesTheSameBits() {
        const State again = initialState(*network_, 7);
        QVERIFY(bitwiseEqual(again.parameters, state_.parameters));
        QVERIFY(bitwiseEqual(again.buffers, state_.buffers));
    }

    void anotherSeedGivesOtherWeights() {
        const State other = initialState(*network_, 8);
        for (size_t i = 0; i < other.parameters.size(); ++i)
            if (network_->parameters()[i].role == ParameterRole::Kernel)
                QVERIFY(!other.parameters[i].equal(state_.parameters[i]));
    }

    void weightsArePortable() {
        // Computed apart from this program, in Python, from the definitions of SplitMix64 and Box-Muller.
        const double kernel[] = {0.0230019063667584, 0.13064564134045487, 0.16130175204896258, -0.13272356250354106};
        const double bias[] = {-0.08052577009807652, -0.0043521278067520375, 0.10094276220482382};
        const at::Tensor first = parameter("conv1.weight").detach().contiguous().flatten();
        for (int64_t i = 0; i < 4; ++i)
            QVERIFY(std::abs(first[i].item<double>() - kernel[i]) < 1e-7);
        for (int64_t i = 0; i < 3; ++i)
            QVERIFY(std::abs(parameter("fc.bias")[i].item<double>() - bias[i]) < 1e-7);
    }

    void kernelsAreHeNormalByFanOut() {
        const at::Tensor kernel = parameter("layer3.0.conv1.weight").detach();  // [64, 32, 3, 3]
        const double deviation = std::sqrt(2.0 / (64 * 9));
        QVERIFY(std::abs(kernel.mean().item<double>()) < 3 * deviation / std::sqrt(64.0 * 32 * 9));
        QVERIFY(std::abs(kernel.std().item<double>() / deviation - 1) < 0.02);
        const double within = kernel.abs().lt(deviation).to(at::kDouble).mean().item<double>();
        QVERIFY(std::abs(within - 0.6827) < 0.01);
    }

    void linearLayersAreUniformByFanIn() {
        const at::Tensor kernel = parameter("fc.weight").detach();  // [10, 64]
        QVERIFY(kernel.abs().max().item<double>() <= 0.125);
        QVERIFY(kernel.abs().max().item<double>() > 0.12);
        QVERIFY(std::abs(kernel.std().item<double>() / (0.125 / std::sqrt(3.0)) - 1) < 0.05);
        QVERIFY(parameter("fc.bias").abs().max().item<double>() <= 0.125);
    }

    void aConvolutionsBiasIsBoundedByItsFanIn() {
        const auto plane = buildNetwork("plane2", Json::object(), {}, 10);
        const State state = initialState(*plane, 0);
        const double bound = 1 / std::sqrt(27.0);  // conv1 sees 3 x 3 x 3 values
        QCOMPARE(plane->parameters()[1].name, std::string("conv1.bias"));
        QVERIFY(state.parameters[1].abs().max().item<double>() <= bound);
        QVERIFY(state.parameters[1].abs().max().item<double>() > 0.7 * bound);
    }

    void batchNormStartsAsTheIdentity() {
        QVERIFY(parameter("bn1.weight").eq(1).all().item<bool>());
        QVERIFY(parameter("bn1.bias").eq(0).all().item<bool>());
        QVERIFY(state_.buffers[0].eq(0).all().item<bool>());
        QVERIFY(state_.buffers[1].eq(1).all().item<bool>());
    }

    void parametersRequireGradientsAndBuffersDoNot() {
        for (const at::Tensor& tensor : state_.parameters)
            QVERIFY(tensor.requires_grad() && tensor.is_leaf());
        for (const at::Tensor& tensor : state_.buffers)
            QVERIFY(!tensor.requires_grad());
    }

    void kernelsLieChannelsLast() { QVERIFY(parameter("layer1.0.conv1.weight").is_contiguous(at::MemoryFormat::ChannelsLast)); }

    void aCloneIsIndependent() {
        const State original = initialState(*network_, 7);
        State copy = state_.clone();
        const at::NoGradGuard noGradient;
        for (const at::Tensor& tensor : copy.parameters)
            tensor.add_(1);
        for (const at::Tensor& tensor : copy.buffers)
            tensor.add_(1);
        QVERIFY(bitwiseEqual(state_.parameters, original.parameters));
        QVERIFY(bitwiseEqual(state_.buffers, original.buffers));
    }

    void copiesKeepLayoutAndNeedForGradients() {
        for (const State& copy : {state_.clone(), state_.to(at::Device(at::kCPU)), state_.to(at::kDouble)}) {
            for (size_t i = 0; i < copy.parameters.size(); ++i) {
                QCOMPARE(copy.parameters[i].strides().vec(), state_.parameters[i].strides().vec());
                QVERIFY(copy.parameters[i].requires_grad() && copy.parameters[i].is_leaf());
            }
            QVERIFY(!copy.buffers[0].requires_grad());
        }
        QCOMPARE(state_.to(at::kDouble).buffers[0].scalar_type(), at::kDouble);
    }
};

int runStateTests(int argc, char** argv) {
    StateTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_state.moc"
