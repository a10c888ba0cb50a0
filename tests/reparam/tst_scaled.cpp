#include <QtTest>

#include "core/nn/layers/attention.h"
#include "core/nn/layers/batch_norm.h"
#include "core/nn/layers/layer_norm.h"
#include "core/nn/layers/stateless.h"
#include "core/nn/layers/tokens.h"
#include "tests/reparam/gpd_steps.h"

using namespace gaplab;

namespace {

/// The published form of the dynamic teacher, slow and kept for comparison alone: the stored tensors as they are, features
/// divided by r, and each norm, GELU and attention in wrappers that multiply and divide again.
struct Scaled {
    const Network& network;
    const State& state;
    double r;

    const at::Tensor& of(const std::string& name) const { return state.parameters[indexOf(network.parameters(), name)]; }
    at::Tensor batchNorm(const at::Tensor& x, const std::string& name) const {
        return at::batch_norm(r * x, of(name + ".weight"), of(name + ".bias"), {}, {}, true, batchNormMomentum, batchNormEpsilon,
                              false) /
               r;
    }
    at::Tensor layerNorm(const at::Tensor& x, const std::string& name) const {
        return at::layer_norm(r * x, {x.size(-1)}, of(name + ".weight"), of(name + ".bias"), 1e-6) / r;
    }
    at::Tensor linear(const at::Tensor& x, const std::string& name) const {
        return at::linear(x, of(name + ".weight"), of(name + ".bias"));
    }
};

/// Every kind of layer of convolutional networks.
class ConvNet final : public Network {
public:
    explicit ConvNet(int expansion)
        : Network({.elasticity = {.expansion = expansion}}),
          stem_(*this, "stem", "bn0", {.in = 3, .out = 4, .position = Position::First}),
          depthwise_(*this, "depthwise", "bn1", {.in = 4, .out = 4, .groups = 4}),
          hidden_(*this, "hidden", "bn2", {.in = 4, .out = 4, .bias = true}),
          head_(*this, "head", {.in = 4, .out = 5, .position = Position::Last}) {}

    Outputs forward(const at::Tensor& images, const Pass& pass) const override {
        const at::Tensor x = stem_(images, pass).relu();
        const at::Tensor y = hidden_(depthwise_(x, pass).relu(), pass) + x;
        return {.logits = head_(globalAverage(y.relu()), pass), .stages = {}, .pooled = {}};
    }

    at::Tensor scaledTeacher(const at::Tensor& images, const State& state) const {
        const Scaled s{*this, state, static_cast<double>(expansion())};
        const auto conv = [&](const at::Tensor& x, const char* name, const at::Tensor& bias, int64_t groups) {
            return at::conv2d(x, s.of(std::string(name) + ".weight"), bias, 1, 1, 1, groups);
        };
        const at::Tensor x = s.batchNorm(conv(images, "stem", {}, 1), "bn0").relu();
        const at::Tensor z = s.batchNorm(conv(x, "depthwise", {}, x.size(1)), "bn1").relu();
        const at::Tensor y = s.batchNorm(conv(z, "hidden", s.of("hidden.bias"), 1), "bn2") + x;
        return s.linear(globalAverage(y.relu()), "head");
    }

private:
    ConvNorm stem_, depthwise_, hidden_;
    Linear head_;
};

/// A vision transformer of one block.
class Transformer final : public Network {
public:
    explicit Transformer(int expansion)
        : Network({.elasticity = {.expansion = expansion}}),
          patches_(*this, "patches", 3, 6, 4),
          positions_(*this, 4, 6),
          norm1_(*this, "norm1", 6),
          attention_(*this, "attn", 6, 2),
          norm2_(*this, "norm2", 6),
          enlarge_(*this, "fc1", {.in = 6, .out = 12, .transformer = true}),
          reduce_(*this, "fc2", {.in = 12, .out = 6, .transformer = true}),
          norm_(*this, "norm", 6),
          head_(*this, "head", {.in = 6, .out = 5, .position = Position::Last}) {}

    Outputs forward(const at::Tensor& images, const Pass& pass) const override {
        at::Tensor x = positions_(patches_(images, pass), pass);
        x = x + attention_(norm1_(x, pass), pass);
        x = x + reduce_(gelu(enlarge_(norm2_(x, pass), pass), pass), pass);
        return {.logits = head_(norm_(x, pass).select(1, 0), pass), .stages = {}, .pooled = {}};
    }

