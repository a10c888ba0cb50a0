#include <algorithm>
#include <cmath>
#include <thread>

#include <QtTest>
#include <torch/csrc/autograd/autograd.h>

#include "core/nn/network.h"
#include "tests/nn/support.h"

using namespace gaplab;

/// What every architecture must do, whatever it is made of.
class ForwardTests : public QObject {
    Q_OBJECT

    std::unique_ptr<Network> network_;
    State state_;
    at::Tensor images_ = someImages({3, 3, 16, 16});

    void build() {
        const std::string name = QTest::currentDataTag();
        network_ = buildNetwork(name, smallParameters(name), {3, 16, 16}, 5);
        state_ = initialState(*network_, 1);
    }
    /// A convolution's bias that the batch norm behind it takes away again.
    bool isUnderBatchNorm(const TensorSlot& slot) const {
        return std::ranges::any_of(network_->folds(), [&](const Fold& fold) { return slot.name == fold.conv + ".bias"; });
    }
    static void addNames() {
        QTest::addColumn<int>("unused");
        for (const std::string& name : buildableNames())
            QTest::newRow(name.c_str()) << 0;
    }
    at::Tensor logits(bool training = false) const {
        return network_->forward(images_, {.state = state_, .training = training}).logits;
    }

private Q_SLOTS:
    void gradientsReachEveryParameter_data() { addNames(); }
    void gradientsReachEveryParameter() {
        build();
        const at::Tensor target = at::tensor({0, 1, 2}, at::kLong);
        at::cross_entropy_loss(logits(true), target).backward();
        for (size_t i = 0; i < state_.parameters.size(); ++i) {
            const TensorSlot& slot = network_->parameters()[i];
            const at::Tensor gradient = state_.parameters[i].grad();
            QVERIFY2(gradient.defined() && gradient.isfinite().all().item<bool>(), slot.name.c_str());
            QVERIFY2(isUnderBatchNorm(slot) || gradient.ne(0).any().item<bool>(), slot.name.c_str());
        }
    }

    void theSamePassGivesTheSameBits_data() { addNames(); }
    void theSamePassGivesTheSameBits() {
        build();
        const at::NoGradGuard noGradient;
        const at::Tensor first = logits();
        for (int i = 0; i < 3; ++i)
            QVERIFY(logits().equal(first));
        State copy = state_.clone();
        QVERIFY(network_->forward(images_, {.state = copy}).logits.equal(first));
    }

    void theSameTrainingStepGivesTheSameBits_data() { addNames(); }
    void theSameTrainingStepGivesTheSameBits() {
        build();
        State copy = state_.clone();
        for (State* state : {&state_, &copy})
            network_->forward(images_, {.state = *state, .training = true}).logits.square().mean().backward();
        for (size_t i = 0; i < copy.parameters.size(); ++i)
            QVERIFY(copy.parameters[i].grad().equal(state_.parameters[i].grad()));
        QVERIFY(bitwiseEqual(copy.buffers, state_.buffers));
    }

    void aBatchOfOneWorks_data() { addNames(); }
    void aBatchOfOneWorks() {
        build();
        const at::NoGradGuard noGradient;
        const at::Tensor alone = network_->forward(images_.slice(0, 1, 2), {.state = state_}).logits;
        QCOMPARE(alone.sizes().vec(), (std::vector<int64_t>{1, 5}));
        QVERIFY(alone.allclose(logits().slice(0, 1, 2), 1e-4, 1e-5));
        if (network_->plan().architecture.starts_with("mobilenet")) return;  // down to one pixel: below
        const at::Tensor trained = network_->forward(images_.slice(0, 1, 2), {.state = state_, .training = true}).logits;
        QVERIFY(trained.isfinite().all().item<bool>());
        for (const at::Tensor& buffer : state_.buffers)
            QVERIFY(buffer.isfinite().all().item<bool>());
    }

