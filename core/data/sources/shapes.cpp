#include <algorithm>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/names.h"
#include "core/base/random.h"
#include "core/data/memory.h"
#include "core/data/parallel.h"
#include "core/data/shapes/scene.h"
#include "core/data/source.h"

namespace gaplab {
namespace {

struct Class {
    size_t outline, texture;
};

/// All 200 pairs, ordered so that any number of first ones has both like shapes and like textures in it: the first 10 are 5
/// shapes by 2 textures, the first 40 are 10 by 4, the first 90 are 15 by 6, and so on.
std::vector<Class> allClasses() {
    std::vector<Class> classes;
    for (size_t outline = 0; outline < 20; ++outline)
        for (size_t texture = 0; texture < 10; ++texture)
            classes.push_back({outline, texture});
    std::ranges::stable_sort(classes, {}, [](const Class& c) { return std::max(c.outline / 5, c.texture / 2); });
    return classes;
}

std::string nameOf(const Class& c, int family) {
    return textures()[c.texture].name + " " + outlines(family)[c.outline].name;
}

/// The classes by name where the document names them, else the first so many.
std::vector<Class> chosenClasses(const DataSpec& spec, int family) {
    std::vector<Class> classes = allClasses();
    if (spec.classes.empty()) {
        const int64_t count = spec.classCount > 0 ? spec.classCount : spec.parameters.value("classes", int64_t{10});
        if (count < 2 || count > std::ssize(classes))
            throw inputError(fmt::format("data.classes is {}; shapes has 2 to {} classes", count, classes.size()));
        classes.resize(static_cast<size_t>(count));
        return classes;
    }
    std::vector<std::string> names;
    for (const Class& c : classes)
        names.push_back(nameOf(c, family));
    for (const std::string& wanted : spec.classes)
        if (std::ranges::find(names, wanted) == names.end()) {
            const std::string near = nearestName(wanted, names);
            throw inputError(fmt::format("data.classes names \"{}\", which shapes does not have", wanted),
                             near.empty() ? "Names are like \"" + names[0] + "\"." : fmt::format("Did you mean \"{}\"?", near));
        }
    std::erase_if(classes,
                  [&](const Class& c) { return std::ranges::find(spec.classes, nameOf(c, family)) == spec.classes.end(); });
    return classes;
}

struct Plan {
    std::vector<Class> classes;
    SceneOptions scene;
    int64_t channels = 3;
    uint64_t seed = 0;
};

/// How the images of a part fall into groups.
struct GroupShares {
    double skew = 0.5;  ///< of each even class in colour, of each odd one in grey
    double grey = 0.5;  ///< of all, without skew

