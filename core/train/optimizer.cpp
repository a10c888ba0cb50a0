#include "core/train/optimizer.h"

#include <functional>
#include <set>

#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_foreach_norm.h>
#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/_fused_sgd.h>
#include <fmt/format.h>

#include "core/base/error.h"

namespace gaplab {
namespace {

std::vector<at::Tensor> zerosLike(const std::vector<at::Tensor>& tensors) {
    std::vector<at::Tensor> zeros;
    for (const at::Tensor& tensor : tensors)
        zeros.push_back(at::zeros_like(tensor.detach()));
    return zeros;
}

/// The values of parameters that have a gradient, with their gradients and the rows of their state.
struct Active {
    std::vector<at::Tensor> values, gradients;
    std::vector<size_t> rows;
};

Active activeParameters(const std::vector<at::Tensor>& parameters, const std::function<bool(size_t)>& chosen = {}) {
    Active active;
    for (size_t i = 0; i < parameters.size(); ++i) {
        if (!parameters[i].grad().defined() || (chosen && !chosen(i))) continue;
        active.values.push_back(parameters[i].detach());
        active.gradients.push_back(parameters[i].grad());
        active.rows.push_back(i);
    }
    return active;
}

std::vector<at::Tensor> pick(const std::vector<at::Tensor>& tensors, const std::vector<size_t>& rows) {
    std::vector<at::Tensor> picked;
    for (const size_t row : rows)
        picked.push_back(tensors[row]);
    return picked;
}

/// Parameters of the same decay and learning rate are turned together.
class Groups {
public:
    /// As makeOptimizer is given them.
    Groups(size_t parameters, const std::vector<bool>& decays, const std::vector<double>& rates) : of_(parameters) {
        for (size_t i = 0; i < parameters; ++i)
            of_[i] = {rates.empty() ? 1.0 : rates[i], decays.empty() || decays[i]};
        keys_.insert(of_.begin(), of_.end());
    }

    /// Calls `update` for each group, with the decay and the rate of its parameters.
    void forEach(const std::vector<at::Tensor>& parameters, double decay, double rate,
                 const std::function<void(const Active&, double decay, double rate)>& update) const {
        for (const Key& key : keys_) {
            const Active active = activeParameters(parameters, [&](size_t i) { return of_[i] == key; });
            if (!active.values.empty()) update(active, key.second ? decay : 0.0, rate * key.first);
        }
    }

private:
    using Key = std::pair<double, bool>;  // factor on the rate, whether it decays
    std::vector<Key> of_;
    std::set<Key> keys_;
};

void addState(std::vector<std::pair<std::string, at::Tensor>>& state, const std::string& name,
              const std::vector<at::Tensor>& tensors) {
    for (size_t i = 0; i < tensors.size(); ++i)
        state.emplace_back(fmt::format("{}.{}", name, i), tensors[i]);
}

/// v <- momentum v + g + decay w;  w <- w - lr (v, or g + momentum v with Nesterov)
class Sgd : public Optimizer {
public:
    Sgd(const Json& options, const std::vector<at::Tensor>& parameters, const Groups& groups)
        : momentum_(options.at("momentum")),
          decay_(options.at("weight_decay")),
          nesterov_(options.at("nesterov")),
          parameters_(parameters),
          groups_(groups),
          velocity_(momentum_ > 0 ? zerosLike(parameters) : std::vector<at::Tensor>()) {}

    void step(double learningRate) override {
        groups_.forEach(parameters_, decay_, learningRate, [&](const Active& active, double decay, double rate) {
            const std::vector<at::Tensor> velocity = velocity_.empty() ? std::vector<at::Tensor>() : pick(velocity_, active.rows);
            at::_fused_sgd_(active.values, active.gradients, velocity, decay, momentum_, rate, 0.0, nesterov_, false, false);
        });
    }

    std::vector<at::Tensor> stateOf(size_t parameter) const override {
        return velocity_.empty() ? std::vector<at::Tensor>() : std::vector<at::Tensor>{velocity_[parameter]};
    }
    std::vector<Follows> follows() const override {
        return velocity_.empty() ? std::vector<Follows>() : std::vector{Follows::Gradient};
    }
    size_t parameterCount() const override { return parameters_.size(); }

