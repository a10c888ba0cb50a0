#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <vector>

#include "core/data/small_picture.h"

namespace gaplab {

/// Two images that show the same.
struct NearDuplicate {
    int64_t first = 0, second = 0;  ///< places in the rows, first < second
    double likeness = 1;            ///< correlation of the small colour pictures, `leastLikeness` to 1
    bool exact = false;             ///< equal byte by byte
};

struct NearDuplicateOptions {
    /// Of 60,000 images of CIFAR-10 that were looked at by eye, see tests/data/tst_near_duplicates.cpp
    double leastLikeness = 0.92;
    int threads = 0;  ///< 0: all cores
    std::stop_token stop = {};
    std::function<void(double fraction)> advanced = {};  ///< from any thread
};

/// Pairs of images with the same bytes, or the same picture: re-encoded, brighter, darker, paler, or moved by up to a sixteenth
/// of its side. Not found: mirrored, turned or strongly cropped ones, and flat ones whose bytes differ. Of images that are equal
/// byte by byte each later one is paired with the first alone, so n copies are n - 1 pairs. Ascending. Throws Error (Stopped).
///
/// Candidates have perceptual hashes that differ in few bits (signs of the lowest 8 x 8 cosine terms of the luma: C. Zauner,
/// Implementation and benchmarking of perceptual image hash functions, 2010). Of 64 bits in four quarters of which 11 (moved
/// pictures: 7) differ, one quarter differs in at most 2 (1), so those are looked up. What a hash proposes, the small pictures
/// decide: hashes of unlike images, flat ones above all, often agree.
std::vector<NearDuplicate> nearDuplicates(const ImageRows& rows, const NearDuplicateOptions& options = {});

}  // namespace gaplab
