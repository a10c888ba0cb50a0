#include <algorithm>
#include <map>

#include "core/experiment/experiment.h"

namespace gaplab {
namespace {

bool isCosmetic(const std::string& key) {
    return key == "name" || key == "notes" || key == "seeds";
}

/// Objects and lists of objects are gone into; any other value is a leaf.
void collectLeaves(const Json& value, const std::string& path, std::map<std::string, Json>& leaves) {
    const bool listOfObjects =
        value.is_array() && std::ranges::any_of(value, [](const Json& element) { return element.is_object(); });
    if (value.is_object() && !value.empty()) {
        for (const auto& [key, element] : value.items())
            if (!path.empty() || !isCosmetic(key)) collectLeaves(element, path.empty() ? key : path + "." + key, leaves);
    } else if (listOfObjects) {
        for (size_t i = 0; i < value.size(); ++i)
            collectLeaves(value[i], path + "[" + std::to_string(i) + "]", leaves);
    } else if (!path.empty()) {
        leaves[path] = value;
    }
}

}  // namespace

std::vector<Difference> differences(const std::vector<Json>& documents) {
    std::vector<std::map<std::string, Json>> leaves(documents.size());
    std::map<std::string, Difference> byPath;
    for (size_t i = 0; i < documents.size(); ++i) {
        collectLeaves(documents[i], "", leaves[i]);
        for (const auto& [path, value] : leaves[i])
            byPath[path] = {path, {}};
    }
    std::vector<Difference> found;
    for (auto& [path, difference] : byPath) {
        for (const auto& document : leaves)
            difference.values.push_back(document.contains(path) ? document.at(path) : Json());
        const bool equal = std::ranges::adjacent_find(difference.values, std::not_equal_to<>()) == difference.values.end();
        if (!equal) found.push_back(std::move(difference));
    }
    return found;
}

}  // namespace gaplab
