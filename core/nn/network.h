#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <torch/types.h>

#include "core/base/catalogue.h"

namespace gaplab {

/// Which of the two networks in one set of parameters a forward pass is for.
enum class View { Student, Teacher };

/// What a parameter is, for weight decay rules and for expansion.
enum class ParameterRole { Kernel, Bias, NormScale, NormShift };

struct TensorSlot {
    std::string name;  ///< "layer1.0.conv1.weight"
    std::vector<int64_t> shape;
    ParameterRole role = ParameterRole::Kernel;  ///< meaningless for buffers
};

/// One set of values for a network: the trained one, or its exponential moving average. Order as in Network::parameters /
/// buffers.
struct State {
    std::vector<at::Tensor> parameters;
    std::vector<at::Tensor> buffers;  ///< batch-norm running statistics (one set a view)

    /// Independent values in the same memory layout; what required gradients still does, as a leaf without a gradient.
    State clone() const;
    /// As clone, but values that are there already are shared.
    State to(at::Device device) const;
    State to(at::ScalarType type) const;
};

/// Filled while a pass runs with Pass::profile set.
struct Profile {
    int64_t macs = 0;                               ///< convolutions and linear layers, one image
    std::vector<std::vector<int64_t>> stageShapes;  ///< [C, H, W] or [N, D] of Outputs::stages, one image
    int64_t activationBytes = 0;                    ///< layer outputs kept for the backward pass, one image, float32
};

/// Everything a forward pass depends on besides the images: no hidden mode, no global switch.
struct Pass {
    const State& state;
    View view = View::Student;
    bool training = false;  ///< batch statistics, and running statistics are updated
    bool taps = false;      ///< fill Outputs::stages and Outputs::pooled
    Profile* profile = nullptr;
};

struct Outputs {
    at::Tensor logits;               ///< [B, K]
    std::vector<at::Tensor> stages;  ///< before the last ReLU of a stage [B, C, H, W], the stem first; only with Pass::taps
    at::Tensor pooled;               ///< what the classifier sees [B, C]; only with Pass::taps
};

/// An architecture, written once from elastic layers. Holds the structure only; the values are a State, so the same network can
/// be run with its trained values and with their moving average. A forward pass from several threads is safe unless it trains.
class Network {
public:
    virtual ~Network() = default;

    /// images: float [B, C, H, W], normalised.
    virtual Outputs forward(const at::Tensor& images, const Pass& pass) const = 0;

    const std::vector<TensorSlot>& parameters() const { return parameters_; }
    const std::vector<TensorSlot>& buffers() const { return buffers_; }
    /// Sum over the parameters; buffers do not count.
    int64_t parameterCount() const;

    /// Used by layers while the network is built; returns the slot's index.
    size_t addParameter(std::string name, std::vector<int64_t> shape, ParameterRole role);
    size_t addBuffer(std::string name, std::vector<int64_t> shape);

protected:
    std::vector<TensorSlot> parameters_;
    std::vector<TensorSlot> buffers_;
};

struct InputShape {
    int64_t channels = 3, height = 32, width = 32;
};

/// Builds the structure by registry name; allocates no values. `parameters` are the declared ones (missing: default).
/// Throws Error (Input) for an unknown name, or an image or class count the architecture cannot take.
std::unique_ptr<Network> buildNetwork(const std::string& architecture, const Json& parameters, InputShape input, int64_t classes);

/// Fresh values, the same for the same seed on every machine: He normal (fan out) for convolutions, uniform by fan in for linear
/// layers and biases, 1 and 0 for batch norm. Parameters require gradients; convolution kernels lie channels last, which makes
/// the whole pass run so, whatever the layout of the images.
State initialState(const Network& network, uint64_t seed);

/// Parameters, MACs and stage shapes; no values are allocated (meta tensors), so it is cheap for any size.
struct NetworkProfile {
    int64_t parameters = 0;
    Profile perImage;
};
NetworkProfile profile(const std::string& architecture, const Json& parameters, InputShape input, int64_t classes);

/// Describes every architecture: parameters, help, facts {"family": .., "reference": {"cifar100": fraction, "source": ..}}.
void addArchitectures(Catalogue& catalogue);

}  // namespace gaplab
