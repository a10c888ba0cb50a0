#include "ui/setup/context.h"

namespace gaplab::ui {
namespace {

QStringList keys(const Json* object) {
    QStringList names;
    if (object && object->is_object())
        for (const auto& [name, value] : object->items())
            names << QString::fromStdString(name);
    return names;
}

}  // namespace

QStringList SetupContext::teachers() const {
    return keys(draft.find(at("teachers")));
}

// Stages are named once, at the top of the document.
QStringList SetupContext::dynamicTeachers() const {
    QStringList names;
    for (const QString& name : teachers())
        if (draft.text(at("teachers." + name.toStdString() + ".kind"), "static") != "static") names << name;
    return names;
}

QStringList SetupContext::stages() const {
    return keys(draft.find("stages"));
}

Parameter described(const std::string& name, const std::string& help, Json defaultValue) {
    Parameter parameter;
    parameter.name = name;
    parameter.type = ParameterType::Text;
    parameter.defaultValue = std::move(defaultValue);
    parameter.help = help;
    return parameter;
}

}  // namespace gaplab::ui
