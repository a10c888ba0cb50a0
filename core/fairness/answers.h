#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace gaplab::fairness {

/// What one network answers to the images of a split, image by image.
struct Answers {
    std::vector<int> labels = {};          ///< the true classes, 0 to classes - 1
    std::vector<int> predictions = {};     ///< the classes that the network names
    std::vector<double> confidences = {};  ///< its probability of the class it names, 0 to 1; empty: not known

    size_t images() const { return labels.size(); }
    bool isRight(size_t image) const { return predictions[image] == labels[image]; }
};

/// Which group each image belongs to. Empty: no groups are known.
struct Groups {
    std::vector<int> ofImage = {};        ///< 0 to names.size() - 1; -1: not known
    std::vector<std::string> names = {};  ///< one a group

    int count() const { return static_cast<int>(names.size()); }
};

/// Throws Error (Input), which says what is wrong and at which image: no images, lengths that differ, a class or a confidence out
/// of range, fewer than one class.
void check(const Answers& answers, int classes);

/// Throws Error (Input) for another number of groups than of images, or for a group without a name.
void check(const Groups& groups, size_t images);

/// Throws Error (Input) unless both answer to the same images, as far as their labels tell.
void checkSameImages(const Answers& one, const Answers& other);

}  // namespace gaplab::fairness
