#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/train/roles.h"

namespace gaplab {

/// How a student that starts from weights leaves them: it can be pulled back, and how far it is gone is told.
class Departure {
public:
    /// `student` has the values that it starts from. `pull`: as training.l2_sp.
    Departure(const Role& student, double pull, bool newHead);

    /// Adds pull * (value - value at the start) to the gradients of all that is trained but the classifier (Li et al. 2018:
    /// L2-SP).
    void pull(const Role& student) const;
    /// "layer1" -> |values - values at the start| / |values at the start| over the parameters of each part of the plain student;
    /// a fresh classifier is left out. Waits for the device.
    std::vector<std::pair<std::string, double>> drift(const Role& student) const;

private:
    double pull_;
    bool newHead_;
    std::vector<at::Tensor> start_;  ///< as stored; empty without a pull
};

}  // namespace gaplab