    /// The odds of both together: each alone gives its own share where the other is even.
    double greyOf(bool even) const {
        const double own = even ? 1 - skew : skew;
        return own * grey / (own * grey + (1 - own) * (1 - grey));
    }
    /// Of the group that is usual in the class.
    double usualOf(bool even) const {
        if (grey == 0.5) return skew;  // to the last bit, so that images stay what they are
        return even ? 1 - greyOf(even) : greyOf(even);
    }
};

/// Draws `count` images. Image i depends on the seed, i and the number of classes alone: a larger set begins with the smaller
/// one.
ImageSet draw(const Plan& plan, const std::string& part, int64_t count, const GroupShares& shares, const LoadOptions& options) {
    const int64_t size = plan.scene.size, pixels = size * size;
    ImageSet set{at::empty({count, plan.channels, size, size}, at::kByte), at::empty({count}, at::kLong),
                 at::empty({count}, at::kLong)};
    auto* images = set.images.mutable_data_ptr<uint8_t>();
    auto* labels = set.labels.mutable_data_ptr<int64_t>();
    auto* groups = set.groups.mutable_data_ptr<int64_t>();
    const auto classes = std::ssize(plan.classes);
    Progress progress(options, "Drawing " + part + " images", count);
    const auto advanced = [&](int64_t done) { progress(done); };
    parallelFor(count, {.threads = options.threads, .chunk = 64, .stop = options.stop, .advanced = advanced},
                [&](int64_t begin, int64_t end) {
                    Painter painter(plan.scene);
                    std::vector<uint8_t> image(static_cast<size_t>(3 * pixels));
                    for (int64_t i = begin; i < end; ++i) {
                        const uint64_t seed = deriveSeed(plan.seed, "shapes " + part, static_cast<uint64_t>(i));
                        labels[i] = i % classes;
                        const bool even = labels[i] % 2 == 0;
                        const bool usual = Random(deriveSeed(seed, "group")).chance(shares.usualOf(even));
                        groups[i] = usual == even ? 0 : 1;
                        const Class& c = plan.classes[static_cast<size_t>(labels[i])];
                        painter.paint(
                            {outlines(plan.scene.family)[c.outline], textures()[c.texture], groups[i] == 1 || plan.channels == 1},
                            seed, image.data());
                        std::copy_n(image.data(), plan.channels * pixels, images + i * plan.channels * pixels);
                    }
                });
    return set;
}

RawImages load(const DataSpec& spec, const LoadOptions& options) {
    const Json& given = spec.parameters;
    const int family = given.value("family", 0);
    const Plan plan{.classes = chosenClasses(spec, family),
                    .scene = {.size = given.value("size", 32), .difficulty = given.value("difficulty", 0.5), .family = family},
                    .channels = channelsOf(spec),
                    .seed = given.value("seed", uint64_t{0})};
    const int64_t train = given.value("train", int64_t{6000}), test = given.value("test", int64_t{2000});
    const GroupShares shares{.skew = given.value("group_skew", 0.5), .grey = given.value("group_share", 0.5)};
    if (plan.channels == 1 && (shares.skew != 0.5 || shares.grey != 0.5))
        throw inputError("data.group_skew and data.group_share need colour: with data.channels 1 every image is grey",
                         "Set data.channels to 3, or both of them to 0.5.");
    requireMemory((train + test) * plan.channels * plan.scene.size * plan.scene.size, "The images");
    RawImages raw{.train = draw(plan, "training", train, shares, options), .test = draw(plan, "test", test, {}, options)};
    for (const Class& c : plan.classes)
        raw.classes.push_back(nameOf(c, family));
    if (plan.channels == 3)
        raw.groups = {"colour", "grey"};
    else
        raw.train.groups = raw.test.groups = at::Tensor();
    return raw;
}

}  // namespace

Source shapesSource() {
    return {
        {.name = "shapes",
         .help = "Generated pictures of textured shapes: built in, needs no files, as hard as wanted.",
         .parameters = {integerParameter("size", 32, 16, 512, "Side of the images.", "pixels"),
                        integerParameter(
                            "classes", 10, 2, 200,
                            "Number of classes, each a shape with a texture; the first 10 are 5 like shapes by 2 textures."),
                        integerParameter("train", 6000, 20, 10'000'000, "Images for training and validation together.", "images"),
                        integerParameter("test", 2000, 2, 10'000'000, "Images of the test set.", "images"),
                        realParameter("difficulty", 0.5, 0.0, 1.0,
                                      "Scales clutter, occlusion, pose, blur, light and noise up and contrast down."),
                        integerParameter("seed", 0, 0, 9'007'199'254'740'991,
                                         "Another seed draws other images of the same kind."),
                        integerParameter("channels", 3, 1, 3, "3: colour; 1: grey."),
                        realParameter("group_skew", 0.5, 0.5, 1.0,
                                      "Share of a class's training images that are in its larger group: colour for every other "
                                      "class, grey for the rest; "
                                      "0.5: no skew. The test set is never skewed."),
                        realParameter("group_share", 0.5, 0.01, 0.99,
                                      "Share of the training images that are grey, whatever their class (0.1: grey is "
                                      "under-represented); with group_skew the odds of both count. The test set stays even."),
                        integerParameter("family", 0, 0, 1, "1: another 200 classes with shapes of their own, for transfer.")}},
        load};
}

}  // namespace gaplab
