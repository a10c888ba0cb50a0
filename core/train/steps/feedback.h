#pragma once

#include <torch/types.h>

#include "core/data/dataset.h"
#include "core/train/roles.h"
#include "core/train/steps/sequential.h"

namespace gaplab {

/// What a teacher that learns from feedback minimises: its own cost and gain * CE(logits, argmax logits), mean over the batch.
/// `gain`: how much the student's step lowered its loss elsewhere, a scalar; positive: the teacher is to say the same more surely
/// (Pham et al., Meta Pseudo Labels, CVPR 2021, eq. 12 with the finite difference of the losses in place of the product of the
/// gradients).
at::Tensor feedbackCost(const at::Tensor& cost, const at::Tensor& logits, const at::Tensor& gain);

/// The student's loss on images held out for feedback, and what a teacher makes of its change.
class Feedback {
public:
    /// Both outlive it.
    Feedback(const Dataset& dataset, const BatchMaker& batches, const Teacher& teacher, int64_t batch, uint64_t seed);

    /// The student's cross-entropy, with its running statistics, on the images of a step; a scalar on the device.
    at::Tensor loss(const Role& student, int64_t step);
    /// Computes the teacher's gradients.
    void teach(const PendingTeacher& teacher, const at::Tensor& before, const at::Tensor& after);

    /// Of the last step: what the teacher heard, centred and clipped. Waits for the device; 0 before the first.
    double gain() const { return gain_.defined() ? gain_.item<double>() : 0.0; }
    /// The mean gain so far, to go on with later.
    double mean() const { return mean_.item<double>(); }
    void setMean(double mean) { mean_.fill_(mean); }

private:
    void choose(int64_t step);

    const Dataset& dataset_;
    const BatchMaker& batches_;
    double clip_, memory_;
    int64_t batch_;
    uint64_t seed_;
    at::Tensor rows_;                  ///< int64, held out
    int64_t pass_ = -1, chosen_ = -1;  ///< of `order_`; step of `images_` and `labels_`
    at::Tensor order_, images_, labels_;
    at::Tensor mean_, gain_;
};

}  // namespace gaplab
