#include "ui/setup/role_editor.h"

#include <QHBoxLayout>

namespace gaplab::ui {
namespace {

std::vector<std::string> roles(const SetupContext& context, const std::vector<std::string>& more) {
    std::vector<std::string> names;
    for (const QString& teacher : context.teachers())
        names.push_back(teacher.toStdString());
    if (!context.trainedTeachers().isEmpty()) names.emplace_back("student");  // such a teacher can listen to it
    names.insert(names.end(), more.begin(), more.end());
    return names;
}

/// "static minus student"; what is no pair is shown as JSON.
QString pairText(const Json& pair) {
    if (!pair.is_array() || pair.size() != 2 || !pair[0].is_string() || !pair[1].is_string()) return plainText(pair);
    return PairEditor::tr("%1 minus %2").arg(QString::fromStdString(pair[0]), QString::fromStdString(pair[1]));
}

}  // namespace

ChoiceEditor* makeRoleEditor(const SetupContext& context, const std::vector<std::string>& more, QWidget* parent) {
    auto* editor = new ChoiceEditor(roles(context, more), parent);
    QObject::connect(&context.draft, &Draft::changed, editor, [=] { editor->setChoices(roles(context, more)); });
    return editor;
}

PairEditor::PairEditor(const SetupContext& context, QWidget* parent)
    : Editor(parent), context_(context), combo_(new ComboBox(this)) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(combo_);
    setFocusProxy(combo_);
    combo_->setPlaceholderText(tr("chosen by the teachers there are"));
    offer();
    connect(&context_.draft, &Draft::changed, this, &PairEditor::offer);
    connect(combo_, &QComboBox::activated, this, [this](int index) {
        value_ = Json::array({combo_->itemData(index).toString().toStdString(), "student"});
        Q_EMIT edited(value_);
    });
}

void PairEditor::offer() {
    combo_->clear();
    for (const QString& teacher : context_.teachers())
        combo_->addItem(pairText(Json::array({teacher.toStdString(), "student"})), teacher);
    setValue(value_);
}

void PairEditor::setValue(const Json& value) {
    value_ = value;
    const QString text = pairText(value);
    if (!text.isEmpty() && combo_->findText(text) < 0) combo_->addItem(text);
    combo_->setCurrentIndex(combo_->findText(text));
}

}  // namespace gaplab::ui
