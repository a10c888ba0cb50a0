#pragma once

#include <torch/types.h>

#include "core/base/json.h"

namespace gaplab {

/// The parameter "temperature" of a loss, which a controller may replace for a while.
class Temperature {
public:
    Temperature(const Json& parameters, double otherwise) : own_(parameters.value("temperature", otherwise)), now_(own_) {}

    double now() const { return now_; }
    double squared() const { return now_ * now_; }
    /// 0: the document's. True, as Loss::setTemperature of a loss that has one.
    bool set(double temperature) {
        now_ = temperature > 0 ? temperature : own_;
        return true;
    }

private:
    double own_, now_;
};

/// KL(p || q) of each row, [B]; of log probabilities [B, C].
at::Tensor divergence(const at::Tensor& logP, const at::Tensor& logQ);
/// T² KL(softmax(teacher / T) || softmax(student / T)) of each row, [B]. No gradient reaches the teacher.
at::Tensor softenedDivergence(const at::Tensor& teacher, const at::Tensor& student, double temperature);

/// Which class is the label, bool [B, C].
at::Tensor isTarget(const at::Tensor& labels, int64_t classes);
/// The log of the softmax over all classes but the target, [B, C]; 0 at the target.
at::Tensor logOfOthers(const at::Tensor& logits, const at::Tensor& target);
/// Throws Error (Input) where there are two classes: the softmax over the one that is not the target is always 1.
void requireOthers(const std::string& loss, int64_t classes);

}  // namespace gaplab