    void aSingleValueAChannelIsRefused() {
        network_ = buildNetwork("mobilenet_v2", smallParameters("mobilenet_v2"), {3, 16, 16}, 5);
        state_ = initialState(*network_, 1);
        const State before = state_.clone();
        const Error error = inputErrorOf([&] { network_->forward(images_.slice(0, 0, 1), {.state = state_, .training = true}); });
        QVERIFY(contains(error.what(), "single value"));
        for (const at::Tensor& buffer : state_.buffers)
            QVERIFY(buffer.isfinite().all().item<bool>());
    }

    void onlyTrainingMovesTheRunningStatistics_data() { addNames(); }
    void onlyTrainingMovesTheRunningStatistics() {
        build();
        const State before = state_.clone();
        logits();
        QVERIFY(bitwiseEqual(before.buffers, state_.buffers));
        logits(true);
        for (size_t i = 0; i < before.buffers.size(); ++i)
            QVERIFY(!before.buffers[i].equal(state_.buffers[i]));
        QVERIFY(bitwiseEqual(before.parameters, state_.parameters));
    }

    void tapsChangeNothingAndEndInTheLogits_data() { addNames(); }
    void tapsChangeNothingAndEndInTheLogits() {
        build();
        const at::NoGradGuard noGradient;
        const Outputs plain = network_->forward(images_, {.state = state_});
        const Outputs tapped = network_->forward(images_, {.state = state_, .taps = true});
        QVERIFY(plain.stages.empty() && !plain.pooled.defined());
        QVERIFY(plain.logits.equal(tapped.logits));
        QVERIFY(!tapped.stages.empty());
        const bool joins = network_->plan().architecture == "shufflenet_v2";  // what leaves a unit there is ReLUs' results
        for (const at::Tensor& stage : tapped.stages)
            QVERIFY(joins || stage.lt(0).any().item<bool>());  // before the ReLU
        const auto count = state_.parameters.size();
        QVERIFY(at::linear(tapped.pooled, state_.parameters[count - 2], state_.parameters[count - 1]).equal(tapped.logits));
    }

    void featuresStayChannelsLast_data() { addNames(); }
    void featuresStayChannelsLast() {
        build();
        const at::NoGradGuard noGradient;
        for (const at::Tensor& stage : network_->forward(images_, {.state = state_, .taps = true}).stages)
            QVERIFY(stage.dim() != 4 || stage.is_contiguous(at::MemoryFormat::ChannelsLast));
    }

    void withoutExpansionBothViewsAreOne_data() { addNames(); }
    void withoutExpansionBothViewsAreOne() {
        build();
        const at::NoGradGuard noGradient;
        QVERIFY(network_->forward(images_, {.state = state_, .view = View::Teacher}).logits.equal(logits()));
    }

    void float64AgreesWithFloat32_data() { addNames(); }
    void float64AgreesWithFloat32() {
        build();
        const at::NoGradGuard noGradient;
        const State precise = state_.to(at::kDouble);
        // Three images of one pixel are too few for a batch's statistics to be stable.
        const bool training = !network_->plan().architecture.starts_with("mobilenet");
        const at::Tensor result = network_->forward(images_.to(at::kDouble), {.state = precise, .training = training}).logits;
        QCOMPARE(result.scalar_type(), at::kDouble);
        QVERIFY(result.allclose(logits(training).to(at::kDouble), 1e-2, 1e-3));
    }

