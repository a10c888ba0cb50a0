#include <fmt/format.h>

#include "core/measure/members.h"

namespace gaplab {
namespace {

NamedValues ofPair(const PairLogits& pair) {
    const int64_t classes = pair.teacher.size(1);
    const at::Tensor images = at::bincount(pair.labels, {}, classes);
    const auto hits = [&](const at::Tensor& logits) {
        return at::bincount(pair.labels, logits.argmax(1).eq(pair.labels).to(at::kDouble), classes);
    };
    const at::Tensor gap = ((hits(pair.teacher) - hits(pair.student)) / images).cpu(), count = images.cpu();
    NamedValues values;
    for (int64_t c = 0; c < classes; ++c)
        if (count[c].item<int64_t>() > 0) values.emplace_back(fmt::format("class.{}", c), gap[c].item<double>());
    return values;
}

}  // namespace

MeasureEntry classesMeasure() {
    Member member{.name = "classes", .help = "The accuracy gap of each class, teacher minus student: series class.NUMBER"};
    member.facts = {{"on_request", true}};
    return {.member = member, .ofPair = ofPair};
}

}  // namespace gaplab
