#pragma once

#include <string>
#include <vector>

namespace gaplab {

/// "key: value" of a YAML file, as far as other programs write their records with it: scalars, plain or in quotation marks, at
/// some depth of indentation.
struct YamlLine {
    size_t indent = 0;
    std::string key;
    std::string value;  ///< without quotation marks; empty: none, or nested below
};

/// Lines of a list, comments and whatever else is left out; a plain text that goes on over further lines is put together.
std::vector<YamlLine> readPlainYaml(const std::string& text);

}  // namespace gaplab
