#pragma once

#include "core/knowledge/loss.h"

namespace gaplab {

/// One line of the registry: the description and the maker of a loss.
struct LossEntry {
    Member member;
    std::unique_ptr<Loss> (*make)(const LossPlan& plan);
    bool needsFeatures = false;
};

/// The parameter "temperature" of losses that soften both distributions, 4 by default.
Parameter temperatureParameter(std::string source);

LossEntry ceLoss();
LossEntry kdLoss();
LossEntry dkdLoss();
LossEntry smoothedCeLoss();
LossEntry mseLoss();
LossEntry reviewKdLoss();

}  // namespace gaplab
