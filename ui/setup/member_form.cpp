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
    if (place.registry) parameter.choices = catalogue().names(*place.registry, true);
    for (size_t i = 0; place.members && i < place.members->size(); ++i)
        parameter.choices.push_back((*place.members)[i].name);
    parameter.required = place.required;
    return parameter;
}

bool declares(const Member* member, const std::string& parameter) {
    return member && std::ranges::find(member->parameters, parameter, &Parameter::name) != member->parameters.end();
}

}  // namespace

MemberForm::MemberForm(Draft& draft, const Place& place, QWidget* parent) : Form(draft, parent), place_(place) {
    const Parameter parameter = nameParameter(place_);
    auto* editor = new ChoiceEditor(parameter.choices, this);
    if (auto* combo = qobject_cast<QComboBox*>(editor->target())) combo->setPlaceholderText(place_.nothing);
    for (const std::string& choice : parameter.choices)
        editor->setChoiceHelp(choice, QString::fromStdString(find(choice)->help));
    bind(place_.base + "." + place_.key, parameter, editor, {},
         place_.fallback.empty() ? std::string() : place_.fallback + "." + place_.key);
    MemberForm::refresh();
}

std::string MemberForm::name() const {
    const Json* base = draft().find(place_.base);
    if (base && base->is_string()) return *base;  // the short spelling of a member without parameters
    return draft().text(place_.base + "." + place_.key, otherwise());
}

std::string MemberForm::otherwise() const {
    const std::string outer = place_.fallback.empty() ? "" : draft().text(place_.fallback + "." + place_.key);
    return outer.empty() ? place_.byDefault : outer;
}

const Member* MemberForm::find(const std::string& name) const {
    if (!place_.members) return catalogue().find(*place_.registry, name);
    const auto found = std::ranges::find(*place_.members, name, &Member::name);
    return found == place_.members->end() ? nullptr : &*found;
}

const Member* MemberForm::member() const {
    return find(name());
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

// Fields of the member chosen before would be unknown keys of the new one.
Json MemberForm::without(const Member* after) const {
    const Member* before = member();
    const Json* base = draft().find(place_.base);
    Json object = base && base->is_object() ? *base : Json::object();
    object.erase(place_.key);
    if (before)
        for (const Parameter& parameter : before->parameters)
            if (!declares(after, parameter.name)) object.erase(parameter.name);
    return object;
}

void MemberForm::write(const Field& field, const Json& value) {
    if (&field != fields().front() || !value.is_string()) return Form::write(field, value);
    Json object = without(find(value));
    object[place_.key] = value;
    draft().set(place_.base, object);
}

void MemberForm::reset(const Field& field) {
    if (&field != fields().front()) return Form::reset(field);
    const Json object = without(find(otherwise()));
    if (object.empty())
        draft().remove(place_.base);
    else
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
