#include "ui/library/run_layout.h"

#include "ui/models/run_column.h"

namespace gaplab::ui {
namespace {

template <typename Value>
Value valueOr(const Json& object, const char* key, Value otherwise) {
    const auto found = object.find(key);
    if (found == object.end()) return otherwise;
    if constexpr (std::is_same_v<Value, std::string>) return found->is_string() ? found->get<std::string>() : otherwise;
    if constexpr (std::is_same_v<Value, bool>) return found->is_boolean() ? found->get<bool>() : otherwise;
    if constexpr (std::is_same_v<Value, int>) return found->is_number_integer() ? found->get<int>() : otherwise;
}

}  // namespace

Json toJson(const RunLayout& layout) {
    Json columns = Json::array();
    for (const RunLayout::Column& column : layout.columns)
        columns.push_back({{"field", column.field}, {"width", column.width}});
    return {{"columns", columns},
            {"sort", layout.sort},
            {"descending", layout.descending},
            {"group", layout.grouping},
            {"filter", layout.filter}};
}

RunLayout layoutFromJson(const Json& stored) {
    RunLayout layout = firstLayout();
    if (!stored.is_object()) return layout;
    layout.sort = valueOr(stored, "sort", layout.sort);
    layout.descending = valueOr(stored, "descending", layout.descending);
    layout.grouping = valueOr(stored, "group", layout.grouping);
    layout.filter = valueOr(stored, "filter", layout.filter);
    const auto columns = stored.find("columns");
    if (columns == stored.end() || !columns->is_array()) return layout;
    layout.columns.clear();
    constexpr int widest = 4000;
    for (const Json& column : *columns)
        if (column.is_object() && !valueOr(column, "field", std::string()).empty())
            layout.columns.push_back(
                {valueOr(column, "field", std::string()), std::clamp(valueOr(column, "width", 0), 0, widest)});
    return layout;
}

RunLayout firstLayout() {
    RunLayout layout;
    for (const RunColumn& column : ownColumns())
        layout.columns.push_back({column.field, 0});
    layout.sort = "created";
    return layout;
}

}  // namespace gaplab::ui
