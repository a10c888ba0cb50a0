#include "core/train/not_a_number.h"

#include <fmt/format.h>

#include "core/base/error.h"

namespace gaplab {

void failOfNan(const std::string& what, const Role& student, int64_t step, double epoch) {
    std::string tensor = "no tensor of the student";
    for (size_t i = 0; i < student.state.parameters.size(); ++i) {
        if (student.state.parameters[i].isfinite().all().item<bool>()) continue;
        tensor = student.network->parameters()[i].name;
        break;
    }
    throw worldError(
        fmt::format(
            "The {} is not a finite number any more at step {} (epoch {:.2f}); first tensor with such values: {}. The last "
            "checkpoint was kept.",
            what, step, epoch, tensor),
        "Lower training.optimizer.lr, set training.clip (5 is usual), or add schedule.warmup, and start again.");
}

}  // namespace gaplab
