#pragma once

#include "core/nn/network.h"

namespace gaplab {

/// Three linear layers C-128-128-(1 + K), each divided by its largest singular value (Miyato et al. 2018), with an Adam of its
/// own. Its first output says how real the input is, the others which class. All that it keeps lies in the buffers of a network,
/// so that it is in the checkpoint but neither in the optimizer nor in the average. Everything is float32 at least, whatever the
/// training's precision, and nothing waits for the device.
class Discriminator {
public:
    /// Adds its buffers to the network; `classes` may be 0.
    Discriminator(Network& network, int64_t inputs, int64_t classes, double rate);

    struct Judgement {
        at::Tensor real;     ///< [B], the logit of "from the source"
        at::Tensor classes;  ///< [B, K]
    };
    /// Its weights are constants here.
    Judgement operator()(const State& state, const at::Tensor& inputs) const;

    /// One step: the source's are real, the own ones are not, and both are of their class. `target`: labels [B], or shares
    /// [B, K]. Not taken where the accuracy lies above `freezeAbove`; begun anew from `initial` where a value is not finite.
    void learn(State& state, const State& initial, const at::Tensor& from, const at::Tensor& to, const at::Tensor& target,
               double freezeAbove) const;

    /// Running share of right answers; 0.5 at first.
    const at::Tensor& accuracy(const State& state) const { return state.buffers[accuracy_]; }
    /// Steps in a row with an accuracy below `fooledBelow`.
    const at::Tensor& fooledSteps(const State& state) const { return state.buffers[fooled_]; }
    /// How often it was begun anew.
    const at::Tensor& resets(const State& state) const { return state.buffers[resets_]; }
    /// What was told last; for whoever reports.
    const at::Tensor& told(const State& state) const { return state.buffers[told_]; }

    static constexpr double fooledBelow = 0.55;

private:
    struct Layer {
        size_t weight, bias, direction;
    };
    std::vector<size_t> trained() const;
    Judgement judge(const State& state, const std::vector<at::Tensor>& trained, const at::Tensor& inputs) const;
    void turnDirections(State& state) const;
    /// Adam's.
    void move(State& state, const std::vector<at::Tensor>& gradients, const at::Tensor& moves) const;
    void observe(State& state, const State& initial, const at::Tensor& right, const at::Tensor& finite) const;

    std::vector<Layer> layers_;
    std::vector<size_t> means_, squares_;  ///< Adam's, one a trained tensor
    size_t first_ = 0, step_ = 0, accuracy_ = 0, fooled_ = 0, resets_ = 0, told_ = 0;
    double rate_;
};

}  // namespace gaplab
