#include <algorithm>

#include "core/data/augment/augmentation.h"
#include "core/data/augment/pixels.h"

namespace gaplab {
namespace {

at::Tensor apply(const at::Tensor& bytes, const Json& options, const at::Tensor&, uint64_t seed) {
    Random random(seed);
    at::Tensor images = toFloat(bytes);
    const auto factors = [&](const char* name) {
        const double strength = options.value(name, 0.0);
        return drawEach(images.size(0), random, images.device(),
                        [strength](Random& r) { return r.uniform(std::max(0.0, 1 - strength), 1 + strength); });
    };
    for (const int64_t change : permutation(4, random.next())) {  // one order a batch
        switch (change) {
            case 0: images = withBrightness(images, factors("brightness")); break;
            case 1: images = withContrast(images, factors("contrast")); break;
            case 2: images = withSaturation(images, factors("saturation")); break;
            default: {
                const double strength = options.value("hue", 0.0);
                images = withHue(images, drawEach(images.size(0), random, images.device(),
                                                  [strength](Random& r) { return r.uniform(-strength, strength); }));
            }
        }
    }
    return toBytes(images);
}

}  // namespace

Augmentation colourJitterAugmentation() {
    const auto strength = [](const char* name, const char* help) { return realParameter(name, 0.4, 0.0, 1.0, help); };
    return {{.name = "colour_jitter",
             .help = "Changes brightness, contrast, saturation and hue of each image at random.",
             .source = "Krizhevsky et al. 2012; the form of torchvision",
             .parameters = {strength("brightness", "Factors lie within 1 plus or minus this."),
                            strength("contrast", "Factors lie within 1 plus or minus this."),
                            strength("saturation", "Factors lie within 1 plus or minus this."),
                            realParameter("hue", 0.0, 0.0, 0.5, "Largest turn, as a share of the colour circle.")}},
            apply};
}

}  // namespace gaplab
