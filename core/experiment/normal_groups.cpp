#include <algorithm>

#include <fmt/format.h>

#include "core/base/names.h"
#include "core/experiment/normal.h"

namespace gaplab {
namespace {

Member csvGroups() {
    Parameter path{.name = "path",
                   .type = ParameterType::Path,
                   .help = "A table with a column \"file\" (paths relative to the data set) and columns of groups",
                   .minimum = {},
                   .maximum = {}};
    Parameter column{
        .name = "column", .type = ParameterType::Text, .help = "The column that names the groups", .minimum = {}, .maximum = {}};
    path.required = column.required = true;
    return {.name = "csv", .help = "A table beside the images tells the group of each file", .parameters = {path, column}};
}

Member skewedGroups() {
    Parameter skew = realParameter("skew", 0.95, 0.5, 1.0,
                                   "Share of each even class's training images that stay in colour, and of each odd one's that "
                                   "become grey; the test set holds every image in both");
    skew.source = "Wang et al., Towards Fairness in Visual Recognition, CVPR 2020 (CIFAR-10S): 0.95";
    return {.name = "skewed",
            .help = "Colour and grey, planted: an association between class and colour to be found and reduced",
            .source = skew.source,
            .parameters = {skew}};
}

}  // namespace

const std::vector<Member>& groupKinds() {
    static const std::vector<Member> all = {
        {.name = "attribute", .help = "What the source itself tells, as the generated shapes do"},
        {.name = "folder", .help = "The folder between class and image: cat/indoor/7.jpg is in the group indoor"},
        csvGroups(),
        {.name = "colour", .help = "Grey images, and those in colour"},
        {.name = "brightness", .help = "Dark, medium and bright: thirds of the training images by their mean brightness"},
        skewedGroups()};
    return all;
}

Json readGroups(const Json& value, const std::string& path, Review& review) {
    ObjectReader reader(value, path, review);
    if (!value.is_object()) return reader.normal;
    std::vector<std::string> names;
    for (const Member& kind : groupKinds())
        names.push_back(kind.name);
    const Json* from = reader.find("from");
    const auto found =
        std::ranges::find_if(groupKinds(), [&](const Member& kind) { return from && from->is_string() && *from == kind.name; });
    if (found == groupKinds().end()) {
        const std::string near = from && from->is_string() ? didYouMean(from->get<std::string>(), names) : "";
        review.add(reader.pathOf("from"),
                   from ? fmt::format("{} is no way to find groups{}", shown(*from), near) : "\"from\" is missing", join(names));
        reader.ignoreOthers();
        return reader.finish();
    }
    reader.normal["from"] = found->name;
    for (const Parameter& parameter : found->parameters) {
        const Json* given = reader.find(parameter.name);
        if (parameter.required && (!given || *given == ""))
            review.add(reader.pathOf(parameter.name), fmt::format("\"{}\" is missing", parameter.name), parameter.help);
        else
            reader.readField(parameter);
    }
    return reader.finish();
}

Json groupsFromForm(const Json& form) {
    if (!form.is_object() || form.empty()) return {};
    const auto found = std::ranges::find(groupKinds(), form.at("from").get<std::string>(), &Member::name);
    Json groups = filledIn(found->parameters, form);
    groups["from"] = found->name;
    return groups;
}

}  // namespace gaplab
