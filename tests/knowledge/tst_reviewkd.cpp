#include <cmath>

#include <QtTest>
#include <torch/types.h>

#include "core/base/error.h"
#include "tests/knowledge/support.h"

using namespace gaplab;

namespace {

at::Tensor some(at::IntArrayRef shape, double shift = 0) {
    int64_t count = 1;
    for (const int64_t size : shape)
        count *= size;
    return (at::arange(count, at::kDouble) * 0.7 + shift).sin().reshape(shape);
}

/// Features of two stages, a stem and a pooled vector.
Outputs featuresOf(int64_t channels, double shift) {
    return {.logits = some({2, 3}, shift),
            .stages = {some({2, channels, 8, 8}, shift), some({2, channels, 8, 8}, shift + 1),
                       some({2, 2 * channels, 4, 4}, shift + 2)},
            .pooled = some({2, 2 * channels}, shift + 3)};
}

std::vector<std::vector<int64_t>> shapesOf(int64_t channels) {
    return {{channels, 8, 8}, {channels, 8, 8}, {2 * channels, 4, 4}, {2 * channels}};
}

LossPlan planFor(const std::string& loss) {
    LossPlan plan{.labelSmoothing = 0.1};
    if (!lossNeedsFeatures(loss)) return plan;
    plan.parameters = {{"width", 4}};
    plan.fromShapes = shapesOf(6);
    plan.toShapes = shapesOf(3);
    return plan;
}

}  // namespace

class ReviewTests : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void reviewWantsAsManyStages() {
        LossPlan plan = planFor("reviewkd");
        plan.toShapes.erase(plan.toShapes.begin() + 1);
        QVERIFY_THROWS_EXCEPTION(Error, makeLoss("reviewkd", plan));
    }

    void reviewComparesMapsLevelByLevel() {  // [18]
        // A student whose fused maps are the teacher's costs nothing: with the teacher's own outputs as its target.
        const auto loss = makeLoss("reviewkd", planFor("reviewkd"));
        Model* adapters = loss->adapters();
        adapters->state = adapters->state.to(at::kDouble);
        const Outputs teacher = featuresOf(6, 0.3), student = featuresOf(3, 5.0);
        const double cost = (*loss)(&teacher, student, labelled({0, 2})).item<double>();
        QVERIFY(cost > 0);
        // All norms of the outputs at zero scale and shift give zero maps: the cost is that of the teacher's maps alone, whose
        // weights over whole, 4, 2 and 1 cells are 1, 1/2, 1/4, 1/8, those left out that are not smaller than the map.
        const at::NoGradGuard noGradient;
        for (size_t i = 0; i < adapters->state.parameters.size(); ++i)
            if (adapters->network->parameters()[i].name.find(".bn2.") != std::string::npos) adapters->state.parameters[i].zero_();
        const auto square = [](const at::Tensor& map, int64_t cells) {
            return (cells == 0 ? map : at::adaptive_avg_pool2d(map, {cells, cells})).square().mean().item<double>();
        };
        const at::Tensor &large = teacher.stages[1], &small = teacher.stages[2];
        const double eight = (square(large, 0) + square(large, 4) / 2 + square(large, 2) / 4 + square(large, 1) / 8) / 1.875;
        const double four = (square(small, 0) + square(small, 2) / 2 + square(small, 1) / 4) / 1.75;  // 4 is not below 4
        const double pooled = teacher.pooled.square().mean().item<double>();
        QVERIFY(std::abs((*loss)(&teacher, student, labelled({0, 2})).item<double>() - (eight + four + pooled)) < 1e-12);
    }

    void mapsAreEnlargedBeforeTheLastConvolution() {
        // Otherwise an enlarged map would be made of equal blocks, and could not tell a checkerboard from its negative.
        const auto sized = [](int64_t side, double shift) {
            return Outputs{.logits = some({2, 3}, shift),
                           .stages = {some({2, 3, side, side}, shift), some({2, 3, side, side}, shift)},
                           .pooled = some({2, 3}, shift)};
        };
        LossPlan plan{
            .parameters = {{"width", 4}}, .fromShapes = {{3, 8, 8}, {3, 8, 8}, {3}}, .toShapes = {{3, 4, 4}, {3, 4, 4}, {3}}};
        const auto loss = makeLoss("reviewkd", plan);
        Model* adapters = loss->adapters();
        adapters->state = adapters->state.to(at::kDouble);
        Outputs teacher = sized(8, 0.3);
        const Outputs student = sized(4, 5.0);
        const at::Tensor odd = at::arange(8, at::kDouble).remainder(2) * 2 - 1;
        const auto costOf = [&](double sign) {
            teacher.stages[1] = sign * (odd.unsqueeze(0) * odd.unsqueeze(1)).expand({2, 3, 8, 8});
            return (*loss)(&teacher, student, labelled({0, 2})).item<double>();
        };
        QVERIFY(std::abs(costOf(1) - costOf(-1)) > 1e-4);
    }
};

int runReviewTests(int argc, char** argv) {
    ReviewTests tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_reviewkd.moc"
