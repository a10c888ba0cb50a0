#include "core/train/source_weights.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <ATen/ops/upsample_bicubic2d.h>
#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/names.h"
#include "core/nn/features.h"
#include "core/nn/tensor_file.h"

namespace gaplab {
namespace {

/// Kernels for another number of channels; undefined where they cannot be changed.
at::Tensor forChannels(const at::Tensor& kernels, at::IntArrayRef wanted) {
    if (kernels.dim() != 4 || wanted.size() != 4 || kernels.size(0) != wanted[0] || kernels.size(2) != wanted[2] ||
        kernels.size(3) != wanted[3])
        return {};
    const at::Tensor grey = kernels.sum(1, true);
    if (wanted[1] == 1) return grey;
    return kernels.size(1) == 1 ? (grey / static_cast<double>(wanted[1])).expand(wanted).contiguous() : at::Tensor();
}

int64_t sideOf(int64_t patches) {
    const int64_t side = std::llround(std::sqrt(static_cast<double>(patches)));
    return side * side == patches ? side : 0;
}

/// Positions [1, N, D] for another number of patches, the class token's as it is; undefined where they lie in no square.
at::Tensor forPatches(const at::Tensor& positions, at::IntArrayRef wanted) {
    if (positions.dim() != 3 || wanted.size() != 3 || positions.size(0) != 1 || positions.size(2) != wanted[2]) return {};
    for (const int64_t tokens : {1, 0}) {
        const int64_t before = sideOf(positions.size(1) - tokens), after = sideOf(wanted[1] - tokens);
        if (before == 0 || after == 0) continue;
        const at::Tensor map = positions.slice(1, tokens).transpose(1, 2).unflatten(2, {before, before});
        const at::Tensor moved = at::upsample_bicubic2d(map.to(at::kFloat), {after, after}, false);
        return at::cat({positions.slice(1, 0, tokens), moved.flatten(2).transpose(1, 2).to(positions.scalar_type())}, 1);
    }
    return {};
}

class Taking {
public:
    Taking(const std::filesystem::path& path, const Network& network, const State& state, const TakeOver& how)
        : file_(loadTensors(path)), network_(network), state_(state), how_(how), path_(path) {
        const bool ofRun =
            std::ranges::any_of(file_.tensors, [](const auto& entry) { return entry.first.starts_with("student/"); });
        if (ofRun) prefix_ = "student/";
    }

    void into(State& state) {
        const std::string classifier = classifierOf(network_);
        for (size_t i = 0; i < state_.parameters.size(); ++i)
            fit(network_.parameters()[i], state_.parameters[i], classifier, i == 0);
        for (size_t i = 0; i < state_.buffers.size(); ++i)
            fit(network_.buffers()[i], state_.buffers[i], classifier, false);
        tellOfRest();
        takeState(file_, prefix_, network_, state, path_.string());
    }

    std::vector<std::string> notes;

private:
    /// Brings the file's tensor to the slot, or puts the slot's own values in its place.
    void fit(const TensorSlot& slot, const at::Tensor& own, const std::string& classifier, bool first) {
        at::Tensor& tensor = file_.tensors[prefix_ + slot.name];
        if (how_.newHead && belongsTo(slot.name, classifier)) {
            tensor = own.detach();
            return;
        }
        if (tensor.defined() && tensor.sizes() == at::IntArrayRef(slot.shape)) {
            ++taken_;
            return;
        }
        at::Tensor changed;
        if (tensor.defined() && tensor.is_floating_point()) {
            if (first && (changed = forChannels(tensor, slot.shape)).defined())
                notes.push_back(fmt::format("{} saw {} channels and now sees {}: {}", slot.name, tensor.size(1), slot.shape[1],
                                            slot.shape[1] == 1 ? "summed, as if the grey picture lay in all of them"
                                                               : "shared out among them, as if it saw their mean"));
            else if (slot.role == ParameterRole::Token && (changed = forPatches(tensor, slot.shape)).defined())
                notes.push_back(
                    fmt::format("{} had {} positions and now has {}: interpolated", slot.name, tensor.size(1), slot.shape[1]));
        }
        if (changed.defined()) {
            tensor = changed;
            ++taken_;
        } else if (how_.partial) {
            left_.push_back(slot.name);
            tensor = own.detach();
        } else if (!tensor.defined()) {
            file_.tensors.erase(prefix_ + slot.name);
        }
    }

    void tellOfRest() {
        if (!how_.partial) return;
        if (taken_ == 0)
            throw inputError(fmt::format("Nothing in {} fits the network", path_.string()),
                             "Are these the weights of another architecture?");
        constexpr size_t named = 8;
        if (!left_.empty())
            notes.push_back(fmt::format("{} tensors fit and were taken over, {} did not and start afresh: {}{}", taken_,
                                        left_.size(), join({left_.begin(), left_.begin() + std::min(named, left_.size())}),
                                        left_.size() > named ? ", .." : ""));
        std::set<std::string> known;
        for (const auto* slots : {&network_.parameters(), &network_.buffers()})
            for (const TensorSlot& slot : *slots)
                known.insert(prefix_ + slot.name);
        std::erase_if(file_.tensors, [&](const auto& entry) { return !known.contains(entry.first); });
    }

    TensorFile file_;
    const Network& network_;
    const State& state_;
    TakeOver how_;
    std::filesystem::path path_;
    std::string prefix_;
    std::vector<std::string> left_;
    int64_t taken_ = 0;
};

}  // namespace

std::vector<std::string> takeSourceWeights(const std::filesystem::path& path, const Network& network, State& state,
                                           const TakeOver& how) {
    const at::NoGradGuard noGradient;
    Taking taking(path, network, state, how);
    taking.into(state);
    return std::move(taking.notes);
}

}  // namespace gaplab
