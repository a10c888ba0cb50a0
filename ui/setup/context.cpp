#include "ui/setup/context.h"

#include "core/run/inspect.h"

namespace gaplab::ui {
namespace {

QStringList keysOf(const Json* object) {
    QStringList names;
    if (object && object->is_object())
        for (const auto& [name, value] : object->items())
            names << QString::fromStdString(name);
    return names;
}

}  // namespace

QStringList SetupContext::teachers() const {
    return keysOf(draft.find(at("teachers")));
}

// Stages are named once, at the top of the document.
QStringList SetupContext::trainedTeachers() const {
    QStringList names;
    for (const QString& name : teachers())
        if (kindSays(name, "trained", false)) names << name;
    return names;
}

QStringList SetupContext::grownTeachers() const {
    QStringList names;
    for (const QString& name : teachers())
        if (!kindSays(name, "apart", true)) names << name;
    return names;
}

bool SetupContext::kindSays(const QString& teacher, const char* fact, bool otherwise) const {
    const std::string kind = draft.text(at("teachers." + teacher.toStdString() + ".kind"), "static");
    const Member* member = catalogue().find(Registry::TeacherKind, kind);
    return member ? member->facts.value(fact, otherwise) : otherwise;
}

QStringList SetupContext::stages() const {
    return keysOf(draft.find("stages"));
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
