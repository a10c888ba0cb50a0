#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "core/data/dataset.h"

namespace gaplab {

/// What a source gives: every image it has, before classes are chosen and the training rows are split.
struct RawImages {
    ImageSet train;
    ImageSet test;
    std::vector<std::string> classes;
    std::vector<std::string> groups;      ///< names of the group labels; empty where there are none
    std::vector<std::string> trainFiles;  ///< paths relative to the data set, with "/"; empty where images are no files
    std::vector<std::string> testFiles;
    std::string fingerprint;                ///< contentFingerprint of this, where the source has it stored; else empty
    std::vector<std::string> skippedFiles;  ///< "PATH: reason"
};

/// A registry member: its description and how it is loaded.
struct Source {
    Member member;
    RawImages (*load)(const DataSpec& spec, const LoadOptions& options);
};

/// All sources. A new one is a file in core/data/sources and a line in registry.cpp.
const std::vector<Source>& sources();

/// SHA-256 over class names, shapes, labels and pixels, in this order.
std::string contentFingerprint(const RawImages& raw);

/// The parameter `channels`: 3 or 1. Throws Error (Input) for 2.
int64_t channelsOf(const DataSpec& spec, int64_t otherwise = 3);

/// Tells of progress at most some 20 times a second, from any thread.
class Progress {
public:
    Progress(const LoadOptions& options, std::string what, int64_t count);
    void operator()(int64_t done);

private:
    const LoadOptions& options_;
    std::string what_;
    double count_;
    std::atomic<int64_t> quietUntil_ = 0;
};

Source folderSource();
Source cifar10Source();
Source cifar100Source();
Source idxSource();
Source shapesSource();

}  // namespace gaplab
