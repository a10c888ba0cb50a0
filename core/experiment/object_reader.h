#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/base/catalogue.h"
#include "core/base/error.h"

namespace gaplab {

/// What one pass over a document needs and collects.
struct Review {
    const Catalogue& catalogue;
    std::vector<Problem> problems = {};

    void add(std::string path, std::string message, std::string allowed = {}) {
        problems.push_back({std::move(path), std::move(message), std::move(allowed)});
    }
};

/// The value as a message shows it: JSON, cut where it is long.
std::string shown(const Json& value);
std::string indexed(const std::string& path, size_t index);
/// "; did you mean \"kd\"?" or nothing.
std::string didYouMean(const std::string& name, const std::vector<std::string>& candidates);
void refuseAsPlanned(const std::string& path, const std::string& name, const std::vector<std::string>& available, Review& review);

/// The value in its one spelling: reals as doubles, whole numbers as integers. What the type does not fit stays as it is.
Json unified(const Parameter& parameter, const Json& value);
/// The unified value, or nothing and a problem.
std::optional<Json> checkedValue(const Parameter& parameter, const Json& value, const std::string& path, Review& review);
/// Each declared parameter that `normal` gives or that has a default.
Json filledIn(const std::vector<Parameter>& parameters, const Json& normal);

/// Reads one object of the document key by key. Right values that are not the default are collected in `normal`, wrong ones are
/// problems, and so are keys that nobody asked for.
class ObjectReader {
public:
    ObjectReader(const Json& value, std::string path, Review& review);

    /// Null where the object does not have the key, which from now on is a known one.
    const Json* find(const std::string& key);
    std::string pathOf(const std::string& key) const { return path_.empty() ? key : path_ + "." + key; }

    /// `group` names the choices whose planned values are refused as such.
    void readFields(const std::vector<Parameter>& fields, const std::string& group = {});
    void readField(const Parameter& field, const std::string& group = {});

    /// Reads the name of a registry member and then its parameters, which stand beside it, except those of the given names. An
    /// empty `defaultName` means that the name is required. Null where nothing can be said about the parameters. For a misspelt
    /// name the nearest member is taken, so that the other problems of the object are found in the same pass.
    const Member* readMember(const std::string& key, Registry registry, const std::string& defaultName = {},
                             const std::set<std::string>& handledKeys = {});

    void refusePlanned(const std::string& group);
    /// Keys that nobody asked for are not judged.
    void ignoreOthers() { ignoreOthers_ = true; }
    /// Ends the reading: reports unknown keys.
    Json finish();

    Review& review() { return review_; }
    Json normal = Json::object();

private:
    const Member* findMember(const std::string& key, Registry registry, const std::string& name);

    const Json* object_;
    std::string path_;
    Review& review_;
    std::vector<std::string> known_;
    std::vector<std::string> tolerated_;  ///< judged elsewhere, or not to be judged
    bool ignoreOthers_ = false;
};

}  // namespace gaplab
