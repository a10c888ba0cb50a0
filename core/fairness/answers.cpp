#include "core/fairness/answers.h"

#include <fmt/format.h>

#include "core/base/error.h"

namespace gaplab::fairness {
namespace {

void checkLength(size_t length, size_t images, const char* what) {
    if (length != images) throw inputError(fmt::format("There are {} {} for {} images.", length, what, images));
}

void checkRange(const std::vector<int>& values, int least, int most, const char* what) {
    for (size_t i = 0; i < values.size(); ++i)
        if (values[i] < least || values[i] > most)
            throw inputError(
                fmt::format("The {} of image {} is {}; it must lie between {} and {}.", what, i, values[i], least, most));
}

}  // namespace

void check(const Answers& answers, int classes) {
    if (classes < 1) throw inputError(fmt::format("There must be at least one class, not {}.", classes));
    if (answers.labels.empty()) throw inputError("There are no images to judge the answers of.");
    checkLength(answers.predictions.size(), answers.images(), "predictions");
    checkRange(answers.labels, 0, classes - 1, "label");
    checkRange(answers.predictions, 0, classes - 1, "prediction");
    if (answers.confidences.empty()) return;
    checkLength(answers.confidences.size(), answers.images(), "confidences");
    for (size_t i = 0; i < answers.images(); ++i)
        if (const double value = answers.confidences[i]; !(value >= 0 && value <= 1))
            throw inputError(fmt::format("The confidence of image {} is {}; it must lie between 0 and 1.", i, value));
}

void check(const Groups& groups, size_t images) {
    if (groups.ofImage.empty() && groups.names.empty()) return;
    checkLength(groups.ofImage.size(), images, "groups");
    checkRange(groups.ofImage, -1, groups.count() - 1, "group");
}

void checkSameImages(const Answers& one, const Answers& other) {
    checkLength(other.images(), one.images(), "labels of the other network");
    for (size_t i = 0; i < one.images(); ++i)
        if (one.labels[i] != other.labels[i])
            throw inputError(
                fmt::format("Image {} has label {} for one network and {} for the other: they did not see the same images.", i,
                            one.labels[i], other.labels[i]),
                "Evaluate both on the same split, in the same order.");
}

}  // namespace gaplab::fairness
