#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/experiment/normal.h"

namespace gaplab {
namespace {

const Parameter& classCount() {
    static const Parameter declared = integerParameter("classes", 2, 2, 1'000'000, "The first so many classes");
    return declared;
}

const Parameter* declaredBy(const Member* source, const std::string& name) {
    if (!source) return nullptr;
    const auto found = std::ranges::find(source->parameters, name, &Parameter::name);
    return found == source->parameters.end() ? nullptr : &*found;
}

void readPath(ObjectReader& data, const Member* source) {
    const Parameter* declared = declaredBy(source, "path");
    if (source && !declared) return;
    const Json* value = data.find("path");
    const bool missing = !value || value->is_null() || *value == "";
    if (missing && declared && declared->required)
        return data.review().add(data.pathOf("path"), fmt::format("The source \"{}\" needs the path of its images", source->name),
                                 "a path; on the command line: --set data.path=FOLDER");
    if (!missing) data.readField(declared ? *declared : Parameter{.name = "path", .type = ParameterType::Path});
}

void readClassNames(ObjectReader& data, const Json& names) {
    const std::string path = data.pathOf("classes");
    std::set<std::string> seen;
    for (size_t i = 0; i < names.size(); ++i) {
        if (!names[i].is_string() || names[i] == "")
            data.review().add(indexed(path, i), fmt::format("{} is not the name of a class", shown(names[i])), "text");
        else if (!seen.insert(names[i].get<std::string>()).second)
            data.review().add(indexed(path, i), fmt::format("The class {} is given twice", shown(names[i])), "each class once");
    }
    if (names.size() < 2)
        data.review().add(path, "There have to be at least two classes", "two or more names, or a number of classes");
    data.normal["classes"] = names;
}

/// A list of names filters; a number is the source's own parameter where it has one, else the first so many classes.
void readClasses(ObjectReader& data, const Member* source) {
    const Json* value = data.find("classes");
    if (!value) return;
    if (value->is_array()) return readClassNames(data, *value);
    if (const Parameter* declared = declaredBy(source, "classes")) return data.readField(*declared);
    if (!value->is_number())
        return data.review().add(data.pathOf("classes"), fmt::format("{} is neither a list of names nor a number", shown(*value)),
                                 "a list of two or more names, or " + allowedValues(classCount()));
    if (const auto count = checkedValue(classCount(), *value, data.pathOf("classes"), data.review()))
        data.normal["classes"] = *count;
}

/// A bare name is short for {"kind": name}.
Json readAugmentation(const Json& given, const std::string& path, Review& review) {
    const size_t before = review.problems.size();
    const Json element = given.is_string() ? Json{{"kind", given}} : given;
    ObjectReader reader(element, path, review);
    reader.readMember("kind", Registry::Augmentation);
    Json form = reader.finish();
    if (given.is_string())  // the document has no "kind" there
        for (size_t i = before; i < review.problems.size(); ++i)
            review.problems[i].path = path;
    return form;
}

void readAugment(ObjectReader& data) {
    const Json* value = data.find("augment");
    if (!value) return;
    const std::string path = data.pathOf("augment");
    if (!value->is_array())
        return data.review().add(path, fmt::format("{} is not a list", shown(*value)), "a list of names or {\"kind\": name, ..}");
    Json list = Json::array();
    for (size_t i = 0; i < value->size(); ++i)
        list.push_back(readAugmentation((*value)[i], indexed(path, i), data.review()));
    if (!list.empty()) data.normal["augment"] = std::move(list);
}

}  // namespace

Json readData(const Json& value, const std::string& path, Review& review) {
    ObjectReader reader(value, path, review);
    const Member* source = reader.readMember("source", Registry::Source, {}, {"path", "classes"});
    readPath(reader, source);
    readClasses(reader, source);
    reader.readFields(documentFields("data"), "data");
    readAugment(reader);
    if (const Json* groups = reader.find("groups"); groups && !groups->is_null())
        if (Json form = readGroups(*groups, reader.pathOf("groups"), review); !form.empty())
            reader.normal["groups"] = std::move(form);
    reader.refusePlanned("data");
    return reader.finish();
}

}  // namespace gaplab
