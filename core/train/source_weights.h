#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/experiment/experiment.h"
#include "core/nn/network.h"

namespace gaplab {

/// How the weights of a file are taken over.
struct TakeOver {
    bool newHead = false;  ///< the classifier stays as it is
    bool partial = false;  ///< what does not fit stays as it is

    explicit TakeOver(const NetworkSpec& spec) : newHead(spec.newHead), partial(spec.weights.partial) {}
    TakeOver() = default;
};

/// Copies the values of a weights file into `state` of a plain network: a checkpoint of a run (its student) or plain parameter
/// names. Where the file's network saw another number of channels its first kernels are summed over them (what it would say to
/// the grey picture in all of them) or shared out among them; where it saw another number of patches its positions are
/// interpolated. Returns a sentence for each thing that was not taken over as it is. Throws Error (Input), and loads nothing,
/// where something does not fit, or where nothing does.
std::vector<std::string> takeSourceWeights(const std::filesystem::path& path, const Network& network, State& state,
                                           const TakeOver& how = {});

}  // namespace gaplab
