#include <fmt/format.h>

#include "core/experiment/normal.h"

namespace gaplab {
namespace {

/// The canonical form. Throws Error (Input) with every problem if there are any.
Json validForm(const Json& document, const Catalogue& catalogue) {
    Review review{catalogue};
    Json form = readDocument(document, review);
    if (review.problems.empty()) return form;
    const size_t count = review.problems.size();
    throw Error(Fault::Input, fmt::format("The experiment has {} problem{}.", count, count == 1 ? "" : "s"),
                "Correct the fields named and try again. Nothing was started and nothing was stored.",
                std::move(review.problems));
}

}  // namespace

std::vector<Problem> validate(const Json& document, const Catalogue& catalogue) {
    Review review{catalogue};
    readDocument(document, review);
    return std::move(review.problems);
}

Json canonicalForm(const Json& document, const Catalogue& catalogue) {
    return validForm(document, catalogue);
}

}  // namespace gaplab
