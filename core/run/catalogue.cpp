#include "core/data/dataset.h"
#include "core/knowledge/loss.h"
#include "core/measure/measure.h"
#include "core/mitigation/mitigation.h"
#include "core/nn/network.h"
#include "core/run/inspect.h"
#include "core/train/registry.h"

namespace gaplab {

const Catalogue& catalogue() {
    static const Catalogue all = [] {
        Catalogue members;
        addDataMembers(members);
        addArchitectures(members);
        addLosses(members);
        addMeasures(members);
        addMitigations(members);
        addTrainMembers(members);
        return members;
    }();
    return all;
}

}  // namespace gaplab