    std::vector<std::pair<std::string, at::Tensor>> state() const override {
        std::vector<std::pair<std::string, at::Tensor>> state;
        addState(state, "velocity", velocity_);
        return state;
    }

private:
    double momentum_, decay_;
    bool nesterov_;
    std::vector<at::Tensor> parameters_;
    Groups groups_;
    std::vector<at::Tensor> velocity_;
};

/// Loshchilov and Hutter 2019, with bias correction.
class AdamW : public Optimizer {
public:
    AdamW(const Json& options, const std::vector<at::Tensor>& parameters, const Groups& groups)
        : beta1_(options.at("beta1")),
          beta2_(options.at("beta2")),
          epsilon_(options.at("eps")),
          decay_(options.at("weight_decay")),
          parameters_(parameters),
          groups_(groups),
          mean_(zerosLike(parameters)),
          square_(zerosLike(parameters)) {
        for (const at::Tensor& parameter : parameters)
            steps_.push_back(at::zeros({}, parameter.options().dtype(at::kFloat).requires_grad(false)));
    }

    void step(double learningRate) override {
        groups_.forEach(parameters_, decay_, learningRate, [&](const Active& active, double decay, double rate) {
            const std::vector<at::Tensor> steps = pick(steps_, active.rows);
            at::_foreach_add_(steps, 1);
            at::_fused_adamw_(active.values, active.gradients, pick(mean_, active.rows), pick(square_, active.rows), {}, steps,
                              rate, beta1_, beta2_, decay, epsilon_, false, false);
        });
    }

    std::vector<at::Tensor> stateOf(size_t parameter) const override {
        return {mean_[parameter], square_[parameter], steps_[parameter]};
    }
    std::vector<Follows> follows() const override { return {Follows::Gradient, Follows::SquaredGradient, Follows::Nothing}; }
    size_t parameterCount() const override { return parameters_.size(); }

    std::vector<std::pair<std::string, at::Tensor>> state() const override {
        std::vector<std::pair<std::string, at::Tensor>> state;
        addState(state, "mean", mean_);
        addState(state, "square", square_);
        addState(state, "steps", steps_);
        return state;
    }

private:
    double beta1_, beta2_, epsilon_, decay_;
    std::vector<at::Tensor> parameters_;
    Groups groups_;
    std::vector<at::Tensor> mean_, square_, steps_;
};

}  // namespace

void Optimizer::takeOver(const Optimizer& before,
                         const std::function<at::Tensor(size_t parameter, const at::Tensor& values, Follows follows)>& change) {
    const at::NoGradGuard noGradient;
    const std::vector<Follows> kinds = follows();
    for (size_t i = 0; i < parameterCount(); ++i) {
        const std::vector<at::Tensor> old = before.stateOf(i), own = stateOf(i);
        for (size_t k = 0; k < own.size(); ++k)
            own[k].copy_(change(i, old[k], kinds[k]));
    }
}

std::unique_ptr<Optimizer> makeOptimizer(const Json& options, const std::vector<at::Tensor>& parameters,
                                         const std::vector<bool>& decays, const std::vector<double>& rates) {
    const Groups groups(parameters.size(), decays, rates);
    const std::string kind = options.at("kind");
    if (kind == "sgd") return std::make_unique<Sgd>(options, parameters, groups);
    if (kind == "adamw") return std::make_unique<AdamW>(options, parameters, groups);
    throw inputError(fmt::format("There is no optimizer \"{}\"", kind));
}

void clipGradients(const std::vector<at::Tensor>& parameters, double maximum) {
    const std::vector<at::Tensor> gradients = activeParameters(parameters).gradients;
    if (gradients.empty()) return;  // of a teacher that rests
    const at::Tensor norm = at::stack(at::_foreach_norm(gradients)).norm();
    at::_foreach_mul_(gradients, at::clamp_max(maximum / (norm + 1e-6), 1.0));
}

}  // namespace gaplab
