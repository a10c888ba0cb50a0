#include "core/data/augment/augmentation.h"
#include "core/data/source.h"

namespace gaplab {

const std::vector<Source>& sources() {
    static const std::vector<Source> all = {folderSource(), cifar10Source(), cifar100Source(), idxSource(), shapesSource()};
    return all;
}

const std::vector<Augmentation>& augmentations() {
    static const std::vector<Augmentation> all = {
        cropAugmentation(),         flipAugmentation(),        cutoutAugmentation(),  randomResizedCropAugmentation(),
        colourJitterAugmentation(), randAugmentAugmentation(), erasingAugmentation(), mixupAugmentation(),
        cutmixAugmentation(),       repeatedAugmentation()};
    return all;
}

void addDataMembers(Catalogue& catalogue) {
    for (const Source& source : sources())
        catalogue.add(Registry::Source, source.member);
    for (const Augmentation& augmentation : augmentations())
        catalogue.add(Registry::Augmentation, augmentation.member);
}

}  // namespace gaplab
