#pragma once

#include <string>
#include <vector>

namespace gaplab {

/// The candidate that a misspelt name most likely meant (edit distance at most a third of its length, at least 2); empty if none
/// is near.
std::string nearestName(const std::string& name, const std::vector<std::string>& candidates);

/// "a, b, c"
std::string join(const std::vector<std::string>& words, const std::string& separator = ", ");

}  // namespace gaplab