    void otherImageShapesWork_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("channels");
        QTest::addColumn<int>("height");
        QTest::addColumn<int>("width");
        for (const char* name : {"resnet8", "resnet8x4", "plane2", "plane10", "wrn_16_2", "vgg8", "resnet18", "mobilenet_v2",
                                 "shufflenet_v2", "rvt_tiny"}) {
            QTest::addRow("%s of 1 x 16 x 16", name) << name << 1 << 16 << 16;
            QTest::addRow("%s of 3 x 28 x 61", name) << name << 3 << 28 << 61;
        }
        QTest::newRow("resnet8 of 3 x 512 x 512") << "resnet8" << 3 << 512 << 512;
        QTest::newRow("resnet20 of 4 x 8 x 8") << "resnet20" << 4 << 8 << 8;
    }
    void otherImageShapesWork() {
        QFETCH(QString, name);
        QFETCH(int, channels);
        QFETCH(int, height);
        QFETCH(int, width);
        const auto network = buildNetwork(name.toStdString(), Json::object(), {channels, height, width}, 12);
        const State state = initialState(*network, 3);
        const at::NoGradGuard noGradient;
        const Outputs outputs = network->forward(someImages({2, channels, height, width}), {.state = state, .training = true});
        QCOMPARE(outputs.logits.sizes().vec(), (std::vector<int64_t>{2, 12}));
        QVERIFY(outputs.logits.isfinite().all().item<bool>());
    }

    void passesFromSeveralThreadsAgree() {
        network_ = buildNetwork("resnet8", Json::object(), {3, 16, 16}, 5);
        state_ = initialState(*network_, 1);
        std::vector<at::Tensor> results(4);
        {
            std::vector<std::jthread> threads;
            for (at::Tensor& result : results)
                threads.emplace_back([&] {
                    const at::NoGradGuard noGradient;
                    result = logits();
                });
        }
        for (const at::Tensor& result : results)
            QVERIFY(result.allclose(logits(), 1e-5, 1e-6));
    }

    void gradientsEqualFiniteDifferences_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("parameters");
        QTest::addColumn<bool>("training");
        for (const bool training : {true, false}) {
            QTest::addRow("resnet8, training %d", training) << "resnet8"
                                                            << "{\"width\": 0.125}" << training;
            for (const char* name : {"plane2", "wrn_16_1", "vgg8", "resnet18", "shufflenet_v2", "rvt_small", "deit"})
                QTest::addRow("%s, training %d", name, training)
                    << name << QString::fromStdString(smallParameters(name).dump()) << training;
        }
    }
    void gradientsEqualFiniteDifferences() {
        QFETCH(QString, name);
        QFETCH(QString, parameters);
        QFETCH(bool, training);
        const auto network = buildNetwork(name.toStdString(), Json::parse(parameters.toStdString()), {2, 8, 8}, 3);
        const State state = initialState(*network, 5).to(at::kDouble);
        for (size_t i = 0; i < state.parameters.size(); ++i)  // away from the ReLU's kink, where dead channels would stand
            if (network->parameters()[i].role == ParameterRole::NormShift)
                state.parameters[i].detach().add_(0.1 * someImages(state.parameters[i].sizes(), at::kDouble) + 0.033);
        const at::Tensor images = someImages({3, 2, 8, 8}, at::kDouble);
        const at::Tensor direction = someImages({3, 3}, at::kDouble);
        const auto loss = [&] {
            const Outputs outputs = network->forward(images, {.state = state, .training = training, .taps = true});
            at::Tensor sum = (outputs.logits * direction).sum() + outputs.pooled.square().sum();
            for (const at::Tensor& stage : outputs.stages)
                sum = sum + stage.sin().mean();
            return sum;
        };
        const double error = gradientError(loss, state.parameters, state.parameters.size() > 40 ? 1 : 5);
        QVERIFY2(error < (training ? 1e-4 : 1e-6), qPrintable(QString::number(error)));  // statistics of three values are steep
    }

    void aWrongGradientIsFound() {
        const at::Tensor x = someImages({4}, at::kDouble).requires_grad_(true);
        QVERIFY(gradientError([&] { return x.square().sum(); }, {x}, 4) < 1e-6);
        QVERIFY(gradientError([&] { return (x * x.detach()).sum(); }, {x}, 4) > 0.1);
    }
};

int runForwardTests(int argc, char** argv) {
    ForwardTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_forward.moc"
