#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/experiment/experiment.h"
#include "core/store/store.h"

namespace gaplab {

/// How long runs take, told by those in the store.
class Pace {
public:
    Pace(const std::vector<RunRow>& runs, const Catalogue& catalogue);

    /// What a few timed batches have told of this valid document; counts where no run does.
    void learn(const Json& document, double secondsPerEpoch);

    /// Seconds of one run (of a valid document), from the latest finished run that differs in nothing but name, seeds, epochs
    /// and what costs no time: rates, schedule, gap and the numbers of its knowledge. Nothing where there is none.
    std::optional<double> secondsOf(const Json& document) const;

    /// Seconds of all runs of these experiments on an empty store: stages that several of them share are trained once. Nothing
    /// where one of the runs is not known.
    std::optional<double> secondsOfAll(const std::vector<Json>& documents) const;

private:
    const Catalogue& catalogue_;
    std::map<std::string, double> secondsPerEpoch_;
};

}  // namespace gaplab
