#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/data/source.h"

namespace gaplab {

/// Which group every image belongs to: places in `names`, -1 where that is not known. int64 [N].
struct GroupLabels {
    std::vector<std::string> names;
    at::Tensor train, test;
};

/// By the folder between class and image: "train/cat/indoor/7.jpg" is in the group "indoor". Files as a listing names them, in
/// the order of the images. Throws Error (Input) where no image lies in such a folder.
GroupLabels groupsOfFolders(const std::vector<std::string>& train, const std::vector<std::string>& test);

/// By a table (CSV, RFC 4180) with a column "file" and one that names the group; an empty cell is not known. Files are paths
/// relative to the data set, with "/". Images that the table does not name are not known. Throws Error (Input) for a missing
/// column, a file named twice in the table, and files of the table that are not in the data set.
GroupLabels groupsOfTable(const std::filesystem::path& table, const std::string& column, const std::vector<std::string>& train,
                          const std::vector<std::string>& test);

/// "colour" and "grey": an image is grey where all its channels are equal everywhere.
GroupLabels groupsOfColour(const ImageSet& train, const ImageSet& test);

/// "dark", "medium" and "bright": thirds of the training images by their mean brightness.
GroupLabels groupsOfBrightness(const ImageSet& train, const ImageSet& test);

/// Plants an association between class and colour, as in CIFAR-10S (Wang et al., Towards Fairness in Visual Recognition, CVPR
/// 2020): of each even class the share `skew` of the training images stays in colour and the others become grey (luma of ITU-R
/// BT.601 in all channels), of each odd class the other way round; which ones is drawn from `seed`. The test set then holds every
/// image twice, in colour first and in grey behind. Sets groups and their names. Throws Error (Input) for grey images, and a
/// share outside of 0.5 to 1.
void skewColours(RawImages& raw, double skew, uint64_t seed);

/// Finds the group labels that `spec` asks for. Throws Error (Input) where the images do not tell them.
void labelGroups(RawImages& raw, const DataSpec& spec);

}  // namespace gaplab
