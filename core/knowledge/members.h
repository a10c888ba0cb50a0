#pragma once

#include "core/knowledge/loss.h"

namespace gaplab {

/// What a loss looks at.
enum class LossKind {
    Labels,
    Logits,       ///< of both networks; the parameter "standardise" is added to these
    Features,     ///< stages, taken one by one: the field "stages" chooses them
    Relations,    ///< between the images of a batch, in the features of a stage
    Adversarial,  ///< a discriminator between the two networks
};

/// One line of the registry: the description and the maker of a loss. Its formula is the fact "formula".
struct LossEntry {
    Member member;
    std::unique_ptr<Loss> (*make)(const LossPlan& plan);
    LossKind kind = LossKind::Logits;
    bool needsFeatures = false;
    bool choosesStages = false;  ///< takes the field "stages"
};

/// The parameter "temperature" of losses that soften both distributions, 4 by default.
Parameter temperatureParameter(std::string source);

LossEntry ceLoss();
LossEntry kdLoss();
LossEntry dkdLoss();
LossEntry smoothedCeLoss();
LossEntry mseLoss();
LossEntry nkdLoss();
LossEntry distLoss();
LossEntry ctkdLoss();
LossEntry mlkdLoss();
LossEntry atsLoss();
LossEntry dtkdLoss();
LossEntry reviewKdLoss();
LossEntry atLoss();
LossEntry ofaLoss();
LossEntry adversarialLoss();
LossEntry fitnetLoss();
LossEntry spLoss();
LossEntry rkdLoss();
LossEntry pktLoss();
LossEntry vidLoss();
LossEntry crdLoss();
LossEntry ofdLoss();
LossEntry mfdLoss();
LossEntry cotuningLoss();

}  // namespace gaplab
