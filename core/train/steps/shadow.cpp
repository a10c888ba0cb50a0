#include "core/train/steps/shadow.h"

#include <torch/types.h>

#include "core/nn/features.h"
#include "core/nn/layers/linear.h"

namespace gaplab {
namespace {

class Shadow : public Network {
public:
    Shadow(Model body, int64_t features)
        : Network(body.network->plan()),
          body_(std::move(body)),
          head_(*this, "head", {.in = features, .out = plan().classes, .position = Position::Last}) {
        for (at::Tensor& parameter : body_.state.parameters)
            parameter.detach_().set_requires_grad(false);
    }

    Outputs forward(const at::Tensor& images, const Pass& pass) const override {
        Outputs outputs = features(images, pass.profile);
        outputs.logits = head_(outputs.pooled, pass);
        return outputs;
    }

private:
    Outputs features(const at::Tensor& images, Profile* counted) const {
        const at::NoGradGuard noGradient;
        const bool elsewhere = images.device() != body_.state.parameters.front().device();  // where shapes are asked for
        const State state = elsewhere ? body_.state.to(images.device()) : body_.state;
        return body_.network->forward(images, Pass{.state = state, .taps = true, .profile = counted});
    }

    Model body_;
    Linear head_;
};

}  // namespace

std::shared_ptr<const Network> shadowOf(const Model& trained) {
    return std::make_shared<Shadow>(trained, featureShapes(*trained.network).back().front());
}

}  // namespace gaplab
