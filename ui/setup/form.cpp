#include "ui/setup/form.h"

#include "ui/setup/sweep_values.h"

namespace gaplab::ui {

Form::Form(Draft& draft, QWidget* parent) : FormGrid(parent), draft_(draft) {
    connect(&draft_, &Draft::changed, this, [this] { refresh(); });
}

Field* Form::bind(const std::string& path, const Parameter& parameter, Editor* editor, const QString& label,
                  const std::string& fallback) {
    Field* field = add(QString::fromStdString(path), parameter, editor, label);
    fallbacks_.push_back(fallback);
    connect(field, &Field::edited, this, [this, field](const Json& value) { write(*field, value); });
    connect(field, &Field::resetRequested, this, [this, field] { reset(*field); });
    connect(field, &Field::menuAsked, this, [this, field](QMenu& menu) { offerSweep(*field, menu); });
    display(fields().size() - 1);
    return field;
}

void Form::unbind(size_t count) {
    truncate(count);
    fallbacks_.resize(std::min(count, fallbacks_.size()));
}

void Form::refresh() {
    for (size_t i = 0; i < fields().size(); ++i)
        display(i);
}

void Form::write(const Field& field, const Json& value) {
    const bool emptied = value.is_null() || (value == "" && field.parameter().defaultValue.is_null());
    if (emptied)
        draft_.remove(field.path().toStdString());
    else
        draft_.set(field.path().toStdString(), value);
}

void Form::reset(const Field& field) {
    draft_.remove(field.path().toStdString());
}

void Form::offerSweep(const Field& field, QMenu& menu) {
    if (!isSweepable(field)) return;
    auto* action = menu.addAction(tr("Sweep this field"));
    action->setObjectName(QStringLiteral("sweepThis"));
    action->setCheckable(true);
    action->setChecked(draft_.isSwept(field.path().toStdString()));
    connect(action, &QAction::triggered, this, [this, &field] { toggleSweep(draft_, field); });
}

void Form::display(size_t index) {
    Field* field = fields()[index];
    const Json* given = draft_.find(field->path().toStdString());
    const Json* other = fallbacks_[index].empty() ? nullptr : draft_.find(fallbacks_[index]);
    const Json swept = draft_.sweep().value(field->path().toStdString(), Json());
    field->setHint(swept.is_string() ? tr("Swept: %1").arg(QString::fromStdString(swept)) : QString());
    field->setValue(given ? *given : other ? *other : field->parameter().defaultValue, given != nullptr);
}

}  // namespace gaplab::ui
