#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <torch/types.h>

#include "core/base/catalogue.h"

namespace gaplab {

/// Which of the two networks in one set of parameters a forward pass is for.
enum class View { Student, Teacher };

/// What a parameter is, for weight decay rules.
enum class ParameterRole { Kernel, Bias, NormScale, NormShift, BranchScale, Token };

/// How the fresh values of a tensor are drawn, in the student's shape.
struct Initial {
    enum class Kind { Constant, Normal, TruncatedNormal, Uniform, Given };
    Kind kind = Kind::Constant;
    double value = 0;  ///< the constant, the deviation (normal: cut at two deviations where truncated) or the bound
    at::Tensor given = {};

    static Initial constant(double value) { return {Kind::Constant, value}; }
    static Initial normal(double deviation) { return {Kind::Normal, deviation}; }
    static Initial truncatedNormal(double deviation) { return {Kind::TruncatedNormal, deviation}; }
    static Initial uniform(double bound) { return {Kind::Uniform, bound}; }
    static Initial of(at::Tensor values) { return {Kind::Given, 0, std::move(values)}; }
};

/// How a tensor of the student lies in that of the dynamic teacher: copied in block order along its first three axes, then
/// divided.
struct Layout {
    std::array<int, 3> copies = {1, 1, 1};
    double divisor = 1;        ///< the student's value is the stored one times this
    double teacherFactor = 1;  ///< what the teacher's pass multiplies the stored values by
    int inputAxis = -1;        ///< where the copies of what the layer reads lie; -1: it reads no copies

    bool operator==(const Layout&) const = default;
};

struct TensorSlot {
    std::string name;                            ///< "layer1.0.conv1.weight"
    std::vector<int64_t> shape;                  ///< as stored
    std::vector<int64_t> studentShape;           ///< without the copies
    ParameterRole role = ParameterRole::Kernel;  ///< meaningless for buffers
    Layout layout;
    Initial initial;
};

/// One set of values for a network: the trained one, or its exponential moving average. Order as in Network::parameters /
/// buffers. A copy shares the values.
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
    int64_t macs = 0;                               ///< convolutions, linear layers and attention, one image
    int64_t mergeMacs = 0;                          ///< making kernels out of branches, a whole pass
    std::vector<std::vector<int64_t>> stageShapes;  ///< [C, H, W] or [N, D] of Outputs::stages, one image
    int64_t activationBytes = 0;                    ///< layer outputs kept for the backward pass, one image, float32
};

/// Kernels that several tensors make together, kept as long as the values do not change: for one evaluation.
struct StepCache {
    std::array<std::map<size_t, at::Tensor>, 2> kernels;  ///< by view; key: Kernel::id
};

/// Everything a forward pass depends on besides the images: no hidden mode, no global switch.
struct Pass {
    const State& state;
    View view = View::Student;
    bool training = false;  ///< batch statistics, and running statistics are updated
    bool taps = false;      ///< fill Outputs::stages and Outputs::pooled
    Profile* profile = nullptr;
    StepCache* cache = nullptr;
};

struct Outputs {
    at::Tensor logits;               ///< [B, K]
    std::vector<at::Tensor> stages;  ///< before the last ReLU of a stage [B, C, H, W], or tokens [B, N, D]; only with Pass::taps
    at::Tensor pooled;               ///< what the classifier sees [B, C]; only with Pass::taps
};

struct InputShape {
    int64_t channels = 3, height = 32, width = 32;
};

class Network;

/// What a convolution is, as far as it decides about its kernel. Channels are the student's.
struct KernelGeometry {
    int64_t in = 1, out = 1;
    int64_t size = 3, stride = 1, padding = 1, groups = 1;
    Layout layout;             ///< of the plain kernel [out, in / groups, size, size]
    bool transformer = false;  ///< stands in a transformer
};

/// The kernel of a convolution in a view, [out, in / groups, k, k].
class Kernel {
public:
    explicit Kernel(size_t id) : id_(id) {}
    virtual ~Kernel() = default;
    virtual at::Tensor of(const Pass& pass) const = 0;

    /// The convolution by this kernel as the sum of that by `kernel` and `scale` [out, 1, 1] times that by `after` of the result
    /// of that by `before` [in, in, 1, 1].
    struct Apart {
        at::Tensor kernel, before, after, scale;
    };
    /// Where that takes less than making one kernel; `positions`: those of the result, in all images.
    virtual std::optional<Apart> apart(const Pass&, int64_t /*positions*/) const { return std::nullopt; }
    /// Unlike those of the other kernels of its network.
    size_t id() const { return id_; }

private:
    size_t id_;
};

/// Makes the kernel of a convolution called NAME, whose plain tensor would be "NAME.weight"; null: the plain one.
using KernelMaker = std::function<std::shared_ptr<const Kernel>(Network&, const std::string& name, const KernelGeometry&)>;