    at::Tensor scaledTeacher(const at::Tensor& images, const State& state) const {
        const double r = expansion();
        const Scaled s{*this, state, r};
        const at::Tensor patches = tokensOf(at::conv2d(images, s.of("patches.proj.weight"), s.of("patches.proj.bias"), 4));
        const int64_t batch = patches.size(0), width = patches.size(2), copies = expansion();
        at::Tensor x = at::cat({s.of("cls_token").expand({batch, 1, width}) / r, patches}, 1) + s.of("pos_embed") / r;
        const int64_t count = x.size(1);
        const at::Tensor joint =
            s.linear(s.layerNorm(x, "norm1"), "attn.qkv").view({batch, count, copies, 3, 2, 3}).permute({3, 0, 2, 4, 1, 5});
        const auto part = [&](int64_t which) { return joint[which].reshape({batch, copies * 2, count, 3}); };
        const at::Tensor weights = at::softmax((r * part(0)).matmul((r * part(1)).transpose(-2, -1)) / std::sqrt(3.0), -1);
        const at::Tensor mixed = weights.matmul(part(2)).transpose(1, 2).reshape({batch, count, width});
        x = x + s.linear(mixed, "attn.proj");
        const at::Tensor hidden = at::gelu(r * s.linear(s.layerNorm(x, "norm2"), "fc1")) / r;
        x = x + s.linear(hidden, "fc2");
        return s.linear(s.layerNorm(x, "norm").select(1, 0), "head");
    }

private:
    PatchEmbedding patches_;
    ClassTokenAndPositions positions_;
    LayerNorm norm1_;
    Attention attention_;
    LayerNorm norm2_;
    Linear enlarge_, reduce_;
    LayerNorm norm_;
    Linear head_;
};

State freshState(const Network& network) {
    State state;
    for (const TensorSlot& slot : network.parameters()) {
        const at::Tensor values = initialValue(slot, 2).to(at::kDouble) + 0.05 * someImages(slot.studentShape, at::kDouble);
        state.parameters.push_back(spread(values, slot.layout).set_requires_grad(true));
    }
    for (const TensorSlot& slot : network.buffers())
        state.buffers.push_back(spread(initialValue(slot, 2).to(at::kDouble), slot.layout));
    return state;
}

/// Largest relative difference of the logits of both forms over some steps of gap preserving distillation, and of the parameters.
template <class Net>
double divergence(const Net& network, const at::Tensor& images, const at::Tensor& labels, int steps) {
    const State ours = freshState(network), theirs = freshState(network);
    Descent ourDescent(ours.parameters), theirDescent(theirs.parameters);
    const Forward ourForward = [&](View view) {
        return network.forward(images, {.state = ours, .view = view, .training = true}).logits;
    };
    const Forward theirForward = [&](View view) {
        if (view == View::Teacher) return network.scaledTeacher(images, theirs);
        return network.forward(images, {.state = theirs, .view = view, .training = true}).logits;
    };
    double worst = 0;
    for (int step = 0; step < steps; ++step) {
        clearGradients(ours.parameters);
        clearGradients(theirs.parameters);
        accumulateGradients(ourForward, labels);
        accumulateGradients(theirForward, labels);
        ourDescent.step(0.05);
        theirDescent.step(0.05);
        for (const View view : {View::Student, View::Teacher}) {
            const at::Tensor a = ourForward(view), b = theirForward(view);
            worst = std::max(worst, largestDifference(a, b) / b.abs().max().item<double>());
        }
    }
    for (size_t i = 0; i < ours.parameters.size(); ++i)
        worst = std::max(worst, largestDifference(ours.parameters[i], theirs.parameters[i]));
    return worst;
}

}  // namespace

/// The form without scaled features against the published one.
class ScaledTests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void bothFormsTrainAlike_data() {
        QTest::addColumn<int>("ratio");
        QTest::newRow("r = 2") << 2;
        QTest::newRow("r = 3") << 3;
    }
    void bothFormsTrainAlike() {  // [23]
        QFETCH(int, ratio);
        const at::Tensor images = someImages({6, 3, 8, 8}, at::kDouble), labels = at::arange(6, at::kLong) % 5;
        const double conv = divergence(ConvNet(ratio), images, labels, 8);
        QVERIFY2(conv < exact, qPrintable(QString::number(conv)));
        const double transformer = divergence(Transformer(ratio), images, labels, 8);
        QVERIFY2(transformer < exact, qPrintable(QString::number(transformer)));
    }
};

int runScaledTests(int argc, char** argv) {
    ScaledTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_scaled.moc"
