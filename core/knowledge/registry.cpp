#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/names.h"
#include "core/knowledge/members.h"

namespace gaplab {
namespace {

const std::vector<LossEntry>& losses() {
    static const std::vector<LossEntry> all = {ceLoss(), kdLoss()};
    return all;
}

}  // namespace

std::unique_ptr<Loss> makeLoss(const std::string& name, const Json& parameters, double labelSmoothing) {
    for (const LossEntry& entry : losses())
        if (entry.member.name == name) return entry.make(parameters, labelSmoothing);
    throw inputError(fmt::format("There is no loss \"{}\"", name));
}

void addLosses(Catalogue& catalogue) {
    for (const LossEntry& entry : losses())
        catalogue.add(Registry::Loss, entry.member);
}

}  // namespace gaplab