/// What makes a network more than a plain one.
struct Elasticity {
    int expansion = 1;  ///< how many times wider the dynamic teacher is
    /// The expansion at first, by which stored values are divided; 0: the same. Widening leaves it as it is, so that the student
    /// and its learning rate do not change.
    int storage = 0;
    KernelMaker kernels;  ///< for convolutions with branches
    bool folded = false;  ///< batch norm behind a convolution is folded into it
};

/// What a network is built from.
struct NetworkPlan {
    std::string architecture;
    InputShape input = {};
    int64_t classes = 10;
    Json parameters = Json::object();  ///< every declared parameter, defaults filled in
    Elasticity elasticity = {};
};

struct Fold {
    std::string conv, norm;  ///< "conv1", "bn1"
};

/// An architecture, written once from elastic layers. Holds the structure only; the values are a State, so the same network can
/// be run with its trained values and with their moving average. A forward pass from several threads is safe unless it trains.
class Network {
public:
    explicit Network(NetworkPlan plan = {}) : plan_(std::move(plan)) {}
    virtual ~Network() = default;

    /// images: float [B, C, H, W], normalised.
    virtual Outputs forward(const at::Tensor& images, const Pass& pass) const = 0;

    const NetworkPlan& plan() const { return plan_; }
    int expansion() const { return plan_.elasticity.expansion; }
    int storage() const { return plan_.elasticity.storage > 0 ? plan_.elasticity.storage : expansion(); }
    /// What each copy of the features counts where they are averaged over: the halves of a copy that was split count half.
    std::vector<double> copyWeights() const;
    /// The copy that the next widening splits: of those that are the teacher's alone, the first of the heaviest; 0 if there is
    /// none.
    int nextSplit() const;
    const std::vector<TensorSlot>& parameters() const { return parameters_; }
    const std::vector<TensorSlot>& buffers() const { return buffers_; }
    /// Kernels that are made of several tensors, by the name of the plain one ("conv1.weight").
    const std::map<std::string, std::shared_ptr<const Kernel>>& madeKernels() const { return madeKernels_; }
    /// Convolutions with the batch norm right behind each, which can be folded into them.
    const std::vector<Fold>& folds() const { return folds_; }
    /// Sum over the parameters; buffers do not count.
    int64_t parameterCount() const;

    /// Used by layers while the network is built; return the slot's index. `shape` is the student's.
    size_t addParameter(std::string name, std::vector<int64_t> shape, ParameterRole role, Initial initial, Layout layout = {});
    size_t addBuffer(std::string name, std::vector<int64_t> shape, Initial initial, Layout layout = {});
    void addMadeKernel(const std::string& name, std::shared_ptr<const Kernel> kernel) { madeKernels_[name] = std::move(kernel); }
    void addFold(std::string conv, std::string norm) { folds_.push_back({std::move(conv), std::move(norm)}); }
    size_t newKernelId() { return kernels_++; }

protected:
    NetworkPlan plan_;
    std::vector<TensorSlot> parameters_;
    std::vector<TensorSlot> buffers_;
    std::map<std::string, std::shared_ptr<const Kernel>> madeKernels_;
    std::vector<Fold> folds_;
    size_t kernels_ = 0;
};

/// A network with its values.
struct Model {
    std::shared_ptr<const Network> network;
    State state;
};

/// Builds the structure by registry name; allocates no values. `plan.parameters` are declared ones (missing: default). Throws
/// Error (Input) for an unknown name, or an image, class count or expansion the architecture cannot take.
std::unique_ptr<Network> buildNetwork(NetworkPlan plan);
std::unique_ptr<Network> buildNetwork(const std::string& architecture, const Json& parameters, InputShape input, int64_t classes);

/// Fresh values, the same for the same seed on every machine, each drawn as its slot says, in the student's shape and then copied
/// as its layout says. Parameters require gradients; convolution kernels lie channels last, which makes the whole pass run so,
/// whatever the layout of the images.
State initialState(const Network& network, uint64_t seed);
/// One tensor of the above, in the student's shape.
at::Tensor initialValue(const TensorSlot& slot, uint64_t seed);

/// Inverse reparameterization of one tensor: [C, ..] to the stored [copies * C, ..] in block order, divided.
at::Tensor spread(const at::Tensor& student, const Layout& layout);
/// The student's part of a stored tensor, multiplied back. Differentiable.
at::Tensor studentPart(const at::Tensor& stored, const Layout& layout);

/// Parameters, MACs and stage shapes; no values are allocated (meta tensors), so it is cheap for any size.
struct NetworkProfile {
    int64_t parameters = 0;  ///< stored, trainable
    Profile perImage;
};
NetworkProfile profile(const Network& network, View view = View::Student);
NetworkProfile profile(const std::string& architecture, const Json& parameters, InputShape input, int64_t classes);

/// Describes every architecture: parameters, help, facts {"family": .., "reference": {"cifar100": fraction, "source": ..}}.
void addArchitectures(Catalogue& catalogue);

}  // namespace gaplab
