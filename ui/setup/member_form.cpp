#include "ui/setup/member_form.h"

#include <algorithm>

#include <QLocale>

#include "core/run/inspect.h"
#include "ui/forms/simple_editors.h"

namespace gaplab::ui {
namespace {

Parameter nameParameter(const MemberForm::Place& place) {
    Parameter parameter;
    parameter.name = place.label.empty() ? place.key : place.label;
    parameter.type = ParameterType::Choice;
    if (!place.byDefault.empty()) parameter.defaultValue = place.byDefault;
    parameter.choices = catalogue().names(place.registry, true);
    parameter.required = place.required;
    return parameter;
}

ChoiceEditor* nameEditor(const Parameter& parameter, Registry registry, QWidget* parent) {
    auto* editor = new ChoiceEditor(parameter.choices, parent);
    for (const std::string& name : parameter.choices)
        editor->setChoiceHelp(name, QString::fromStdString(catalogue().find(registry, name)->help));
    return editor;
}

bool declares(const Member* member, const std::string& parameter) {
    return member && std::ranges::find(member->parameters, parameter, &Parameter::name) != member->parameters.end();
}

}  // namespace

MemberForm::MemberForm(Draft& draft, const Place& place, QWidget* parent) : Form(draft, parent), place_(place) {
    const Parameter parameter = nameParameter(place_);
    bind(place_.base + "." + place_.key, parameter, nameEditor(parameter, place_.registry, this), {},
         place_.fallback.empty() ? std::string() : place_.fallback + "." + place_.key);
    MemberForm::refresh();
}

std::string MemberForm::name() const {
    const Json* base = draft().find(place_.base);
    if (base && base->is_string()) return *base;  // the short spelling of a member without parameters
    const std::string outer = place_.fallback.empty() ? "" : draft().text(place_.fallback + "." + place_.key);
    return draft().text(place_.base + "." + place_.key, outer.empty() ? place_.byDefault : outer);
}

const Member* MemberForm::member() const {
    return catalogue().find(place_.registry, name());
}

void MemberForm::refresh() {
    if (shown_ != name()) showParameters();
    Form::refresh();
    const Json* base = draft().find(place_.base);
    if (base && base->is_string()) fields().front()->setValue(*base, true);
}

void MemberForm::showParameters() {
    shown_ = name();
    unbind(1);
    const Member* chosen = member();
    QString help = chosen ? QString::fromStdString(chosen->help) : QString();
    if (chosen && !chosen->source.empty())
        help += QStringLiteral("\n") + tr("Source: %1.").arg(QString::fromStdString(chosen->source));
    fields().front()->editor()->target()->setToolTip(help);
    fields().front()->editor()->target()->setAccessibleDescription(help);
    if (chosen)
        for (const Parameter& parameter : chosen->parameters) {
            if (std::ranges::find(place_.hidden, parameter.name) != place_.hidden.end()) continue;
            bind(place_.base + "." + parameter.name, parameter, nullptr, {},
                 place_.fallback.empty() ? std::string() : place_.fallback + "." + parameter.name);
        }
    Q_EMIT memberChanged();
}

void MemberForm::write(const Field& field, const Json& value) {
    if (&field != fields().front() || !value.is_string()) return Form::write(field, value);
    // Fields of the member chosen before would be unknown keys of the new one.
    const Member* before = member();
    const Member* after = catalogue().find(place_.registry, value);
    const Json* base = draft().find(place_.base);
    Json object = base && base->is_object() ? *base : Json::object();
    if (before)
        for (const Parameter& parameter : before->parameters)
            if (!declares(after, parameter.name)) object.erase(parameter.name);
    object[place_.key] = value;
    draft().set(place_.base, object);
}

QString referenceText(const Json& facts) {
    if (!facts.is_object() || !facts.contains("reference") || !facts["reference"].is_object()) return {};
    QStringList lines;
    const std::string source = facts["reference"].value("source", "");
    for (const auto& [set, value] : facts["reference"].items()) {
        if (!value.is_number()) continue;  // the source
        QString line = MemberForm::tr("%1: %2 %")
                           .arg(QString::fromStdString(set).toUpper(), QLocale().toString(value.get<double>() * 100.0, 'f', 2));
        if (!source.empty()) line += QStringLiteral(" (%1)").arg(QString::fromStdString(source));
        lines << line;
    }
    return lines.join('\n');
}

}  // namespace gaplab::ui
