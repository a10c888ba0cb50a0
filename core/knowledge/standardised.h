#pragma once

#include "core/knowledge/members.h"

namespace gaplab {

/// The parameter "standardise" of the losses that look at logits.
Parameter standardiseParameter();
/// The loss over standardised logits: those of both networks less their mean over the classes, divided by their deviation.
/// Sun et al., Logit Standardization in Knowledge Distillation, CVPR 2024.
std::unique_ptr<Loss> standardised(std::unique_ptr<Loss> loss);

}  // namespace gaplab
