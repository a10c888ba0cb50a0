#pragma once

#include "core/knowledge/loss.h"

namespace gaplab {

/// One line of the registry: the description and the maker of a loss.
struct LossEntry {
    Member member;
    std::unique_ptr<Loss> (*make)(const Json& parameters, double labelSmoothing);
};

LossEntry ceLoss();
LossEntry kdLoss();

}  // namespace gaplab
